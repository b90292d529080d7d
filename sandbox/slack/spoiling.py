"""How a fault shows: the HTTP response it puts in the place of the real one, or a connection that is cut."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.slack.faults import APPLIED, Fault, Faults
from sandbox.slack.workspace import Workspace

LOOK_SECONDS = 0.05


def spoiled(fault: Fault | None) -> tuple[web.Response | None, str] | None:
    """What a fault answers in place of the method (no response: cut the connection), or None to go on."""
    if fault is None or fault.kind in APPLIED:
        return None
    if fault.kind == "drop":
        return None, fault.kind
    if fault.kind == "500":
        return web.Response(status=500, text="internal server error"), fault.kind
    if fault.kind == "429":
        return ratelimited(fault.retry_after), "ratelimited"
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
    request: web.Request, slack: Workspace, name: str, do: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    """Answer a call that is not of the Web API as the faults of this name allow, and log it."""
    started = time.perf_counter()
    fault = slack.faults.take(name)
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    response, error = spoiled(fault) or (await do(), "")
    if fault and fault.kind in ("reset_after_apply", "hang_after_apply"):
        response, error = None, fault.kind
    status = response.status if response else 0
    seconds = time.perf_counter() - started
    slack.calls.note(name, channel="", status=status, error=error, seconds=seconds)
    slack.changes.bump()
    if error == "hang_after_apply":
        await hang(request, slack.faults)
    return response or cut(request)


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer; the response returned here reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
