"""Conversations: what Slack says of each, kept by events, and what was set for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import channels

SETTINGS = frozenset({"buckets", "model", "tone", "experts", "mode"})
FACTS = frozenset({"kind", "shared", "archived"})


@dataclass(frozen=True, slots=True)
class Channel:
    """One conversation. What is None was not set here, so what the settings say holds."""

    team: str
    channel: str
    kind: str = ""
    """public | private | mpim | im; "" where Slack was never asked."""
    shared: bool = False
    """Another organization reads along."""
    archived: bool = False
    known_at: float = 0.0
    """When Slack said so, in Unix seconds; 0 where it has to be asked."""
    buckets: tuple[str, ...] | None = None
    model: str | None = None
    tone: str | None = None
    experts: str | None = None
    """The id of a user group."""
    mode: str | None = None
    """mention | follow | off"""

    @property
    def settings(self) -> dict[str, Any]:
        """Return what was set here."""
        named = {name: getattr(self, name) for name in sorted(SETTINGS)}
        return {name: value for name, value in named.items() if value is not None}


_COLUMNS = [channels.c[name] for name in Channel.__slots__]
_BY_ID = sa.select(*_COLUMNS).where(
    channels.c.team == sa.bindparam("at_team"), channels.c.channel == sa.bindparam("at_channel")
)


class Channels:
    """Repository of conversations.

    Args:
        database: where they are kept.
        clock: the time of day.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def get(self, team: str, channel: str) -> Channel:
        """Return what is kept of a conversation; of one that is not known, nothing."""
        key = {"at_team": team, "at_channel": channel}
        row = await self._database.run(lambda c: c.execute(_BY_ID, key).one_or_none())
        return Channel(team, channel) if row is None else _read(row)

    async def known(self, team: str, channel: str, **facts: Any) -> Channel:
        """Keep what Slack says of a conversation: ``kind``, ``shared``, ``archived``. Some of them say nothing of the others."""
        if unknown := facts.keys() - FACTS:
            raise TypeError(f"no facts: {sorted(unknown)}")
        whole = {"known_at": self._clock()} if facts.keys() == FACTS else {}
        return await self._put(team, channel, facts | whole)

    async def doubt(self, team: str, channel: str) -> None:
        """Ask Slack again at the next occasion."""
        change = channels.update().where(channels.c.team == team, channels.c.channel == channel)
        await self._database.run(lambda c: c.execute(change.values(known_at=0.0)))

    async def set(self, team: str, channel: str, **settings: Any) -> Channel:
        """Keep what someone set for a conversation; None takes a setting back."""
        if unknown := settings.keys() - SETTINGS:
            raise TypeError(f"no settings of a channel: {sorted(unknown)}")
        return await self._put(team, channel, settings)

    async def _put(self, team: str, channel: str, values: dict[str, Any]) -> Channel:
        key = {"at_team": team, "at_channel": channel}
        empty = {"kind": "", "shared": 0, "archived": 0, "known_at": 0.0}
        if values.get("buckets") is not None:
            values = values | {"buckets": list(values["buckets"])}

        def work(connection: sa.Connection) -> Channel:
            if connection.execute(_BY_ID, key).one_or_none() is None:
                connection.execute(channels.insert(), {"team": team, "channel": channel} | empty | values)
            else:
                mine = channels.update().where(channels.c.team == team, channels.c.channel == channel)
                connection.execute(mine.values(values))
            return _read(connection.execute(_BY_ID, key).one())

        try:
            return await self._database.run(work)
        except sa.exc.IntegrityError:  # another process noted it in the same moment
            return await self._database.run(work)


def _read(row: sa.Row[tuple[Any, ...]]) -> Channel:
    columns = row._asdict()
    truths = {name: bool(columns[name]) for name in ("shared", "archived")}
    buckets = columns["buckets"]
    return Channel(**columns | truths | {"buckets": None if buckets is None else tuple(buckets)})
