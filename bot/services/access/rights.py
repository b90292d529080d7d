"""Who may see what, asked anew: of Slack who is who, of the database what was granted, of the settings what everyone may."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import asdict, replace
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
ASKED_SECONDS = 600.0
"""How long what Slack said of a place is remembered; soon it is written down."""
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
        self._rows: Fresh[tuple[str, str, str], tuple[Channel, tuple[Grant, ...]]] = Fresh(
            self._read, KEPT_SECONDS, clock=steady
        )
        self._asked: Fresh[tuple[str, str], Channel] = Fresh(self._ask, ASKED_SECONDS, clock=steady)
        self._unwritten: dict[tuple[str, str], Channel] = {}

    async def of(self, place: Place, asker: Asker, *, private: bool) -> Audience:
        """Return who will see what is read: the asker alone, or everyone who reads the place.

        Raises:
            Exception: the workspace does not say who the asker is.
        """
        if private or place.direct:
            return await self.alone(place, asker)
        readers, shared, person, (_, given) = await asyncio.gather(
            self._directory(place.team).readers(place.channel, place.team),
            self.is_shared(place, asker),
            self._person(place, asker),
            self._kept(place, asker),
        )
        # Who speaks in a channel is in it.
        own, roles = await self._own(place, person, given)
        here = self._granted(place.channel, given)
        by = alone(person, roles, own, here, self._access)
        return together(by, readers, here, self._access, shared=shared)

    async def alone(self, place: Place, asker: Asker) -> Audience:
        """Return what the asker may see and do by themselves; what was granted to a channel, only while they are in it."""
        person, (_, given) = await asyncio.gather(self._person(place, asker), self._kept(place, asker))
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
        found, _ = await self._kept(place, asker)
        if found.settings and private and not await self.present(place, asker):
            return nothing
        return found

    async def keep(self) -> int:
        """Write down what Slack said of places, many at once: it is asked again should that be lost. The number of places."""
        learned = dict(self._unwritten)
        if learned:
            await self._channels.learn(learned.values())
        for key, one in learned.items():
            if self._unwritten.get(key) is one:
                del self._unwritten[key]
        return len(learned)

    async def mode(self, place: Place, asker: Asker) -> str:
        """Return when I answer in a channel: mention, follow, or off. Slack is not asked.

        Raises:
            Exception: the database does not say, and never did.
        """
        if place.direct:
            return MENTION
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                kept, _ = await self._kept(place, asker)
        except Exception:
            last = self._rows.last((place.team, place.channel, asker.user))
            if last is None:
                raise
            kept, _ = last
        return kept.mode or MENTION

    async def is_shared(self, place: Place, asker: Asker) -> bool:
        """Return whether another organization reads a place; where that is not known, it does."""
        if (place.team, place.channel) in self._shared:
            return True
        try:
            return (await self.about(place, asker)).shared
        except Exception:  # noqa: BLE001 - as above
            return True

    async def about(self, place: Place, asker: Asker) -> Channel:
        """Return what a place is, and what was set for it. Slack is asked where what is kept may be old, and not waited for long.

        Raises:
            Exception: Slack, or the database, doesn't say.
        """
        known, _ = await self._kept(place, asker)
        if known.kind and known.known_at >= self._believed_since:
            return known
        async with asyncio.timeout(WAIT_SECONDS):
            asked = await self._asked.get((place.team, place.channel))
        # What another process was told since is in the row.
        shared = asked.shared or known.shared
        return replace(
            known, kind=asked.kind, shared=shared, archived=asked.archived, known_at=asked.known_at
        )

    # ------------------------------------------------------------------------------------- what events tell
    def forget(self, team: str) -> None:
        """Read the rows of a workspace anew: something was granted, withdrawn, or set."""
        del team  # they are read anew each second anyway
        self._rows.clear()

    def doubt(self) -> None:
        """Ask Slack anew what each place is: events may have been lost."""
        self._believed_since = self._clock()
        self._asked.clear()
        self._unwritten.clear()

    def seen_shared(self, team: str, channel: str) -> None:
        """Believe an event of a channel that says that the channel is shared."""
        self._shared.add((team, channel))

    async def changed(self, team: str, channel: str, facts: Mapping[str, Any]) -> None:
        """Keep what an event says of a conversation; where it says nothing, ask Slack at the next occasion."""
        key = (team, channel)
        self._shared.discard(key)
        self._asked.forget(key)
        self._unwritten.pop(key, None)
        await self._channels.told(team, channel, facts)
        self._asked.forget(key)  # who asked meanwhile may have been told what was before
        self._unwritten.pop(key, None)
        self._rows.clear()

    # ------------------------------------------------------------------------------------------- looking up
    async def _person(self, place: Place, asker: Asker) -> Person:
        return await self._directory(place.team).person(
            asker.user, team=place.team, user_team=asker.user_team
        )

    async def _kept(self, place: Place, asker: Asker) -> tuple[Channel, tuple[Grant, ...]]:
        return await self._rows.get((place.team, place.channel, asker.user))

    async def _read(self, key: tuple[str, str, str]) -> tuple[Channel, tuple[Grant, ...]]:
        return await self._grants.here(*key)

    async def _ask(self, key: tuple[str, str]) -> Channel:
        """Return what Slack says of a conversation; once, and again when events may have been lost."""
        team, channel = key
        before = self._clock()
        about = await self._directory(team).place(channel)
        self._unwritten[key] = found = Channel(team, channel, **asdict(about), known_at=before)
        return found

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
