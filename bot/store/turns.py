"""The questions that were taken in and what became of them."""

import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Unpack, cast

import sqlalchemy as sa
import structlog

from bot.store.database import Database, refused
from bot.store.retention import drop_turns
from bot.store.schema import BEGUN, SKEW_SECONDS, interruptions, response_urls, turns
from bot.store.turn_columns import Columns, Question

log = structlog.get_logger(__name__)

PLAIN = frozenset({"state", "outcome", "finished_at", "boot", "retryable", "error_id", "private"})
"""Columns that hold no words."""
UNFINISHED = ("accepted", *BEGUN)
ENDED = ("done", "failed")
UNANSWERED = ("deleted", "silent", "off")
"""Outcomes that show nothing."""
TOLD = ("answered", "unclear")
"""Outcomes that those who ask on in the same thread refer to."""
FORGOTTEN_SECONDS = 600.0
"""A question that was only noted and has not begun since holds up no one: its process died before it was accepted."""

MANY = 500
"""Ids in one query."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, as far as it got. What each column means stands in ``schema.py``."""

    id: str
    kind: str
    team: str
    channel: str
    root: str
    ts: str
    user: str
    question: str
    options: dict[str, Any] | None
    bot_user: str | None
    state: str
    attempts: int
    boot: str
    outcome: str | None
    answer: str | None
    passages: list[dict[str, Any]] | None
    buckets: list[str] | None
    note: str | None
    model: str | None
    error_id: str | None
    retryable: int | None
    crashes: int | None
    private: int | None
    created_at: float | None


_COLUMNS = [turns.c[name] for name in Turn.__slots__]
_BEGIN = sa.insert(turns)
_BY_ID = sa.select(*_COLUMNS).where(turns.c.id == sa.bindparam("key"))


@cache
def _change(columns: tuple[str, ...]) -> sa.Update:
    """Building a statement costs as much as running it, and there are few different ones."""
    values = {name: sa.bindparam(name, type_=turns.c[name].type) for name in columns}
    return sa.update(turns).where(turns.c.id == sa.bindparam("key")).values(values)


def _in_thread(channel: str, root: str) -> sa.ColumnElement[bool]:
    return (turns.c.channel == channel) & (turns.c.root == root)


def _asked_here(channel: str, root: str) -> sa.ColumnElement[bool]:
    """A question that is a message of the thread; one that was deleted, or was none of ours, is none anymore."""
    ours = sa.func.coalesce(turns.c.outcome, "").not_in(UNANSWERED)
    return sa.and_(_in_thread(channel, root), turns.c.ts != "", ours)


def _before(turn: Turn) -> sa.Select[tuple[str]]:
    return sa.select(turns.c.id).where(_in_thread(turn.channel, turn.root), turns.c.ts < turn.ts)


class Turns:
    """Repository of turns.

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

    async def accept(self, **fields: Unpack[Columns]) -> None:
        """Note a question that is about to be accepted, so every process sees its place in its thread."""
        row = {
            "boot": "",
            "state": "accepted",
            "attempts": 0,
            "created_at": time.time(),
            **fields,
        }

        def work(connection: sa.Connection) -> None:
            if connection.execute(_BY_ID, {"key": fields["id"]}).one_or_none() is None:
                connection.execute(_BEGIN, row)

        try:
            await self._database.run(work)
        except sa.exc.IntegrityError:
            return  # another process noted it in the same moment

    async def begin(self, *, boot: str, **fields: Unpack[Question]) -> Turn:
        """Note that an attempt begins; a first attempt writes the row, a later one counts.

        An attempt whose process did not say that it left it (``boot`` "") is one whose process died.
        """

        def work(connection: sa.Connection) -> Turn:
            found = connection.execute(_BY_ID, {"key": fields["id"]}).one_or_none()
            if found is None:
                row = {"created_at": time.time(), "boot": boot, "state": "running", "attempts": 1, **fields}
                connection.execute(_BEGIN, row)
                return Turn(**(dict.fromkeys(Turn.__slots__) | row))  # type: ignore[arg-type] # absent columns are NULL
            died = bool(found.boot) and found.state in UNFINISHED
            values: Columns = {
                "boot": boot,
                "attempts": found.attempts + 1,
                "crashes": (found.crashes or 0) + died,
            }
            if found.state == "accepted":
                # What a release before noted does not say who reads the answer.
                values |= {"state": "running", "private": fields.get("private", found.private)}
            connection.execute(_change(tuple(values)), {"key": fields["id"], **values})
            now: dict[str, Any] = {**found._asdict(), **values}
            return Turn(**now)

        return await self._database.run(work)

    async def end(self, turn_id: str, **values: Unpack[Columns]) -> None:
        """Set columns of a turn that ends. Where one of them can never be written the turn ends without what was said in it."""
        try:
            await self.update(turn_id, **values)
        except Exception as error:
            plain = cast("Columns", {name: value for name, value in values.items() if name in PLAIN})
            if not refused(error) or plain == values:
                raise
            log.exception("words_not_written", columns=sorted(values.keys() - plain.keys()))
            await self.update(turn_id, **plain)

    async def get(self, turn_id: str) -> Turn | None:
        """Return the turn, or None."""
        row = await self._database.run(lambda c: c.execute(_BY_ID, {"key": turn_id}).one_or_none())
        return None if row is None else Turn(**row._asdict())

    async def update(self, turn_id: str, **values: Unpack[Columns]) -> None:
        """Set columns of one turn."""
        change = _change(tuple(values))
        await self._database.run(lambda c: c.execute(change, {"key": turn_id, **values}))

    async def earlier(
        self, channel: str, root: str, before: str, limit: int, *, alone: str = ""
    ) -> Sequence[Turn]:
        """Return the turns of a thread before the question ``before`` (its ts) that were answered or asked back, oldest first.

        What was answered to someone alone is left out, except where they alone (``alone``) read what is made of these turns.
        """
        public = sa.func.coalesce(turns.c.private, 0) == 0
        for_them = public | (turns.c.user == alone) if alone else public
        told = (turns.c.ts < before, turns.c.outcome.in_(TOLD), turns.c.question != "", for_them)
        query = sa.select(*_COLUMNS).where(_in_thread(channel, root), *told)
        rows = await self._all(query.order_by(turns.c.ts.desc(), turns.c.created_at.desc()).limit(limit))
        return [Turn(**row._asdict()) for row in reversed(rows)]

    async def asked_in(self, channel: str, root: str) -> bool:
        """Return whether someone asked us something in a thread, by a message there."""
        query = sa.select(turns.c.id).where(_asked_here(channel, root)).limit(1)
        return await self._database.run(lambda c: c.execute(query).first()) is not None

    async def last_answered(self, channel: str, root: str, before: str) -> tuple[str, str] | None:
        """Return when (its ts) and by whom the last question of a thread was asked that ended in a reply, before ``before``."""
        query = (
            sa.select(turns.c.ts, turns.c.user)
            .where(_asked_here(channel, root), turns.c.ts < before, turns.c.outcome.is_not(None))
            .order_by(turns.c.ts.desc())
            .limit(1)
        )
        row = await self._database.run(lambda c: c.execute(query).one_or_none())
        return None if row is None else (row.ts, row.user)

    async def ahead(self, turn: Turn, *, but: Collection[str] = ()) -> bool:
        """Return whether an earlier question of the same thread is unfinished, in any process. Those in ``but`` do not count."""
        now = time.time()
        noted_lately = turns.c.created_at.between(now - FORGOTTEN_SECONDS, now + SKEW_SECONDS)
        query = (
            _before(turn)
            .where(turns.c.state.in_(UNFINISHED), turns.c.id.not_in(but))
            .where(sa.or_(turns.c.state != "accepted", noted_lately))
            .limit(1)
        )
        return await self._database.run(lambda c: c.execute(query).first()) is not None

    async def begun_before(self, turn: Turn) -> set[str]:
        """Return the earlier questions of the same thread that have begun and not ended."""
        query = _before(turn).where(turns.c.state.in_(BEGUN))
        return {row.id for row in await self._all(query)}

    async def answering(self, channel: str, root: str) -> str | None:
        """Return the id of the question of a thread that is being answered there: the first that has begun, if it is not written yet.

        A private answer stands in no thread, whatever thread it was asked for in.
        """
        query = (
            sa.select(turns.c.id, turns.c.state)
            .where(_in_thread(channel, root), turns.c.root != "")
            .where(sa.func.coalesce(turns.c.private, 0) == 0)
            .where(turns.c.state.in_(BEGUN))
            .order_by(turns.c.ts)
            .limit(1)
        )
        found = await self._database.run(lambda c: c.execute(query).one_or_none())
        return found.id if found is not None and found.state == "running" else None

    async def of_question(self, channel: str, ts: str, user: str) -> dict[str, str]:
        """Return the states of all turns of one message of a person's, by their id: the first one, and those of *Try again*."""
        query = sa.select(turns.c.id, turns.c.state).where(
            turns.c.channel == channel, turns.c.ts == ts, turns.c.ts != "", turns.c.user == user
        )
        return {row.id: row.state for row in await self._all(query)}

    async def states(self, turn_ids: Collection[str]) -> dict[str, str]:
        """Return the state of each of these turns that has a row."""
        ids = list(turn_ids)
        query = sa.select(turns.c.id, turns.c.state)

        def work(connection: sa.Connection) -> dict[str, str]:
            found: dict[str, str] = {}
            for start in range(0, len(ids), MANY):
                rows = connection.execute(query.where(turns.c.id.in_(ids[start : start + MANY])))
                found |= {row.id: row.state for row in rows}
            return found

        return await self._database.run(work)

    async def threads(self, team: str, since: float, limit: int) -> list[tuple[str, str]]:
        """Return the threads (channel and first message) with a question after ``since``, the latest question's first."""
        columns = (turns.c.channel, turns.c.root, turns.c.created_at)
        lately = sa.select(*columns).where(
            turns.c.team == team, turns.c.created_at > since, turns.c.root != ""
        )
        # By its time first: in the order of the groups all questions would be read.
        found = lately.cte("lately").prefix_with("MATERIALIZED")
        query = (
            sa.select(found.c.channel, found.c.root)
            .group_by(found.c.channel, found.c.root)
            .order_by(sa.func.max(found.c.created_at).desc())
            .limit(limit)
        )
        return [(row.channel, row.root) for row in await self._all(query)]

    async def erase(self, turn_ids: Collection[str]) -> None:
        """Forget the words of questions that were deleted. What was answered stays, as it does in Slack; what was not does not."""

        def work(connection: sa.Connection) -> None:
            mine = turns.c.id.in_(turn_ids)
            connection.execute(turns.update().where(mine).values(question="", options={}))
            unanswered = turns.update().where(mine, turns.c.state.in_(UNFINISHED))
            connection.execute(unanswered.values(answer=None, passages=None, note=None, trace=None))
            changed = interruptions.update().where(interruptions.c.turn.in_(turn_ids))
            connection.execute(changed.values(text=None))
            connection.execute(response_urls.delete().where(response_urls.c.id.in_(turn_ids)))

        await self._database.run(work)
        await self._database.leave_no_traces()

    async def drop_old(self) -> int:
        """Delete questions that ended, or never began, so long ago that they are no longer kept; the number of rows."""
        return await drop_turns(self._database, self._surely() - self._kept_seconds)

    async def _all(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return await self._database.run(lambda c: c.execute(query).all())
