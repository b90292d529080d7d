"""The control API: how people, tests and the page make things happen in the stand-in. Not part of Telnyx's API.

All below `/telnyx/control/`; unknown keys are refused by name (422). No key is needed: the server listens on loopback only.
"""

from __future__ import annotations

import base64
from typing import Self

from aiohttp import web
from pydantic import Field, model_validator

from sandbox.clock import SandboxClock

from .arguments import Body, check_query, read_body, whole_number
from .clusters import CLUSTER_STATUSES, Clusters
from .faults import Fault
from .fine_tuning import JOB_STATUSES, FineTuning
from .gate import Gate
from .library import TASK_STATUSES, Library
from .operations import Handler
from .refusals import Refusal, invalid, refusal


class DocumentBody(Body):
    """POST control/documents: a text, or any file as base64."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")
    filename: str = Field(min_length=1)
    text: str | None = None
    base64: str | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.text is None) == (self.base64 is None):
            raise ValueError("give either text or base64")
        return self


class ClockBody(Body):
    """POST control/clock: run faster or slower, or jump ahead."""

    scale: float | None = Field(default=None, ge=0)
    advance: float = Field(default=0, ge=0)


class StateBody(Body):
    """POST control/tasks, control/jobs and control/clusters: put a task or a job into a status."""

    bucket: str | None = None
    job_id: str | None = None
    cluster_task_id: str | None = None
    status: str

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if sum(subject is not None for subject in (self.bucket, self.job_id, self.cluster_task_id)) != 1:
            raise ValueError(
                "give one of bucket (embedding task), job_id (fine-tuning job) or cluster_task_id"
            )
        known = TASK_STATUSES if self.bucket is not None else JOB_STATUSES
        known = CLUSTER_STATUSES if self.cluster_task_id is not None else known
        if self.status not in known:
            raise ValueError(f"status is one of {', '.join(known)}")
        return self


class Control:
    """The routes of the control API."""

    def __init__(
        self,
        *,
        gate: Gate,
        clock: SandboxClock,
        library: Library,
        fine_tuning: FineTuning,
        clusters: Clusters,
        operations: frozenset[str],
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._library = library
        self._fine_tuning = fine_tuning
        self._clusters = clusters
        self._operations = operations

    def routes(self) -> list[web.RouteDef]:
        """What the application serves under `/control/`."""
        return [
            web.get("/control/faults", refusing(self.faults)),
            web.post("/control/faults", refusing(self.add_fault)),
            web.delete("/control/faults", refusing(self.clear_faults)),
            web.get("/control/calls", refusing(self.calls)),
            web.post("/control/documents", refusing(self.add_document)),
            web.post("/control/clock", refusing(self.set_clock)),
            web.post("/control/tasks", refusing(self.put_state)),
            web.post("/control/jobs", refusing(self.put_state)),
            web.post("/control/clusters", refusing(self.put_state)),
            web.route("*", "/control/{name:.*}", refusing(_unknown)),
        ]

    async def faults(self, _request: web.Request) -> web.Response:
        """The faults in force and the operations that can be named."""
        data = {"faults": self._gate.faults.pending(), "operations": sorted(self._operations)}
        return web.json_response(data)

    async def add_fault(self, request: web.Request) -> web.Response:
        """Set a fault; 422 names an unknown operation."""
        fault = await read_body(request, Fault)
        if fault.operation is not None and fault.operation not in self._operations:
            message = f"unknown operation {fault.operation!r}; known: {', '.join(sorted(self._operations))}"
            raise invalid([{"loc": ["body", "operation"], "msg": message, "type": "enum"}])
        self._gate.faults.add(fault)
        return web.json_response({"faults": self._gate.faults.pending()})

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Everything works again."""
        self._gate.faults.clear()
        return web.json_response({"faults": []})

    async def calls(self, request: web.Request) -> web.Response:
        """The calls after number `since`."""
        check_query(request, {"since"})
        since = whole_number(request, "since", default=0, least=0)
        return web.json_response({"calls": self._gate.calls.since(since)})

    async def add_document(self, request: web.Request) -> web.Response:
        """Put a file into a bucket (a new one when need be); a task embeds it."""
        body = await read_body(request, DocumentBody)
        try:
            content = (
                body.text.encode()
                if body.text is not None
                else base64.b64decode(body.base64 or "", validate=True)
            )
        except ValueError:
            raise invalid([{"loc": ["body", "base64"], "msg": "not base64", "type": "base64"}]) from None
        task = self._library.add(body.bucket, body.filename, content)
        return web.json_response({"task_id": task.task_id, "status": task.course.status(self._clock.now())})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Change the speed of time, jump ahead; the answer says what time it is now."""
        body = await read_body(request, ClockBody)
        if body.scale is not None:
            self._clock.set_scale(body.scale)
        self._clock.advance(body.advance)
        return web.json_response({"now": self._clock.now().isoformat(), "scale": self._clock.scale})

    async def put_state(self, request: web.Request) -> web.Response:
        """Put the newest task of a bucket, or a job, into a status; 404 names what is unknown."""
        body = await read_body(request, StateBody)
        try:
            if body.bucket is not None:
                subject = self._library.put_task(body.bucket, body.status).task_id
            elif body.cluster_task_id is not None:
                subject = self._clusters.put_task(body.cluster_task_id, body.status).task_id
            else:
                subject = self._fine_tuning.put_job(body.job_id or "", body.status).job_id
        except KeyError as error:
            raise refusal(404, f"Nothing is known under {error}.") from None
        return web.json_response({"id": subject, "status": body.status})


async def _unknown(request: web.Request) -> web.StreamResponse:
    raise refusal(404, f"The control API has no route {request.method} {request.path}.")


def refusing(handler: Handler) -> Handler:
    """Turns refusals into answers, as the gate does for operations."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as no:
            return no.response()

    return handle
