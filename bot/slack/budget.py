"""What Slack still lets us do in a workspace: never open what cannot be closed.

Slack documents its tiers as "20+ a minute" and tolerates bursts, so the documented figure binds only after Slack has said 429
for a method; from then on, for ten minutes, the method is counted at its documented rate (docs/decisions/0003).
"""

import time
from collections.abc import Callable
from typing import Literal

STRICT_SECONDS = 600.0

PER_MINUTE: dict[str, float] = {
    "chat.startStream": 20,
    "chat.stopStream": 20,
    "chat.appendStream": 100,
    "chat.update": 50,
}
"""Documented calls a minute per workspace. https://docs.slack.dev/apis/web-api/rate-limits"""

Opening = Literal["stream", "post", "whole"]


class Bucket:
    """One method's allowance. ``reserved`` are the last writes of replies that are open."""

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._tokens = per_minute
        self._counted_at = clock()
        self._strict_until = float("-inf")
        self.reserved = 0

    @property
    def free(self) -> float:
        """Calls that may be made now beyond those that are reserved."""
        now = self._clock()
        if now >= self._strict_until:
            return float("inf")
        self._tokens = min(self._per_minute, self._tokens + (now - self._counted_at) * self._per_minute / 60)
        self._counted_at = now
        return self._tokens - self.reserved

    def spend(self, *, was_reserved: bool = False) -> None:
        """A call is made."""
        if was_reserved:
            self.reserved -= 1
        if self._clock() < self._strict_until:
            self._tokens -= 1

    def refused(self) -> None:
        """Slack said 429: nothing is left, and the documented rate counts from here."""
        self._strict_until = self._clock() + STRICT_SECONDS
        self._tokens = 0.0
        self._counted_at = self._clock()


class Budget:
    """The allowances of one workspace."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = {method: Bucket(rate, clock) for method, rate in PER_MINUTE.items()}
        self.streams_work = True
        """False once Slack said that this workspace has no streaming."""

    def open(self) -> Opening:
        """How a new reply may begin. Its last write is reserved with it: a stop for a stream, an edit for a post.

        "whole" means that nothing can be kept open: show the status and post the answer once, when it is complete.
        """
        if self.streams_work and self._free("chat.startStream") >= 1 and self._free("chat.stopStream") >= 1:
            self._buckets["chat.startStream"].spend()
            self._buckets["chat.stopStream"].reserved += 1
            return "stream"
        if self._free("chat.update") >= 1:
            self._buckets["chat.update"].reserved += 1
            return "post"
        return "whole"

    def change(self, opening: Opening, to: Opening) -> None:
        """A reply turned out to need another way; its reservation moves along."""
        self.release(opening)
        if to == "post":
            self._buckets["chat.update"].reserved += 1

    def release(self, opening: Opening) -> None:
        """A reply ended without needing its reserved write."""
        if method := {"stream": "chat.stopStream", "post": "chat.update"}.get(opening):
            self._buckets[method].reserved -= 1

    def may(self, method: str) -> bool:
        """May an intermediate write be made? If so it is counted."""
        if self._free(method) < 1:
            return False
        self._buckets[method].spend()
        return True

    def close(self, opening: Opening) -> None:
        """The reserved last write is made."""
        if method := {"stream": "chat.stopStream", "post": "chat.update"}.get(opening):
            self._buckets[method].spend(was_reserved=True)

    def refused(self, method: str) -> None:
        """Slack answered 429 to ``method``."""
        if method in self._buckets:
            self._buckets[method].refused()

    def _free(self, method: str) -> float:
        return self._buckets[method].free
