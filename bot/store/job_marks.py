"""What people pressed on the cards of jobs."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_tables import job_marks
from bot.store.job_types import KEPT_SECONDS


class What(StrEnum):
    """What someone pressed."""

    ON_IT = "on_it"
    SNOOZED = "snoozed"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Mark:
    """Someone takes care of what's on a card, or wants no news of it in a channel."""

    kind: str
    card: str
    channel: str
    """Where it counts: a channel or, for direct messages, the person. Empty for `ON_IT`, which stands on the card everywhere."""
    what: What
    user: str
    at: float
    until: float | None = None
    """The end of an hour of `SNOOZED`, in Unix seconds."""


_COLUMNS = [job_marks.c[name] for name in Mark.__slots__]
_CARD = (job_marks.c.kind == sa.bindparam("of_kind"), job_marks.c.card == sa.bindparam("of_card"))
_OF = (
    sa.select(*_COLUMNS)
    .where(*_CARD, job_marks.c.channel.in_(sa.bindparam("of_channels", expanding=True)))
    .order_by(job_marks.c.at, job_marks.c.user)
)


class Marks:
    """Repository of what people pressed on cards.

    Args:
        database: where it is kept.
        surely: a time that has come, in Unix seconds; what is deleted by it can't be had again.
    """

    def __init__(self, database: Database, *, surely: Callable[[], float] = time.time) -> None:
        self._database = database
        self._surely = surely

    async def of(self, kind: str, card: str, channel: str) -> tuple[Mark, ...]:
        """Return the marks of a card in a channel, and those that stand on it everywhere, oldest first."""
        of = {"of_kind": kind, "of_card": card, "of_channels": [channel, ""]}
        return _marks(await self._database.run(lambda c: c.execute(_OF, of).all()))

    async def put(self, mark: Mark) -> None:
        """Keep a mark; the same person's earlier one of its kind there is replaced."""

        def work(connection: sa.Connection) -> None:
            connection.execute(job_marks.delete().where(*_same(mark), job_marks.c.user == mark.user))
            connection.execute(job_marks.insert(), {name: getattr(mark, name) for name in Mark.__slots__})

        try:
            await self._database.run(work)
        except sa.exc.IntegrityError:
            await self._database.run(work)  # another process put it in the same moment: the later one counts

    async def drop(self, mark: Mark) -> bool:
        """Drop someone's mark. Returns whether there was one."""
        return await self._gone(*_same(mark), job_marks.c.user == mark.user)

    async def clear(self, mark: Mark) -> bool:
        """Drop what anyone pressed of this kind on this card in this channel. Returns whether there was something."""
        return await self._gone(*_same(mark))

    async def over(self, now: float) -> tuple[Mark, ...]:
        """Return the marks whose hour is over."""
        query = sa.select(*_COLUMNS).where(job_marks.c.until <= now).order_by(job_marks.c.until)
        return _marks(await self._database.run(lambda c: c.execute(query).all()))

    async def drop_old(self) -> int:
        """Delete marks that are so old that no one reads their cards anymore. Returns how many."""
        old = job_marks.delete().where(job_marks.c.at < self._surely() - KEPT_SECONDS)
        return int((await self._database.run(lambda c: c.execute(old))).rowcount)

    async def _gone(self, *which: sa.ColumnElement[bool]) -> bool:
        gone = await self._database.run(lambda c: c.execute(job_marks.delete().where(*which)))
        return bool(gone.rowcount)


def _same(mark: Mark) -> tuple[sa.ColumnElement[bool], ...]:
    names = ("kind", "card", "channel", "what")
    return tuple(job_marks.c[name] == getattr(mark, name) for name in names)


def _marks(rows: Iterable[sa.Row[Any]]) -> tuple[Mark, ...]:
    return tuple(Mark(**row._asdict() | {"what": What(row.what)}) for row in rows)
