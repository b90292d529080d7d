"""Response URLs: who may still answer where; five uses within thirty minutes."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MOST_USES = 5


@dataclass
class ResponseUrl:
    """One URL: the conversation and person it answers, the message it came from, its age and uses."""

    token: str
    channel: str
    user: str
    born: float
    thread_ts: str | None = None
    original_ts: str = ""
    uses: int = 0


class ResponseUrls:
    """Every response URL given out so far."""

    def __init__(self, clock: Callable[[], float], lifetime: float) -> None:
        self._clock, self._lifetime = clock, lifetime
        self._numbers = itertools.count(1)
        self._known: dict[str, ResponseUrl] = {}

    def new(
        self, channel: str, user: str, *, thread_ts: str | None = None, original_ts: str = ""
    ) -> ResponseUrl:
        """A fresh URL for an interaction."""
        token = f"R{next(self._numbers):06d}"
        made = ResponseUrl(token, channel, user, self._clock(), thread_ts, original_ts)
        self._known[token] = made
        return made

    def use(self, token: str) -> ResponseUrl | Literal["expired_url", "used_url"]:
        """Count one use; a refusal is Slack's error code."""
        found = self._known.get(token)
        if found is None or self._clock() - found.born >= self._lifetime:
            return "expired_url"
        if found.uses >= MOST_USES:
            return "used_url"
        found.uses += 1
        return found
