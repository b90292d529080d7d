"""What Slack still lets us do in a workspace: never open what cannot be closed, and share what is left evenly.

Slack documents its tiers as "20+ a minute" and tolerates bursts, so the documented figure binds only after Slack has said 429
for a method; from then on, for ten minutes, the method is counted at its documented rate (docs/decisions/0003).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.slack.allowance import Allowance

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
POST, UPDATE = "chat.postMessage", "chat.update"
SESSION = "agents.sessions.setStatus"

PER_MINUTE: dict[str, float] = {
    START: 20,
    STOP: 20,
    APPEND: 100,
    UPDATE: 50,
    POST: 60,
    SESSION: 50,
    "assistant.threads.setStatus": 600,
    "assistant.threads.setSuggestedPrompts": 100,
    "auth.test": 600,
    "conversations.members": 100,
    "users.info": 100,
    "users.list": 20,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "views.open": 100,
}
"""Documented calls a minute per workspace; setStatus and auth.test have special limits, of which Slack tells no figure.

https://docs.slack.dev/apis/web-api/rate-limits
"""
OTHERS_PER_MINUTE = 50.0
"""Tier 3: all the other methods that the bot calls."""
BURST = {POST: 1.0}
"""Calls at once after a quiet minute, where it is not the whole minute's: posts are one a second."""
PER_CHANNEL = frozenset({POST})
KEPT = 1_000
"""Beyond so many, channels of which there is nothing to know are forgotten."""

Opening = Literal["stream", "post", "whole"]
"""How a reply is shown: as a stream, as a post that is edited, or not before it can be posted whole."""


class Limits:
    """The allowances of one workspace.

    Args:
        clock: seconds.
        sleep: waits that many seconds.
        sharers: how many living processes share this workspace.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        sharers: Callable[[], int] = lambda: 1,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._sharers = sharers
        self._allowances: dict[tuple[str, str], Allowance] = {}
        self.streams_work = True
        """False once Slack said that this workspace has no streaming."""

    @property
    def alone(self) -> bool:
        """Is this the only process of the workspace? If not, Slack tells of each event only one of them."""
        return self._sharers() <= 1

    def allowance(self, method: str, channel: str = "") -> Allowance:
        """Return what Slack allows of a method, in a channel where it counts by channel."""
        key = method, channel if method in PER_CHANNEL else ""
        known = self._allowances.get(key)
        if known is None:
            if len(self._allowances) >= KEPT:
                self._allowances = {
                    k: one for k, one in self._allowances.items() if one.counted or one.reserved
                }
            rate = PER_MINUTE.get(method, OTHERS_PER_MINUTE)
            known = self._allowances[key] = Allowance(
                rate, BURST.get(method, rate), clock=self._clock, sleep=self._sleep, sharers=self._sharers
            )
        return known

    def open(self, last: "LastWrites", channel: str, *, stream: bool = True) -> Opening:
        """Return how a reply may begin now. Its last write is reserved with it: a stop for a stream, an edit for a post.

        "whole" means that nothing can be kept open at the moment: the status, if Slack has one, is all that is shown
        until there is room, or until the whole answer is posted, once.

        Args:
            last: where the reservation goes.
            channel: where the reply will stand.
            stream: may it be a stream?
        """
        if stream and self.streams_work and self.allowance(START).free >= 1 and last.reserve(STOP):
            return "stream"
        if self.allowance(POST, channel).free >= 1 and last.reserve(UPDATE):
            return "post"
        return "whole"

    def open_session(self, last: "LastWrites") -> bool:
        """May a session be opened (Slack's stop button)? If so its closing is reserved; both are calls of one method."""
        return self.allowance(SESSION).free >= 2 and last.reserve(SESSION)  # noqa: PLR2004 - the opening and the closing

    def seconds_apart(self, *, stream: bool) -> float:
        """Return how far apart the growing versions of a reply must be for all open ones to share Slack's rate evenly.

        0 while the rate is not counted.
        """
        grows = self.allowance(APPEND if stream else UPDATE)
        opened = self.allowance(STOP if stream else UPDATE).reserved
        return opened / grows.rate if grows.counted else 0.0


class LastWrites:
    """The last writes that one open reply, or session, can count on. Ends once, however often it is told to."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held: set[str] = set()

    def reserve(self, method: str) -> bool:
        """Reserve a call if there is one left."""
        if self._limits.allowance(method).free < 1:
            return False
        self.need(method)
        return True

    def need(self, method: str) -> None:
        """Reserve a call whether or not there is one left: what it will end is open already."""
        if method not in self._held:
            self._held.add(method)
            self._limits.allowance(method).reserved += 1

    def give_back(self, method: str) -> None:
        """It is made, or will not be made."""
        if method in self._held:
            self._held.remove(method)
            self._limits.allowance(method).reserved -= 1

    def end(self) -> None:
        """All are made, or will not be made."""
        for method in tuple(self._held):
            self.give_back(method)
