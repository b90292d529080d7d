"""What happens by itself to a task or a job: statuses that follow one another at set times.

Statuses are computed from the clock when someone asks, so no test waits. What is really worked on besides has a `Work`, which
a thread keeps up to date: however much time passes, the course ends no sooner than its work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Work:
    """What has to be done, in pieces: how many there are and are done, whether one was begun, when the last was done."""

    pieces: int = 1
    done: int = 0
    begun: bool = False
    ended: datetime | None = None

    def finish(self, now: datetime) -> None:
        """Note that a piece is done."""
        self.done += 1
        if self.done >= self.pieces:
            self.ended = now


@dataclass
class Lifecycle:
    """One course of statuses.

    Attributes:
        began: when the first status held.
        steps: (status, sandbox seconds since `began`), in order, the first at 0.
        final: the statuses after which nothing follows.
        halted: a status set from outside and since when; it stays.
        work: what must be done before a final status; the first holds until it begins, the last but one until it ends.
    """

    began: datetime
    steps: tuple[tuple[str, float], ...]
    final: frozenset[str]
    halted: tuple[str, datetime] | None = None
    work: Work | None = None

    def status(self, now: datetime) -> str:
        """The status that holds at `now`."""
        if self.halted and now >= self.halted[1]:
            return self.halted[0]
        age = (now - self.began).total_seconds()
        steps = self.steps
        if self.work and self.work.ended is None:
            steps = steps[:-1] if self.work.begun else steps[:1]
        return next((status for status, after in reversed(steps) if age >= after), steps[0][0])

    def finished_at(self, now: datetime) -> datetime | None:
        """When the final status was reached; None while work goes on."""
        status = self.status(now)
        if status not in self.final:
            return None
        if self.halted and now >= self.halted[1]:
            return self.halted[1]
        passed = self.began + timedelta(seconds=dict(self.steps)[status])
        return max(passed, self.work.ended) if self.work and self.work.ended else passed

    def halt(self, status: str, now: datetime) -> None:
        """Put it into `status` from `now` on."""
        self.halted = (status, now)
