"""What every call passes: the log, the key, the faults, and the translation of refusals into answers."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from .calls import CallLog
from .faults import HANGING, UNSPOILED, Fault, FaultBoard, with_broken_rows
from .idempotency import Replays
from .operations import Handler, Operation
from .refusals import Refusal, refusal

PREFIX = "/v2"
FAULT: web.RequestKey[Fault | None] = web.RequestKey("fault", object)  # type: ignore[arg-type]  # a union is no class
SENT: web.RequestKey[int] = web.RequestKey("sent", int)
# Never on the wire: what the handler of a dropped call returns to no one.
_NO_ANSWER = 499
_LOOK_SECONDS = 0.05
_JSON_SPOILED = b'{"data": [{"id": '


class Gate:
    """Wraps the handlers of operations.

    Args:
        keys: the API keys that are let in.
        now: the sandbox's clock, for the log and the Date of an answer.
    """

    def __init__(self, keys: Iterable[str], now: Callable[[], datetime]) -> None:
        self._keys = [key.encode() for key in keys if key]
        self._now = now
        self.faults = FaultBoard()
        self.calls = CallLog()
        self._replays = Replays(now)

    def guard(self, operation: Operation) -> Handler:
        """The operation's handler behind the gate."""

        async def handle(request: web.Request) -> web.StreamResponse:
            began, status, request[SENT] = time.perf_counter(), None, 0
            path = bare_path(request)
            self.calls.begun(operation.name)
            response: web.StreamResponse | None = None
            try:
                response = await self._answer(operation, request, path)
                status = None if response.status == _NO_ANSWER else response.status
                if isinstance(response, web.Response):
                    request[SENT] = response.content_length or 0
                    response.headers["Date"] = format_datetime(self._now().astimezone(UTC), usegmt=True)
            finally:
                fault = request.get(FAULT)
                self.calls.note(
                    time=self._now().isoformat(),
                    operation=operation.name,
                    method=request.method,
                    path=path,
                    status=status,
                    seconds=round(time.perf_counter() - began, 6),
                    bytes=request[SENT],
                    fault=fault.kind if fault else None,
                )
            return await self._told(fault, request, response)

        return handle

    async def _told(
        self, fault: Fault | None, request: web.Request, response: web.StreamResponse
    ) -> web.StreamResponse:
        """What the caller hears of a call that is over and in the log."""
        if fault is None or not isinstance(response, web.Response):
            return response
        if fault.kind in HANGING:
            await self._silence(request)
            return _hang_up(request)
        if fault.kind == "slow_after_apply":
            await self.faults.rest(fault)
        return response

    async def _silence(self, request: web.Request) -> None:
        """Until the caller has hung up, for instance by dying, or the faults are deleted."""
        while request.transport is not None and not request.transport.is_closing():
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self.faults.calm.wait()
            except TimeoutError:
                continue
            return

    async def _answer(self, operation: Operation, request: web.Request, path: str) -> web.StreamResponse:
        try:
            self._check_key(request)
            fault = request[FAULT] = self.faults.take(operation.name, path)
            if fault is None:
                return await self._act(operation, request, None)
            if fault.kind in {"status", "spending_limit"}:
                raise fault.refusal(request.method, path)
            if fault.kind == "quotes_key":
                raise refusal(
                    400, f"Malformed headers: Authorization: {request.headers.get('Authorization', '')}"
                )
            if fault.kind == "drop":
                return _hang_up(request)
            if fault.kind == "hang":
                return web.Response(status=_NO_ANSWER)
            if fault.kind in {"empty", "empty_object"}:
                text = "{}" if fault.kind == "empty_object" else None
                return web.Response(status=200, text=text, content_type="application/json")
            return await _spoil(fault, request, await self._act(operation, request, fault))
        except Refusal as no:
            return no.response()

    async def _act(
        self, operation: Operation, request: web.Request, fault: Fault | None
    ) -> web.StreamResponse:
        """Do it, or replay what was done under the same Idempotency-Key; a slow call is in progress meanwhile."""

        async def act(request: web.Request) -> web.StreamResponse:
            if fault is not None and fault.kind == "slow":
                await self.faults.rest(fault)
            return await operation.handler(request)

        return await self._replays.answer(request, act) if operation.replays else await act(request)

    def _check_key(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        known = any(hmac.compare_digest(key.encode(), valid) for valid in self._keys)
        if scheme.lower() != "bearer" or not known:
            raise refusal(401)


def bare_path(request: web.Request) -> str:
    """The path without mount point and `/v2`, as the documentation names it."""
    return PREFIX.join(request.path.split(PREFIX)[1:]) or request.path


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection; aiohttp then has no one to write the returned answer to."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=_NO_ANSWER)


async def _spoil(fault: Fault, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Apply a fault to a whole answer; streams apply theirs while they are written."""
    if fault.kind in UNSPOILED or not isinstance(response, web.Response):
        return response
    if fault.kind == "hang_after_apply":
        return web.Response(status=_NO_ANSWER)
    if fault.kind == "reset_after_apply":
        return _hang_up(request)
    if (spoiled := _spoiled(fault, response)) is not None:
        return spoiled
    body = response.body if isinstance(response.body, bytes) else b""
    cut = web.StreamResponse(status=200, headers={"Content-Type": "application/json"})
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    _hang_up(request)
    return cut


def _spoiled(fault: Fault, response: web.Response) -> web.Response | None:
    """The whole answer of a fault that changes what is in it."""
    if fault.kind == "bad_json":
        return web.Response(body=_JSON_SPOILED, status=200, content_type="application/json")
    if fault.kind == "error_chunk":
        problem = {"message": "The model stopped unexpectedly.", "type": "server_error"}
        return web.json_response({"error": problem})
    if fault.kind == "broken_rows" and isinstance(response.body, bytes):
        return web.json_response(with_broken_rows(json.loads(response.body)))
    return None
