"""The sandbox's time: real seconds, stretched or advanced on request, so hours of job news fit in a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Tells the time of the made-up services.

    Args:
        start: what `now()` says at first; the real time when left out.
        scale: sandbox seconds per real second; 0 stands still, so a test moves time only with `advance`.
        monotonic: source of real seconds.
    """

    def __init__(
        self,
        start: datetime | None = None,
        *,
        scale: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._base = start or datetime.now(UTC)
        self._mark = monotonic()
        self.scale = scale

    def now(self) -> datetime:
        """The sandbox's time, aware, in UTC."""
        return self._base + timedelta(seconds=(self._monotonic() - self._mark) * self.scale)

    def set_scale(self, scale: float) -> None:
        """Let time run `scale` times as fast from now on; what has passed keeps its length."""
        if scale < 0:
            raise ValueError("scale must be 0 or more: time does not run backwards")
        self._base, self._mark, self.scale = self.now(), self._monotonic(), scale

    def advance(self, seconds: float) -> None:
        """Jump `seconds` ahead."""
        if seconds < 0:
            raise ValueError("advance must be 0 or more: time does not run backwards")
        self._base += timedelta(seconds=seconds)
