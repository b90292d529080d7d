"""What people, tests and the page look at."""

from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, query
from sandbox.slack.delivery import Deliveries
from sandbox.slack.http_events import HttpEvents
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace

LONGEST_POLL = 60.0


class Looking:
    """Answers the GET calls."""

    def __init__(
        self, workspace: Workspace, deliveries: Deliveries, sockets: SocketMode, http: HttpEvents
    ) -> None:
        self._slack, self._deliveries, self._sockets, self._http = workspace, deliveries, sockets, http
        self._find = Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("GET", "state"): self.state,
            ("GET", "messages"): self.messages,
            ("GET", "views"): self.views,
            ("GET", "statuses"): self.statuses,
            ("GET", "calls"): self.calls,
            ("GET", "report"): self.report,
            ("GET", "changes"): self.changes,
            ("GET", "deliveries"): self.deliveries,
        }

    async def state(self, request: web.Request) -> Any:
        """Team, people, channels, the app, sockets and switches; and a `ts` later than all there are."""
        query(request)
        here = {
            "ts": self._slack.messages.new_ts(),
            "sockets": self._sockets.count,
            "events_url": self._http.url,
        }
        return self._slack.state() | here

    async def messages(self, request: web.Request) -> Any:
        """Messages of a channel or thread, oldest first, as one person sees them (or all but ephemeral ones, without a person)."""
        asked = query(request, "channel", "thread_ts", "user")
        channels = [self._find.channel(asked["channel"]).id] if "channel" in asked else None
        found = self._slack.messages_for(
            self._find.person(asked["user"]) if "user" in asked else None, channels
        )
        thread_ts = asked.get("thread_ts")
        return [message.for_person() for message in found if thread_ts in (None, message.root)]

    async def views(self, request: web.Request) -> Any:
        """A person's home and modals, from the bottom up."""
        user = self._find.person(query(request, "user").get("user", ""))
        team = self._slack.world.team.id
        return [view.for_app(team) | {"errors": view.errors} for view in self._slack.views.of(user)]

    async def statuses(self, request: web.Request) -> Any:
        """What threads show while the app works."""
        query(request)
        return [vars(status) for status in self._slack.live_statuses()]

    async def calls(self, request: web.Request) -> Any:
        """The Web API calls after number `since`."""
        return self._slack.calls.since(_number(query(request, "since"), "since", 0))

    async def report(self, request: web.Request) -> Any:
        """The app's mistakes after number `since`: blocks that were refused, and what a screen reader can't tell."""
        return self._slack.findings.since(_number(query(request, "since"), "since", 0))

    async def changes(self, request: web.Request) -> Any:
        """Wait until something changed after `since`, `timeout` seconds at most."""
        asked = query(request, "since", "timeout")
        seconds = min(float(_number(asked, "timeout", 30)), LONGEST_POLL)
        return {"n": await self._slack.changes.after(_number(asked, "since", 0), seconds)}

    async def deliveries(self, request: web.Request) -> Any:
        """Every event that was sent to the app."""
        query(request)
        return self._deliveries.shown()


def _number(asked: dict[str, str], key: str, default: int) -> int:
    try:
        return int(float(asked.get(key, default)))
    except ValueError:
        raise ActionError(f"{key} must be a number") from None
