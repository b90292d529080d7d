"""Embedded buckets: search in them, what is in them, and the tasks that fill them: `/ai/embeddings`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from bot.telnyx._resource import AnswerModel, Moment, RequestModel, Resource
from bot.telnyx._rows import Rows
from bot.telnyx._wire import path_of

# Telnyx's schema says `failure`, its prose `failed`; a status that is in neither set is one we do not know: not finished.
_FAILED = frozenset({"failure", "failed"})
_FINISHED = _FAILED | {"success", "partial_success"}


class MatchMetadata(AnswerModel):
    """Where a passage comes from. `source` is the address of the object, `certainty` is 1 - distance / 2."""

    source: str | None = None
    filename: str | None = None
    checksum: str | None = None
    embedding: str | None = None
    certainty: float | None = None
    loader_metadata: dict[str, Any] | None = None


class Match(AnswerModel):
    """A passage that was found; the smaller the `distance` (0 to 2, NaN when it was not said), the closer to the query."""

    document_chunk: str
    distance: float
    metadata: MatchMetadata = MatchMetadata()


class BucketFile(AnswerModel):
    """A file of an embedded bucket; `status` is a free word, `error_reason` says why it could not be embedded."""

    filename: str
    status: str
    created_at: Moment | None = None
    updated_at: Moment | None = None
    last_embedded_at: Moment | None = None
    error_reason: str | None = None


class EmbeddingTask(AnswerModel):
    """A background task; `status` as it came. One task read by its id has neither user nor bucket.

    Every field of a task that was just made is optional at Telnyx; without a word it counts as queued.
    """

    task_id: str
    task_name: str | None = None
    status: str = "queued"
    created_at: Moment | None = None
    finished_at: Moment | None = None
    user_id: str | None = None
    bucket: str | None = None

    @property
    def finished(self) -> bool:
        """Return whether the status is one after which nothing more happens."""
        return self.status in _FINISHED

    @property
    def failed(self) -> bool:
        """Return whether it finished and embedded nothing."""
        return self.status in _FAILED


class _Buckets(AnswerModel):
    buckets: Rows[str]


class _Search(RequestModel):
    bucket_name: str
    query: str
    num_of_docs: int = Field(ge=1)


class _NewEmbedding(RequestModel):
    bucket_name: str
    embedding_model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] | None
    document_chunk_size: int | None
    document_chunk_overlap_size: int | None
    loader: Literal["default", "intercom"] | None


class _NewUrl(RequestModel):
    url: str
    bucket_name: str


class Embeddings(Resource):
    """Operations of /ai/embeddings. All raise TelnyxError."""

    async def search(self, bucket: str, query: str, *, num_of_docs: int = 3) -> tuple[Match, ...]:
        """Return the passages of a bucket that are closest to a query, as Telnyx orders them."""
        body = _Search(bucket_name=bucket, query=query, num_of_docs=num_of_docs).model_dump()
        path = "/ai/embeddings/similarity-search"
        return await self._rows(Match, "embeddings.search", "POST", path, body=body, repeatable=True)

    async def buckets(self) -> tuple[str, ...]:
        """Return the names of the account's embedded buckets."""
        return (await self._call(_Buckets, "embeddings.buckets", "GET", "/ai/embeddings/buckets")).buckets

    async def files(self, bucket: str) -> tuple[BucketFile, ...]:
        """Return the files of one bucket and how their embedding went."""
        path = path_of("/ai/embeddings/buckets/{}", bucket)
        return await self._rows(BucketFile, "embeddings.files", "GET", path)

    async def tasks(self, status: Sequence[str] | None = None) -> tuple[EmbeddingTask, ...]:
        """Tasks with one of these statuses; Telnyx's default is `processing` and `queued`."""
        query = {"status": status}
        return await self._rows(EmbeddingTask, "embeddings.tasks", "GET", "/ai/embeddings", query=query)

    async def task(self, task_id: str) -> EmbeddingTask:
        """One task."""
        return await self._call(
            EmbeddingTask, "embeddings.task", "GET", path_of("/ai/embeddings/{}", task_id)
        )

    async def create(
        self,
        bucket: str,
        *,
        embedding_model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] | None = None,
        chunk_size: int | None = None,
        chunk_overlap: int | None = None,
        loader: Literal["default", "intercom"] | None = None,
        idempotency_key: str | None = None,
    ) -> EmbeddingTask:
        """Embed what is in a storage bucket; gives the task, which works in the background.

        Sizes are in units that Telnyx does not name, its defaults 1024 and 512. Objects that are added later are embedded by
        themselves. https://developers.telnyx.com/api-reference/embeddings/embed-documents
        """
        body = _NewEmbedding(
            bucket_name=bucket,
            embedding_model=embedding_model,
            document_chunk_size=chunk_size,
            document_chunk_overlap_size=chunk_overlap,
            loader=loader,
        ).body()
        path = "/ai/embeddings"
        return await self._call(
            EmbeddingTask, "embeddings.create", "POST", path, body=body, idempotent=True, key=idempotency_key
        )

    async def create_from_url(
        self, bucket: str, url: str, *, idempotency_key: str | None = None
    ) -> EmbeddingTask:
        """Store a page and those below it on the same domain, up to five levels deep, in an existing bucket and embed them.

        https://developers.telnyx.com/api-reference/embeddings/embed-url-content
        """
        body = _NewUrl(url=url, bucket_name=bucket).body()
        path = "/ai/embeddings/url"
        return await self._call(
            EmbeddingTask,
            "embeddings.create_from_url",
            "POST",
            path,
            body=body,
            idempotent=True,
            key=idempotency_key,
        )

    async def delete_bucket(self, bucket: str) -> None:
        """Throw a bucket's embeddings away; its objects stay. TelnyxNotFoundError when it is not embedded."""
        path = path_of("/ai/embeddings/buckets/{}", bucket)
        await self._call(type(None), "embeddings.delete_bucket", "DELETE", path)
