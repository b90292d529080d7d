"""Which news of jobs a channel, or someone in direct messages, hears of without having started them."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.errors import UsageError
from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.buckets import existing
from bot.services.jobs.kinds import KINDS
from bot.store.subscriptions import ANY, Only, Subscription, Subscriptions
from bot.telnyx import Telnyx

NAMES: Mapping[str, str] = {
    "everything": ANY,
    "embeddings": "embedding",
    "clusters": "clusters",
    "fine-tuning": "fine-tuning",
    "calls": "call",
    "insights": "insights",
}
"""What people call the kinds of jobs, and their names in the database."""

NONE_HERE = "There's no such subscription here. `/telnyx jobs subscriptions` lists those there are."
BY_SETTINGS = "I post all news of jobs here because the bot's settings say so. Ask the person who runs the bot to change `JOBS_CHANNEL`."

Joined = Callable[[str, str], Awaitable[bool]]
"""Says whether I am in a channel of a workspace, as far as Slack says so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone wants to hear of: jobs of a kind by its name in ``NAMES``, of a bucket or of any; ``finished`` or ``failures`` alone, or all."""

    what: str
    bucket: str = ANY
    only: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The subscriptions that someone may see, those of this place first."""

    here: str
    found: tuple[Subscription, ...]
    everything: str | None
    """The channel of the settings, which hears of everything, if it is this one or an admin asks."""


class Subscribing:
    """The use cases behind ``/telnyx jobs subscribe``, ``unsubscribe`` and ``subscriptions``.

    Args:
        telnyx: which buckets there are.
        subscriptions: where they are kept.
        rights: who may see what.
        joined: where I am.
        channel: that of the settings, which hears of everything.
        clock: the time of day.
    """

    def __init__(
        self,
        telnyx: Telnyx,
        subscriptions: Subscriptions,
        rights: Rights,
        *,
        joined: Joined,
        channel: str | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._telnyx = telnyx
        self._subscriptions = subscriptions
        self._rights = rights
        self._joined = joined
        self.channel = channel
        self._clock = clock

    async def add(
        self, wanted: Wanted, place: Place, asker: Asker, audience: Audience
    ) -> tuple[Subscription, bool]:
        """Have the place hear of jobs from now on; said again, it replaces what was said of the same kind and bucket.

        Returns:
            The subscription, and whether I am there to tell it.

        Raises:
            UsageError: there is no such bucket, or the place hears of everything already.
            RefusedError: not everyone there may see calls, and they are what is wanted.
        """
        audience.require(Right.JOBS)
        target, kind = _here(place, asker), NAMES[wanted.what]
        if target == self.channel:
            raise UsageError(BY_SETTINGS)
        await existing(self._telnyx, [wanted.bucket] if wanted.bucket else (), audience)
        if kind and KINDS[kind].right is Right.CALLS:
            if wanted.bucket:
                raise UsageError(f"There are no {wanted.what} of a bucket. Leave out `--bucket`.")
            at = replace(place, thread="")
            readers = audience if place.direct else await self._rights.of(at, asker, private=False)
            readers.require(Right.CALLS)
        only, now = Only(wanted.only), self._clock()
        one = Subscription(place.team, target, kind, wanted.bucket, only, asker.user, now)
        await self._subscriptions.put(one)
        return one, place.direct or await self._joined(place.team, place.channel)

    async def end(
        self, ended: Wanted, place: Place, asker: Asker, audience: Audience, *, again: bool
    ) -> tuple[str, int]:
        """End subscriptions of a place. Returns where that is, and how many there were.

        Args:
            ended: which; a ``what`` that is in no ``NAMES`` means those of all kinds.
            place: where it is wanted.
            asker: who wants it.
            audience: what they may see.
            again: it may have been done before.

        Raises:
            UsageError: there is none.
        """
        audience.require(Right.JOBS)
        target = _here(place, asker)
        count = 0
        for kind, bucket in _meant(ended):
            if not count and (bucket or "") in ("", *audience.named.among([bucket or ""])):
                count = await self._subscriptions.end(place.team, target, self._clock(), kind, bucket)
        if not (count or again):
            raise UsageError(BY_SETTINGS if target == self.channel else NONE_HERE)
        return target, count

    async def listed(self, place: Place, asker: Asker, audience: Audience) -> Listed:
        """Return what this place hears of; for an admin, also other channels. Of a bucket that someone may not know, there's nothing."""
        audience.require(Right.JOBS)
        here, admin = _here(place, asker), audience.has(Right.ADMIN)
        found = await (
            self._subscriptions.all(place.team) if admin else self._subscriptions.there(place.team, here)
        )
        theirs = [
            one
            for one in found
            if (not one.bucket or one.bucket in audience.named)
            and (one.target == here or not _person(one.target))
        ]
        theirs.sort(key=lambda one: one.target != here)
        return Listed(here, tuple(theirs), self.channel if admin or self.channel == here else None)

    async def hears(self, place: Place, kind: str, bucket: str | None) -> bool:
        """Return whether a channel hears all news of jobs of a kind and bucket, the channel of the settings aside."""
        return any(
            one.target == place.channel
            and one.ended is None
            and one.only is Only.ALL
            and one.bucket in (ANY, bucket)
            for one in await self._subscriptions.of_kind(kind)
        )


def _meant(ended: Wanted) -> tuple[tuple[str | None, str | None], ...]:
    """Return kind and bucket of what is to end, None for any of them; the second counts where the first is nothing."""
    if ended.what not in NAMES:
        return ((None, ended.bucket or None),)
    kind = NAMES[ended.what]
    return ((kind, ended.bucket),) if ended.bucket else ((kind, ANY), (kind, None))


def _here(place: Place, asker: Asker) -> str:
    """Return who hears of what is wanted in a place: the channel, or the person alone."""
    return asker.user if place.direct else place.channel


def _person(target: str) -> bool:
    return target.startswith(("U", "W"))
