"""Comings and goings: who someone is now, who reads a place, who is in a group, and what a place is, as Slack tells of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.runtime import Runtime
from bot.slack.workspace import Workspace
from handlers.came import installed, reading
from handlers.verb import Needs

log = structlog.get_logger(__name__)

KEEP_SECONDS = 2.0
"""Slack waits three seconds for an acknowledgement, and tells again what got none."""

Facts = Mapping[str, Any]
"""What is known of a place now, by the names of ``About``'s fields. Empty: nothing is sure anymore, so Slack has to be asked."""
Changed = Callable[[str, str, Facts], Awaitable[None]]
"""Keeps what is known of a place: its team, its id, the facts."""

UNSURE: Facts = {}
PLACES: Mapping[str, Facts] = {
    "channel_archive": {"archived": True},
    "group_archive": {"archived": True},
    "channel_deleted": {"archived": True},
    "group_deleted": {"archived": True},
    "channel_unarchive": {"archived": False},
    "group_unarchive": {"archived": False},
    "channel_shared": {"shared": True},
    # It may be shared with others still, or about to be; and of a place that we left we hear nothing.
    "channel_unshared": UNSURE,
    "channel_left": UNSURE,
    "group_left": UNSURE,
}
"""What each event says of the place that it names."""


class Comings:
    """Hears of people, places, and groups, and takes it in before Slack is told so.

    Args:
        runtime: the running bot.
        changed: keeps what is known of places, if not the bot's own store.
    """

    needs: ClassVar[Needs] = Needs(
        events=frozenset(
            {
                "user_change",
                "team_join",
                "member_joined_channel",
                "member_left_channel",
                "subteam_members_changed",
                "subteam_updated",
                "channel_id_changed",
                *PLACES,
            }
        ),
        scopes=frozenset(
            {"users:read", "usergroups:read", "channels:read", "groups:read", "im:read", "mpim:read"}
        ),
    )

    def __init__(self, runtime: Runtime, changed: Changed | None = None) -> None:
        self._runtime = runtime
        self._changed = changed

    def register(self, app: AsyncApp) -> None:
        """Each is a listener middleware: it runs before Bolt acknowledges, the listener itself after."""
        takers = {
            "user_change": self.person,
            "team_join": self.person,
            "member_joined_channel": self.joined,
            "member_left_channel": self.left,
            "subteam_members_changed": self.members,
            "subteam_updated": self.group,
            "channel_id_changed": self.renumbered,
            **dict.fromkeys(PLACES, self.place),
        }
        for name, taker in takers.items():
            app.event(name, middleware=[taker])(self.taken)

    async def person(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> None:
        """Someone is new, or is now a guest, an admin, removed, or called otherwise."""
        with reading():
            self._workspace(body).people.learn(event["user"])
        await next_()

    async def members(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> None:
        """People came into a user group, or went."""
        with reading():
            self._workspace(body).user_groups.changed(str(event["subteam_id"]))
        await next_()

    async def group(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> None:
        """A user group was changed or switched off."""
        with reading():
            self._workspace(body).user_groups.updated(event["subteam"])
        await next_()

    async def joined(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Someone came into a channel: a guest perhaps, or this bot, which knows nothing of it yet."""
        with reading():
            workspace, us = self._workspace(body), installed(body)[1]
            channel, user = str(event["channel"]), str(event["user"])
            if user == us:
                workspace.channels.forget(channel)
            else:
                workspace.channels.joined(channel, user)
        return await self._keep(body, next_, {channel: UNSURE} if user == us else {})

    async def left(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Someone left a channel. Of one that this bot left, it hears nothing anymore."""
        with reading():
            workspace, us = self._workspace(body), installed(body)[1]
            channel, user = str(event["channel"]), str(event["user"])
            if user == us:
                workspace.channels.forget(channel)
            else:
                workspace.channels.left(channel, user)
        return await self._keep(body, next_, {channel: UNSURE} if user == us else {})

    async def place(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """A place was archived, shared, deleted, or left; or the opposite."""
        with reading():
            channel, facts = str(event["channel"]), PLACES[event["type"]]
            self._workspace(body).channels.forget(channel)
        return await self._keep(body, next_, {channel: facts})

    async def renumbered(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """A place has another id; what was granted to the old one is not the new one's."""
        with reading():
            old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
            for channel in (old, new):
                self._workspace(body).channels.forget(channel)
        return await self._keep(body, next_, {old: UNSURE, new: UNSURE})

    async def taken(self) -> None:
        """Nothing is left to do."""

    def _workspace(self, body: Mapping[str, Any]) -> Workspace:
        return self._runtime.workspaces.of(installed(body)[0])

    async def _keep(
        self, body: Mapping[str, Any], next_: Callable[[], Awaitable[None]], known: Mapping[str, Facts]
    ) -> BoltResponse | None:
        """Have what is known of places kept. Not kept (in time) is a 500: Slack tells of it again."""
        team, changed = installed(body)[0], self._changed or self._runtime.rights.changed
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                for channel, facts in known.items():
                    await changed(team, channel, facts)
        except Exception:  # a full disk, a database that refuses
            log.exception("place_not_kept")
            return BoltResponse(status=500, body="not kept")
        await next_()
        return None
