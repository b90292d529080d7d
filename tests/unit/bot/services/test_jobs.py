import pytest

from bot.services.jobs import EMBEDDING, FINE_TUNING, JobWatch
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.telnyx import TelnyxPermissionError
from tests.unit.bot.conftest import TelnyxHouse

PERIOD = 15.0


@pytest.fixture
def watch(telnyx: TelnyxHouse, database: Database) -> JobWatch:
    return JobWatch(telnyx.client, Jobs(database), PERIOD)


async def put(house: TelnyxHouse, **state: str) -> None:
    answer = await house.http.post(f"{house.root}/telnyx/control/tasks", json=state)
    assert answer.status_code == 200, answer.text


async def test_only_unfinished_jobs_are_news_at_the_first_look(watch: JobWatch, telnyx: TelnyxHouse) -> None:
    await put(telnyx, bucket="handbook", status="processing")
    await put(telnyx, bucket="manual", status="success")

    await watch.look(100)

    titles = {change.detail["title"]: change.status for change in await watch.changes()}
    assert titles["handbook"] == "processing"
    assert "manual" not in titles


async def test_each_change_is_news_once_until_it_is_told(watch: JobWatch, telnyx: TelnyxHouse) -> None:
    await put(telnyx, bucket="handbook", status="processing")
    await watch.look(100)
    for change in await watch.changes():
        await watch.told(change)
    await put(telnyx, bucket="handbook", status="failure")
    await watch.look(100 + PERIOD)
    await watch.look(100 + 2 * PERIOD)

    (change,) = await watch.changes()
    assert (change.kind, change.status, change.detail["failed"]) == (EMBEDDING, "failure", True)


async def test_between_two_slots_telnyx_is_not_asked(watch: JobWatch, telnyx: TelnyxHouse) -> None:
    due = [await watch.look(now) for now in (100, 101, 114)]

    assert due == [True, False, False]
    assert await telnyx.calls("embeddings.tasks") == 1


async def test_one_kind_that_cannot_be_read_does_not_hide_the_other(
    watch: JobWatch, telnyx: TelnyxHouse
) -> None:
    await telnyx.fault(path="/ai/embeddings", kind="status", status=403)

    with pytest.raises(TelnyxPermissionError):
        await watch.look(100)

    assert {change.kind for change in await watch.changes()} == {FINE_TUNING}


async def test_all_can_be_read_again_only_when_the_kind_that_could_not_was_read(
    watch: JobWatch, telnyx: TelnyxHouse, database: Database
) -> None:
    await telnyx.fault(path="/ai/embeddings", kind="status", status=403)
    with pytest.raises(TelnyxPermissionError):
        await watch.look(100)
    assert await Jobs(database).claim(EMBEDDING, PERIOD, 100 + PERIOD)  # another process polls it this time
    meanwhile = await watch.look(100 + PERIOD)
    after = await watch.look(100 + 2 * PERIOD)

    assert (meanwhile, after) == (False, True)


async def test_a_change_during_a_failed_poll_is_found_by_the_next(
    watch: JobWatch, telnyx: TelnyxHouse
) -> None:
    await put(telnyx, bucket="handbook", status="processing")
    await watch.look(100)
    for change in await watch.changes():
        await watch.told(change)
    await put(telnyx, bucket="handbook", status="success")
    await telnyx.fault(path="/ai/embeddings", kind="status", status=403)
    with pytest.raises(TelnyxPermissionError):
        await watch.look(100 + PERIOD)
    missed = await watch.changes()
    await watch.look(100 + 2 * PERIOD)

    assert missed == []
    assert [change.status for change in await watch.changes()] == ["success"]
