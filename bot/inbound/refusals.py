"""Counts what was turned away at the door, and says so in one line of each kind a minute."""

import asyncio
from collections import Counter
from typing import Any

import structlog

log = structlog.get_logger(__name__)

MINUTE = 60.0
NOT_MATCHING = "slack_signature_does_not_match"
NOT_NOW = "slack_signature_of_another_time"
FIXES = {
    NOT_MATCHING: "set SLACK_SIGNING_SECRET to this app's: Slack → your app → Basic Information → App Credentials; "
    "if it's right, these requests aren't Slack's",
    NOT_NOW: "set this computer's clock, for instance with `timedatectl set-ntp true`; "
    "if it's right, these are old requests sent again",
}
NOISE = "requests_refused"


class Refusals:
    """What came in and wasn't taken: noise in one line by its kinds, and the two that an operator can mend in lines of their own."""

    def __init__(self, minute: float = MINUTE) -> None:
        self._minute = minute
        self._counts: dict[str, Counter[str]] = {}
        self._about: dict[str, dict[str, Any]] = {}
        self._quiet: dict[str, asyncio.TimerHandle] = {}

    def noise(self, kind: str) -> None:
        """Count something that no one needs to mend."""
        self._count(NOISE, kind)

    def wrong(self, event: str, **about: Any) -> None:
        """Count a request that looks like Slack's and can't be taken, with what is known of the latest."""
        self._about[event] = {**about, "fix": FIXES[event]}
        self._count(event, "count")

    def close(self) -> None:
        """Say what hasn't been said."""
        for event, timer in list(self._quiet.items()):
            timer.cancel()
            self._say(event)

    def _count(self, event: str, kind: str) -> None:
        self._counts.setdefault(event, Counter())[kind] += 1
        if event not in self._quiet:
            self._say_then_wait(event)

    def _say_then_wait(self, event: str) -> None:
        if self._say(event):
            loop = asyncio.get_running_loop()
            self._quiet[event] = loop.call_later(self._minute, self._say_then_wait, event)
        else:
            del self._quiet[event]

    def _say(self, event: str) -> bool:
        counts = self._counts.pop(event, None)
        if counts:
            tell = log.info if event == NOISE else log.warning
            tell(event, **counts, **self._about.get(event, {}))
        return bool(counts)
