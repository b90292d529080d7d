"""When each kind of job is looked at, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_tables import polls
from bot.store.schema import SKEW_SECONDS


@dataclass(frozen=True, slots=True)
class Poll:
    """How looking at a kind goes."""

    kind: str
    next_at: float = 0.0
    """When the next look is due, in Unix seconds."""
    looked: bool = False
    """A look has succeeded."""
    failures: int = 0
    """Looks in a row that failed."""
    full_at: float = 0.0
    """When everything was read last, also what ended long ago."""
    answered: int = 0
    """The latest look that was recorded."""
    changed: int = 0
    """How many times something of its jobs has changed."""

    def due(self, now: float, longest: float) -> bool:
        """Return whether it's time; also if the next look is further ahead than any pause: a clock was set back."""
        return self.next_at <= now or self.next_at > now + longest + SKEW_SECONDS


_COLUMNS = [polls.c[name] for name in Poll.__slots__]


def read(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> dict[str, Poll]:
    """Return how looking at each kind goes, by kind."""
    rows = connection.execute(sa.select(*_COLUMNS).where(*which))
    return {row.kind: Poll(**row._asdict() | {"looked": bool(row.looked)}) for row in rows}


class Polls:
    """Repository of when each kind is looked at.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, Poll]:
        """Return how looking at each kind goes, by kind; those that no one ever looked at are left out."""
        return await self._database.run(read)

    async def claim(self, kind: str, seconds: float, now: float, longest: float) -> int:
        """Claim a look at a kind. The number of the look; 0 when it isn't due or someone else has it.

        Args:
            kind: what is looked at.
            seconds: after which someone else looks, if this look does not end.
            now: the time of day, in Unix seconds.
            longest: seconds; no pause between two looks is longer.
        """
        ahead = now + longest + SKEW_SECONDS

        def work(connection: sa.Connection) -> int:
            of = polls.c.kind == kind
            due = polls.update().where(of, sa.or_(polls.c.next_at <= now, polls.c.next_at > ahead))
            if connection.execute(due.values(next_at=now + seconds, slot=polls.c.slot + 1)).rowcount:
                return connection.scalar(sa.select(polls.c.slot).where(of)) or 0
            if connection.scalar(sa.select(polls.c.kind).where(of)) is not None:
                return 0
            row = dict.fromkeys(("looked", "answered", "failures", "full_at", "changed"), 0)
            connection.execute(polls.insert(), row | {"kind": kind, "next_at": now + seconds, "slot": 1})
            return 1

        try:
            return await self._database.run(work)
        except sa.exc.IntegrityError:
            return 0  # another process made the row in the same moment, and looks

    async def failed(self, kind: str, slot: int, next_at: float) -> None:
        """Note that a look failed, unless a later one was answered, and when the next is due, unless that has begun."""
        mine = polls.update().where(polls.c.kind == kind, polls.c.answered < slot)
        due = sa.case((polls.c.slot == slot, next_at), else_=polls.c.next_at)
        noted = mine.values(failures=polls.c.failures + 1, next_at=due)
        await self._database.run(lambda c: c.execute(noted))
