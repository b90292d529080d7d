"""A large account in a moment: rows of every list, which hold nothing besides. No text is embedded and nothing is computed for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle, islice

from aiohttp import web
from pydantic import Field

from .arguments import Body, read_body
from .bucket import Bucket
from .clusters import ClusterBody, Clusters
from .control import refusing
from .document import Document
from .fine_tuning import FINAL_JOB_STATUSES, FineTuning, Job
from .insight_templates import Group, Insight, InsightTemplates
from .library import TASK_STATUSES, Library
from .models import DEFAULT_MODEL
from .stages import Lifecycle

_MOST = 50_000
_FAILS = 100
"""One file of so many could not be read."""
_NAMES = uuid.UUID("5b0e7d52-3d0c-4c0f-9d2b-b6f7a6f0c1de")
_DONE = frozenset({"success", "failure", "partial_success", "completed"} | FINAL_JOB_STATUSES)
_MINUTE = timedelta(minutes=1)


class FillBody(Body):
    """POST control/fill: how many of each are added; `files` go into `bucket`. What is running stays so, each task with a bucket of its own."""

    bucket: str = Field(default="handbook", pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")
    files: int = Field(default=0, ge=0, le=_MOST)
    buckets: int = Field(default=0, ge=0, le=_MOST)
    tasks: int = Field(default=0, ge=0, le=_MOST)
    clusterings: int = Field(default=0, ge=0, le=_MOST)
    insights: int = Field(default=0, ge=0, le=_MOST)
    groups: int = Field(default=0, ge=0, le=_MOST)
    jobs: int = Field(default=0, ge=0, le=_MOST)
    running_tasks: int = Field(default=0, ge=0, le=_MOST)
    running_jobs: int = Field(default=0, ge=0, le=_MOST)


LARGE = FillBody(files=10_000, buckets=200, tasks=1_000, clusterings=500, insights=300, groups=300, jobs=500)
"""The largest account that every list answers for within two seconds."""


class Filling:
    """Adds rows to what the services know; all are older than the sandbox, and the later a row is, the older it is."""

    def __init__(
        self,
        library: Library,
        templates: InsightTemplates,
        clusters: Clusters,
        fine_tuning: FineTuning,
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._library = library
        self._templates = templates
        self._clusters = clusters
        self._fine_tuning = fine_tuning

    def routes(self) -> list[web.RouteDef]:
        """What the application serves besides the control API's other routes."""
        return [web.post("/control/fill", refusing(self._asked))]

    def fill(self, wanted: FillBody) -> None:
        """Add so many of each."""
        self._documents(wanted)
        now = self._now()
        for number in range(wanted.clusterings):
            task = self._clusters.start(ClusterBody(bucket=wanted.bucket), _id("clustering", number))
            task.course = _course(now - number * _MINUTE, "completed")
        for number in range(wanted.insights):
            name, made, words = f"Insight {number:03}", now - number * _MINUTE, "What was said about this?"
            self._templates.add(Insight(name, words, made, insight_id=_id("insight", number)))
        for number in range(wanted.groups):
            name, made = f"Group {number:03}", now - number * _MINUTE
            self._templates.add_group(Group(name, made, group_id=_id("group", number)))
        for number, status in enumerate(islice(cycle(sorted(FINAL_JOB_STATUSES)), wanted.jobs)):
            job_id, course = f"tuned-{number:04}", _course(now - number * _MINUTE, status)
            self._fine_tuning.jobs[job_id] = Job(job_id, DEFAULT_MODEL, wanted.bucket, 3, 48_000, course)

        for number in range(wanted.running_jobs):
            job_id, course = f"tuning-{number:04}", _course(now - number * _MINUTE, "running")
            self._fine_tuning.jobs[job_id] = Job(job_id, DEFAULT_MODEL, wanted.bucket, 3, 48_000, course)

    def _documents(self, wanted: FillBody) -> None:
        now = self._now()
        for number in range(wanted.buckets):
            self._into(_bucket(number))
        for number, status in enumerate(islice(cycle(TASK_STATUSES), wanted.tasks)):
            bucket = _bucket(number // len(TASK_STATUSES))
            self._library.seed_task(bucket, _course(now - number * _MINUTE, status))
        for number in range(wanted.running_tasks):
            bucket = f"running-{number:05}"
            self._into(bucket)
            self._library.seed_task(bucket, _course(now - number * _MINUTE, "processing"))
        documents = self._into(wanted.bucket).documents
        for number in range(wanted.files):
            name, added = f"reports/{number:05}.md", now - number * _MINUTE
            reason = None if (number + 1) % _FAILS else "The file is encrypted."
            documents[name] = Document(name, "", f"{number:032x}", added, _course(added, "success"), reason)

    def _into(self, bucket: str) -> Bucket:
        return self._library.buckets.setdefault(bucket, Bucket(bucket))

    async def _asked(self, request: web.Request) -> web.Response:
        """Fill it; the answer repeats what was added."""
        body = await read_body(request, FillBody)
        self.fill(body)
        return web.json_response(body.model_dump())


def _course(began: datetime, status: str) -> Lifecycle:
    return Lifecycle(began, ((status, 0.0),), _DONE)


def _bucket(number: int) -> str:
    return f"bucket-{number:03}"


def _id(kind: str, number: int) -> str:
    return str(uuid.uuid5(_NAMES, f"{kind} {number}"))
