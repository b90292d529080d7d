"""What is known of remote jobs: their last state, each numbered change, and the message that shows them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import cards, jobs, polls, transitions


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a job; ``number`` counts from 1, because a state can come back."""

    kind: str
    job: str
    number: int
    status: str
    detail: dict[str, Any]


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


class Jobs:
    """Repository of polls, jobs, transitions and cards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, kind: str, period: float, now: float) -> bool:
        """Claim this slot's poll; False when it is not due or somebody else has it."""

        def work(connection: sa.Connection) -> bool:
            due = polls.update().where(polls.c.kind == kind, polls.c.next_at <= now)
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
            for job in seen:
                _record(connection, job, known.get(job.id), silent=first and job.finished)
            connection.execute(polls.update().where(polls.c.kind == kind).values(looked=1))

        await self._database.run(work)

    async def unnotified(self) -> list[Transition]:
        """The transitions whose notice is not durable yet, oldest first."""
        query = (
            transitions.select()
            .where(transitions.c.notified == 0)
            .order_by(transitions.c.at, transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Transition(row.kind, row.job, row.number, row.status, row.detail) for row in rows]

    async def mark_notified(self, change: Transition) -> None:
        """Its notice is a durable workflow now."""
        await self._database.run(lambda c: c.execute(_where(change).values(notified=1)))

    async def history(self, kind: str, job: str) -> list[Transition]:
        """All transitions of a job, first to last."""
        query = (
            transitions.select()
            .where(transitions.c.kind == kind, transitions.c.job == job)
            .order_by(transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Transition(row.kind, row.job, row.number, row.status, row.detail) for row in rows]

    async def card(self, kind: str, job: str, channel: str) -> tuple[str, int] | None:
        """The message that shows a job in a channel and the newest transition it shows."""
        query = cards.select().where(cards.c.kind == kind, cards.c.job == job, cards.c.channel == channel)
        row = await self._database.run(lambda c: c.execute(query).one_or_none())
        return None if row is None else (row.ts, row.number)

    async def save_card(self, kind: str, job: str, channel: str, ts: str, number: int) -> None:
        """Remember the message and what it shows."""

        def work(connection: sa.Connection) -> None:
            mine = (cards.c.kind == kind, cards.c.job == job, cards.c.channel == channel)
            if connection.execute(cards.update().where(*mine).values(ts=ts, number=number)).rowcount == 0:
                row = {"kind": kind, "job": job, "channel": channel, "ts": ts, "number": number}
                connection.execute(cards.insert(), row)

        await self._database.run(work)


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
        key = {"kind": job.kind, "job": job.id, "number": number}
        connection.execute(
            transitions.insert(), key | {"status": job.status, "detail": detail, "at": now, "notified": 0}
        )
