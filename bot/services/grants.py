"""Grants: who was given which buckets and calls, by whom, and until when."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.buckets import existing
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from bot.telnyx import Telnyx
from config.access import AccessSettings

EVERY = "all"
"""How people say ``ALL``."""
KINDS = {
    "C": Grantee.CHANNEL,
    "G": Grantee.CHANNEL,
    "U": Grantee.PERSON,
    "W": Grantee.PERSON,
    "S": Grantee.GROUP,
}
"""With what the ids of Slack's begin."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone is to be given, or to lose."""

    team: str
    grantee: str
    buckets: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    """Assistants whose calls they are."""

    def grants(self, by: str = "", at: float = 0.0, until: float | None = None) -> tuple[Grant, ...]:
        """Return the grants that this is; all of a kind leave no other of it."""
        kind = KINDS[self.grantee[0]]
        return tuple(
            Grant(self.team, kind, self.grantee, thing, name, by, at, until)
            for thing, names in ((Thing.BUCKET, self.buckets), (Thing.CALLS, self.calls))
            for name in ((ALL,) if EVERY in names else dict.fromkeys(names))
        )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What someone lost, what they never had, and what they still have."""

    gone: tuple[Grant, ...]
    missing: tuple[Grant, ...]
    left: tuple[Grant, ...]


class Granting:
    """The use cases behind ``/telnyx grant``, ``revoke`` and ``grants``.

    Args:
        telnyx: which buckets there are.
        grants: where they are kept.
        access: what holds without a grant.
        forget: told of each workspace in which rights have changed.
        clock: the time of day.
    """

    def __init__(
        self,
        telnyx: Telnyx,
        grants: Grants,
        access: AccessSettings,
        forget: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._telnyx = telnyx
        self._grants = grants
        self._access = access
        self._forget = forget
        self._clock = clock

    @property
    def open_to_members(self) -> bool:
        """Return whether every full member may read all documents without a grant."""
        return self._access.default == "all"

    async def buckets(self, audience: Audience) -> tuple[str, ...]:
        """Return the buckets that can be granted."""
        audience.require(Right.ADMIN)
        return tuple(sorted(audience.named.among(await self._telnyx.embeddings.buckets())))

    async def give(
        self, wanted: Wanted, audience: Audience, *, by: str, until: float | None
    ) -> tuple[Grant, ...]:
        """Give it; what was given before gets the new end.

        Raises:
            UsageError: there is no such bucket, or the end has passed.
        """
        audience.require(Right.ADMIN)
        now = self._clock()
        if until is not None and until <= now:
            raise UsageError("That end is in the past, so I granted nothing. Use a later one.")
        await self._check(wanted.buckets, audience)
        given = wanted.grants(by, now, until)
        for grant in given:
            await self._grants.give(grant)
        self._forget(wanted.team)
        return given

    async def withdraw(self, wanted: Wanted, audience: Audience) -> Withdrawn:
        """Take it back. What was taken back before is no mistake."""
        audience.require(Right.ADMIN)
        asked, gone = wanted.grants(), list[Grant]()
        for grant in asked:
            if had := await self._grants.withdraw(grant.id, wanted.team):
                gone.append(had)
        self._forget(wanted.team)
        ids = {grant.id for grant in gone}
        missing = tuple(grant for grant in asked if grant.id not in ids)
        left = self._holding(await self._grants.concerning(wanted.team, wanted.grantee))
        return Withdrawn(tuple(gone), missing, tuple(one for one in left if one.grantee == wanted.grantee))

    async def given(self, team: str, audience: Audience, bucket: str = "") -> tuple[Grant, ...]:
        """Return the grants that hold, or those of a bucket, the latest first.

        Raises:
            UsageError: there is no such bucket.
        """
        audience.require(Right.ADMIN)
        if bucket:
            await self._check((bucket,), audience)
        found = self._holding(await self._grants.all(team))
        if not bucket:
            return found
        names = (bucket, ALL)
        return tuple(grant for grant in found if grant.thing is Thing.BUCKET and grant.name in names)

    def _holding(self, grants: Iterable[Grant]) -> tuple[Grant, ...]:
        now = self._clock()
        return tuple(grant for grant in grants if grant.holds(now))

    async def _check(self, buckets: Iterable[str], audience: Audience) -> None:
        await existing(self._telnyx, [bucket for bucket in buckets if bucket != EVERY], audience)
