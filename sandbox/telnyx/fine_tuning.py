"""Family `fine_tuning`: jobs that are queued, run and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import Field

from .arguments import Body, check_query, read_body
from .models import CATALOG
from .operations import Operation
from .refusals import refusal
from .stages import Lifecycle

JOB_STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
FINAL_JOB_STATUSES = frozenset({"succeeded", "failed", "cancelled"})
_ORGANIZATION = "org-acme-telecom"


class Hyperparameters(Body):
    """n_epochs is 1 to 10 by schema."""

    n_epochs: int = Field(default=3, ge=1, le=10)


class JobBody(Body):
    """Body of POST /ai/fine_tuning/jobs."""

    model: str
    training_file: str
    suffix: str | None = None
    hyperparameters: Hyperparameters = Hyperparameters()


@dataclass
class Job:
    """One job; `tokens` is what it has trained on once it has succeeded. `without`: fields that its row lacks."""

    job_id: str
    model: str
    training_file: str
    epochs: int
    tokens: int
    course: Lifecycle
    without: frozenset[str] = frozenset()


class FineTuning:
    """The operations over jobs, newest last.

    Args:
        now: the sandbox's clock.
        queued_seconds: how long a new job waits. running_seconds: how long it works after that.
    """

    def __init__(
        self, now: Callable[[], datetime], *, queued_seconds: float = 5, running_seconds: float = 60
    ) -> None:
        self._now = now
        self._waits = (queued_seconds, running_seconds)
        self.jobs: dict[str, Job] = {}

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        return (
            Operation("fine_tuning.jobs", "GET", "/ai/fine_tuning/jobs", self.all),
            Operation("fine_tuning.create", "POST", "/ai/fine_tuning/jobs", self.create),
            Operation("fine_tuning.cancel", "POST", "/ai/fine_tuning/jobs/{job_id}/cancel", self.cancel),
            Operation("fine_tuning.job", "GET", "/ai/fine_tuning/jobs/{job_id}", self.one),
        )

    def put_job(self, job_id: str, status: str) -> Job:
        """A job is put into `status` at once.

        Raises:
            KeyError: no such job.
        """
        job = self.jobs[job_id]
        job.course.halt(status, self._now())
        return job

    def tuned(self) -> list[dict[str, Any]]:
        """The models that came of jobs, as `models` lists them: named as the job, owned by the organization, without a price."""
        now = self._now()
        return [
            {name: value for name, value in base.items() if name != "pricing"}
            | {
                "id": job.job_id,
                "base_model": job.model,
                "created": job.course.began.isoformat(),
                "owned_by": _ORGANIZATION,
                "organization": _ORGANIZATION,
                "description": None,
                "is_fine_tunable": False,
                "recommended_for_assistants": False,
            }
            for job in self.jobs.values()
            for base in CATALOG
            if base["id"] == job.model and job.course.status(now) == "succeeded"
        ]

    async def all(self, request: web.Request) -> web.Response:
        """Every job, `{data}` without meta."""
        check_query(request, ())
        return web.json_response({"data": [self._json(job) for job in self.jobs.values()]})

    async def create(self, request: web.Request) -> web.Response:
        """A new job, bare; 400 for a model that cannot be tuned."""
        check_query(request, ())
        body = await read_body(request, JobBody)
        if not any(m["id"] == body.model and m["is_fine_tunable"] for m in CATALOG):
            raise refusal(400, f"The model {body.model} cannot be fine-tuned.", pointer="/model")
        queued, running = self._waits
        steps = (("queued", 0.0), ("running", queued), ("succeeded", queued + running))
        course = Lifecycle(self._now(), steps, FINAL_JOB_STATUSES)
        job_id = f"{body.model.rpartition('/')[2]}-{body.suffix or 'tuned'}-{len(self.jobs) + 1:03d}".lower()
        job = Job(job_id, body.model, body.training_file, body.hyperparameters.n_epochs, 48_000, course)
        self.jobs[job_id] = job
        return web.json_response(self._json(job))

    async def one(self, request: web.Request) -> web.Response:
        """One job, bare; 404 when there is none of that id."""
        check_query(request, ())
        return web.json_response(self._json(self._find(request)))

    async def cancel(self, request: web.Request) -> web.Response:
        """A job that goes on is cancelled; 400 once it has ended (the documents leave that case open)."""
        check_query(request, ())
        job = self._find(request)
        status = job.course.status(self._now())
        if status in FINAL_JOB_STATUSES:
            raise refusal(400, f"The job has already ended: {status}.")
        job.course.halt("cancelled", self._now())
        return web.json_response(self._json(job))

    def _find(self, request: web.Request) -> Job:
        job = self.jobs.get(request.match_info["job_id"])
        if job is None:
            raise refusal(404, "The requested fine-tuning job could not be found.")
        return job

    def _json(self, job: Job) -> dict[str, Any]:
        now = self._now()
        status = job.course.status(now)
        finished = job.course.finished_at(now)
        row = {
            "id": job.job_id,
            "model": job.model,
            "training_file": job.training_file,
            "organization_id": _ORGANIZATION,
            "status": status,
            "created_at": int(job.course.began.timestamp()),
            "finished_at": int(finished.timestamp()) if finished else None,
            "trained_tokens": job.tokens * job.epochs if status == "succeeded" else None,
            "hyperparameters": {"n_epochs": job.epochs},
        }
        return {name: value for name, value in row.items() if name not in job.without}
