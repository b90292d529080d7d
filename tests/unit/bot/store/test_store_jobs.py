import asyncio
import shutil
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.jobs import Jobs, Sighting


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def seen(status: str, *, finished: bool = False, job: str = "j") -> Sighting:
    return Sighting("embedding", job, "handbook", status, {"finished": finished}, finished)


async def test_a_slot_is_claimed_once(jobs: Jobs) -> None:
    claims = [await jobs.claim("embedding", 15, now) for now in (100.0, 100.0, 114.9, 115.0)]

    assert claims == [True, False, False, True]


@pytest.mark.parametrize("step", [3_600, 200, 86_400 * 365])
async def test_a_clock_that_is_set_back_delays_no_poll_for_long(jobs: Jobs, step: float) -> None:
    begun = 1e9
    await jobs.claim("embedding", 15, begun)

    claims = [await jobs.claim("embedding", 15, begun - step + after) for after in (0.0, 1.0, 15.0)]

    assert claims == [True, False, True]


async def test_two_processes_never_claim_the_same_slot(tmp_path: Path) -> None:
    both = [Database.sqlite(tmp_path / "shared.sqlite3") for _ in range(2)]
    await both[0].prepare()

    claims = [
        sum(await asyncio.gather(*(Jobs(one).claim("embedding", 15, now) for one in both for _ in range(5))))
        for now in (100.0, 115.0, 130.0)
    ]
    for one in both:
        one.close()

    assert claims == [1, 1, 1]


async def test_jobs_that_had_ended_before_the_first_look_are_no_news(jobs: Jobs) -> None:
    await jobs.claim("embedding", 15, 100)
    await jobs.record("embedding", [seen("success", finished=True, job="old"), seen("processing", job="now")])
    first = await jobs.untold()
    await jobs.record("embedding", [seen("success", finished=True, job="new")])

    assert [change.job for change in first] == ["now"]
    assert [change.job for change in await jobs.untold()] == ["now", "new"]


async def test_a_state_that_comes_back_gets_the_next_number(jobs: Jobs) -> None:
    await jobs.claim("embedding", 15, 100)
    for status in ("processing", "queued", "queued", "processing"):
        await jobs.record("embedding", [seen(status)])

    history = await jobs.history("embedding", "j")

    assert [(change.number, change.status) for change in history] == [
        (1, "processing"),
        (2, "queued"),
        (3, "processing"),
    ]


async def test_a_change_is_handed_out_until_its_notice_is_durable(jobs: Jobs) -> None:
    await jobs.claim("embedding", 15, 100)
    await jobs.record("embedding", [seen("queued")])
    await jobs.record("embedding", [seen("processing")])
    first, second = await jobs.untold()

    await jobs.told(first)

    assert await jobs.untold() == [second]


@pytest.mark.parametrize(
    ("began", "bursts"),
    [
        ([0, 10, 60], ["a", "a", "a"]),
        ([0, 61, 100], ["a", "b", "b"]),
        ([30, 0, 89], ["b", "b", "c"]),  # the list of Telnyx has no order
        ([None, 0, 1], ["a", "b", "b"]),
    ],
)
async def test_jobs_of_a_bucket_that_begin_within_a_minute_are_a_burst(
    jobs: Jobs, began: list[int | None], bursts: list[str]
) -> None:
    await jobs.claim("embedding", 15, 100)
    await jobs.record(
        "embedding",
        [
            Sighting(
                "embedding", name, "mydocs", "queued", {"created_at": at}, finished=False, bucket="mydocs"
            )
            for name, at in zip("abc", began, strict=True)
        ]
        + [Sighting("embedding", "z", "other", "queued", {"created_at": 0}, finished=False, bucket="other")],
    )

    changes = {change.job: change for change in await jobs.untold()}

    assert [changes[name].burst for name in "abc"] == bursts
    assert changes["z"].burst == "z"
    assert {change.job for change in await jobs.burst(changes["b"])} == {
        name for name in "abc" if changes[name].burst == changes["b"].burst
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to copy: making the tables takes longer than what is done with them."""
    path = tmp_path_factory.mktemp("prepared") / "bot.sqlite3"
    database = Database.sqlite(path)
    asyncio.run(database.prepare())
    database.close()
    return path


@pytest.fixture(scope="module")
def watched(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose jobs were looked at before."""

    async def look(path: Path) -> Path:
        database = Database.sqlite(path)
        await Jobs(database).claim("embedding", 15, 100)
        database.close()
        return path

    return asyncio.run(look(Path(shutil.copy(prepared, tmp_path_factory.mktemp("jobs")))))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["queued", "processing", "failure"]), min_size=1, max_size=12))
def test_numbers_count_the_changes_without_a_gap(watched: Path, statuses: list[str]) -> None:
    async def history() -> list[tuple[int, str]]:
        database, job = Database.sqlite(watched), uuid.uuid4().hex
        jobs = Jobs(database)
        for status in statuses:
            await jobs.record("embedding", [seen(status, job=job)])
        changes = await jobs.history("embedding", job)
        database.close()
        return [(change.number, change.status) for change in changes]

    changed = [now for before, now in zip([None, *statuses], statuses, strict=False) if before != now]
    assert asyncio.run(history()) == list(enumerate(changed, 1))
