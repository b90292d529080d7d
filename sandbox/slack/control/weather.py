"""How well Slack is today: faults, rate limits, delivery."""

from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.blocks import CHECKS
from sandbox.slack.control.request import Kinds, Routes, body, query
from sandbox.slack.delivery import Deliveries
from sandbox.slack.faults import Fault
from sandbox.slack.http_events import HttpEvents
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace

NUMBER = (int, float)
NOTICE_SECONDS = 10.0
"""How long before the end of a socket Slack announces it."""


class Weather:
    """Makes Slack misbehave, and delivers events anew."""

    def __init__(
        self, workspace: Workspace, deliveries: Deliveries, sockets: SocketMode, http: HttpEvents
    ) -> None:
        self._slack, self._deliveries, self._sockets, self._http = workspace, deliveries, sockets, http

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "faults"): self.add_fault,
            ("POST", "limits"): self.limits,
            ("POST", "blocks"): self.blocks,
            ("POST", "events_url"): self.events_url,
            ("POST", "redeliver"): self.redeliver,
            ("GET", "sockets"): self.sockets,
            ("POST", "deliveries/forget"): self.forget_deliveries,
            ("POST", "sockets/close"): self.close_sockets,
            ("POST", "sockets/refresh"): self.refresh_sockets,
            ("POST", "sockets/deafen"): self.deafen_sockets,
            ("POST", "sockets/mark"): self.mark_sockets,
            ("DELETE", "faults"): self.clear_faults,
        }

    async def add_fault(self, request: web.Request) -> Any:
        """Let the next calls of a method fail."""
        known: Kinds = {
            "count": int,
            "retry_after": int,
            "error": str,
            "seconds": NUMBER,
            "channel": str,
            "body": str,
            "status": int,
        }
        fault = Fault(**await body(request, {"method": str, "kind": str}, known))
        try:
            self._slack.faults.add(fault)
        except ValueError as error:
            raise ActionError(str(error)) from error
        return {"ok": True}

    async def clear_faults(self, request: web.Request) -> Any:
        """Forget all faults still waiting, and cut the calls that hang."""
        query(request)
        self._slack.faults.clear()
        return {"ok": True}

    async def limits(self, request: web.Request) -> Any:
        """Switch rate limits on or off."""
        self._slack.limits.switch(on=(await body(request, {"on": bool}))["on"])
        return {"ok": True}

    async def blocks(self, request: web.Request) -> Any:
        """Let the workspace take no blocks of the types `refused` from now on, as before Slack rolled them out; `[]` ends it."""
        refused = (await body(request, {"refused": list}))["refused"]
        unknown = sorted(str(kind) for kind in refused if str(kind) not in CHECKS)
        if unknown:
            raise ActionError(
                f"unknown type of block {', '.join(unknown)}; known: {', '.join(sorted(CHECKS))}"
            )
        self._slack.refused_blocks = frozenset(map(str, refused))
        return {"ok": True}

    async def events_url(self, request: web.Request) -> Any:
        """Deliver over HTTP to this URL while no socket is connected; it must answer the challenge."""
        problem = await self._http.set_url((await body(request, {"url": str}))["url"])
        if problem:
            raise ActionError(problem)
        return {"ok": True}

    async def redeliver(self, request: web.Request) -> Any:
        """Send an event again, as Slack does when an acknowledgement was lost."""
        asked = await body(request, {}, {"event_id": str, "ts": str, "times": int})
        name = asked.get("event_id") or asked.get("ts") or ""
        acked = await self._deliveries.repeat(name, asked.get("times", 1))
        if acked is None:
            raise ActionError(f"no event {name!r} was delivered")
        return {"ok": True, "acked": acked}

    async def forget_deliveries(self, request: web.Request) -> Any:
        """Let an outage be longer than Slack tries: what no one acknowledged so far does not come again."""
        await body(request, {})
        return {"ok": True, "forgotten": await self._deliveries.forget()}

    async def close_sockets(self, request: web.Request) -> Any:
        """Disconnect all sockets, with notice or (`announce` false) without."""
        asked = await body(request, {}, {"announce": bool, "reason": str})
        closed = await self._sockets.close(
            announce=asked.get("announce", True), reason=asked.get("reason", "refresh_requested")
        )
        return {"ok": True, "closed": closed}

    async def sockets(self, request: web.Request) -> Any:
        """Every socket so far with what it carried, how many are open, and the fewest since the last mark."""
        query(request)
        return self._sockets.shown()

    async def refresh_sockets(self, request: web.Request) -> Any:
        """Announce the end of all sockets and go on using them for `seconds`, as Slack does before it refreshes them."""
        asked = await body(request, {}, {"seconds": NUMBER, "reason": str})
        told = await self._sockets.refresh(
            reason=asked.get("reason", "warning"), seconds=float(asked.get("seconds", NOTICE_SECONDS))
        )
        return {"ok": True, "told": told}

    async def deafen_sockets(self, request: web.Request) -> Any:
        """Leave the open sockets open and say or hear nothing on them anymore; new ones work."""
        await body(request, {})
        return {"ok": True, "deaf": self._sockets.deafen()}

    async def mark_sockets(self, request: web.Request) -> Any:
        """Look anew for the fewest sockets that are open at a time."""
        await body(request, {})
        self._sockets.mark()
        return {"ok": True}
