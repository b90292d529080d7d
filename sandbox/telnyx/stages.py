"""What happens by itself to a task or a job: statuses that follow one another at set times.

Statuses are computed from the clock when someone asks, so nothing runs in the background and no test waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Lifecycle:
    """One course of statuses.

    Attributes:
        began: when the first status held.
        steps: (status, sandbox seconds since `began`), in order, the first at 0.
        final: the statuses after which nothing follows.
        halted: a status set from outside and since when; it stays.
    """

    began: datetime
    steps: tuple[tuple[str, float], ...]
    final: frozenset[str]
    halted: tuple[str, datetime] | None = None

    def status(self, now: datetime) -> str:
        """The status that holds at `now`."""
        if self.halted and now >= self.halted[1]:
            return self.halted[0]
        age = (now - self.began).total_seconds()
        return next((status for status, after in reversed(self.steps) if age >= after), self.steps[0][0])

    def finished_at(self, now: datetime) -> datetime | None:
        """When the final status was reached; None while work goes on."""
        status = self.status(now)
        if status not in self.final:
            return None
        if self.halted and now >= self.halted[1]:
            return self.halted[1]
        return self.began + timedelta(seconds=dict(self.steps)[status])

    def halt(self, status: str, now: datetime) -> None:
        """Put it into `status` from `now` on."""
        self.halted = (status, now)
