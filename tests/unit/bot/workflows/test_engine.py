"""The engine itself, on a real SQLite file: acceptance, repetition, a locked database, housekeeping."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from structlog.testing import capture_logs

from bot.store.database import sqlite_engine
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.running import Running

pytestmark = pytest.mark.slow  # each starts an engine of its own

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


@DBOS.workflow(name="test_stuck", serialization_type=PORTABLE)
async def stuck_at_first(data: dict[str, Any]) -> str:
    async with RUNNING[0].running(data["id"]):
        DONE.append("begun")
        if len(DONE) == 1:
            await asyncio.Event().wait()
    return "done"


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


async def test_work_whose_first_run_never_ends_is_done_by_the_second_and_its_outcome_counts(
    tmp_path: Path,
) -> None:
    DONE.clear()
    running = Running(longest=0.01)
    engine = Engine(sqlite_engine(tmp_path / "engine.sqlite3"), executor_id="one", running=running)
    RUNNING[:] = [engine]
    await engine.launch()
    await engine.start("w", stuck_at_first, {"id": "w"})
    await ended(1)
    await DBOS.resume_workflows_async(["w"])
    async with asyncio.timeout(20):
        while await engine.alive(["w"]):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    (row,) = await DBOS.list_workflows_async(workflow_ids=["w"])
    await engine.close(deadline=5)

    assert DONE == ["begun", "begun"]
    assert (row.status, row.output) == ("SUCCESS", "done")


COPIED = (
    "created_at, updated_at, application_version, application_id, recovery_attempts, serialization, owner_xid"
)


def leave(database: Path, work_id: str, name: str, executor: str) -> None:
    """Unfinished work as another process left it, made of the row "w"."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            f"INSERT INTO workflow_status (workflow_uuid, status, name, executor_id, {COPIED})"  # noqa: S608 - words of this file
            f" SELECT ?, 'PENDING', ?, ?, {COPIED} FROM workflow_status WHERE workflow_uuid = 'w'",
            (work_id, name, executor),
        )
        inputs = json.dumps({"namedArgs": {}, "positionalArgs": [{"id": work_id, "word": work_id}]})
        connection.execute(
            "INSERT INTO workflow_input (workflow_uuid, inputs) VALUES (?, ?)", (work_id, inputs)
        )


class Dead:
    """Whoever is asked about is dead."""

    def __init__(self) -> None:
        self.adopted: list[str] = []

    async def adopt(self, other: str) -> bool:
        self.adopted.append(other)
        return True

    async def release(self, other: str) -> None:
        pass


async def test_work_of_a_kind_that_this_release_does_not_know_is_left_alone_and_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DONE.clear()
    database = tmp_path / "engine.sqlite3"
    first = Engine(sqlite_engine(database), executor_id="one")
    await first.launch()
    await first.start("w", note, {"word": "w"})
    await ended(1)
    await first.close(deadline=5)
    for work_id, name, executor in (
        ("strange", "unheard_of", "one"),
        ("strange of a dead one", "unheard_of", "two"),
        ("known of a dead one", "test_note", "three"),
    ):
        leave(database, work_id, name, executor)
    monkeypatch.setattr("bot.workflows.engine.RECONCILE_SECONDS", 0.02)
    monkeypatch.setattr("bot.workflows.engine.TAKE_OVER_SECONDS", 0.02)
    others = Dead()

    with capture_logs() as logs:
        engine = Engine(sqlite_engine(database), executor_id="one", peers=others)
        expected = await engine.launch()
        await ended(2)
        leave(
            database, "stray", "test_note", "one"
        )  # resumed at the second look that finds it without a task
        await ended(3)
        await engine.close(deadline=5)

    assert expected == []
    assert DONE == ["w", "known of a dead one", "stray"]
    assert set(others.adopted) == {"three"}
    assert [entry["kinds"] for entry in logs if entry["event"] == "work_of_another_release"] == [
        ["unheard_of"]
    ]
    with contextlib.closing(sqlite3.connect(database)) as connection:
        left = connection.execute(
            "SELECT workflow_uuid, recovery_attempts FROM workflow_status WHERE status != 'SUCCESS' ORDER BY 1"
        ).fetchall()
    assert left == [("strange", 2), ("strange of a dead one", 1)]
