"""``bot forget USER`` and ``bot export USER``: what is kept about a person, in both databases."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import click

from bot.cli.moments import moment
from bot.cli.usage import MISTYPED
from bot.render.numbers import counted, joined
from bot.store.beside import Beside, changing, reading
from bot.store.interruptions import Interruption, Interruptions
from bot.store.personal import Counts, Personal
from bot.store.work import OPEN, WorkRows
from config.settings import Settings

LEFT = 1
"""The exit status when something could not be erased yet."""
END_SECONDS = 20.0
"""How long it is waited for running bots to end what a person has going on."""
LOOK_SECONDS = 0.2
PAGE = 100
CHANGES = ("deed", "share")
"""Kinds of work that change something."""
_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]{2,30})(?:\|[^<>]*)?>?")
_MILLISECONDS = re.compile(r".*_epoch_ms|(created|updated|completed|consumed)_at|.*_timestamp")
_TIMES = frozenset({"at", "until", "created_at", "finished_at", "tried_at", "known_at", "done_at"})

Row = dict[str, Any]


NOTICE = "notify"
"""Work that tells someone of a job in direct messages, when Slack and a snooze let it: it isn't waited for."""


class NoPersonError(click.ClickException):
    """What was typed is no person."""

    exit_code = MISTYPED


def person(typed: str) -> str:
    """Return the id of a person.

    Raises:
        NoPersonError: it is none.
    """
    found = _PERSON.fullmatch(typed.strip())
    if found is None:
        raise NoPersonError(
            f"“{typed[:40]}” isn't the ID of a person. It looks like U024BE7LH: in Slack, open their profile, "
            "press the three dots, and choose “Copy member ID”."
        )
    return found[1]


# --------------------------------------------------------------------------------------------------- export
async def export(settings: Settings, user: str) -> None:
    """Print what is kept about a person as one JSON document, as docs/personal-data.md describes it.

    Raises:
        StartError: the databases can't be read.
    """
    async with reading(settings) as kept:
        personal, work = Personal(kept.database), WorkRows(kept.engine)
        click.echo(f'{{"person": {_json(user)}, "exported_at": {_json(moment(time.time()))}')
        lists = {
            "questions": personal.questions(user),
            "changes": personal.changes(user),
            "named_in": personal.named(user),
            "stopped": personal.stops(user),
        }
        for name, rows in lists.items():
            await _print(name, (_told(row) async for row in rows))
        for name, found in (await personal.rest(user)).items():
            click.echo(f", {_json(name)}: {_json([_told(row) for row in found])}")
        await _print("work", _work(work, await _ids(personal, work, user)))
        click.echo("}")


async def _print(name: str, rows: AsyncIterator[Row]) -> None:
    """Print a list, row by row: there may be more of them than fit into memory."""
    click.echo(f", {_json(name)}: [", nl=False)
    between = "\n"
    async for row in rows:
        click.echo(between + _json(row), nl=False)
        between = ",\n"
    click.echo("]")


async def _work(work: WorkRows, ids: list[str]) -> AsyncIterator[Row]:
    for start in range(0, len(ids), PAGE):
        for key, tables in (await work.rows(ids[start : start + PAGE])).items():
            if tables:
                yield {"id": key} | {name: [_engines(row) for row in rows] for name, rows in tables.items()}


async def _ids(personal: Personal, work: WorkRows, user: str) -> list[str]:
    """Return the ids of their work, and of changes that name them."""
    return [piece.id for piece in await work.of(user)] + [row["id"] async for row in personal.named(user)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _told(row: Row) -> Row:
    """Return a row of the bot's as it is exported: times in words, and what hangs on it likewise."""

    def told(name: str, value: Any) -> Any:
        if isinstance(value, list) and name in ("interruption", "messages", "response_url", "feedback"):
            return [_told(one) for one in value]
        return moment(value) if name in _TIMES and isinstance(value, float) else value

    return {name: told(name, value) for name, value in row.items()}


def _engines(row: Row) -> Row:
    """Return a row of the engine's as it is exported."""

    def told(name: str, value: Any) -> Any:
        if isinstance(value, int) and _MILLISECONDS.fullmatch(name):
            return moment(value / 1000)
        if isinstance(value, str) and value[:1] in '{["':
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    return {name: told(name, value) for name, value in row.items() if value is not None}


# --------------------------------------------------------------------------------------------------- forget
async def forget(settings: Settings, user: str) -> tuple[str, int]:
    """Erase what is kept about a person. Return a sentence about what was done, and the exit status.

    Raises:
        StartError: it can't be done now.
    """
    async with changing(settings) as kept:
        personal, work = Personal(kept.database), WorkRows(kept.engine)
        ending = await _end(kept, personal, work, user)
        # What began meanwhile is not erased under the hands of who does it.
        left = (await personal.unfinished(user) - ending) | await personal.begun(user)
        ended = await _ended(work, [row["id"] async for row in personal.named(user)])
        pieces = await work.of(user)
        ended += [piece.id for piece in pieces if not piece.open]
        left_open = {piece.id for piece in pieces if piece.open} & ending - left
        done = await personal.forget(user, ending)
        await work.delete(ended)
        done["other"] += len(ended)
        await work.erase(left_open, user)
        await kept.clean()
    return "\n".join(_said(user, done, left, left_open)), LEFT if left else 0


async def _end(kept: Beside, personal: Personal, work: WorkRows, user: str) -> set[str]:
    """End what they have going on, and wait for it where a bot runs: questions stay unanswered, changes that have not begun aren't made.

    Changes in the middle are made, and questions whose very id names the person need to end first. Returns what is told to end.
    """
    pieces = [piece for piece in await work.of(user) if piece.open and piece.name != NOTICE]
    ending = {piece.id for piece in pieces}
    for piece in pieces:
        if piece.name in CHANGES:
            await personal.cancel(piece.id, verb=str(piece.given.get("verb", piece.name)), **piece.who)
    asked = await personal.unfinished(user) | {piece.id for piece in pieces if piece.name == "turn"}
    notes = Interruptions(kept.database)
    for turn in asked:
        await notes.note(Interruption(turn, "deleted", ""))
    ends = time.monotonic() + END_SECONDS
    while pieces and time.monotonic() < ends and await kept.served():
        await asyncio.sleep(LOOK_SECONDS)
        pieces = [piece for piece in await work.of(user) if piece.open and piece.name != NOTICE]
    return {one for one in asked | ending if user not in one}


async def _ended(work: WorkRows, ids: Collection[str]) -> list[str]:
    """Return those of these pieces of work that have ended."""
    return [key for key, tables in (await work.rows(list(ids))).items() if not _runs(tables)]


def _runs(tables: dict[str, list[Row]]) -> bool:
    return any(row["status"] in OPEN for row in tables.get("workflow_status", []))


def _said(user: str, done: Counts, left: Collection[str], open_: Collection[str]) -> Iterator[str]:
    if not done.total() and not left and not open_:
        yield f"I keep nothing about {user}."
        return
    yield f"I've erased what I kept about {user}: {_sum(done)}."
    if done["changes"]:
        yield "The audit log still says what they changed, when, where, and how it ended."
    if open_:
        yield (
            f"{counted(len(open_), 'question or change', 'questions or changes')} of theirs had not ended. "
            "What was in them is gone, and the bot ends them when it runs next, without an answer."
        )
    if left:
        yield (
            f"{counted(len(left), 'change or question', 'changes or questions')} of theirs can't be erased before "
            "it ends. Let the bot run until it has ended, then do this again."
        )


def _sum(done: Counts) -> str:
    parts = {
        "questions": counted(done["questions"], "question"),
        "changes": f"the words of {counted(done['changes'], 'change')}",
        "named": f"their name in {counted(done['named'], 'change')} by others",
        "grants": counted(done["grants"], "grant"),
    }
    return joined([said for name, said in parts.items() if done[name]]) or "notes about their work"
