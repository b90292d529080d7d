"""Family `clusters`: tasks that group the texts of an embedded bucket. Pages are numbered from 0 here."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from aiohttp import web
from pydantic import Field

from .arguments import Body, check_query, page_of, query_error, read_body, whole_number
from .cluster_graph import draw
from .clustering import Cluster, by_words, cluster
from .document import Embedded
from .library import Library
from .operations import Operation
from .refusals import refusal
from .stages import Lifecycle
from .vector_file import Matrix

CLUSTER_STATUSES = ("pending", "starting", "running", "completed", "failed")
_FINAL = frozenset({"completed", "failed"})


class ClusterBody(Body):
    """Body of POST /ai/clusters."""

    bucket: str
    prefix: str | None = None
    files: list[str] | None = None
    min_cluster_size: int = Field(default=25, ge=2)
    min_subcluster_size: int = Field(default=5, ge=2)


@dataclass
class ClusterTask:
    """One task; `clusters` is filled when someone first asks after completion. `without`: fields that its row lacks."""

    body: ClusterBody
    course: Lifecycle
    task_id: str
    clusters: tuple[Cluster, ...] | None = None
    without: frozenset[str] = frozenset()


class Clusters:
    """The operations over tasks, oldest first.

    Args:
        library: whose buckets are clustered.
        now: the sandbox's clock.
        waits: seconds a task is pending, starting and running.
    """

    def __init__(
        self,
        library: Library,
        now: Callable[[], datetime],
        waits: tuple[float, float, float] = (1, 1, 4),
    ) -> None:
        self._library = library
        self._now = now
        self._waits = waits
        self.tasks: dict[str, ClusterTask] = {}

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        every, one = "/ai/clusters", "/ai/clusters/{task_id}"
        return (
            Operation("clusters.page", "GET", every, self.page),
            Operation("clusters.compute", "POST", every, self.compute),
            Operation("clusters.graph", "GET", f"{one}/graph", self.graph),
            Operation("clusters.get", "GET", one, self.one),
            Operation("clusters.delete", "DELETE", one, self.delete),
        )

    def start(self, body: ClusterBody, task_id: str = "") -> ClusterTask:
        """A new task: pending, starting, running, completed."""
        pending, starting, running = self._waits
        steps = (
            ("pending", 0.0),
            ("starting", pending),
            ("running", pending + starting),
            ("completed", pending + starting + running),
        )
        task = ClusterTask(body, Lifecycle(self._now(), steps, _FINAL), task_id or str(uuid.uuid4()))
        self.tasks[task.task_id] = task
        return task

    def put_task(self, task_id: str, status: str) -> ClusterTask:
        """A task is put into `status` at once.

        Raises:
            KeyError: no such task.
        """
        self.tasks[task_id].course.halt(status, self._now())
        return self.tasks[task_id]

    async def page(self, request: web.Request) -> web.Response:
        """A page of tasks with meta; the first page is 0, as documented for this family alone."""
        check_query(request, {"page[number]", "page[size]"})
        number = whole_number(request, "page[number]", default=0, least=0)
        size = whole_number(request, "page[size]", default=20)
        rows = [self._row(task) for task in self.tasks.values()]
        return web.json_response(page_of(rows, number, size, first=0))

    async def compute(self, request: web.Request) -> web.Response:
        """A new task, `{data: {task_id}}`; 404 for an unknown bucket."""
        check_query(request, ())
        body = await read_body(request, ClusterBody)
        if body.bucket not in self._library.buckets:
            raise refusal(404, f"The requested bucket could not be found or is not embedded: {body.bucket}")
        return web.json_response({"data": {"task_id": self.start(body).task_id}})

    async def one(self, request: web.Request) -> web.Response:
        """Status and clusters; no clusters before completion. Nodes and subclusters only when asked for."""
        check_query(request, {"top_n_nodes", "show_subclusters"})
        task = self._find(request)
        top = whole_number(request, "top_n_nodes", default=0, least=0)
        deep = _truth(request, "show_subclusters")
        found = await self._found(task)
        data = {
            "status": task.course.status(self._now()),
            "bucket": task.body.bucket,
            "clusters": [_shown(made, top, deep=deep) for made in found],
        }
        return web.json_response({"data": _less(data, task)})

    async def delete(self, request: web.Request) -> web.Response:
        """204."""
        check_query(request, ())
        del self.tasks[self._find(request).task_id]
        return web.Response(status=204)

    async def graph(self, request: web.Request) -> web.Response:
        """A PNG of all clusters, or of one cluster's subclusters (`cluster_id` is an integer here).

        404 for an unknown cluster, 400 before completion (the documents leave that case open).
        """
        check_query(request, {"cluster_id"})
        task = self._find(request)
        if task.course.status(self._now()) != "completed":
            raise refusal(400, "The clusters have not been computed yet.")
        shown: Sequence[Cluster] = await self._found(task)
        if "cluster_id" in request.query:
            number = whole_number(request, "cluster_id", default=0, least=0)
            chosen = [made for made in shown if made.cluster_id == str(number)]
            if not chosen:
                raise refusal(404, f"There is no cluster {number}.")
            shown = chosen[0].subclusters or chosen
        return web.Response(body=await asyncio.to_thread(draw, shown), content_type="image/png")

    async def _found(self, task: ClusterTask) -> tuple[Cluster, ...]:
        if task.course.status(self._now()) != "completed":
            return ()
        if task.clusters is None:
            body = task.body
            bucket = self._library.buckets.get(body.bucket)
            found = [
                document.embedded
                for document in (bucket.documents.values() if bucket else ())
                if document.embedded is not None
                and (body.files is None or document.name in body.files)
                and document.name.startswith(body.prefix or "")
            ]
            sizes = (body.min_cluster_size, body.min_subcluster_size)
            task.clusters = await asyncio.to_thread(cluster, *_texts(found), *sizes)
        return task.clusters

    def _find(self, request: web.Request) -> ClusterTask:
        task = self.tasks.get(request.match_info["task_id"])
        if task is None:
            raise refusal(404, "The requested clustering task could not be found.")
        return task

    def _row(self, task: ClusterTask) -> dict[str, Any]:
        now = self._now()
        finished = task.course.finished_at(now)
        row = {
            "task_id": task.task_id,
            "status": task.course.status(now),
            "bucket": task.body.bucket,
            "created_at": task.course.began.isoformat(),
            # Required and a string by schema, also while there is no such time: the start stands in.
            "finished_at": (finished or task.course.began).isoformat(),
            "min_cluster_size": task.body.min_cluster_size,
            "min_subcluster_size": task.body.min_subcluster_size,
        }
        return _less(row, task)


def _less(row: dict[str, Any], task: ClusterTask) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in task.without}


def _texts(found: Sequence[Embedded]) -> tuple[list[tuple[str, str]], Matrix]:
    """(file, text) of each chunk, and its vector, of its words where there is no model."""
    texts = [(chunk.document.name, chunk.text) for one in found for chunk in one.chunks]
    vectors = [one.vectors for one in found if one.vectors is not None]
    if vectors:
        return texts, np.concatenate(vectors)
    return texts, by_words([text for _, text in texts])


def _shown(made: Cluster, top: int, *, deep: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "cluster_id": made.cluster_id,
        "cluster_header": made.header,
        "cluster_summary": made.summary,
        "total_number_of_nodes": len(made.nodes),
        "nodes": [{"filename": node.filename, "text": node.text} for node in made.nodes[:top]],
    }
    if deep:
        row["subclusters"] = [_shown(inner, top, deep=True) for inner in made.subclusters]
    return row


def _truth(request: web.Request, name: str) -> bool:
    text = request.query.get(name, "false").lower()
    if text not in {"true", "false", "1", "0"}:
        raise query_error(name, "value is not a valid boolean", "bool_parsing")
    return text in {"true", "1"}
