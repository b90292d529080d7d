import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.store.database import Database
from bot.store.response_urls import ResponseUrls, keys
from tests.databases import FIXTURES, SqliteFiles, revisions, story
from tests.unit.bot.conftest import Clock

URL = "https://hooks.slack.com/commands/T0/123/very-secret-way-back"


@pytest.fixture
def urls(database: Database, tmp_path: Path, clock: Clock) -> ResponseUrls:
    return ResponseUrls(database, keys(None, tmp_path), clock)


async def test_a_url_works_five_times(urls: ResponseUrls) -> None:
    await urls.keep("w", URL)

    assert [await urls.use("w") for _ in range(6)] == [URL] * 5 + [None]


async def test_the_last_use_is_kept_for_the_end(urls: ResponseUrls) -> None:
    await urls.keep("w", URL)

    growing = [await urls.use("w", leave=1) for _ in range(5)]

    assert growing == [URL] * 4 + [None]
    assert await urls.use("w") == URL


async def test_keeping_a_url_again_gives_no_new_uses(urls: ResponseUrls) -> None:
    await urls.keep("w", URL)
    for _ in range(5):
        await urls.use("w")
    await urls.keep("w", URL)

    assert await urls.use("w") is None


async def test_a_url_ends_after_thirty_minutes(urls: ResponseUrls, clock: Clock) -> None:
    await urls.keep("w", URL)
    clock.now += 30 * 60
    in_time = await urls.use("w")
    clock.now += 1

    assert (in_time, await urls.use("w")) == (URL, None)


async def test_expired_urls_are_dropped_and_others_stay(urls: ResponseUrls, clock: Clock) -> None:
    await urls.keep("old", URL)
    clock.now += 30 * 60 + 1
    await urls.keep("new", URL)

    dropped = await urls.drop_expired()

    assert dropped == 1
    assert await urls.use("new") == URL


async def test_a_clock_that_is_set_back_keeps_no_url_for_longer(urls: ResponseUrls, clock: Clock) -> None:
    await urls.keep("w", URL)
    clock.now -= 3_600
    at_once = await urls.drop_expired()
    clock.now += 30 * 60 + 1

    assert (at_once, await urls.drop_expired()) == (0, 1)


async def test_the_file_does_not_hold_the_url(urls: ResponseUrls, database: Database, tmp_path: Path) -> None:
    await urls.keep("w", URL)
    database.close()

    written = b"".join(file.read_bytes() for file in tmp_path.glob("bot.sqlite3*"))  # noqa: ASYNC240 - three small files
    assert b"gAAAA" in written  # the encrypted form is there
    assert b"very-secret-way-back" not in written


async def test_a_url_whose_key_was_taken_away_counts_as_gone(database: Database, tmp_path: Path) -> None:
    await ResponseUrls(database, keys(Fernet.generate_key().decode(), tmp_path)).keep("w", URL)

    other = ResponseUrls(database, keys(Fernet.generate_key().decode(), tmp_path))

    assert await other.use("w") is None


async def test_after_a_change_of_keys_the_older_one_still_reads(database: Database, tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    await ResponseUrls(database, keys(old, tmp_path)).keep("w", URL)

    assert await ResponseUrls(database, keys(f"{new}, {old}", tmp_path)).use("w") == URL


def test_the_key_that_was_made_stays_the_same_and_is_the_owners_alone(tmp_path: Path) -> None:
    secret = keys(None, tmp_path).encrypt(b"x")

    assert keys(None, tmp_path).decrypt(secret) == b"x"
    assert stat.S_IMODE((tmp_path / "encryption.key").stat().st_mode) == 0o600


def test_a_key_file_that_was_left_empty_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").touch()

    assert keys(None, tmp_path).decrypt(keys(None, tmp_path).encrypt(b"x")) == b"x"


@pytest.mark.parametrize("revision", revisions())
async def test_a_url_that_an_earlier_release_kept_still_works(tmp_path: Path, revision: str) -> None:
    old = SqliteFiles(tmp_path)
    old.load(FIXTURES / revision)
    (work_id, created_at), *_ = old.rows("SELECT id, created_at FROM response_urls")
    database = Database.sqlite(old.files["bot"])
    await database.prepare()
    urls = ResponseUrls(database, keys(story(revision)["encryption_keys"], tmp_path), Clock(created_at + 60))

    url = await urls.use(work_id)
    database.close()

    assert url is not None
    assert url.startswith("http://127.0.0.1:")
