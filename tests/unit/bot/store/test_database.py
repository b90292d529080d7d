import asyncio
import sqlite3
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database, DatabaseInUseError, OneProcess
from bot.store.turns import Turns


async def test_work_waits_for_another_connections_lock_and_then_succeeds(
    database: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = threading.Event()

    def work(connection: sa.Connection) -> int:
        connection.execute(sa.text("INSERT INTO presence VALUES ('x', 0)"))
        return int(connection.scalar(sa.text("SELECT count(*) FROM presence")) or 0)

    def first(connection: sa.Connection) -> None:
        begun.set()
        connection.execute(sa.text("SELECT 1"))

    waiting = asyncio.gather(database.run(first), database.run(work))
    await asyncio.to_thread(begun.wait, 5)
    done_while_locked = waiting.done()
    other.execute("COMMIT")
    other.close()
    _, rows = await waiting

    assert not done_while_locked
    assert rows == 1


async def test_work_that_fails_leaves_nothing_behind(database: Database) -> None:
    def work(connection: sa.Connection) -> None:
        connection.execute(sa.text("INSERT INTO presence VALUES ('x', 0)"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(work)

    assert await database.run(lambda c: c.scalar(sa.text("SELECT count(*) FROM presence"))) == 0


async def test_writes_survive_the_process_by_wal_and_full_synchronisation(database: Database) -> None:
    def pragmas(connection: sa.Connection) -> tuple[object, object]:
        return connection.scalar(sa.text("PRAGMA journal_mode")), connection.scalar(
            sa.text("PRAGMA synchronous")
        )

    assert await database.run(pragmas) == ("wal", 2)


def test_a_second_process_on_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    with (
        OneProcess(tmp_path / "data"),
        pytest.raises(DatabaseInUseError, match="data"),
        OneProcess(tmp_path / "data", patience=0),
    ):
        pytest.fail("two processes have the folder")


def test_the_folder_is_free_again_once_its_process_has_ended(tmp_path: Path) -> None:
    with OneProcess(tmp_path, patience=0):
        pass

    with OneProcess(tmp_path, patience=0) as again:
        assert again is not None


ASKED = "what does my neighbour earn?"
ROW: dict[str, Any] = {
    "kind": "ask",
    "team": "T",
    "channel": "C",
    "root": "1.0",
    "ts": "1.0",
    "user": "U",
    "question": ASKED,
}


async def test_no_error_of_a_database_holds_what_people_wrote(tmp_path: Path, postgres_url: str) -> None:
    for database in (Database.sqlite(tmp_path / "bot.sqlite3", megabytes=1), Database.postgres(postgres_url)):
        await database.prepare()
        turns = Turns(database)
        await turns.begin(id="t", boot="b", **ROW)
        said = []
        broken: tuple[dict[str, Any], ...] = (
            {"state": None, "answer": ASKED * 99_999},
            {"question": None, "answer": ASKED},
        )
        for values in broken:
            with pytest.raises(sa.exc.DBAPIError) as caught:
                await turns.update("t", **values)
            said.append("".join(traceback.format_exception(caught.value)))
        with pytest.raises(sa.exc.DBAPIError) as caught:
            await database.run(
                lambda c: c.execute(
                    sa.text("INSERT INTO turns (id, question) VALUES (:id, :words)"),
                    {"id": "t2", "words": ASKED},
                )
            )
        database.close()

        assert ASKED not in "".join(said) + str(caught.value)
        assert "NOT NULL" in said[-1].upper() or "not-null" in said[-1]
