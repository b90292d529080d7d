"""Family `embeddings`: tasks, buckets, their files, and similarity search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote

from aiohttp import web
from pydantic import Field

from .arguments import Body, check_query, query_error, read_body
from .bucket import Bucket, Match
from .chunks import OVERLAP, SIZE
from .document import Document
from .fetching import crawl
from .library import TASK_STATUSES, USER_ID, Library, Task
from .operations import Operation
from .refusals import refusal, unknown_bucket

_DEFAULT_MODEL: Final = "thenlper/gte-large"


class EmbedBody(Body):
    """Body of POST /ai/embeddings."""

    bucket_name: str
    document_chunk_size: int = Field(default=SIZE, gt=0)
    document_chunk_overlap_size: int = Field(default=OVERLAP, ge=0)
    embedding_model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] = _DEFAULT_MODEL
    loader: Literal["default", "intercom"] = "default"


class SearchBody(Body):
    """Body of POST /ai/embeddings/similarity-search."""

    bucket_name: str
    query: str
    num_of_docs: int = Field(default=3, ge=1)


class UrlBody(Body):
    """Body of POST /ai/embeddings/url."""

    bucket_name: str
    url: str


class Embeddings:
    """The operations over a library."""

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family; literal paths first."""
        return (
            Operation("embeddings.search", "POST", "/ai/embeddings/similarity-search", self.search),
            Operation("embeddings.embed", "POST", "/ai/embeddings", self.embed, replays=True),
            Operation("embeddings.url", "POST", "/ai/embeddings/url", self.url, replays=True),
            Operation("embeddings.tasks", "GET", "/ai/embeddings", self.tasks),
            Operation("embeddings.buckets", "GET", "/ai/embeddings/buckets", self.buckets),
            Operation("embeddings.files", "GET", "/ai/embeddings/buckets/{bucket_name}", self.files),
            Operation("embeddings.delete", "DELETE", "/ai/embeddings/buckets/{bucket_name}", self.delete),
            Operation("embeddings.task", "GET", "/ai/embeddings/{task_id}", self.task),
        )

    async def search(self, request: web.Request) -> web.Response:
        """The nearest chunks of a bucket, nearest first; 404 for an unknown bucket."""
        check_query(request, ())
        body = await read_body(request, SearchBody)
        bucket = self._bucket(body.bucket_name)
        matches = await asyncio.to_thread(bucket.search, body.query, body.num_of_docs, self._now())
        place = f"{self._library.storage}/{quote(body.bucket_name)}"
        return web.json_response({"data": [self._match_json(match, place) for match in matches]})

    async def embed(self, request: web.Request) -> web.Response:
        """Start a task that embeds a bucket, embedded so far or not; 404 for one that isn't in storage."""
        check_query(request, ())
        body = await read_body(request, EmbedBody)
        if body.bucket_name not in self._library.stored:
            self._bucket(body.bucket_name)
        sizes = (body.document_chunk_size, body.document_chunk_overlap_size)
        task = self._library.embed(body.bucket_name, *sizes)
        return web.json_response({"data": self._task_json(task) | {"user_id": USER_ID}})

    async def url(self, request: web.Request) -> web.Response:
        """Put a page and what it links to into a bucket; 404 for an unknown bucket, 400 for another host."""
        check_query(request, ())
        body = await read_body(request, UrlBody)
        self._bucket(body.bucket_name)
        pages = await crawl(body.url)
        task = self._library.add_pages(body.bucket_name, pages)
        return web.json_response({"data": self._task_json(task) | {"user_id": USER_ID}})

    async def delete(self, request: web.Request) -> web.Response:
        """A bucket is embedded no longer, its files stay in storage; 200 without a body, 404 in a shape of its own."""
        check_query(request, ())
        name = request.match_info["bucket_name"]
        if name not in self._library.buckets:
            raise unknown_bucket(name)
        self._library.disable(name)
        return web.Response()

    async def tasks(self, request: web.Request) -> web.Response:
        """Tasks by status; `status` may be repeated or joined by commas, and `failed` means `failure`."""
        check_query(request, {"status"})
        asked = [part for value in request.query.getall("status", []) for part in value.split(",")]
        for status in asked:
            if status not in {*TASK_STATUSES, "failed"}:
                raise query_error("status", f"unknown status {status!r}", "enum")
        wanted = {"failure" if status == "failed" else status for status in asked} or {"processing", "queued"}
        now = self._now()
        found = [task for task in self._library.tasks.values() if task.course.status(now) in wanted]
        data = [self._task_json(task, user_id=USER_ID, bucket=task.bucket) for task in found]
        return web.json_response({"data": data})

    async def task(self, request: web.Request) -> web.Response:
        """One task; 404 when there is none of that id."""
        check_query(request, ())
        task = self._library.tasks.get(request.match_info["task_id"])
        if task is None:
            raise refusal(404, "The requested embedding task could not be found.")
        return web.json_response({"data": self._task_json(task)})

    async def buckets(self, request: web.Request) -> web.Response:
        """The names of the embedded buckets, in an object as documented."""
        check_query(request, ())
        return web.json_response({"data": {"buckets": sorted(self._library.buckets)}})

    async def files(self, request: web.Request) -> web.Response:
        """The files of a bucket with their status; 404 for an unknown bucket."""
        check_query(request, ())
        bucket = self._bucket(request.match_info["bucket_name"])
        return web.json_response({"data": [self._file_json(d) for d in bucket.documents.values()]})

    def _bucket(self, name: str) -> Bucket:
        bucket = self._library.buckets.get(name)
        if bucket is None:
            raise refusal(404, f"The requested bucket could not be found or is not embedded: {name}")
        return bucket

    def _task_json(self, task: Task, **more: str) -> dict[str, Any]:
        now = self._now()
        finished = task.course.finished_at(now)
        row = {
            "task_id": task.task_id,
            "task_name": task.title(),
            "status": task.course.status(now),
            "created_at": task.course.began.isoformat(),
            **({"finished_at": finished.isoformat()} if finished else {}),
            **more,
        }
        return {name: value for name, value in row.items() if name not in task.without}

    def _file_json(self, document: Document) -> dict[str, Any]:
        now = self._now()
        status = document.status(now)
        embedded = document.course.finished_at(now) if status == "success" else None
        optional = {
            "last_embedded_at": embedded.isoformat() if embedded else None,
            "error_reason": document.error_reason,
        }
        return {
            "filename": document.name,
            "status": status,
            "created_at": document.added.isoformat(),
            "updated_at": document.added.isoformat(),
            # The document knows these fields as strings only: what is not known is left out.
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _match_json(self, match: Match, place: str) -> dict[str, Any]:
        document = match.chunk.document
        return {
            "document_chunk": match.chunk.text,
            "distance": match.distance,
            "metadata": {
                "source": f"{place}/{quote(document.name)}",
                "checksum": document.checksum,
                "embedding": self._library.model,
                "filename": document.name,
                # The documented example satisfies certainty = 1 - distance / 2.
                "certainty": 1 - match.distance / 2,
                "loader_metadata": {},
            },
        }
