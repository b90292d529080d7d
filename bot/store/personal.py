"""What the bot's own tables hold about a person: read for them, and erased, in pages that no one waits for long."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.store import action_items, subscriptions
from bot.store.database import Database
from bot.store.deeds import WORDLESS
from bot.store.job_tables import job_marks, job_starts
from bot.store.schema import channels, deeds, feedback, grants, interruptions, messages, response_urls, turns
from bot.store.turns import MANY, UNFINISHED

PAGE = 50
"""Rows at a time (measured: benchmarks/README.md)."""
REMEMBERED_SECONDS = 48 * 3600.0
"""So long Slack may deliver a question again, or it is found in a channel's history: of a younger one an empty row stays."""
SOMEONE = "someone"

Row = dict[str, Any]
Counts = Counter[str]
"""How many of each kind: questions, changes, named (changes of others), grants, other."""

_EMPTY: dict[str, Any] = {
    "user": "",
    "question": "",
    "options": {},
    "outcome": "deleted",
    "answer": None,
    "passages": None,
    "buckets": None,
    "note": None,
    "model": None,
    "trace": None,
    "error_id": None,
    "retryable": 0,
}
_RESTING = deeds.c.result.is_not(None) | (deeds.c.attempts == 0)
_STOPPED = sa.select(turns.c.id).where(
    turns.c.outcome == sa.literal_column("'stopped'")
)  # as the index says it
_BY_AGE = (turns.c.created_at, turns.c.id)
_WITH_WORDS = sa.select(deeds.c.id).where(deeds.c.given.is_not(None))
_WORDED = deeds.c.given.is_not(None) | deeds.c.noted.is_not(None) | deeds.c.shown.is_not(None)


class Personal:
    """Repository of what is kept about people.

    Args:
        database: where it is kept.
        clock: the time of day.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    # ------------------------------------------------------------------------------------------- reading
    async def questions(self, user: str) -> AsyncIterator[Row]:
        """Yield each question of theirs, with what hangs on it, oldest first."""
        async for page in self._pages(turns, turns.c.user == user, turns.c.created_at):
            keys = [row["id"] for row in page]
            hanging = {
                "interruption": await self._by(interruptions, interruptions.c.turn, keys),
                "messages": await self._by(messages, messages.c.key, keys),
                "response_url": await self._by(response_urls, response_urls.c.id, keys),
                "feedback": await self._by(feedback, feedback.c.turn, keys),
            }
            for row in page:
                yield row | {name: found.get(row["id"], []) for name, found in hanging.items()}

    async def changes(self, user: str) -> AsyncIterator[Row]:
        """Yield each change they wanted, oldest first."""
        async for page in self._pages(deeds, deeds.c.user == user, deeds.c.at):
            urls = await self._by(response_urls, response_urls.c.id, [row["id"] for row in page])
            for row in page:
                yield row | {"response_url": urls.get(row["id"], [])}

    async def named(self, user: str) -> AsyncIterator[Row]:
        """Yield each change of someone else whose words name them."""
        async for keys in self._candidates(_WITH_WORDS, deeds.c.at, deeds.c.id):
            for row in await self._read(deeds.select().where(deeds.c.id.in_(keys), _names(user))):
                yield row

    async def stops(self, user: str) -> AsyncIterator[Row]:
        """Yield what they stopped: the ids and notes of other people's questions."""
        query = sa.select(turns.c.id, turns.c.note)
        async for keys in self._candidates(_STOPPED, *_BY_AGE):
            for row in await self._read(query.where(turns.c.id.in_(keys), _stopped_by(user))):
                yield row

    async def rest(self, user: str) -> dict[str, list[Row]]:
        """Return what is little: interruptions of other people's questions, grants to and by them, direct messages, feedback, action items, jobs, subscriptions."""

        def work(connection: sa.Connection) -> dict[str, list[Row]]:
            own = sa.exists().where(turns.c.id == interruptions.c.turn, turns.c.user == user)
            queries = {
                "interruptions": interruptions.select().where(interruptions.c.user == user, ~own),
                "grants": grants.select().where(_granted_to(user) | (grants.c.by == user)),
                "direct_messages": channels.select().where(_direct(user)),
                "feedback": feedback.select().where(feedback.c.user == user),
                "action_items": action_items.of_person(user),
                "subscriptions": subscriptions.of_person(user),
                "jobs_started": job_starts.select().where(job_starts.c.user == user),
                "jobs_told": messages.select().where(_told_to(user)),
                "jobs_marked": job_marks.select().where(job_marks.c.user == user),
            }
            return {name: _all(connection, query) for name, query in queries.items()}

        return await self._database.run(work)

    # ------------------------------------------------------------------------------------- what has not ended
    async def unfinished(self, user: str) -> set[str]:
        """Return the ids of their questions that have not ended."""
        query = sa.select(turns.c.id).where(turns.c.user == user, turns.c.state.in_(UNFINISHED))
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))

    async def begun(self, user: str) -> set[str]:
        """Return the ids of their changes that have begun and of which no one knows how they end."""
        query = sa.select(deeds.c.id).where(deeds.c.user == user, ~_RESTING)
        return set(await self._database.run(lambda c: c.execute(query).scalars().all()))

    async def cancel(self, deed_id: str, **columns: Any) -> bool:
        """Note that a change shall not be done; False when it has begun, or was done."""
        untold = {"attempts": 0, "told": 1, "result": "canceled"}
        change = deeds.update().where(deeds.c.id == deed_id, deeds.c.attempts == 0, deeds.c.result.is_(None))

        def work(connection: sa.Connection) -> bool:
            if connection.execute(change.values(result="canceled", told=1)).rowcount:
                return True
            if connection.scalar(sa.select(deeds.c.id).where(deeds.c.id == deed_id)) is not None:
                return False
            connection.execute(deeds.insert(), {"id": deed_id, "at": self._clock(), **untold, **columns})
            return True

        try:
            return await self._database.run(work)
        except sa.exc.IntegrityError:  # a process began it in the same moment
            return False

    # ------------------------------------------------------------------------------------------- erasing
    async def forget(self, user: str, ending: Collection[str] = ()) -> Counts:
        """Erase it. How much there was.

        Args:
            user: whose it is.
            ending: questions that have not ended but were told to: they lose their words, and whose they were. Others are left alone.
        """
        done = Counts(grants=await self._change(grants.delete().where(_granted_to(user))))
        erasing = [channels.delete().where(_direct(user)), messages.delete().where(_told_to(user))]
        erasing += [table.delete().where(table.c.user == user) for table in (feedback, job_starts, job_marks)]
        for change in (*erasing, *action_items.forgotten(user), *subscriptions.forgotten(user)):
            done["other"] += await self._change(change)
        done["questions"] += await self._database.by_pages(lambda c: self._ended(c, user))
        told = list(ending)
        for page in (told[start : start + MANY] for start in range(0, len(told), MANY)):
            done["questions"] += await self._change(_unfinished(user, page))
            await self._change(response_urls.delete().where(response_urls.c.id.in_(page)))
        async for keys in self._candidates(_STOPPED, *_BY_AGE):
            done["other"] += await self._change(_unnamed(user, keys))
        ended = ~sa.exists().where(turns.c.id == interruptions.c.turn, turns.c.state.in_(UNFINISHED))
        done["other"] += await self._change(interruptions.delete().where(interruptions.c.user == user, ended))
        async for keys in self._candidates(_wanted_by(user), deeds.c.at, deeds.c.id):
            done["changes"] += await self._database.run(partial(_changes, keys))
            await self._database.settle()
        async for keys in self._candidates(_WITH_WORDS, deeds.c.at, deeds.c.id):
            done["named"] += await self._database.run(partial(_named, user, keys))
        return +done

    def _ended(self, connection: sa.Connection, user: str) -> int:
        """Erase a page of questions that have ended; the number of rows."""
        young = self._clock() - REMEMBERED_SECONDS
        query = sa.select(turns.c.id, turns.c.created_at).where(
            turns.c.user == user, turns.c.state.not_in(UNFINISHED)
        )
        page = connection.execute(query.limit(PAGE)).all()
        if not page:
            return 0
        _hanging(connection, keys := [row.id for row in page])
        empty = [row.id for row in page if row.created_at > young and user not in row.id]
        connection.execute(turns.update().where(turns.c.id.in_(empty)).values(_EMPTY))
        connection.execute(turns.delete().where(turns.c.id.in_(set(keys) - set(empty))))
        return len(page)

    async def _change(self, change: sa.Update | sa.Delete) -> int:
        return int((await self._database.run(lambda c: c.execute(change))).rowcount)

    async def _pages(
        self, table: sa.Table, whose: sa.ColumnElement[bool], by: sa.Column[Any]
    ) -> AsyncIterator[list[Row]]:
        """Yield rows in pages, in the order of a column and the id."""
        query = table.select().where(whose)
        async for page in self._database.pages(query, by, table.c.id, size=PAGE):
            yield [*map(_told, page)]

    async def _candidates(
        self, query: sa.Select[Any], *order: sa.Column[Any]
    ) -> AsyncIterator[Sequence[str]]:
        """Yield ids that an index of few rows gives, in pages: what their rows say is looked at page by page."""
        async for page in self._database.pages(query.add_columns(*order), *order, size=PAGE):
            yield [row[0] for row in page]

    async def _read(self, query: sa.Select[Any]) -> list[Row]:
        return await self._database.run(lambda c: _all(c, query))

    async def _by(self, table: sa.Table, key: sa.Column[str], keys: Collection[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in await self._read(table.select().where(key.in_(keys))):
            found.setdefault(row[key.name], []).append(row)
        return found


def _all(connection: sa.Connection, query: sa.Select[Any]) -> list[Row]:
    return [*map(_told, connection.execute(query))]


def _told(row: sa.Row[Any]) -> Row:
    """Return a row; the addresses that reach a person for half an hour are not to be read."""
    return {name: value for name, value in row._asdict().items() if name != "url"}


def _hanging(connection: sa.Connection, keys: Sequence[str]) -> None:
    """Erase what hangs on questions."""
    connection.execute(response_urls.delete().where(response_urls.c.id.in_(keys)))
    connection.execute(messages.delete().where(messages.c.key.in_(keys)))
    connection.execute(interruptions.delete().where(interruptions.c.turn.in_(keys)))
    connection.execute(feedback.delete().where(feedback.c.turn.in_(keys)))


def _unfinished(user: str, ending: Collection[str]) -> sa.Update:
    kept = dict.fromkeys(("answer", "passages", "note", "trace"))
    words: dict[str, Any] = {"question": "", "options": {}, **kept}
    mine = turns.update().where(turns.c.user == user, turns.c.state.in_(UNFINISHED), turns.c.id.in_(ending))
    return mine.values(user="", **words)


def _stopped_by(user: str) -> sa.ColumnElement[bool]:
    return sa.and_(turns.c.note.contains(f"<@{user}>"), turns.c.user != user)


def _unnamed(user: str, keys: Sequence[str]) -> sa.Update:
    """Take their name out of the notes of what they stopped."""
    bare = sa.func.replace(turns.c.note, f"<@{user}>", SOMEONE)
    return turns.update().where(turns.c.id.in_(keys), _stopped_by(user)).values(note=bare)


def _wanted_by(user: str) -> sa.Select[Any]:
    return sa.select(deeds.c.id).where(deeds.c.user == user)


def _changes(keys: Sequence[str], connection: sa.Connection) -> int:
    """Drop the words of a page of their changes; what they were still to be told, or asked, they are not. The number of rows."""
    left = _WORDED | deeds.c.result.is_(None) | (deeds.c.told == 0)
    return _wordless(connection, sa.select(deeds.c.id).where(deeds.c.id.in_(keys), _RESTING, left), told=1)


def _named(user: str, keys: Sequence[str], connection: sa.Connection) -> int:
    """Drop the words of those of these changes that name them; the number of rows."""
    return _wordless(connection, sa.select(deeds.c.id).where(deeds.c.id.in_(keys), _names(user), _RESTING))


def _wordless(connection: sa.Connection, page: sa.Select[tuple[str]], **more: int) -> int:
    keys = connection.execute(page).scalars().all()
    if keys:
        unasked = sa.func.coalesce(deeds.c.result, "canceled")
        change = deeds.update().where(deeds.c.id.in_(keys))
        connection.execute(change.values(WORDLESS | {"result": unasked} | more))
        if more:
            connection.execute(response_urls.delete().where(response_urls.c.id.in_(keys)))
    return len(keys)


def _names(user: str) -> sa.ColumnElement[bool]:
    """Do the words of a change by someone else name them?"""
    said = [sa.cast(column, sa.Text) for column in (deeds.c.given, deeds.c.shown)]
    forms = (f'"{user}"', f"@{user}>", f"@{user}|")
    named = sa.or_(*(column.contains(form, autoescape=True) for column in said for form in forms))
    return sa.and_(deeds.c.given.is_not(None), deeds.c.user != user, named)


def _granted_to(user: str) -> sa.ColumnElement[bool]:
    return sa.and_(grants.c.kind == "person", grants.c.grantee == user)


def _told_to(user: str) -> sa.ColumnElement[bool]:
    """Is it a message about a job in their direct messages?"""
    return messages.c.kind.in_(("card", "line")) & messages.c.key.endswith(f":{user}", autoescape=True)


def _direct(user: str) -> sa.ColumnElement[bool]:
    """Is it the conversation between them and the bot alone?"""
    theirs = [sa.select(table.c.channel).where(table.c.user == user) for table in (turns, deeds)]
    mine = sa.or_(*(channels.c.channel.in_(query.scalar_subquery()) for query in theirs))
    return sa.and_(channels.c.channel.startswith("D"), mine)
