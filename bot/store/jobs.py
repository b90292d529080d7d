"""What is known of remote jobs: their last state and each numbered change."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.columns import named
from bot.store.database import Database
from bot.store.schema import IDS, SKEW_SECONDS, jobs, polls, transitions

BURST_SECONDS = 60
"""Jobs of one bucket that begin within this of its first one share a card."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a job; ``number`` counts from 1, because a state can come back."""

    kind: str
    job: str
    number: int
    status: str
    detail: dict[str, Any]
    at: float = 0.0
    """When it was seen, in Unix seconds: no message about it is older."""

    @property
    def burst(self) -> str:
        """Return the job that began the burst this one belongs to; a job alone is its own."""
        return str(self.detail.get("burst", self.job))


UNREAD = "unknown"
"""The status of a job whose row could not be read whole: no news about a job that is known."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A job as Telnyx shows it now."""

    kind: str
    id: str
    title: str
    status: str
    detail: dict[str, Any]
    finished: bool
    bucket: str | None = None


class Jobs:
    """Repository of polls, jobs and transitions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, kind: str, period: float, now: float) -> bool:
        """Claim this slot's poll; False when it is not due or someone else has it.

        One that is further ahead than a period is due too: a clock was set back.
        """
        ahead = now + period + SKEW_SECONDS

        def work(connection: sa.Connection) -> bool:
            due = polls.update().where(
                polls.c.kind == kind, sa.or_(polls.c.next_at <= now, polls.c.next_at > ahead)
            )
            if connection.execute(due.values(next_at=now + period, slot=polls.c.slot + 1)).rowcount:
                return True
            if connection.scalar(sa.select(polls.c.kind).where(polls.c.kind == kind)) is not None:
                return False
            connection.execute(
                polls.insert(), {"kind": kind, "next_at": now + period, "slot": 1, "looked": 0}
            )
            return True

        try:
            return await self._database.run(work)
        except sa.exc.IntegrityError:
            return False  # another process made the row in the same moment, and polls

    async def record(self, kind: str, seen: Sequence[Sighting]) -> None:
        """Store what was seen. Each change becomes a numbered transition.

        Jobs that had already ended when the kind was looked at for the first time are noted without one.
        """

        def work(connection: sa.Connection) -> None:
            first = not connection.scalar(sa.select(polls.c.looked).where(polls.c.kind == kind))
            known = {row.id: row for row in connection.execute(jobs.select().where(jobs.c.kind == kind))}
            for job in sorted(seen, key=lambda one: one.detail.get("created_at") or 0):
                _record(connection, job, known.get(named(job.id, IDS)), silent=first and job.finished)
            connection.execute(polls.update().where(polls.c.kind == kind).values(looked=1))

        await self._database.run(work)

    async def untold(self) -> list[Transition]:
        """Return the transitions whose notice is not durable yet, oldest first."""
        query = (
            transitions.select()
            .where(transitions.c.notified == 0)
            .order_by(transitions.c.at, transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [_transition(row) for row in rows]

    async def told(self, change: Transition) -> None:
        """Note that the notice of a change is a durable workflow now."""
        await self._database.run(lambda c: c.execute(_where(change).values(notified=1)))

    async def history(self, kind: str, job: str) -> list[Transition]:
        """Return all transitions of a job, first to last."""
        query = (
            transitions.select()
            .where(transitions.c.kind == kind, transitions.c.job == job)
            .order_by(transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [_transition(row) for row in rows]

    async def burst(self, change: Transition) -> list[Transition]:
        """Return all changes of the jobs that share a card with ``change``, as they came."""
        first = transitions.alias()
        members = sa.select(first.c.job).where(
            first.c.kind == change.kind,
            first.c.number == 1,
            first.c.detail["burst"].as_string() == change.burst,
        )
        query = (
            transitions.select()
            .where(
                transitions.c.kind == change.kind,
                transitions.c.job.in_(members) | (transitions.c.job == change.job),
            )
            .order_by(transitions.c.at, transitions.c.job, transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [_transition(row) for row in rows]


def _transition(row: sa.Row[Any]) -> Transition:
    return Transition(row.kind, row.job, row.number, row.status, row.detail, row.at)


def _where(change: Transition) -> sa.Update:
    return transitions.update().where(
        transitions.c.kind == change.kind,
        transitions.c.job == change.job,
        transitions.c.number == change.number,
    )


def _record(connection: sa.Connection, job: Sighting, known: Any, *, silent: bool) -> None:
    if known is not None and job.status in (known.status, UNREAD):
        return
    now = time.time()
    number = (known.transitions if known is not None else 0) + (not silent)
    row = {"title": job.title[:300], "status": job.status, "transitions": number, "changed_at": now}
    mine = (jobs.c.kind == job.kind, jobs.c.id == job.id)
    if known is None:
        connection.execute(jobs.insert(), row | {"kind": job.kind, "id": job.id, "first_seen": now})
    else:
        connection.execute(jobs.update().where(*mine).values(**row))
    if not silent:
        detail = {"title": job.title, **job.detail}
        if number == 1:
            detail["burst"] = _burst(connection, job)
        key = {"kind": job.kind, "job": job.id, "number": number}
        connection.execute(
            transitions.insert(), key | {"status": job.status, "detail": detail, "at": now, "notified": 0}
        )


def _burst(connection: sa.Connection, job: Sighting) -> str:
    """Return the job that began the burst in which ``job`` begins: itself, unless its bucket has one."""
    began = job.detail.get("created_at")
    if job.bucket is None or began is None:
        return named(job.id, IDS)
    detail = transitions.c.detail
    query = (
        sa.select(transitions.c.job)
        .select_from(
            jobs.join(transitions, (jobs.c.kind == transitions.c.kind) & (jobs.c.id == transitions.c.job))
        )
        .where(
            jobs.c.kind == job.kind,
            jobs.c.title == job.title[:300],
            transitions.c.number == 1,
            detail["burst"].as_string() == transitions.c.job,  # it began one
            detail["created_at"].as_integer().between(began - BURST_SECONDS, began + BURST_SECONDS),
        )
        .order_by(transitions.c.at.desc())
        .limit(1)
    )
    return str(connection.scalar(query) or named(job.id, IDS))
