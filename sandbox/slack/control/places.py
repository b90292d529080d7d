"""How channels change: who comes and goes, archived or not, shared or not. The app hears of it as of Slack, if it subscribes."""

from typing import Any

from aiohttp import web

from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, body
from sandbox.slack.event_bodies import channel_sharing, place_changed
from sandbox.slack.web_api.conversations import depart, enter
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER


class Places:
    """People come into channels and go, archive them and share them."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "invite"): self.invite,
            ("POST", "leave"): self.leave,
            ("POST", "archive"): self.archive,
            ("POST", "share"): self.share,
        }

    async def invite(self, request: web.Request) -> Any:
        """Bring someone (by default the bot) into a channel."""
        said = await body(request, {"user": str, "channel": str}, {"who": str})
        channel = self._find.member(said["user"], said["channel"])
        enter(
            self._slack,
            channel,
            self._find.person(said.get("who", BOT_USER)),
            self._find.person(said["user"]),
        )
        return {"ok": True}

    async def leave(self, request: web.Request) -> Any:
        """Take someone (by default the bot) out of a channel."""
        said = await body(request, {"channel": str}, {"who": str})
        depart(self._slack, self._find.channel(said["channel"]), self._find.person(said.get("who", BOT_USER)))
        return {"ok": True}

    async def archive(self, request: web.Request) -> Any:
        """Archive a channel, or (`on` false) bring it back."""
        said = await body(request, {"channel": str}, {"on": bool})
        channel = self._find.channel(said["channel"])
        channel.is_archived = said.get("on", True)
        what = "archive" if channel.is_archived else "unarchive"
        ts = self._slack.messages.new_ts()
        self._slack.changes.bump()
        self._slack.publish(place_changed(channel, what, ts, user=""), channel, "")
        return {"ok": True}

    async def share(self, request: web.Request) -> Any:
        """Share a channel with another organization, or (`on` false) no longer."""
        said = await body(request, {"channel": str}, {"on": bool})
        channel = self._find.channel(said["channel"])
        channel.is_ext_shared = said.get("on", True)
        other = next(iter(self._slack.world.other_teams))
        self._slack.changes.bump()
        self._slack.publish(channel_sharing(channel, other, self._slack.messages.new_ts()), channel, "")
        return {"ok": True}
