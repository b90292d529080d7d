"""The control API's part for what goes on by itself: put a task, a job, a clustering or a run of insights into a state, or take it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from aiohttp import web
from pydantic import Field, model_validator

from .arguments import Body, read_body
from .clusters import CLUSTER_STATUSES, Clusters, ClusterTask
from .control import refusing
from .fine_tuning import JOB_STATUSES, FineTuning, Job
from .insight_results import RUN_STATUSES, InsightResults, Run
from .library import TASK_STATUSES, Library, Task
from .refusals import refusal

_SUBJECTS = {
    "bucket": TASK_STATUSES,
    "task_id": TASK_STATUSES,
    "job_id": JOB_STATUSES,
    "cluster_task_id": CLUSTER_STATUSES,
    "run_id": RUN_STATUSES,
}
Subject = Task | Job | ClusterTask | Run


class StateBody(Body):
    """POST control/tasks, control/jobs, control/clusters and control/runs.

    Attributes:
        bucket: its newest embedding task is meant, a new one when there is none; or
        task_id, job_id, cluster_task_id, run_id: an embedding task, a fine-tuning job, a clustering, a run of insights.
        status: the state it is in from now on. `odd`: it may be a word that no document knows.
        ago: it came into that state so many seconds ago.
        done: of an embedding task, how many files of its bucket are embedded.
        without: fields that its row lacks from now on.
        gone: the API knows it no longer.
    """

    bucket: str | None = None
    task_id: str | None = None
    job_id: str | None = None
    cluster_task_id: str | None = None
    run_id: str | None = None
    status: str | None = Field(default=None, min_length=1)
    odd: bool = False
    ago: float = Field(default=0, ge=0)
    done: int | None = Field(default=None, ge=0)
    without: frozenset[str] | None = None
    gone: bool = False

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        named = [name for name in _SUBJECTS if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"give one of {', '.join(_SUBJECTS)}")
        if self.status is None and self.without is None and not self.gone:
            raise ValueError("give a status, or what its row lacks, or say that it is gone")
        known = _SUBJECTS[named[0]]
        if self.status is not None and self.status not in known and not self.odd:
            raise ValueError(f"status is one of {', '.join(known)}, or say that it is odd")
        if self.done is not None and (self.status is None or named[0] not in {"bucket", "task_id"}):
            raise ValueError("done goes with the status of an embedding task")
        return self


class States:
    """The routes that move what is under way."""

    def __init__(
        self,
        library: Library,
        clusters: Clusters,
        fine_tuning: FineTuning,
        results: InsightResults,
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._clusters = clusters
        self._fine_tuning = fine_tuning
        self._results = results
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """What the application serves."""
        names = ("tasks", "jobs", "clusters", "runs")
        return [web.post(f"/control/{name}", refusing(self.put)) for name in names]

    async def put(self, request: web.Request) -> web.Response:
        """Do it; the answer has the id, and the status that was asked for. 404 names what is unknown."""
        body = await read_body(request, StateBody)
        try:
            name, subject = self._found(body)
            if body.status is not None:
                self._move(subject, body.status, self._now() - timedelta(seconds=body.ago), body.done)
        except KeyError as error:
            raise refusal(404, f"Nothing is known under {error}.") from None
        if body.without is not None:
            subject.without = body.without
        if body.gone:
            self._take_away(name, subject)
        return web.json_response({"id": name, "status": body.status})

    def _found(self, body: StateBody) -> tuple[str, Subject]:
        if body.job_id is not None:
            return body.job_id, self._fine_tuning.jobs[body.job_id]
        if body.cluster_task_id is not None:
            return body.cluster_task_id, self._clusters.tasks[body.cluster_task_id]
        if body.run_id is not None:
            return body.run_id, self._results.find(body.run_id)
        if body.bucket is not None:
            task = self._library.newest(body.bucket)
            return task.task_id, task
        return body.task_id or "", self._library.tasks[body.task_id or ""]

    def _move(self, subject: Subject, status: str, at: datetime, done: int | None) -> None:
        if isinstance(subject, Task):
            self._library.put_task(subject, status, at, done)
        else:
            subject.course.halt(status, at)

    def _take_away(self, name: str, subject: Subject) -> None:
        if isinstance(subject, Run):
            self._results.runs.remove(subject)
        for held in (self._library.tasks, self._clusters.tasks, self._fine_tuning.jobs):
            held.pop(name, None)
