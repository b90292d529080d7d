"""Joins the parts of the stand-in Slack into one aiohttp application, mounted at `/slack`."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.slack.control import control_routes
from sandbox.slack.delivery import Deliveries
from sandbox.slack.http_events import HttpEvents
from sandbox.slack.installation import read_manifest
from sandbox.slack.interactions import Interactions
from sandbox.slack.messages import JsonObject
from sandbox.slack.responses import Responses
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.timings import Timings
from sandbox.slack.uploads import Uploads
from sandbox.slack.web_api.dispatch import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import Channel, Credentials, World, default_world

LARGEST_BODY = 16 * 2**20


class SlackStandIn:
    """A Slack workspace with one app. Mount `.app` at `/slack`, set `.root`, then `install` the app's manifest.

    Args:
        world: Team, people and channels; Acme Telecom by default.
        credentials: The app's made-up tokens and signing secret.
        timings: Durations, shorter in tests.
        clock: Epoch seconds for everything that expires; tests pass their own.
        events_url: Where to deliver while no socket is connected; not challenged (the control call does that).
    """

    def __init__(
        self,
        world: World | None = None,
        credentials: Credentials | None = None,
        *,
        timings: Timings | None = None,
        clock: Callable[[], float] = time.time,
        events_url: str = "",
    ) -> None:
        self.workspace = Workspace(
            world=world or default_world(),
            credentials=credentials or Credentials(),
            timings=timings or Timings(),
            clock=clock,
            publish=self._publish,
        )
        self._http = HttpEvents(self.workspace, events_url)
        self.sockets = SocketMode(self.workspace)
        self.deliveries = Deliveries(self.workspace, self.sockets, self._http)
        responses = Responses(self.workspace)
        interactions = Interactions(self.workspace, self.deliveries, responses)
        controls = control_routes(self.workspace, interactions, self.deliveries, self.sockets, self._http)
        self.app = web.Application(client_max_size=LARGEST_BODY)
        self.app.router.add_route("*", "/api/{method}", WebApi(self.workspace).answer)
        self.app.router.add_get("/link", self.sockets.connect)
        self.app.router.add_post("/response/{token}", responses.answer)
        self.app.router.add_routes([*Uploads(self.workspace).routes(), *controls])
        self.app.cleanup_ctx.append(self._run)
        self.app.on_shutdown.append(self._shut)

    @property
    def root(self) -> str:
        """The public root URL, such as `http://127.0.0.1:8090/slack`; set once the port is known."""
        return self.workspace.root

    @root.setter
    def root(self, url: str) -> None:
        self.workspace.root = url.rstrip("/")

    @property
    def credentials(self) -> Credentials:
        """The app's tokens and secrets."""
        return self.workspace.credentials

    def install(self, manifest: Mapping[str, Any]) -> None:
        """Install the app, or change it: only what the manifest names exists. Raises `ManifestError`."""
        self.workspace.installation = read_manifest(manifest)
        self.workspace.changes.bump()

    def _publish(self, event: JsonObject, channel: Channel | None, cause: str) -> None:
        self.deliveries.publish(event, channel, cause)

    async def _run(self, _: web.Application) -> AsyncIterator[None]:
        await self._http.open()
        yield
        await self._http.close()

    async def _shut(self, _: web.Application) -> None:
        """Before the server stops: give up deliveries, disconnect sockets."""
        self.workspace.changes.bump()  # wakes the long-polls, for which the server would wait
        await self.deliveries.forget()
        await self.sockets.close(announce=False)
