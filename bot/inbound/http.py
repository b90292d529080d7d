"""One aiohttp application: Slack over HTTP, and what an operator's probes ask."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp

from bot.errors import StartError
from bot.inbound.connections import Connections, Visitor
from bot.inbound.refusals import Refusals
from bot.inbound.signed import Gate, RefusedRequestError
from bot.observability.health import Health

EVENTS_PATH = "/slack/events"
LEAVE_SECONDS = 3.0
"""What requests that are being answered get to end when the listener closes; Slack waits no longer."""
WAITING = 1_024
"""Connections that the kernel keeps until they are taken."""
_KEPT = web.RequestKey("kept", bool)
"""Marks the request whose connection stays open."""


class PortInUseError(StartError):
    """Another program listens on the port; the text names the fix."""


@dataclass(frozen=True)
class Listener:
    """A port that is listened on."""

    port: int
    refusals: Refusals
    _server: asyncio.Server = field(repr=False)
    _runner: web.AppRunner = field(repr=False)

    async def close(self) -> None:
        """Take in nothing else, and let what is being answered end."""
        self._server.close()
        await self._runner.cleanup()
        self.refusals.close()


def application(
    health: Health, slack: AsyncApp | None, secret: str, connections: Connections
) -> web.Application:
    """Return the routes; without ``slack`` (Socket Mode) only the probes."""
    app = web.Application(middlewares=[_one_answer])

    async def live(_: web.Request) -> web.Response:
        return web.json_response(health.live())

    async def ready(_: web.Request) -> web.Response:
        state = await health.ready()
        return web.json_response(state, status=200 if state["ok"] else 503)

    app.router.add_get("/live", live)
    app.router.add_get("/ready", ready)
    if slack is not None:
        gate = Gate(secret, connections.refusals)

        async def events(request: web.Request) -> web.StreamResponse:
            try:
                body = await gate.admit(request)
                with connections.trusting(request):
                    request[_KEPT] = True
                    return await to_aiohttp_response(await slack.async_dispatch(gate.read(request, body)))
            except RefusedRequestError as refused:
                return web.Response(status=refused.status)

        app.router.add_post(EVENTS_PATH, events)
    return app


async def serve(
    health: Health, slack: AsyncApp | None, secret: str, port: int, connections: Connections | None = None
) -> Listener:
    """Listen on all interfaces.

    Raises:
        PortInUseError: another program listens there.
    """
    connections = connections or Connections(Refusals())
    runner = web.AppRunner(application(health, slack, secret, connections), shutdown_timeout=LEAVE_SECONDS)
    await runner.setup()
    served = runner.server
    if served is None:
        raise RuntimeError("aiohttp made no server")
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: Visitor(served, connections), port=port, backlog=connections.at_once
        )
    except OSError as error:
        await runner.cleanup()
        raise PortInUseError(
            f"I can't listen on port {port}: {os.strerror(error.errno or 0)}. Set PORT to a free port."
        ) from error
    for listening in server.sockets:
        with listening.dup() as same:  # asyncio takes as many at once as may wait, and would run out of files
            same.listen(WAITING)
    first = min(server.sockets, key=lambda socket: socket.family)  # IPv4, if there is one
    return Listener(first.getsockname()[1], connections.refusals, server, runner)


@web.middleware
async def _one_answer(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Close the connection after the answer, unless Slack's signature was on the request."""
    try:
        response = await handler(request)
    except web.HTTPException as refusal:
        refusal.force_close()
        raise
    if not request.get(_KEPT):
        response.force_close()
    return response
