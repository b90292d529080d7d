"""The questions that were taken in and what became of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import turns

UNFINISHED = ("running", "written")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, as far as it got."""

    id: str
    kind: str
    team: str
    channel: str
    root: str
    ts: str
    user: str
    question: str
    state: str
    attempts: int
    boot: str
    reply_kind: str
    reply_channel: str | None
    reply_ts: str | None
    outcome: str | None
    answer: str | None
    passages: list[dict[str, Any]] | None
    buckets: list[str] | None
    note: str | None
    model: str | None
    error_id: str | None


_COLUMNS = [turns.c[name] for name in Turn.__slots__]
_BEGIN = sa.insert(turns)
_BY_ID = sa.select(*_COLUMNS).where(turns.c.id == sa.bindparam("key"))
_AGAIN = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("key"))
    .values(attempts=turns.c.attempts + 1, boot=sa.bindparam("new_boot"))
)


@cache
def _change(columns: tuple[str, ...]) -> sa.Update:
    """Building a statement costs as much as running it, and there are few different ones."""
    values = {name: sa.bindparam(name, type_=turns.c[name].type) for name in columns}
    return sa.update(turns).where(turns.c.id == sa.bindparam("key")).values(values)


class Turns:
    """Repository of turns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, *, id: str, boot: str, reply_kind: str, **fields: str) -> Turn:  # noqa: A002 - the column's name
        """Note that an attempt begins; a first attempt writes the row, a later one counts."""

        def work(connection: sa.Connection) -> Turn:
            found = connection.execute(_BY_ID, {"key": id}).one_or_none()
            if found is None:
                row = {
                    "id": id,
                    "boot": boot,
                    "reply_kind": reply_kind,
                    "state": "running",
                    "attempts": 1,
                    **fields,
                }
                connection.execute(_BEGIN, row | {"created_at": time.time()})
                return Turn(**(dict.fromkeys(Turn.__slots__) | row))  # type: ignore[arg-type] # absent columns are NULL
            connection.execute(_AGAIN, {"key": id, "new_boot": boot})
            return Turn(**found._asdict() | {"attempts": found.attempts + 1})

        return await self._database.run(work)

    async def get(self, turn_id: str) -> Turn | None:
        """The turn, or None."""
        row = await self._database.run(lambda c: c.execute(_BY_ID, {"key": turn_id}).one_or_none())
        return None if row is None else Turn(**row._asdict())

    async def update(self, turn_id: str, **values: Any) -> None:
        """Set columns of one turn."""
        await self._database.run(
            lambda c: c.execute(turns.update().where(turns.c.id == turn_id).values(**values))
        )

    async def earlier(self, channel: str, root: str, before: str, limit: int) -> Sequence[Turn]:
        """The answered turns of a thread before the question ``before`` (its ts), oldest first."""
        query = (
            sa.select(*_COLUMNS)
            .where(
                turns.c.channel == channel,
                turns.c.root == root,
                turns.c.ts < before,
                turns.c.outcome == "answered",
            )
            .order_by(turns.c.ts.desc())
            .limit(limit)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Turn(**row._asdict()) for row in reversed(rows)]

    async def owned_replies(self, channel: str, root: str) -> set[str]:
        """The message ids in a thread that are known to be some turn's reply."""
        query = sa.select(turns.c.reply_ts).where(
            turns.c.channel == channel, turns.c.root == root, turns.c.reply_ts.is_not(None)
        )
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))
