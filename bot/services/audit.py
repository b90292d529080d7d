"""The audit log: what people changed, or wanted to, newest first."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.services.access import Audience, Right
from bot.store.deeds import Deed, Deeds, Sought

PAGE = 10
"""Entries of a page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: who wanted what, with which arguments, where and when, and what came of it."""

    id: str
    user: str
    team: str
    channel: str
    """"" in a window."""
    verb: str
    given: dict[str, Any] | None
    """None once the words are no longer kept."""
    at: float
    result: str
    """done | refused | failed | unknown | canceled | asked | unanswered | underway"""

    @classmethod
    def of(cls, deed: Deed, now: float) -> "Entry":
        """Return the entry of a change."""
        open_ = "asked" if deed.is_open(now) else "unanswered"
        result = deed.result or (open_ if deed.attempts == 0 else "underway")
        return cls(deed.id, deed.user, deed.team, deed.channel, deed.verb, deed.given, deed.at, result)


class Audit:
    """The audit log of a workspace.

    Args:
        deeds: the changes.
        clock: the time of day.
    """

    def __init__(self, deeds: Deeds, clock: Callable[[], float] = time.time) -> None:
        self._deeds = deeds
        self._clock = clock

    async def page(self, audience: Audience, sought: Sought, before: str = "") -> tuple[Sequence[Entry], str]:
        """Return a page of the changes that are looked for, and what is ``before`` for the next one; "" on the last.

        Raises:
            RefusedError: it is no admin.
        """
        audience.require(Right.ADMIN)
        found = await self._deeds.latest(sought, PAGE + 1, before)
        now = self._clock()
        return [Entry.of(deed, now) for deed in found[:PAGE]], found[PAGE - 1].id if found[PAGE:] else ""
