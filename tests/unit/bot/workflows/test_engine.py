"""The engine itself, on a real SQLite file: acceptance, repetition, a locked database, housekeeping."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from bot.store.database import sqlite_engine
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.engine import PORTABLE, Engine

DONE: list[str] = []
RUNNING: list[Engine] = []


@DBOS.workflow(name="test_note", serialization_type=PORTABLE)
async def note(data: dict[str, Any]) -> str:
    DONE.append(data["word"])
    return "done"


@DBOS.workflow(name="test_breakable", serialization_type=PORTABLE)
async def search(data: dict[str, Any]) -> str:
    async with RUNNING[0].running(data["id"], breakable=True):
        DONE.append("begun")
        await asyncio.Event().wait()
    return "never"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    DONE.clear()
    made = Engine(sqlite_engine(tmp_path / "engine.sqlite3"), executor_id="one")
    await made.launch()
    yield made
    await made.close(deadline=5)


async def ended(count: int) -> None:
    async with asyncio.timeout(20):
        while len(DONE) < count:  # noqa: ASYNC110 - as below
            await asyncio.sleep(0.01)  # DBOS offers nothing to wait on for work that another start began


async def test_work_that_is_started_again_is_done_once(engine: Engine) -> None:
    await asyncio.gather(*(engine.start("w", note, {"word": "once"}) for _ in range(5)))
    await ended(1)
    await engine.start("w", note, {"word": "once"})
    await engine.start("other", note, {"word": "other"})
    await ended(2)

    assert DONE == ["once", "other"]


async def test_a_start_that_begins_nothing_says_so(engine: Engine) -> None:
    await engine.start("w", note, {"word": "once"})
    await ended(1)
    engine._accepted.clear()  # as after a restart
    said: list[str] = []

    await engine.start("w", note, {"word": "again"}, otherwise=lambda: said.append("known"))

    assert said == ["known"]
    assert DONE == ["once"]


async def test_work_that_is_not_durable_in_time_is_refused_and_done_all_the_same(
    engine: Engine, tmp_path: Path
) -> None:
    holder = sqlite3.connect(tmp_path / "engine.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(NotDurableInTimeError):
        await engine.start("w", note, {"word": "late"})

    holder.execute("ROLLBACK")
    holder.close()
    await ended(1)
    assert DONE == ["late"]


async def test_rows_of_ended_work_are_deleted_once_they_are_old(engine: Engine) -> None:
    for number in range(3):
        await engine.start(f"w{number}", note, {"word": str(number)})
    await ended(3)
    async with asyncio.timeout(20):
        while await DBOS.list_workflows_async(status="PENDING"):  # noqa: ASYNC110 - as below
            await asyncio.sleep(0.01)  # the outcome is written after the work itself has ended

    young = await engine.forget_ended()
    old = await engine.forget_ended(kept=timedelta(hours=-1))

    assert (young, old) == (0, 3)
    assert await DBOS.list_workflows_async() == []


async def test_work_that_nobody_sees_holds_up_no_end_and_stays_to_be_taken_up(tmp_path: Path) -> None:
    DONE.clear()
    engine = Engine(sqlite_engine(tmp_path / "engine.sqlite3"), executor_id="one")
    RUNNING[:] = [engine]
    await engine.launch()
    await engine.start("w", search, {"id": "w"})
    await ended(1)

    async with asyncio.timeout(20):
        await engine.close(deadline=3_600)

    with contextlib.closing(sqlite3.connect(tmp_path / "engine.sqlite3")) as connection:
        rows = connection.execute("SELECT workflow_uuid, status FROM workflow_status").fetchall()
    assert rows == [("w", "PENDING")]
