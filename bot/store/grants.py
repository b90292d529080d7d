"""What was granted to whom: a channel, a person, or a user group may see a bucket, or calls."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import sqlalchemy as sa

from bot.store.channels import Channel, kept
from bot.store.database import Database
from bot.store.schema import grants

ALL = "*"
"""The name of every bucket, or of every assistant."""


class Grantee(StrEnum):
    """To whom something is granted."""

    CHANNEL = "channel"
    PERSON = "person"
    GROUP = "group"


class Thing(StrEnum):
    """What is granted."""

    BUCKET = "bucket"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Grant:
    """One right that someone was given."""

    team: str
    kind: Grantee
    grantee: str
    """The id of the channel, person, or group."""
    thing: Thing
    name: str
    """A bucket, or the id of the assistant whose calls they are; ``ALL`` is all of them."""
    by: str
    """Who gave it."""
    at: float
    until: float | None = None
    """When it ends by itself, in Unix seconds."""

    @property
    def id(self) -> str:
        """Return the id that the same grant always has, no matter who gives it and when."""
        named = f"{self.team}\0{self.kind}\0{self.grantee}\0{self.thing}\0{self.name}"
        return hashlib.sha256(named.encode()).hexdigest()[:16]

    def holds(self, now: float) -> bool:
        """Return whether it has not ended."""
        return self.until is None or now < self.until


_COLUMNS = [grants.c[name] for name in Grant.__slots__]


def _read(row: sa.Row[tuple[object, ...]]) -> Grant:
    columns = row._asdict()
    return Grant(**columns | {"kind": Grantee(columns["kind"]), "thing": Thing(columns["thing"])})


_CONCERNING = (
    sa.select(*_COLUMNS)
    .where(
        grants.c.team == sa.bindparam("at_team"),
        (grants.c.grantee == sa.bindparam("at_channel"))
        | (grants.c.grantee == sa.bindparam("at_user"))
        | (grants.c.kind == Grantee.GROUP),
    )
    .order_by(grants.c.at.desc(), grants.c.id)
)


def concerning(connection: sa.Connection, team: str, channel: str, user: str) -> tuple[Grant, ...]:
    """Return what was granted to a channel, a person, and every user group, inside a transaction."""
    given = {"at_team": team, "at_channel": channel, "at_user": user}
    return tuple(map(_read, connection.execute(_CONCERNING, given)))


class Grants:
    """Repository of grants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, grant: Grant) -> None:
        """Keep a grant. The same one given before is replaced: its giver, time, and end are the new ones."""
        row = {"id": grant.id, **asdict(grant)}

        def work(connection: sa.Connection) -> None:
            connection.execute(grants.delete().where(grants.c.id == grant.id))
            connection.execute(grants.insert(), row)

        await self._database.run(work)

    async def withdraw(self, grant_id: str, team: str) -> Grant | None:
        """Drop a grant, and return it; None where there is none."""
        mine = (grants.c.id == grant_id, grants.c.team == team)

        def work(connection: sa.Connection) -> Grant | None:
            row = connection.execute(sa.select(*_COLUMNS).where(*mine)).one_or_none()
            connection.execute(grants.delete().where(*mine))
            return None if row is None else _read(row)

        return await self._database.run(work)

    async def concerning(self, team: str, channel: str, user: str = "") -> tuple[Grant, ...]:
        """Return what was granted to a channel and a person, and to every user group: who is in one Slack knows."""
        return await self._database.run(lambda c: concerning(c, team, channel, user))

    async def here(self, team: str, channel: str, user: str) -> tuple[Channel, tuple[Grant, ...]]:
        """Return what is kept of a place, and what was granted to it and to who asks there, read at once."""
        return await self._database.run(
            lambda c: (kept(c, team, channel), concerning(c, team, channel, user))
        )

    async def all(self, team: str) -> tuple[Grant, ...]:
        """Return every grant of a workspace, the latest first."""
        return await self._found(grants.c.team == team)

    async def _found(self, *where: sa.ColumnElement[bool]) -> tuple[Grant, ...]:
        query = sa.select(*_COLUMNS).where(*where).order_by(grants.c.at.desc(), grants.c.id)
        rows: Sequence[sa.Row[tuple[object, ...]]] = await self._database.run(
            lambda c: c.execute(query).all()
        )
        return tuple(map(_read, rows))
