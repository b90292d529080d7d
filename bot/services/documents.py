"""Documents: what is in the embedded buckets, and embedding more."""

from enum import StrEnum
from typing import Literal, NamedTuple

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.buckets import unknown
from bot.telnyx import BucketFile, EmbeddingTask, Telnyx, TelnyxInvalidError, TelnyxNotFoundError

Status = Literal["queued", "processing", "success", "failure", "partial_success"]


class Chunks(NamedTuple):
    """How a bucket is cut and embedded; what is None is left to Telnyx."""

    chunk_size: int | None = None
    chunk_overlap: int | None = None
    embedding_model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] | None = None
    loader: Literal["default", "intercom"] | None = None


class State(StrEnum):
    """How far a file is, in the order in which files are listed. Telnyx's own word for it is free."""

    FAILED = "failed"
    WAITING = "waiting"
    EMBEDDED = "embedded"


_FAILED = frozenset({"failure", "failed", "error"})
_WAITING = frozenset({"queued", "pending", "processing"})
_EMBEDDED = frozenset({"success", "succeeded", "partial_success", "completed", "embedded"})
_RANKS = {state: rank for rank, state in enumerate(State)}


def state_of(file: BucketFile) -> State:
    """Return how far a file is. Where its status is a word that no one knows, it counts that it was embedded once."""
    if file.error_reason or file.status in _FAILED:
        return State.FAILED
    done = file.status in _EMBEDDED or (file.last_embedded_at and file.status not in _WAITING)
    return State.EMBEDDED if done else State.WAITING


class Documents:
    """The use cases behind ``/telnyx docs``.

    Args:
        telnyx: where the documents are.
    """

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def buckets(self, audience: Audience) -> tuple[str, ...]:
        """Return the embedded buckets this audience may know of, by name."""
        audience.require(Right.BUCKETS)
        return tuple(sorted(audience.named.among(await self._telnyx.embeddings.buckets())))

    async def files(self, bucket: str, audience: Audience) -> tuple[BucketFile, ...]:
        """Return the files of a bucket: those that failed, those that wait, the others; by name.

        Raises:
            UsageError: there is no such bucket, or none that this audience may know of.
        """
        audience.require(Right.BUCKETS)
        if bucket not in audience.named:
            raise await self._unknown(bucket, audience)
        try:
            found = await self._telnyx.embeddings.files(bucket)
        except TelnyxNotFoundError as error:
            raise await self._unknown(bucket, audience) from error
        return tuple(sorted(found, key=lambda file: (_RANKS[state_of(file)], file.filename)))

    async def embed(self, bucket: str, how: Chunks, audience: Audience, *, key: str) -> EmbeddingTask:
        """Start embedding a storage bucket; the same ``key`` again gives the same task.

        Raises:
            UsageError: there is no such bucket.
        """
        audience.require(Right.ADMIN)
        try:
            return await self._telnyx.embeddings.create(bucket, **how._asdict(), idempotency_key=key)
        except TelnyxNotFoundError as error:
            raise await self._unknown(bucket, audience) from error

    async def add_url(self, bucket: str, url: str, audience: Audience, *, key: str) -> EmbeddingTask:
        """Start storing and embedding a page and those below it; the same ``key`` again gives the same task.

        Raises:
            UsageError: the bucket isn't embedded. Telnyx doesn't say with which status it refuses one.
        """
        audience.require(Right.ADMIN)
        try:
            return await self._telnyx.embeddings.create_from_url(bucket, url, idempotency_key=key)
        except TelnyxNotFoundError as error:
            raise await self._unknown(bucket, audience) from error
        except TelnyxInvalidError as error:
            if bucket in await self._telnyx.embeddings.buckets():
                raise
            raise await self._unknown(bucket, audience) from error

    async def disable(self, bucket: str, audience: Audience, *, again: bool) -> None:
        """Throw a bucket's embeddings away; its files stay. One that is gone already is no mistake when done ``again``.

        Raises:
            UsageError: there is no such bucket.
        """
        audience.require(Right.ADMIN)
        try:
            await self._telnyx.embeddings.delete_bucket(bucket)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise await self._unknown(bucket, audience) from error

    async def _unknown(self, bucket: str, audience: Audience) -> UsageError:
        return unknown(bucket, audience.named.among(await self._telnyx.embeddings.buckets()))
