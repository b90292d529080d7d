"""Who can read DATA_DIR, and what stands in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.store.response_urls import keys
from bot.store.storage import storage
from config.settings import Settings


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o177])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


async def opened(data: Path) -> dict[str, int]:
    """The rights of everything in the folder while a bot works in it."""
    settings = Settings(_env_file=None, data_dir=data)
    async with storage(settings, on_lost=lambda: None) as kept:
        keys(None, data)
        with kept.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE IF NOT EXISTS x (y)"))
        found = rights_in(data)
        kept.engine.dispose()
    return found


def rights_in(data: Path) -> dict[str, int]:
    return {
        str(path.relative_to(data)): stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())
    }


@pytest.mark.usefixtures("umask")
async def test_only_the_bots_user_can_open_anything(tmp_path: Path) -> None:
    rights = await opened(tmp_path / "data")

    assert rights.pop(".") == 0o700
    assert {
        "bot.sqlite3",
        "bot.sqlite3-wal",
        "bot.sqlite3-shm",
        "engine.sqlite3",
        "engine.sqlite3-wal",
    } <= set(rights)
    assert {"bot.lock", "encryption.key"} <= set(rights)
    assert set(rights.values()) == {0o600}


async def test_what_an_earlier_release_left_open_is_closed_and_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await opened(data)
    data.chmod(0o755)
    for path in data.iterdir():
        path.chmod(0o644)

    with capture_logs() as said:
        rights = await opened(data)
        again = await opened(data)

    assert rights == again
    assert rights.pop(".") == 0o700
    assert set(rights.values()) == {0o600}
    told = [line for line in said if line["event"] == "made_private"]
    assert len(told) == 1
    assert str(data) in told[0]["paths"]
    assert str(data / "bot.sqlite3") in told[0]["paths"]


async def test_a_folder_with_files_of_other_programs_is_left_as_it_is_and_told(tmp_path: Path) -> None:
    data = tmp_path / "shared"
    data.mkdir()
    data.chmod(0o755)
    (data / "notes.txt").write_text("mine")
    (data / "notes.txt").chmod(0o644)

    with capture_logs() as said:
        rights = await opened(data)

    assert (rights.pop("."), rights.pop("notes.txt")) == (0o755, 0o644)
    assert set(rights.values()) == {0o600}
    assert [line["event"] for line in said if "shared" in line["event"]] == ["data_dir_is_shared"]
