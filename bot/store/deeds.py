"""What people wanted changed: asked, begun, ended, told. The audit log, which is also how far a change has got."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import SKEW_SECONDS, deeds

KEPT_SECONDS = 30 * 86_400.0
"""After so long the words of a change (arguments, what was shown) go; who, what, when and the result stay."""

PAGE = 100
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One change that someone wanted, as far as it got."""

    id: str
    verb: str
    given: dict[str, Any] | None
    team: str
    channel: str
    user: str
    user_team: str
    at: float
    until: float | None
    attempts: int
    result: str | None
    noted: dict[str, Any] | None
    shown: dict[str, Any] | None
    told: int

    def is_open(self, now: float) -> bool:
        """Can the question before it be answered? Not if it was asked in the future: the clock was set back."""
        return self.until is not None and self.at - SKEW_SECONDS <= now <= self.until


@dataclass(frozen=True, slots=True)
class Sought:
    """Which changes of a workspace are looked for; by default all."""

    team: str
    user: str = ""
    verb: str = ""
    """The words of a command, or its first ones."""
    since: float | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return what their rows fulfil."""
        found: list[sa.ColumnElement[bool]] = [deeds.c.team == self.team]
        if self.user:
            found.append(deeds.c.user == self.user)
        if self.verb:
            longer = deeds.c.verb.startswith(f"{self.verb} ", autoescape=True)
            found.append((deeds.c.verb == self.verb) | longer)
        if self.since is not None:
            found.append(deeds.c.at >= self.since)
        return found


_COLUMNS = [deeds.c[name] for name in Deed.__slots__]
_BY_ID = sa.select(*_COLUMNS).where(deeds.c.id == sa.bindparam("key"))
_ONE_MORE = (
    deeds.update()
    .where(deeds.c.id == sa.bindparam("key"), deeds.c.result.is_(None))
    .values(attempts=deeds.c.attempts + 1)
)
WORDLESS: dict[str, Any] = {"given": sa.null(), "noted": sa.null(), "shown": sa.null()}


class Deeds:
    """Repository of changes.

    Args:
        database: where they are kept.
        clock: the time of day.
        surely: a time that has come, by which words are dropped; the time of day, unless another is given.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        surely: Callable[[], float] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._surely = surely or clock

    async def ask(self, deed_id: str, *, until: float, **columns: Any) -> None:
        """Note a change that someone is asked about; asked anew before it began, the newest question counts."""
        row = {"id": deed_id, "at": self._clock(), "until": until, "attempts": 0, "told": 0, **columns}

        def work(connection: sa.Connection) -> None:
            known = connection.execute(_BY_ID, {"key": deed_id}).one_or_none()
            if known is None:
                connection.execute(deeds.insert(), row)
            elif known.attempts == 0 and known.result is None:
                connection.execute(deeds.update().where(deeds.c.id == deed_id).values(row))

        await self._database.run(work)

    async def get(self, deed_id: str) -> Deed | None:
        """Return the change, or None."""
        row = await self._database.run(lambda c: c.execute(_BY_ID, {"key": deed_id}).one_or_none())
        return None if row is None else Deed(**row._asdict())

    async def cancel(self, deed_id: str) -> bool:
        """Note that it shall not be done after all; False when it has begun."""
        change = (
            deeds.update()
            .where(deeds.c.id == deed_id, deeds.c.attempts == 0)
            .values(result="canceled", told=1)
        )
        return bool((await self._database.run(lambda c: c.execute(change))).rowcount)

    async def begin(self, deed_id: str, **columns: Any) -> Deed:
        """Note an attempt before anything is changed; what became of earlier ones is in the row. One that is known ends it."""

        def work(connection: sa.Connection) -> Deed:
            connection.execute(_ONE_MORE, {"key": deed_id})
            row = connection.execute(_BY_ID, {"key": deed_id}).one_or_none()
            if row is not None:
                return Deed(**row._asdict())
            new = {"id": deed_id, "at": self._clock(), "attempts": 1, "told": 0, **columns}
            connection.execute(deeds.insert(), new)
            return Deed(**(dict.fromkeys(Deed.__slots__) | new))  # type: ignore[arg-type] # absent columns are NULL

        return await self._database.run(work)

    async def note(self, deed_id: str, **values: Any) -> None:
        """Set columns of one change."""
        await self._database.run(
            lambda c: c.execute(deeds.update().where(deeds.c.id == deed_id).values(**values))
        )

    async def latest(self, sought: Sought, count: int, before: str = "") -> list[Deed]:
        """Return the latest changes that are looked for, newest first; with ``before`` those that came before this one."""
        query = sa.select(*_COLUMNS).where(*sought.conditions())
        if before:
            then = sa.select(deeds.c.at).where(deeds.c.id == before).scalar_subquery()
            query = query.where(sa.tuple_(deeds.c.at, deeds.c.id) < sa.tuple_(then, sa.literal(before)))
        return await self._found(query.order_by(deeds.c.at.desc(), deeds.c.id.desc()).limit(count))

    async def since(self, at: float) -> AsyncIterator[Deed]:
        """Yield the changes that were wanted since then, oldest first, read page by page."""
        query = sa.select(*_COLUMNS).where(deeds.c.at >= at)
        async for page in self._database.pages(query, deeds.c.at, deeds.c.id, size=PAGE):
            for row in page:
                yield Deed(**row._asdict())

    async def _found(self, query: sa.Select[Any]) -> list[Deed]:
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Deed(**row._asdict()) for row in rows]

    async def expire_questions(self) -> int:
        """End the questions of which no one can tell how old they are, because a clock was set back; the number of rows."""
        now = self._clock()
        waiting = sa.and_(deeds.c.attempts == 0, deeds.c.result.is_(None), deeds.c.until.is_not(None))
        change = deeds.update().where(waiting, deeds.c.at > now + SKEW_SECONDS).values(at=now, until=now)
        return int((await self._database.run(lambda c: c.execute(change))).rowcount)

    async def drop_words(self, user: str | None = None) -> int:
        """Drop the words of changes that are old, or of all by one person; the number of rows."""
        whose = deeds.c.at < self._surely() - KEPT_SECONDS
        if user is not None:  # one in the middle needs them; nothing is in the middle for thirty days
            resting = deeds.c.result.is_not(None) | (deeds.c.attempts == 0)
            whose = sa.and_(deeds.c.user == user, resting)
        change = deeds.update().where(whose, deeds.c.given.is_not(None)).values(WORDLESS)
        return int((await self._database.run(lambda c: c.execute(change))).rowcount)
