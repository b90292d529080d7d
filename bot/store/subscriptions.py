"""Who wants to hear of jobs without having started them: a channel, or a person in their direct messages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_tables import subscriptions
from bot.store.upserts import or_change

ANY = ""
"""In the place of a kind or a bucket: all of them."""


class Only(StrEnum):
    """Which news of a job is wanted."""

    ALL = ""
    FINISHED = "finished"
    """Its end, however it ends."""
    FAILURES = "failures"
    """What goes wrong."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is wanted in one place; there is one for each kind and bucket."""

    team: str
    target: str
    """A channel's id, or that of a person, who is told in direct messages."""
    kind: str
    bucket: str
    only: Only = Only.ALL
    by: str = ""
    """Who wanted it; empty of someone who was forgotten."""
    at: float = 0.0
    """In Unix seconds."""


_COLUMNS = [subscriptions.c[name] for name in Subscription.__slots__]
_PUT = or_change(subscriptions, ("only", "by", "at"))


class Subscriptions:
    """Repository of subscriptions.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, one: Subscription) -> None:
        """Keep a subscription; that of the same kind and bucket there is replaced."""
        await self._database.run(lambda c: c.execute(_PUT[c.dialect.name], asdict(one)))

    async def drop(self, team: str, target: str, kind: str | None = None, bucket: str = "") -> int:
        """Drop the subscription of a kind and bucket in a place, or without a kind all that are there. Returns how many."""
        which = [subscriptions.c.team == team, subscriptions.c.target == target]
        if kind is not None:
            which += [subscriptions.c.kind == kind, subscriptions.c.bucket == bucket]
        gone = await self._database.run(lambda c: c.execute(subscriptions.delete().where(*which)))
        return int(gone.rowcount)

    async def of_kind(self, kind: str) -> list[Subscription]:
        """Return those that jobs of a kind may concern, of whatever bucket."""
        return await self._found(subscriptions.c.kind.in_((kind, ANY)))

    async def there(self, team: str, target: str) -> list[Subscription]:
        """Return those of one place."""
        return await self._found(subscriptions.c.team == team, subscriptions.c.target == target)

    async def all(self, team: str) -> list[Subscription]:
        """Return those of a workspace, place by place."""
        return await self._found(subscriptions.c.team == team)

    async def _found(self, *which: sa.ColumnElement[bool]) -> list[Subscription]:
        order = (subscriptions.c.target, subscriptions.c.kind, subscriptions.c.bucket)
        query = sa.select(*_COLUMNS).where(*which).order_by(*order)
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Subscription(**row._asdict() | {"only": Only(row.only)}) for row in rows]


def of_person(user: str) -> sa.Select[Any]:
    """Return the subscriptions of a person, and those that they made for others."""
    return subscriptions.select().where((subscriptions.c.target == user) | (subscriptions.c.by == user))


def forgotten(user: str) -> Sequence[sa.Update | sa.Delete]:
    """Return what erases a person: their own subscriptions go, those of channels stay and are no one's."""
    return (
        subscriptions.delete().where(subscriptions.c.target == user),
        subscriptions.update().where(subscriptions.c.by == user).values(by=""),
    )
