"""The control API: how people, tests and the page make things happen in the stand-in. Not part of Telnyx's API.

All below `/telnyx/control/`; unknown keys are refused by name (422). No key is needed: the server listens on loopback only.
"""

from __future__ import annotations

import base64
import uuid
from datetime import timedelta
from typing import Any, Literal, Self

from aiohttp import web
from pydantic import Field, model_validator

from sandbox.clock import SandboxClock

from .arguments import Body, check_query, read_body, whole_number
from .conversations import Conversations
from .faults import Fault
from .gate import Gate
from .library import Library
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


class SaidBody(Body):
    """One message of POST control/conversations, so many `seconds` after the call began; without them it has no time."""

    role: Literal["user", "assistant", "tool"]
    text: str | None
    seconds: float | None = None
    tool_calls: list[dict[str, Any]] | None = None


class CallBody(Body):
    """POST control/conversations: a whole call, which Telnyx's API would write message by message."""

    name: str = ""
    metadata: dict[str, str] = Field(default_factory=dict)
    messages: list[SaidBody] = Field(default_factory=list)


class ClockBody(Body):
    """POST control/clock: run faster or slower, or jump ahead."""

    scale: float | None = Field(default=None, ge=0)
    advance: float = Field(default=0, ge=0)


class Control:
    """The routes of the control API."""

    def __init__(
        self,
        *,
        gate: Gate,
        clock: SandboxClock,
        library: Library,
        conversations: Conversations,
        operations: frozenset[str],
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._library = library
        self._conversations = conversations
        self._operations = operations

    def routes(self) -> list[web.RouteDef]:
        """What the application serves under `/control/`."""
        return [
            web.get("/control/faults", refusing(self.faults)),
            web.post("/control/faults", refusing(self.add_fault)),
            web.delete("/control/faults", refusing(self.clear_faults)),
            web.get("/control/calls", refusing(self.calls)),
            web.post("/control/documents", refusing(self.add_document)),
            web.post("/control/conversations", refusing(self.add_call)),
            web.post("/control/clock", refusing(self.set_clock)),
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
        """The calls after number `since` that are kept, and how often each operation was asked for since the beginning."""
        check_query(request, {"since"})
        since = whole_number(request, "since", default=0, least=0)
        calls = self._gate.calls
        return web.json_response({"calls": calls.since(since), "asked": calls.asked})

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

    async def add_call(self, request: web.Request) -> web.Response:
        """Put a call in that has just ended; its id."""
        body = await read_body(request, CallBody)
        now = self._clock.now()
        began = now - timedelta(seconds=max((one.seconds or 0.0 for one in body.messages), default=0.0))
        conversation = {
            "id": str(uuid.uuid4()),
            "created_at": began.isoformat(),
            "last_message_at": now.isoformat(),
            "metadata": body.metadata,
            "name": body.name,
        }

        def message(said: SaidBody) -> dict[str, Any]:
            at = None if said.seconds is None else (began + timedelta(seconds=said.seconds)).isoformat()
            tools = {"tool_calls": said.tool_calls} if said.tool_calls else {}
            return {"role": said.role, "text": said.text, "created_at": at, "sent_at": at} | tools

        messages = [message(said) for said in body.messages]
        self._conversations.add({"conversation": conversation, "messages": messages, "insights": []})
        return web.json_response({"id": conversation["id"]})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Change the speed of time, jump ahead; the answer says what time it is now."""
        body = await read_body(request, ClockBody)
        if body.scale is not None:
            self._clock.set_scale(body.scale)
        self._clock.advance(body.advance)
        return web.json_response({"now": self._clock.now().isoformat(), "scale": self._clock.scale})


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
