"""Who may see what, asked anew: of Slack who is who, of the database what was granted, of the settings what everyone may."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from bot.fresh import Fresh
from bot.services.access.audience import Audience, Role
from bot.services.access.rules import Granted, alone, together
from bot.services.access.who import About, Asker, Person, Place, Readers
from bot.store.channels import Channel, Channels
from bot.store.grants import Grant, Grantee, Grants
from config.access import AccessSettings

WAIT_SECONDS = 2.0
"""A question waits no longer to hear what its place is; the look-up goes on, so the next one finds it done."""
KEPT_SECONDS = 1.0
"""How long the rows of the database are believed; what this process changes counts at once."""
MENTION = "mention"
"""The mode of a channel for which none was set: I answer when I'm mentioned."""
GROUP = "S"
"""Begins the ids of user groups."""


class AudienceOf(Protocol):
    """Says who will see what is read, as ``Rights.of`` does."""

    def __call__(self, place: Place, asker: Asker, /, *, private: bool) -> Awaitable[Audience]:
        """Return it."""


class Directory(Protocol):
    """Who is who in one workspace, and who reads what there."""

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """Return a person as the workspace describes them."""

    async def groups(self, user: str, among: Collection[str]) -> frozenset[str]:
        """Return those of these user groups that a person is in; of one that can't be read, none is."""

    async def place(self, channel: str) -> About:
        """Return what a conversation is."""

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel."""

    async def holds(self, channel: str, user: str) -> bool:
        """Return whether someone is among a channel's members now."""


class Rights:
    """Computes audiences. Nothing of them is kept: what changed counts at the next step, and at the next click.

    Args:
        directory: that of a team.
        channels: what is kept of conversations.
        grants: what was granted.
        access: the settings.
        clock: the time of day.
        steady: seconds that only go on.
    """

    def __init__(
        self,
        directory: Callable[[str], Directory],
        channels: Channels,
        grants: Grants,
        access: AccessSettings,
        *,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._channels = channels
        self._grants = grants
        self._access = access
        self._clock = clock
        self._believed_since = clock()
        self._shared: set[tuple[str, str]] = set()
        self._given: Fresh[tuple[str, str, str], tuple[Grant, ...]] = Fresh(
            self._read_grants, KEPT_SECONDS, clock=steady
        )
        self._known: Fresh[tuple[str, str], Channel] = Fresh(self._look_at, KEPT_SECONDS, clock=steady)
        self._modes: Fresh[tuple[str, str], str] = Fresh(self._read_mode, KEPT_SECONDS, clock=steady)

    async def of(self, place: Place, asker: Asker, *, private: bool) -> Audience:
        """Return who will see what is read: the asker alone, or everyone who reads the place.

        Raises:
            Exception: the workspace does not say who the asker is.
        """
        if private or place.direct:
            return await self.alone(place, asker)
        readers, shared, person, given = await asyncio.gather(
            self._directory(place.team).readers(place.channel, place.team),
            self.is_shared(place),
            self._person(place, asker),
            self._given.get((place.team, place.channel, asker.user)),
        )
        # Who speaks in a channel is in it.
        own, roles = await self._own(place, person, given)
        here = self._granted(place.channel, given)
        by = alone(person, roles, own, here, self._access)
        return together(by, readers, here, self._access, shared=shared)

    async def alone(self, place: Place, asker: Asker) -> Audience:
        """Return what the asker may see and do by themselves; what was granted to a channel, only while they are in it."""
        person, given = await asyncio.gather(
            self._person(place, asker), self._given.get((place.team, place.channel, asker.user))
        )
        own, roles = await self._own(place, person, given)
        here = self._granted(place.channel, given)
        if here and not await self.present(place, asker):
            here = Granted()
        return alone(person, roles, own, here, self._access)

    async def present(self, place: Place, asker: Asker) -> bool:
        """Return whether someone is in the channel that they want something in; where that is not known, they are not."""
        if not place.channel or place.direct:
            return False
        try:
            return await self._directory(place.team).holds(place.channel, asker.user)
        except Exception:  # noqa: BLE001 - whatever keeps Slack from saying so, unsure means closed
            return False

    async def set_for(self, place: Place, asker: Asker, *, private: bool) -> Channel:
        """Return what was set for the channel that something is wanted in; nothing where they are not in it."""
        nothing = Channel(place.team, place.channel)
        if place.direct:
            return nothing
        key = (place.team, place.channel)
        found = self._known.now(key) or await self._channels.get(*key)
        if found.settings and private and not await self.present(place, asker):
            return nothing
        return found

    async def mode(self, place: Place) -> str:
        """Return when I answer in a channel: mention, follow, or off. Slack is not asked.

        Raises:
            Exception: the database does not say, and never did.
        """
        if place.direct:
            return MENTION
        key = (place.team, place.channel)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self._modes.get(key)
        except Exception:
            if (last := self._modes.last(key)) is None:
                raise
            return last

    async def is_shared(self, place: Place) -> bool:
        """Return whether another organization reads a place; where that is not known, it does."""
        if (place.team, place.channel) in self._shared:
            return True
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return (await self._known.get((place.team, place.channel))).shared
        except Exception:  # noqa: BLE001 - as above
            return True

    # ------------------------------------------------------------------------------------- what events tell
    def forget(self, team: str) -> None:
        """Read the rows of a workspace anew: something was granted, withdrawn, or set."""
        del team  # they are read anew each second anyway
        self._given.clear()
        self._known.clear()
        self._modes.clear()

    def doubt(self) -> None:
        """Ask Slack anew what each place is: events may have been lost."""
        self._believed_since = self._clock()
        self._known.clear()

    def seen_shared(self, team: str, channel: str) -> None:
        """Believe an event of a channel that says that the channel is shared."""
        self._shared.add((team, channel))

    async def changed(self, team: str, channel: str, facts: Mapping[str, Any]) -> None:
        """Keep what an event says of a conversation; where it says nothing, ask Slack at the next occasion."""
        self._shared.discard((team, channel))
        if facts:
            await self._channels.known(team, channel, **facts)
        else:
            await self._channels.doubt(team, channel)
        self._known.forget((team, channel))

    # ------------------------------------------------------------------------------------------- looking up
    async def _person(self, place: Place, asker: Asker) -> Person:
        return await self._directory(place.team).person(
            asker.user, team=place.team, user_team=asker.user_team
        )

    async def _look_at(self, key: tuple[str, str]) -> Channel:
        """Return what is kept of a conversation; Slack is asked once, and again when events may have been lost."""
        known = await self._channels.get(*key)
        if known.kind and known.known_at >= self._believed_since:
            return known
        team, channel = key
        return await self._channels.known(team, channel, **asdict(await self._directory(team).place(channel)))

    async def _read_mode(self, key: tuple[str, str]) -> str:
        known = self._known.now(key) or await self._channels.get(*key)
        return known.mode or MENTION

    async def _read_grants(self, key: tuple[str, str, str]) -> tuple[Grant, ...]:
        team, *grantees = key
        return await self._grants.concerning(team, grantees)

    async def _own(
        self, place: Place, person: Person, given: Iterable[Grant]
    ) -> tuple[Granted, frozenset[Role]]:
        """Return what was granted to a person, also by their user groups, and what they are."""
        lists = {Role.ADMIN: set(self._access.admins), Role.OPERATOR: set(self._access.operators)}
        given = [grant for grant in given if grant.holds(self._clock())]
        among = {one for names in lists.values() for one in names if one.startswith(GROUP)}
        among |= {grant.grantee for grant in given if grant.kind is Grantee.GROUP}
        groups = await self._directory(place.team).groups(person.id, among) if among else frozenset[str]()
        mine = groups | {person.id}
        own = Granted.by(
            grant for grant in given if grant.kind is not Grantee.CHANNEL and grant.grantee in mine
        )
        admin = person.admin or not mine.isdisjoint(lists[Role.ADMIN])
        roles = frozenset(Role) if admin else frozenset[Role]()
        return own, roles if mine.isdisjoint(lists[Role.OPERATOR]) else roles | {Role.OPERATOR}

    def _granted(self, channel: str, given: Iterable[Grant]) -> Granted:
        now = self._clock()
        return Granted.by(
            grant
            for grant in given
            if grant.kind is Grantee.CHANNEL and grant.grantee == channel and grant.holds(now)
        )
