"""One aiohttp application: Slack over HTTP, and what an operator's probes ask."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.errors import StartError
from bot.observability.health import Health

EVENTS_PATH = "/slack/events"
LEAVE_SECONDS = 3.0
"""What requests that are being answered get to end when the listener closes; Slack waits no longer."""


class PortInUseError(StartError):
    """Another program listens on the port; the text names the fix."""


def application(health: Health, slack: AsyncApp | None) -> web.Application:
    """The routes; without ``slack`` (Socket Mode) only the probes."""
    app = web.Application()

    async def live(_: web.Request) -> web.Response:
        return web.json_response(health.live())

    async def ready(_: web.Request) -> web.Response:
        state = health.ready()
        return web.json_response(state, status=200 if state["ok"] else 503)

    app.router.add_get("/live", live)
    app.router.add_get("/ready", ready)
    if slack is not None:

        async def events(request: web.Request) -> web.StreamResponse:
            return await to_aiohttp_response(await slack.async_dispatch(await to_bolt_request(request)))

        app.router.add_post(EVENTS_PATH, events)
    return app


async def serve(app: web.Application, port: int) -> web.AppRunner:
    """Listen on all interfaces.

    Raises:
        PortInUseError: another program listens there.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=LEAVE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=port).start()
    except OSError as error:
        await runner.cleanup()
        raise PortInUseError(
            f"I can't listen on port {port}: {error.strerror}. Set PORT to a free port."
        ) from error
    return runner
