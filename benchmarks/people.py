"""How long questions wait while a person is forgotten or exported, old questions go, and a question is edited.

    .venv/bin/python benchmarks/people.py [QUESTIONS] [sqlite|postgres]

A database of 100,000 questions, a tenth of them one person's, with answers and passages as long as real ones, and as much work in the
engine's tables. Beside each measured job a stream of small transactions runs, as a question makes them: a row begun, written, and done.
The longest wait of one of those transactions is what a question would have felt. Promise: 50 ms at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402 - the root has to be on the path first

from bot.services.access import Asker, Place  # noqa: E402 - as above
from bot.store.database import Database, postgres_engine, sqlite_engine, without_traces  # noqa: E402 - as above
from bot.store.deeds import Deeds, Sought  # noqa: E402 - as above
from bot.store.inputs import Inputs  # noqa: E402 - as above
from bot.store.interruptions import Interruptions  # noqa: E402 - as above
from bot.store.personal import Personal  # noqa: E402 - as above
from bot.store.schema import deeds, messages, turns  # noqa: E402 - as above
from bot.store.turns import Turns  # noqa: E402 - as above
from bot.store.work import WorkRows  # noqa: E402 - as above
from bot.workflows.asked import Asked  # noqa: E402 - as above
from bot.workflows.engine import Engine  # noqa: E402 - as above
from bot.workflows.interrupts import Interrupts  # noqa: E402 - as above

PERSONS = {1: "U0ONE", 3: "U0THREE", 7: "U0SEVEN"}
"""Each asked a tenth of all questions: those whose number ends so."""
DAY = 86_400.0
PAUSE = 0.004
"""Between two small transactions of the stream."""
ANSWER = "The answer has a few sentences, each with what the handbook says about it. [1]\n" * 12
PASSAGES = [
    {
        "n": n,
        "bucket": "handbook",
        "document": "leave.md",
        "text": "words " * 150,
        "distance": 0.2,
        "cited": True,
    }
    for n in range(3)
]
Job = Callable[[], Awaitable[object]]


class Stream:
    """Small transactions beside a job, and how long each waited."""

    def __init__(self, store: Turns) -> None:
        self._store = store
        self._number = 0
        self.waits: list[float] = []

    async def run(self) -> None:
        """For ever: one question after the other."""
        while True:
            self._number += 1
            key = f"stream:{self._number}"
            row = _turn(key, "U0STREAM", time.time()) | {"answer": None, "passages": None}
            fields = {
                name: row[name]
                for name in ("id", "kind", "team", "channel", "root", "ts", "user", "question")
            }
            written = {"state": "written", "answer": ANSWER, "passages": PASSAGES}
            await self._timed(partial(self._store.begin, boot="b", **fields))
            await self._timed(partial(self._store.update, key, **written))
            await self._timed(partial(self._store.update, key, state="done", finished_at=time.time()))

    async def _timed(self, work: Job) -> None:
        await asyncio.sleep(PAUSE)
        begun = time.perf_counter()
        await work()
        self.waits.append(time.perf_counter() - begun)


async def measured(name: str, store: Turns, jobs: Sequence[Job]) -> None:
    """Print how long a job took, and how long what ran beside it waited, three times: other programs disturb, too."""
    took, median, longest, found = [], [], [], []
    for job in jobs:
        stream = Stream(store)
        running = asyncio.create_task(stream.run())
        await asyncio.sleep(0.3)
        stream.waits.clear()
        begun = time.perf_counter()
        found.append(await job())
        took.append(time.perf_counter() - begun)
        await asyncio.sleep(0.05)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        median.append(1000 * statistics.median(stream.waits))
        longest.append(1000 * max(stream.waits))
    print(
        f"{name:40} {statistics.median(took):7.2f} s   waits beside it: median {statistics.median(median):5.1f} ms, "
        f"longest {statistics.median(longest):5.1f} ms {[round(one) for one in longest]}   {found[-1]}",
        flush=True,
    )


def _turn(key: str, user: str, at: float) -> dict[str, Any]:
    return {
        "id": key, "kind": "ask", "team": "T", "channel": "C", "root": f"{at:.6f}", "ts": f"{at:.6f}", "user": user,
        "question": "How many days of leave do we have?", "options": {}, "state": "done", "attempts": 1, "boot": "b",
        "outcome": "answered", "answer": ANSWER, "passages": PASSAGES, "created_at": at, "finished_at": at,
    }  # fmt: skip


def fill(connection: sa.Connection, count: int) -> None:
    """Questions of the last 200 days: a tenth too old to be kept, a tenth of one person."""
    now = time.time()
    for start in range(0, count, 1_000):
        rows, owned, wanted = [], [], []
        for number in range(start, start + 1_000):
            user = PERSONS.get(number % 10, f"U{number % 500:04}")
            at = now - 200 * DAY * (1 - number / count)
            key = f"turn:T:C:{number}"
            rows.append(_turn(key, user, at))
            place = {
                "key": key,
                "channel": "C",
                "thread": f"{at:.6f}",
                "team": "T",
                "kind": "stream",
                "holder": "",
            }
            owned.append(place | {"ts": f"{at:.6f}", "shown": "", "tried_at": at})
            if number % 10 in (0, *PERSONS):
                who = {"team": "T", "channel": "C", "user": user, "user_team": "T"}
                shown = {"text": "I now search it.", "blocks": []}
                end = {"attempts": 1, "result": "done", "told": 1, "noted": None, "shown": shown}
                given = {"given": {"bucket": "handbook"}}
                wanted.append({"id": f"do:{number}", "verb": "docs embed", "at": at} | who | end | given)
        connection.execute(turns.insert(), rows)
        connection.execute(messages.insert(), owned)
        connection.execute(deeds.insert(), wanted)


def fill_engine(engine: sa.Engine, count: int) -> None:
    """Work that ended more than a day ago, of as many questions."""
    schema = "dbos" if engine.dialect.name == "postgresql" else None
    then = int(1000 * (time.time() - 2 * DAY))
    status = {
        "status": "SUCCESS",
        "name": "turn",
        "application_version": "1",
        "executor_id": "one",
        "completed_at": then,
    }
    status |= {
        "created_at": then,
        "updated_at": then,
        "serialization": "portable_json",
        "recovery_attempts": 1,
    }
    status |= {"was_forked_from": False, "rate_limited": False, "is_debounced": False, "priority": 0}
    names = ("workflow_status", "workflow_input", "workflow_output")
    with engine.begin() as connection:
        for start in range(0, count, 1_000):
            keys = [f"turn:T:C:{number}" for number in range(start, start + 1_000)]
            given = [
                {
                    "id": key,
                    "text": "How many days?",
                    "asker": {"user": PERSONS.get(n % 10, "U1")},
                }
                for n, key in enumerate(keys)
            ]
            rows: tuple[list[dict[str, Any]], ...] = (
                [status | {"workflow_uuid": key} for key in keys],
                [
                    {"workflow_uuid": key, "inputs": json.dumps({"positionalArgs": [one], "namedArgs": {}})}
                    for key, one in zip(keys, given, strict=True)
                ],
                [{"workflow_uuid": key, "output": '"done"'} for key in keys],
            )
            for name, page in zip(names, rows, strict=True):
                table = sa.table(name, *map(sa.column, page[0]), schema=schema)
                connection.execute(table.insert(), page)


@contextmanager
def opened(kind: str) -> Iterator[tuple[dict[str, str], Database, sa.Engine, sa.Engine]]:
    """Both databases, empty, and with which settings a command finds them; the last one opens the engine's a second time."""
    if kind == "postgres":
        from tests.databases import new_database, postgres_server  # noqa: PLC0415 - only here

        with postgres_server() as server:
            url = new_database(server.address)
            yield (
                {"DATABASE_URL": url},
                Database.postgres(url),
                postgres_engine(url, 8),
                postgres_engine(url, 2),
            )
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        engines = (sqlite_engine(path / "engine.sqlite3") for _ in range(2))
        yield {"DATA_DIR": folder}, Database.sqlite(path / "bot.sqlite3"), next(engines), next(engines)


def _ago(days: float) -> float:
    return time.time() - days * DAY


async def typed(place: dict[str, str], *words: str) -> str:
    """Run a command of the bot's as an operator does; what it says."""
    command = (sys.executable, "-m", "bot", *words)
    with tempfile.TemporaryFile() as out:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | place, stdout=out)
        await process.wait()
        size = out.tell()
        out.seek(0)
        return out.readline(70).decode().strip() + f" … {size:,} bytes"


async def forget(personal: Personal, work: WorkRows, user: str) -> object:
    """Erase it in this process: with SQLite the command has the files alone."""
    pieces = await work.of(user)
    done = await personal.forget(user)
    await work.delete([piece.id for piece in pieces])
    return dict(done) | {"work": len(pieces)}


async def nothing() -> None:
    """Let the stream alone: what other programs do to it."""
    await asyncio.sleep(3)


async def ended(engine: Engine) -> str:
    """Delete what the engine no longer needs."""
    return f"{sum([await engine.forget_ended() for _ in range(10)])} rows in 10 pages"


async def audit(deeds: Deeds) -> str:
    """Read the audit log as its verb does."""
    for _ in range(100):
        await deeds.latest(Sought("T"), 10)
    return "100 pages"


async def alone(place: dict[str, str]) -> None:
    """Print how long the command takes that has SQLite's files alone, and writes them anew."""
    begun = time.perf_counter()
    said = await typed(place, "forget", "U0002")
    print(f"the command that has the files alone: {time.perf_counter() - begun:.1f} s   {said}")


async def main(count: int, kind: str) -> None:
    """Fill, and measure each."""
    with opened(kind) as (place, database, engines, again):
        await database.prepare()
        engine = Engine(engines, executor_id="one")
        await engine.launch()
        begun = time.perf_counter()
        await database.run(lambda connection: fill(connection, count))
        await database.run(without_traces)
        await asyncio.to_thread(fill_engine, again, count)
        print(f"{kind}: {count:,} questions, filled in {time.perf_counter() - begun:.0f} s", flush=True)
        store = Turns(database, 180 * DAY)
        personal, work = Personal(database), WorkRows(again)
        interrupts = Interrupts(Interruptions(database), store, Inputs(again).erase)
        row = (
            await database.run(
                lambda c: c.execute(turns.select().where(turns.c.id == f"turn:T:C:{count // 2 + 1}"))
            )
        ).one()
        where, asker = Place("T", "C", row.root), Asker(row.user, "T")
        asked = Asked(row.id, "ask", row.question, row.ts, where, asker, private=False)

        async def edits() -> str:
            for number in range(100):
                await interrupts.change(asked, f"How many? {number}", time.time())
            return "100 of them"

        async def deletions() -> str:
            for _ in range(20):
                await interrupts.change(asked, None, time.time())
            return "20 of them"

        people = PERSONS.values()
        jobs: dict[str, Sequence[Job]] = {
            "nothing": [nothing] * 3,
            "edits of a question": [edits] * 3,
            "deletions of a question": [deletions] * 3,
            "pages of the audit log": [partial(audit, Deeds(database))] * 3,
            "export of a person": [partial(typed, place, "export", user) for user in people],
            "export of the audit log": [partial(typed, place, "export", "audit")] * 3,
            "forget a person": [
                partial(typed, place, "forget", user)
                if kind == "postgres"
                else partial(forget, personal, work, user)
                for user in people
            ],
            "retention: questions": [Turns(database, days * DAY).drop_old for days in (195, 190, 180)],
            "retention: work that ended": [partial(ended, engine)] * 3,
            "retention: words of changes": [
                Deeds(database, surely=partial(_ago, days)).drop_words for days in (60, 40, 0)
            ],
        }
        for name, tried in jobs.items():
            await measured(name, store, tried)
        await engine.close(deadline=1)
        database.close()
        again.dispose()
        if kind == "sqlite":
            await alone(place)


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    asyncio.run(main(int(given.get(1, 100_000)), given.get(2, "sqlite")))
