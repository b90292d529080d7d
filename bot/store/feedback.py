"""What readers thought of answers: one opinion per answer and person."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import feedback, turns

PAGE = 100
"""Opinions that are read at a time."""


class Value(StrEnum):
    """What someone pressed."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person thought of an answer."""

    turn: str
    user: str
    team: str
    value: str
    reason: str | None = None
    """One of those in the form, of a thumb down."""
    comment: str | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """An opinion, and the answer that it is of."""

    opinion: Opinion
    question: str
    history: tuple[str, ...]
    """What was asked before in its thread, oldest first."""
    outcome: str
    passages: list[dict[str, Any]]
    model: str


_COLUMNS = [feedback.c[name] for name in Opinion.__slots__]
_OF_THE_ANSWER = [turns.c[n] for n in ("question", "outcome", "passages", "model", "channel", "root", "ts")]


class Opinions:
    """Repository of feedback.

    Args:
        database: where it is kept.
        clock: the time of day.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def give(self, opinion: Opinion) -> Opinion:
        """Keep an opinion, and return it; the same person's earlier one of the same answer is replaced.

        A thumb down without a reason keeps the reason and the comment that a thumb down before it had.
        """
        mine = (feedback.c.turn == opinion.turn, feedback.c.user == opinion.user)
        new = {name: getattr(opinion, name) for name in Opinion.__slots__} | {"at": self._clock()}

        def work(connection: sa.Connection) -> Opinion:
            found = connection.execute(sa.select(*_COLUMNS).where(*mine)).one_or_none()
            bare = opinion.reason is None and opinion.comment is None
            if found is not None and bare and found.value == opinion.value:
                new.update(reason=found.reason, comment=found.comment)
            connection.execute(feedback.delete().where(*mine))
            connection.execute(feedback.insert(), new)
            return Opinion(**new)

        return await self._database.run(work)

    async def since(self, at: float, value: str | None = None) -> AsyncIterator[Judged]:
        """Yield the opinions since then of answers to questions, with these, oldest first, read page by page."""
        order = (feedback.c.at, feedback.c.turn, feedback.c.user)
        joined = sa.join(feedback, turns, feedback.c.turn == turns.c.id)
        query = (
            sa.select(*_COLUMNS, *_OF_THE_ANSWER)
            .select_from(joined)
            .where(feedback.c.at >= at, turns.c.kind == "ask")
        )
        if value is not None:
            query = query.where(feedback.c.value == value)
        async for page in self._database.pages(query, *order, size=PAGE):
            for row in page:
                yield await self._judged(row)

    async def _judged(self, row: sa.Row[Any]) -> Judged:
        opinion = Opinion(**{name: getattr(row, name) for name in Opinion.__slots__})
        before = await self._before(row) if row.root else ()
        return Judged(opinion, row.question, before, row.outcome or "", row.passages or [], row.model or "")

    async def _before(self, row: sa.Row[Any]) -> tuple[str, ...]:
        """Return what everyone could read that was asked in a thread before."""
        public = sa.func.coalesce(turns.c.private, 0) == 0
        here = (turns.c.channel == row.channel, turns.c.root == row.root, turns.c.ts < row.ts, public)
        answered = (turns.c.outcome == "answered", turns.c.question != "")
        query = sa.select(turns.c.question).where(*here, *answered).order_by(turns.c.ts)
        return tuple(one.question for one in await self._read(query))

    async def _read(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        return await self._database.run(lambda c: list(c.execute(query).all()))
