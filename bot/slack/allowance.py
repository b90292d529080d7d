"""What Slack allows of one method: anything until its first 429, then its documented rate, first come first served.

Who waits stands in a line and sleeps until its turn; there is no task behind it, so a waiter that is canceled just leaves.
"""

import asyncio
import itertools
from bisect import insort
from collections.abc import Awaitable, Callable

STRICT_SECONDS = 600.0
"""So long after its last 429 a method is counted at its documented rate."""
LOOK_SECONDS = 1.0
"""The one who waits looks again this often: someone before it may have given up."""


class Allowance:
    """One method of one workspace, or of one channel where Slack counts by channel.

    Args:
        per_minute: the documented rate.
        burst: calls that may be made at once after a quiet minute.
        clock: seconds.
        sleep: waits that many seconds.
        sharers: how many processes share the rate.
    """

    def __init__(
        self,
        per_minute: float,
        burst: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        sharers: Callable[[], int] = lambda: 1,
    ) -> None:
        self._per_minute = per_minute
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._sharers = sharers
        self._tokens = 0.0
        self._tokens_at = float("-inf")
        """When there were so many tokens; still to come while Slack has closed the method."""
        self._strict_until = float("-inf")
        self._tickets = itertools.count()
        self._line: list[int] = []
        self.reserved = 0
        """Last writes of what is open."""

    @property
    def counted(self) -> bool:
        """Does the documented rate bind? While someone waits it does: a line that is let go at once would be a herd."""
        return bool(self._line) or self._clock() < self._strict_until

    @property
    def rate(self) -> float:
        """Calls a second that are this process's share."""
        return self._per_minute / 60 / max(1, self._sharers())

    @property
    def free(self) -> float:
        """Calls that may be made now beyond those that are reserved or waited for."""
        if not self.counted:
            return float("inf")
        now_there = 0.0 if self._clock() < self._tokens_at else self._there()
        return now_there - self.reserved - len(self._line)

    def may(self) -> bool:
        """May a call be made that can as well be left out? If so it is counted."""
        if self.free < 1:
            return False
        self._spend()
        return True

    def ticket(self) -> int:
        """Return a place in the line; a call that Slack refuses keeps it."""
        return next(self._tickets)

    async def turn(self, ticket: int, within: float) -> bool:
        """Wait until a call may be made, and count it; False when that cannot be ``within`` so many seconds."""
        if not self.counted:
            return True
        end = self._clock() + within
        insort(self._line, ticket)
        try:
            while (wait := self._until(self._line.index(ticket) + 1)) > 0:
                if self._clock() + wait > end:
                    return False
                await self._sleep(min(wait, LOOK_SECONDS))
        finally:
            self._line.remove(ticket)
        self._spend()
        return True

    def refused(self, seconds: float) -> None:
        """Slack answered 429: nothing goes out for so long, then one call, then the documented rate."""
        self._tokens_at = max(self._tokens_at, self._clock() + seconds)
        self._tokens = 1.0
        self._strict_until = self._tokens_at + STRICT_SECONDS

    def _there(self) -> float:
        """Tokens now, or while the method is closed those that it opens with."""
        since = max(0.0, self._clock() - self._tokens_at)
        most = max(1.0, self._burst / max(1, self._sharers()))
        return min(most, self._tokens + since * self.rate)

    def _until(self, tokens: int) -> float:
        """Return seconds until there are so many tokens, not minding that they are capped: those before will have taken theirs."""
        closed = max(0.0, self._tokens_at - self._clock())
        return closed + max(0.0, tokens - self._there()) / self.rate

    def _spend(self) -> None:
        if self.counted:
            self._tokens, self._tokens_at = self._there() - 1, self._clock()
