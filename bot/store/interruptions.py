"""What people did to a question while it was being answered: they edited it, deleted it, or pressed stop."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Literal

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import interruptions

KEPT_SECONDS = 24 * 3600.0
"""As long as work that was broken off may come back (see ``Engine.forget_ended``)."""

Kind = Literal["edited", "deleted", "stopped"]


@dataclass(frozen=True, slots=True)
class Interruption:
    """What someone did to a question."""

    turn: str
    kind: Kind
    user: str
    text: str | None = None
    """The new words of an edited question."""
    at: float = field(default=0.0, compare=False)
    """When it happened in Slack, in Unix seconds: events may come late, and again."""

    @property
    def ends(self) -> bool:
        """Is the question not to be answered anymore?"""
        return self.kind != "edited"

    def replaces(self, known: "Interruption") -> bool:
        """Does it count after ``known``? What ended a question stays; of two edits the later one counts."""
        return not known.ends and (self.ends or self.at > known.at)


_KNOWN = sa.select(*(interruptions.c[name] for name in Interruption.__slots__))


class Interruptions:
    """Repository of interruptions, one for each turn: the latest edit, or what ended it."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def note(self, change: Interruption) -> None:
        """Remember ``change``; what has ended a question stays, whatever comes after it."""
        at = change.at or self._clock()
        values = {"kind": change.kind, "text": change.text, "user": change.user, "at": at}

        def work(connection: sa.Connection) -> None:
            row = connection.execute(_KNOWN.where(interruptions.c.turn == change.turn)).one_or_none()
            if row is None:
                connection.execute(interruptions.insert(), {"turn": change.turn, **values})
            elif replace(change, at=at).replaces(Interruption(**row._asdict())):
                connection.execute(
                    interruptions.update().where(interruptions.c.turn == change.turn).values(**values)
                )

        try:
            await self._database.run(work)
        except sa.exc.IntegrityError:  # another process noted something in the same moment
            await self._database.run(work)

    async def of(self, turns: Collection[str]) -> dict[str, Interruption]:
        """Return what was done to these turns, by their id."""
        query = _KNOWN.where(interruptions.c.turn.in_(turns))
        rows = await self._database.run(lambda c: c.execute(query).all())
        return {row.turn: Interruption(**row._asdict()) for row in rows}

    async def drop_old(self) -> int:
        """Delete what no one will ask for anymore; the number of rows."""
        limit = self._clock() - KEPT_SECONDS
        done = await self._database.run(
            lambda c: c.execute(interruptions.delete().where(interruptions.c.at < limit))
        )
        return int(done.rowcount)
