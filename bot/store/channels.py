"""Conversations: what Slack says of each, kept by events, and what was set for it."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import channels
from bot.store.upserts import or_change

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
    """When Slack said so, in Unix seconds; 0 or less where it has to be asked, because it never was or something changed."""
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
_PLACE = (channels.c.team == sa.bindparam("at_team"), channels.c.channel == sa.bindparam("at_channel"))
_BY_ID = sa.select(*_COLUMNS).where(*_PLACE)
_LEARNED = ("team", "channel", *sorted(FACTS), "known_at")
_LEARN = or_change(
    channels,
    _LEARNED[2:],
    where=lambda new: sa.func.abs(channels.c.known_at) <= new["known_at"],
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
        return await self._database.run(lambda c: kept(c, team, channel))

    async def learn(self, asked: Collection[Channel]) -> None:
        """Keep what Slack said of conversations, all in one transaction. What was told of one after it was asked about stays.

        Args:
            asked: each with ``known_at`` as the time before Slack was asked.
        """
        rows = [{name: getattr(one, name) for name in _LEARNED} for one in asked]
        rows.sort(key=itemgetter("team", "channel"))  # or two processes could wait for each other
        await self._database.run(lambda c: c.execute(_LEARN[c.dialect.name], rows))

    async def told(self, team: str, channel: str, facts: Mapping[str, Any]) -> None:
        """Keep what an event says of a conversation, or that it is not sure anymore: Slack is asked at the next occasion."""
        if unknown := facts.keys() - FACTS:
            raise TypeError(f"no facts: {sorted(unknown)}")
        await self._put(team, channel, {**facts, "known_at": -self._clock()})

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


def kept(connection: sa.Connection, team: str, channel: str) -> Channel:
    """Return what is kept of a conversation, inside a transaction."""
    row = connection.execute(_BY_ID, {"at_team": team, "at_channel": channel}).one_or_none()
    return Channel(team, channel) if row is None else _read(row)


def _read(row: sa.Row[tuple[Any, ...]]) -> Channel:
    columns = row._asdict()
    truths = {name: bool(columns[name]) for name in ("shared", "archived")}
    buckets = columns["buckets"]
    return Channel(**columns | truths | {"buckets": None if buckets is None else tuple(buckets)})
