"""Embedded buckets: search in them, what is in them, and the tasks that fill them: `/ai/embeddings`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.telnyx._bodies import BucketSearch, NewEmbedding, NewUrl
from bot.telnyx._resource import AnswerModel, Resource
from bot.telnyx._rows import Rows
from bot.telnyx._wire import path_of
from bot.telnyx.embedding_types import BucketFile, EmbeddingTask, Match


class _Buckets(AnswerModel):
    buckets: Rows[str]


class Embeddings(Resource):
    """Operations of /ai/embeddings. All raise TelnyxError."""

    async def search(self, bucket: str, query: str, *, num_of_docs: int = 3) -> tuple[Match, ...]:
        """Return the passages of a bucket that are closest to a query, as Telnyx orders them."""
        body = BucketSearch(bucket_name=bucket, query=query, num_of_docs=num_of_docs).model_dump()
        path = "/ai/embeddings/similarity-search"
        return await self._rows(Match, "embeddings.search", "POST", path, body=body, repeatable=True)

    async def buckets(self) -> tuple[str, ...]:
        """Return the names of the account's embedded buckets."""
        return (await self._request(_Buckets, "embeddings.buckets", "GET", "/ai/embeddings/buckets")).buckets

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
        return await self._request(
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
        body = NewEmbedding(
            bucket_name=bucket,
            embedding_model=embedding_model,
            document_chunk_size=chunk_size,
            document_chunk_overlap_size=chunk_overlap,
            loader=loader,
        ).body()
        path = "/ai/embeddings"
        return await self._request(
            EmbeddingTask, "embeddings.create", "POST", path, body=body, idempotent=True, key=idempotency_key
        )

    async def create_from_url(
        self, bucket: str, url: str, *, idempotency_key: str | None = None
    ) -> EmbeddingTask:
        """Store a page and those below it on the same domain, up to five levels deep, in an existing bucket and embed them.

        https://developers.telnyx.com/api-reference/embeddings/embed-url-content
        """
        body = NewUrl(url=url, bucket_name=bucket).body()
        path = "/ai/embeddings/url"
        return await self._request(
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
        await self._request(type(None), "embeddings.delete_bucket", "DELETE", path)
