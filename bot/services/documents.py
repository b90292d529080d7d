"""Documents: what is in the embedded buckets, and embedding more."""

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.buckets import unknown
from bot.telnyx import BucketFile, EmbeddingTask, Telnyx, TelnyxNotFoundError


class Documents:
    """The use cases behind ``/telnyx docs``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def buckets(self, audience: Audience) -> tuple[str, ...]:
        """Return the embedded buckets this audience may know of, by name."""
        audience.require(Right.BUCKETS)
        return tuple(sorted(audience.named.among(await self._telnyx.embeddings.buckets())))

    async def files(self, bucket: str, audience: Audience) -> tuple[BucketFile, ...]:
        """Return the files of a bucket, those that failed first.

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
        return tuple(sorted(found, key=lambda file: (not file.error_reason, file.filename)))

    async def embed(
        self, bucket: str, audience: Audience, *, key: str, chunk_size: int | None, overlap: int | None
    ) -> EmbeddingTask:
        """Start embedding a bucket; the same ``key`` again gives the same task.

        Raises:
            UsageError: there is no such bucket.
        """
        audience.require(Right.ADMIN)
        try:
            return await self._telnyx.embeddings.create(
                bucket, chunk_size=chunk_size, chunk_overlap=overlap, idempotency_key=key
            )
        except TelnyxNotFoundError as error:
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
