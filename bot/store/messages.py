"""The messages of ours that must be found again: what was to be posted under which key, where, since when, and what stands there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import messages
from bot.store.upserts import or_change


@dataclass(frozen=True, slots=True)
class Owned:
    """One message of ours. Its key, in its place, is unique."""

    key: str
    """Stands in the message's metadata, too."""
    channel: str
    thread: str
    """The first message of the thread that it stands in; "" for one that stands in the channel itself."""
    kind: str
    """stream | post (replies) | share | card | line"""
    tried_at: float
    """Before this nothing was posted, in Unix seconds."""
    team: str = ""
    ts: str = ""
    """"" until it is known to stand."""
    shown: str = ""
    """The digest of what it shows."""
    holder: str = ""
    """The work that alone may post it; "" where any work may."""
    new: bool = False
    """It was noted just now, so no earlier attempt can have posted it."""

    @property
    def place(self) -> dict[str, str]:
        """Return what the row of this message is found by."""
        return _place(self.key, self.channel, self.thread)


_COLUMNS = [messages.c[name] for name in Owned.__slots__ if name != "new"]
_PLACE = (
    messages.c.key == sa.bindparam("at_key"),
    messages.c.channel == sa.bindparam("at_channel"),
    messages.c.thread == sa.bindparam("at_thread"),
)
_FIND = sa.select(*_COLUMNS).where(*_PLACE)
_ADD = sa.insert(messages)
_OPENED = or_change(messages, ("ts", "kind"))


def _place(key: str, channel: str, thread: str) -> dict[str, str]:
    return {"at_key": key, "at_channel": channel, "at_thread": thread}


class Messages:
    """Repository of our messages.

    Args:
        database: where they are kept.
        surely: a time that has come, in Unix seconds: what is tried from now on is younger.
    """

    def __init__(self, database: Database, *, surely: Callable[[], float] = time.time) -> None:
        self._database = database
        self._surely = surely

    async def expect(
        self, key: str, channel: str, thread: str = "", *, kind: str, team: str = "", holder: str = ""
    ) -> Owned:
        """Note that a message is about to be posted. Returns the one that is noted already, if there is one."""
        mine = Owned(key, channel, thread, kind, self._now(), team=team, holder=holder)

        def work(connection: sa.Connection) -> Owned:
            free = (*_PLACE, messages.c.ts == "", messages.c.holder == "")
            if holder:  # who had the claim gave it up
                connection.execute(messages.update().where(*free).values(holder=holder), mine.place)
            row = connection.execute(_FIND, mine.place).one_or_none()
            if row is not None:
                return Owned(**row._asdict())
            connection.execute(_ADD, _row(mine))
            return replace(mine, new=True)

        try:
            return await self._database.run(work)
        except sa.exc.IntegrityError:  # another process noted it in the same moment
            return await self.get(key, channel, thread) or mine

    async def get(self, key: str, channel: str, thread: str = "") -> Owned | None:
        """Return what is noted of a message, or None."""
        place = _place(key, channel, thread)
        row = await self._database.run(lambda c: c.execute(_FIND, place).one_or_none())
        return None if row is None else Owned(**row._asdict())

    async def opened(self, key: str, channel: str, thread: str, *, team: str, kind: str, ts: str) -> None:
        """Note a message that stands, in one transaction; it may have been noted with another ``ts``."""
        mine = Owned(key, channel, thread, kind, self._now(), team=team, ts=ts)

        await self._database.run(lambda c: c.execute(_OPENED[c.dialect.name], _row(mine)))

    async def moved(self, before: Owned, *, ts: str, shown: str) -> bool:
        """Note where a message stands and what it shows. Returns False when someone else noted something else meanwhile."""
        was = (*_PLACE, messages.c.ts == before.ts, messages.c.shown == before.shown)
        change = messages.update().where(*was).values(ts=ts, shown=shown)
        return await self._changes(before, change)

    async def gone(self, before: Owned) -> Owned:
        """Note that someone deleted a message. Returns what is to be posted in its place, which is tried from now on."""
        after = replace(before, ts="", shown="", tried_at=self._now(), new=True)
        was = (*_PLACE, messages.c.ts == before.ts)
        change = messages.update().where(*was).values(ts="", shown="", tried_at=after.tried_at)
        if await self._changes(before, change):
            return after
        return await self.get(before.key, before.channel, before.thread) or after

    async def give_up(self, key: str, holder: str) -> None:
        """Give up a claim to post a message: the next work that asks has it, and looks for what was posted so far."""
        mine = (messages.c.key == key, messages.c.holder == holder, messages.c.ts == "")
        await self._database.run(lambda c: c.execute(messages.update().where(*mine).values(holder="")))

    async def standing(self, channel: str, thread: str) -> set[str]:
        """Return the ``ts`` of the messages in a thread that are known to be ours."""
        query = sa.select(messages.c.ts).where(
            messages.c.channel == channel, messages.c.thread == thread, messages.c.ts != ""
        )
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))

    async def keys(self, channel: str, thread: str) -> set[str]:
        """Return the keys of the messages that stand in a thread."""
        query = sa.select(messages.c.key).where(
            messages.c.channel == channel, messages.c.thread == thread, messages.c.ts != ""
        )
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))

    async def channels(self, key: str) -> set[str]:
        """Return the channels in which a message with this key stands, whatever thread of theirs it is in."""
        query = sa.select(messages.c.channel).where(messages.c.key == key, messages.c.ts != "")
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))

    async def forget(self, key: str, channel: str, thread: str) -> None:
        """Drop what is noted of a message that was taken away."""
        place = _place(key, channel, thread)
        await self._database.run(lambda c: c.execute(messages.delete().where(*_PLACE), place))

    async def _changes(self, own: Owned, change: sa.Update) -> bool:
        """Return whether a change found the row of this message as it expects it."""
        return bool((await self._database.run(lambda c: c.execute(change, own.place))).rowcount)

    def _now(self) -> float:
        """Return a time before anything that is posted from now on; before Slack said one, this computer's."""
        surely = self._surely()
        return surely if surely > 0 else time.time()


def _row(own: Owned) -> dict[str, str | float]:
    return {column.name: getattr(own, column.name) for column in _COLUMNS}
