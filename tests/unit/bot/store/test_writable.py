"""What `/ready` says of the database."""

import asyncio
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from bot.store.database import Database
from bot.store.storage import storage
from bot.store.writable import Writable
from config.limits import LimitSettings
from config.settings import Settings


@pytest.fixture
def clock() -> "Clock":
    return Clock()


class Clock:
    """Each look is long after the one before."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 60
        return self.now


async def test_a_database_that_takes_changes_is_ready(tmp_path: Path) -> None:
    async with storage(Settings(_env_file=None, data_dir=tmp_path), on_lost=lambda: None) as kept:
        assert await kept.writable.state() == (True, "takes changes")
        kept.engine.dispose()


@pytest.mark.parametrize("which", ["bot", "engine"])
async def test_a_full_file_is_told_and_so_is_room_that_was_made(
    tmp_path: Path, which: str, clock: Clock
) -> None:
    limits = LimitSettings(database_megabytes=1)
    settings = Settings(_env_file=None, data_dir=tmp_path, limits=limits)
    async with storage(settings, on_lost=lambda: None) as kept:
        path = tmp_path / f"{which}.sqlite3"
        writable = Writable(kept.database, [path], 1, clock=clock)

        async def do(statement: str) -> None:
            if which == "bot":
                await kept.database.run(lambda connection: connection.execute(sa.text(statement)))
            else:
                with kept.engine.begin() as connection:
                    connection.execute(sa.text(statement))

        await do("CREATE TABLE filler (x)")
        with pytest.raises(sa.exc.OperationalError, match="full"):  # noqa: PT012 - how many fit is SQLite's affair
            while True:
                await do("INSERT INTO filler VALUES (zeroblob(60000))")
        full = await writable.state()
        await do("DELETE FROM filler")

        assert full == (False, f"{path.name} is full")
        assert await writable.state() == (True, "takes changes")
        kept.engine.dispose()


async def test_a_server_that_has_become_read_only_is_told(postgres_url: str, clock: Clock) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        database = Database.postgres(postgres_url, 1)
        await database.prepare()
        writable = Writable(database, clock=clock)
        before = await writable.state()
        name = make_url(postgres_url).database
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
        database.close()
        database = Database.postgres(postgres_url, 1)
        ok, said = await Writable(database, clock=clock).state()
        database.close()

    assert before == (True, "takes changes")
    assert not ok
    assert "can't be opened for writing" in said


async def test_a_database_that_hangs_is_asked_once_and_waited_for_briefly(database: Database) -> None:
    hangs = threading.Event()
    looks = 0

    def work(_: sa.Connection) -> None:
        nonlocal looks
        looks += 1
        hangs.wait(30)

    busy = asyncio.ensure_future(database.run(work))
    writable = Writable(database, patience=0.01)

    states = [await writable.state() for _ in range(3)]
    hangs.set()
    await busy

    assert states == [(False, "doesn't answer")] * 3
    assert looks == 1
