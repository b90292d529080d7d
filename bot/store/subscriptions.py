"""Who wants to hear of jobs without having started them: a channel, or a person in their direct messages."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_tables import subscriptions
from bot.store.job_types import KEPT_SECONDS
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

    @classmethod
    def _missing_(cls, value: object) -> "Only":
        """Read a word of a later release as all."""
        del value
        return cls.ALL


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
    """When it began, in Unix seconds."""
    ended: float | None = None
    """When someone ended it. It's kept for the cards that stand there."""


_COLUMNS = [subscriptions.c[name] for name in Subscription.__slots__]
_PUT = or_change(subscriptions, ("only", "by", "at", "ended"))
_ACTIVE = subscriptions.c.ended.is_(None)


class Subscriptions:
    """Repository of subscriptions.

    Args:
        database: where they are kept.
        surely: a time that has come, in Unix seconds; what is deleted by it can't be had again.
    """

    def __init__(self, database: Database, *, surely: Callable[[], float] = time.time) -> None:
        self._database = database
        self._surely = surely

    async def put(self, one: Subscription) -> None:
        """Keep a subscription. One of the same kind and bucket there goes on since it began, and wants what this one does."""
        key = [subscriptions.c[name] == getattr(one, name) for name in ("team", "target", "kind", "bucket")]

        def work(connection: sa.Connection) -> None:
            changed = subscriptions.update().where(*key, _ACTIVE).values(only=one.only, by=one.by)
            if not connection.execute(changed).rowcount:
                connection.execute(_PUT[connection.dialect.name], asdict(one))

        await self._database.run(work)

    async def end(
        self, team: str, target: str, at: float, kind: str | None = None, bucket: str | None = None
    ) -> int:
        """End the subscriptions of a place, those of a kind or a bucket alone where one is given. Returns how many."""
        which = [subscriptions.c.team == team, subscriptions.c.target == target, _ACTIVE]
        given = {"kind": kind, "bucket": bucket}
        which += [subscriptions.c[name] == value for name, value in given.items() if value is not None]
        done = await self._database.run(
            lambda c: c.execute(subscriptions.update().where(*which).values(ended=at))
        )
        return int(done.rowcount)

    async def drop_old(self) -> int:
        """Delete those that ended so long ago that no one reads the cards of then anymore. Returns how many."""
        old = subscriptions.delete().where(subscriptions.c.ended < self._surely() - KEPT_SECONDS)
        return int((await self._database.run(lambda c: c.execute(old))).rowcount)

    async def of_kind(self, kind: str) -> list[Subscription]:
        """Return those that jobs of a kind concern or concerned, of whatever bucket."""
        return await self._found(subscriptions.c.kind.in_((kind, ANY)))

    async def there(self, team: str, target: str) -> list[Subscription]:
        """Return those of one place."""
        return await self._found(subscriptions.c.team == team, subscriptions.c.target == target, _ACTIVE)

    async def all(self, team: str) -> list[Subscription]:
        """Return those of a workspace, place by place."""
        return await self._found(subscriptions.c.team == team, _ACTIVE)

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
