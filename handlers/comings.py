"""Comings and goings: who someone is now, who reads a place, who is in a group, and what a place is, as Slack tells of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.render.aside import invited
from bot.runtime import Runtime
from bot.services.access import Asker, Place, Right
from bot.slack.codes import code_of
from bot.slack.workspace import Workspace
from bot.slack.writing.posts import direct_message
from handlers.came import installed, moment, reading
from handlers.verb import Needs

log = structlog.get_logger(__name__)

KEEP_SECONDS = 2.0
"""Slack waits three seconds for an acknowledgement, and tells again what got none."""

PAUSES = Backoff(first=2.0, most=60.0)
TRIES = 10
"""So often I try to tell someone who invited me what I do there; each try waits for Slack as long as any write."""

Facts = Mapping[str, Any]
"""What is known of a place now, by the names of ``About``'s fields. Empty: nothing is sure anymore, so Slack has to be asked."""

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
        pause: waits.
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
            {
                "users:read",
                "usergroups:read",
                "channels:read",
                "groups:read",
                "im:read",
                "mpim:read",
                "chat:write",
                "im:write",
            }
        ),
    )

    def __init__(
        self,
        runtime: Runtime,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._runtime = runtime
        self._pause = pause
        self._welcoming: set[str] = set()

    def register(self, app: AsyncApp) -> None:
        """Each is a listener middleware: it runs before Bolt acknowledges, the listener itself after."""
        takers = {
            "user_change": self.person,
            "team_join": self.person,
            **dict.fromkeys(("member_joined_channel", "member_left_channel"), self.moved),
            "subteam_members_changed": self.members,
            "subteam_updated": self.group,
            "channel_id_changed": self.renumbered,
            **dict.fromkeys(PLACES, self.place),
        }
        after = {"member_joined_channel": self.came_in}
        for name, taker in takers.items():
            app.event(name, middleware=[taker])(after.get(name, self.taken))

    async def person(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> None:
        """Someone is new, or is now a guest, an admin, removed, or called otherwise."""
        with reading():
            people, user = self._workspace(body).people, event["user"]
            if isinstance(user, str):  # only who, not how they are now
                people.forget(user)
            else:
                people.learn(user)
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

    async def moved(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Someone came into a channel or left it: a guest perhaps, or this bot, which from then on knows nothing of it."""
        with reading():
            channels, us = self._workspace(body).channels, installed(body)[1]
            channel, user = str(event["channel"]), str(event["user"])
            if user == us:
                channels.forget(channel)
            elif event["type"] == "member_joined_channel":
                channels.joined(channel, user)
            else:
                channels.left(channel, user)
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

    async def came_in(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Someone invited me to a channel: where another organization reads along, they alone are told what I do there."""
        with reading():
            team, us = installed(body)
            channel, user = str(event["channel"]), str(event["user"])
            inviter, ts = str(event.get("inviter") or ""), str(event.get("event_ts") or "")
        if user != us:
            return
        key = ids.welcome(team, channel, ts)
        if not inviter:
            log.info("invited_by_no_one", channel=channel)
        elif key not in self._welcoming:
            # The same event may come again meanwhile; later, the message is found.
            self._welcoming.add(key)
            try:
                await self._welcome(Place(team, channel, ""), Asker(inviter, team), key, moment(event))
            finally:
                self._welcoming.discard(key)

    async def _welcome(self, place: Place, inviter: Asker, key: str, at: float) -> None:
        """Tell the inviter. A Slack that is away is waited for; nothing else does."""
        pauses = PAUSES.pauses()
        for _ in range(TRIES):
            try:
                await self._welcomed(place, inviter, key, at)
            except OutcomeUnknownError:
                await self._pause(next(pauses))
            except SlackApiError as error:
                log.info("inviter_not_told", error=code_of(error))
                return
            else:
                return
        log.warning("inviter_not_told", error="no answer")

    async def _welcomed(self, place: Place, inviter: Asker, key: str, at: float) -> None:
        """Write to them, unless only this organization reads the place, or they are none of this workspace."""
        workspace, rights = self._runtime.workspaces.of(place.team), self._runtime.rights
        # First: as long as Slack is away, every place counts as shared.
        await workspace.person(inviter.user, team=place.team)
        if not await rights.is_shared(place, inviter):
            return
        audience = await rights.alone(place, inviter)
        if not audience.member:
            log.info("inviter_not_told", error="no member of this workspace")
            return
        public = await rights.of(place, inviter, private=False)
        said = invited(
            place.channel, allowed=bool(public.buckets or public.calls), could_allow=audience.has(Right.ADMIN)
        )
        await direct_message(workspace.api, inviter.user, said, key=key, since=at or None)

    async def taken(self) -> None:
        """Nothing is left to do."""

    def _workspace(self, body: Mapping[str, Any]) -> Workspace:
        return self._runtime.workspaces.of(installed(body)[0])

    async def _keep(
        self, body: Mapping[str, Any], next_: Callable[[], Awaitable[None]], known: Mapping[str, Facts]
    ) -> BoltResponse | None:
        """Have what is known of places kept. Not kept (in time) is a 500: Slack tells of it again."""
        team = installed(body)[0]
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                for channel, facts in known.items():
                    await self._runtime.rights.changed(team, channel, facts)
        except Exception:  # a full disk, a database that refuses
            log.exception("place_not_kept")
            return BoltResponse(status=500, body="not kept")
        await next_()
        return None
