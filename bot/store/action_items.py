"""What was to be done after calls: as their summaries say, with who said that they do it, and what is done."""

import hashlib
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import action_items as items

PAGE = 100
"""Rows that are deleted at a time."""
MOST = 200
"""Items of one person that are read at a time, the latest first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One action item as it is kept."""

    id: str
    team: str
    call: str
    assistant: str
    title: str
    who: str
    """The owner's name as names are compared."""
    owner: str
    text: str
    at: int | None
    """Seconds since the call began."""
    turn: str
    asked_by: str
    created_at: float
    taken_by: str | None = None
    done_by: str | None = None
    done_at: float | None = None


def item_id(team: str, call: str, who: str, text: str) -> str:
    """Return the id that the same action item of the same call always has, no matter who summarizes it."""
    said = " ".join(text.casefold().split())
    return hashlib.sha256(f"{team}\0{call}\0{who}\0{said}".encode()).hexdigest()[:16]


_COLUMNS = [items.c[name] for name in Kept.__slots__]
_UNTOUCHED = items.c.taken_by.is_(None) & items.c.done_at.is_(None)


class Items:
    """Repository of action items.

    Args:
        database: where they are kept.
        kept_seconds: for how long.
        surely: a time that has come, in Unix seconds; what is deleted by it can't be had again.
    """

    def __init__(
        self,
        database: Database,
        kept_seconds: float = math.inf,
        *,
        surely: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._kept_seconds = kept_seconds
        self._surely = surely

    async def replace(self, team: str, call: str, found: Sequence[Kept]) -> None:
        """Keep what a new summary of a call found, in place of what the ones before did and no one has touched."""
        rows = {one.id: asdict(one) for one in found}

        def work(connection: sa.Connection) -> None:
            mine = sa.and_(items.c.team == team, items.c.call == call)
            connection.execute(items.delete().where(mine, _UNTOUCHED))
            left = set(connection.execute(sa.select(items.c.id).where(mine)).scalars())
            if fresh := [row for key, row in rows.items() if key not in left]:
                connection.execute(items.insert(), fresh)

        await self._database.run(work)

    async def get(self, item: str, team: str) -> Kept | None:
        """Return one; None where there is none in this workspace."""
        query = sa.select(*_COLUMNS).where(items.c.id == item, items.c.team == team)
        row = await self._database.run(lambda c: c.execute(query).one_or_none())
        return None if row is None else Kept(**row._asdict())

    async def open_for(self, team: str, user: str, names: Collection[str]) -> list[Kept]:
        """Return what someone said that they do, and what belongs to one of these names and no one has taken; the latest first."""
        open_ = (items.c.team == team, items.c.done_at.is_(None))
        named = sa.select(items.c.id).where(*open_, items.c.who.in_(list(names)), items.c.taken_by.is_(None))
        taken = sa.select(items.c.id).where(*open_, items.c.taken_by == user)
        return await self._found(items.c.id.in_(sa.union_all(named, taken)), items.c.created_at)

    async def done_by(self, team: str, user: str) -> list[Kept]:
        """Return what someone has done, the latest first."""
        return await self._found((items.c.team == team) & (items.c.done_by == user), items.c.done_at)

    async def take(self, item: str, user: str | None, *, instead_of: str | None) -> bool:
        """Note who does one; False where it is no longer ``instead_of`` who did."""
        now = items.c.taken_by.is_(None) if instead_of is None else items.c.taken_by == instead_of
        return await self._change(items.update().where(items.c.id == item, now).values(taken_by=user)) > 0

    async def end(self, item: str, user: str | None, at: float | None) -> None:
        """Note who did one and when; None: it is not done after all."""
        await self._change(items.update().where(items.c.id == item).values(done_by=user, done_at=at))

    async def drop_old(self) -> int:
        """Delete those that are so old that they are no longer kept; the number of rows."""
        limit = self._surely() - self._kept_seconds
        old = sa.select(items.c.id).where(items.c.created_at < limit).limit(PAGE)
        page = items.delete().where(items.c.id.in_(old))
        return await self._database.by_pages(lambda c: c.execute(page).rowcount)

    async def _found(self, which: sa.ColumnElement[bool], by: sa.Column[Any]) -> list[Kept]:
        query = sa.select(*_COLUMNS).where(which).order_by(by.desc(), items.c.id).limit(MOST)
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Kept(**row._asdict()) for row in rows]

    async def _change(self, change: sa.Update) -> int:
        return int((await self._database.run(lambda c: c.execute(change))).rowcount)


# ------------------------------------------------------------------------------------------- about a person
def of_person(user: str) -> sa.Select[Any]:
    """Return the query for what a person had summarized, does, or did."""
    theirs = (items.c.asked_by == user) | (items.c.taken_by == user) | (items.c.done_by == user)
    return items.select().where(theirs).order_by(items.c.created_at, items.c.id)


def forgotten(user: str) -> tuple[sa.Delete | sa.Update, ...]:
    """Return what erases a person: items of their summaries go, unless someone else does them; of others their name goes."""
    others = items.c.taken_by.is_not(None) & (items.c.taken_by != user)
    return (
        items.delete().where(items.c.asked_by == user, ~others),
        items.update().where(items.c.asked_by == user).values(asked_by=""),
        items.update().where(items.c.taken_by == user).values(taken_by=None),
        items.update().where(items.c.done_by == user).values(done_by=None),
    )
