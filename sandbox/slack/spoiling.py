"""How a fault shows: the HTTP response it puts in the place of the real one, or a connection that is cut."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.slack.faults import APPLIED, BODIES, HANGING, SAID_AFTER_APPLY, Fault, Faults
from sandbox.slack.workspace import Workspace

LOOK_SECONDS = 0.05
CONNECTION_CUT = 0
Outcome = tuple[web.Response | None, str]
"""A response (none: cut the connection) and the error code for the log."""


def spoiled(fault: Fault | None) -> Outcome | None:
    """What a fault answers in place of the method (no response: cut the connection), or None to go on."""
    return None if fault is None or fault.kind in APPLIED else said(fault)


def said(fault: Fault) -> Outcome:
    """What a fault answers."""
    if fault.kind == "drop":
        return None, fault.kind
    if fault.kind == "500":
        return web.Response(status=500, text="internal server error"), fault.kind
    if fault.kind == "429":
        return ratelimited(fault.retry_after), "ratelimited"
    if fault.kind.startswith("unreadable"):
        kind, body = BODIES[fault.body]
        return web.Response(status=fault.status, text=body, content_type=kind), fault.kind
    return web.json_response({"ok": False, "error": fault.error}), fault.error


def ratelimited(seconds: int) -> web.Response:
    """HTTP 429 with the seconds to wait."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


async def hang(request: web.Request, faults: Faults) -> None:
    """Say nothing until the caller has hung up, for instance by dying, or until the faults are cleared."""
    while request.transport is not None and not request.transport.is_closing():
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await faults.calm.wait()
        except TimeoutError:
            continue
        return


async def weathered(
    request: web.Request,
    slack: Workspace,
    name: str,
    do: Callable[[], Awaitable[Outcome]],
    *,
    channel: str = "",
    instead: Callable[[Fault | None], Outcome | None] = spoiled,
) -> web.StreamResponse:
    """Answer a call as the faults of this name (and channel) allow, and log it.

    Args:
        request: the call.
        slack: whose faults and log.
        name: the method, or the word for what is no method.
        do: does the call.
        channel: where it acts, for faults in one channel and for the log.
        instead: what a fault answers in place of the call.
    """
    started = time.perf_counter()
    fault = slack.faults.take(name, channel)
    kind = fault.kind if fault else ""
    if fault and kind == "slow":
        await slack.faults.rest(fault)
    response, error = (None, kind) if kind == "hang" else instead(fault) or await do()
    if kind in ("reset_after_apply", "hang_after_apply"):
        response, error = None, kind
    elif fault and kind in SAID_AFTER_APPLY:
        response, error = said(fault)
    status = response.status if response else CONNECTION_CUT
    seconds = time.perf_counter() - started
    slack.calls.note(name, channel=channel, status=status, error=error, seconds=seconds)
    slack.changes.bump()
    if kind in HANGING:
        await hang(request, slack.faults)
    elif fault and kind == "slow_after_apply":
        await slack.faults.rest(fault)
    return response or cut(request)


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer; the response returned here reaches no one."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
