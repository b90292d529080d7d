import pytest

from bot.services.jobs.embeddings import EMBEDDINGS
from bot.store.jobs import UNREAD
from bot.telnyx import TelnyxServerError
from sandbox.telnyx.library import TASK_STATUSES
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import put, seen, states


def stored(house: TelnyxHouse, bucket: str, *texts: str) -> None:
    for number, text in enumerate(texts):
        house.standin.library.seed(bucket, f"{number}.txt", text.encode())


async def test_a_full_look_reads_every_state_and_a_short_one_what_goes_on(house: TelnyxHouse) -> None:
    for status in TASK_STATUSES:
        stored(house, status.replace("_", "-"), "words")
        await put(house, bucket=status.replace("_", "-"), status=status)

    whole = {one.status: one for one in (await seen(EMBEDDINGS, house, full=True)).values()}
    short = await seen(EMBEDDINGS, house)

    assert whole.keys() == set(TASK_STATUSES)
    assert {status for status, one in whole.items() if one.finished} == {
        "success",
        "failure",
        "partial_success",
    }
    assert {status for status, one in whole.items() if one.detail["failed"]} == {"failure"}
    assert whole["success"].title == whole["success"].bucket == "success"
    assert whole["success"].began == whole["success"].ended == house.standin.clock.now().timestamp()
    assert whole["processing"].ended is None
    assert sorted(states(short).values()) == ["processing", "queued"]


async def test_a_known_task_that_left_the_list_is_asked_for_by_its_id(house: TelnyxHouse) -> None:
    for bucket in ("ended", "odd", "gone", "stays"):
        stored(house, bucket, "words")
        await put(house, bucket=bucket, status="processing")
    before = await seen(EMBEDDINGS, house)
    await put(house, bucket="ended", status="success")
    await put(house, bucket="odd", status="paused", odd=True)
    await put(house, bucket="gone", gone=True)

    found = {one.bucket: one for one in (await seen(EMBEDDINGS, house, before.values())).values()}

    assert {bucket: one.status for bucket, one in found.items()} == {
        "ended": "success",
        "odd": "paused",
        "gone": "vanished",
        "stays": "processing",
    }
    assert {bucket for bucket, one in found.items() if one.finished} == {"ended", "gone"}
    assert await house.calls("embeddings.task") == 3


async def test_one_that_was_just_begun_has_not_vanished(house: TelnyxHouse) -> None:
    stored(house, "docs", "words")
    await put(house, bucket="docs", status="queued")
    before = await seen(EMBEDDINGS, house)
    await put(house, bucket="docs", gone=True)
    now = house.standin.clock.now().timestamp()

    early = await seen(EMBEDDINGS, house, before.values(), moved_at=now - 59)
    later = await seen(EMBEDDINGS, house, before.values(), moved_at=now - 60)

    assert early == {}
    assert [*states(later).values()] == ["vanished"]


async def test_what_can_be_asked_for_counts_when_something_else_cannot(house: TelnyxHouse) -> None:
    for bucket in ("ended", "stays"):
        stored(house, bucket, "words")
        await put(house, bucket=bucket, status="processing")
    before = await seen(EMBEDDINGS, house)
    await put(house, bucket="ended", status="success")
    await house.fault(operation="embeddings.task", kind="status", status=500)
    await house.fault(operation="embeddings.files", kind="status", status=500)

    found = await seen(EMBEDDINGS, house, before.values())
    again = await seen(EMBEDDINGS, house, before.values())

    assert {one.bucket for one in found.values()} == {"stays"}
    assert {one.bucket for one in again.values()} == {"stays", "ended"}


async def test_a_list_that_cannot_be_read_is_an_error(house: TelnyxHouse) -> None:
    await house.fault(operation="embeddings.tasks", kind="status", status=500)

    with pytest.raises(TelnyxServerError):
        await seen(EMBEDDINGS, house)


async def test_files_are_counted_once_for_a_bucket_while_all_of_it_is_embedded(house: TelnyxHouse) -> None:
    stored(house, "docs", *"abcde")
    library = house.standin.library
    tasks = [library.embed("docs"), library.embed("docs"), library.add("docs", "one.txt", b"alone")]
    waiting = library.embed("docs")
    for task in tasks:
        await put(house, task_id=task.task_id, status="processing", done=4)

    found = await seen(EMBEDDINGS, house)

    assert [(found[task.task_id].done, found[task.task_id].total) for task in tasks] == [
        (4, 6),
        (4, 6),
        (0, 0),
    ]
    assert (found[waiting.task_id].status, found[waiting.task_id].total) == ("queued", 0)
    assert found[tasks[2].task_id].detail["file"] == "one.txt"
    assert await house.calls("embeddings.files") == 1


async def test_where_every_file_was_embedded_before_there_is_nothing_to_count(house: TelnyxHouse) -> None:
    stored(house, "docs", *"abcde")
    await put(house, bucket="docs", status="processing", done=5)
    (again,) = before = [*(await seen(EMBEDDINGS, house)).values()]
    await put(house, bucket="docs", status="processing", done=4)
    moving = [*(await seen(EMBEDDINGS, house, before)).values()]
    await put(house, bucket="docs", status="processing", done=5)
    (full,) = (await seen(EMBEDDINGS, house, moving)).values()

    assert [(one.done, one.total) for one in (again, *moving, full)] == [(0, 0), (4, 5), (5, 5)]


async def test_a_count_that_may_not_be_asked_for_stays_and_is_full_at_the_end(house: TelnyxHouse) -> None:
    stored(house, "docs", *"abcde")
    await put(house, bucket="docs", status="processing", done=2)
    before = await seen(EMBEDDINGS, house)
    await put(house, bucket="docs", status="processing", done=3)
    (poor,) = (await seen(EMBEDDINGS, house, before.values(), requests=0)).values()
    await put(house, bucket="docs", status="success")
    (ended,) = (await seen(EMBEDDINGS, house, before.values())).values()

    assert (poor.done, poor.total) == (2, 5)
    assert (ended.done, ended.total) == (5, 5)
    assert await house.calls("embeddings.files") == 1


async def test_why_one_failed_is_asked_when_it_just_has(house: TelnyxHouse) -> None:
    library = house.standin.library
    stored(house, "docs", "words")
    library.add("docs", "a.pdf", b"no PDF at all")
    other = library.add("docs", "b.docx", b"no Word file")
    pdf = next(iter(library.tasks))
    documents = library.buckets["docs"].documents
    documents["b.docx"].error_reason = "The file is encrypted."
    whole = library.embed("docs")
    await put(house, task_id=whole.task_id, status="partial_success")
    await put(house, task_id=other.task_id, status="failure")
    house.standin.clock.advance(60)

    failed = await seen(EMBEDDINGS, house, full=True)
    reasons = {name: one.detail["reason"] for name, one in failed.items()}
    again = await seen(EMBEDDINGS, house, failed.values(), full=True, requests=0)

    assert "PDF" in reasons[pdf]
    assert reasons[other.task_id] == "The file is encrypted."
    assert reasons[whole.task_id] in {reasons[pdf], reasons[other.task_id]}
    assert again == failed
    assert await house.calls("embeddings.files") == 1


async def test_why_one_failed_is_asked_again_for_a_while_where_it_could_not_be(house: TelnyxHouse) -> None:
    stored(house, "docs", "words")
    house.standin.library.add("docs", "a.pdf", b"no PDF at all")
    await put(house, bucket="docs", status="failure")
    poor = await seen(EMBEDDINGS, house, full=True, requests=0)
    now = house.standin.clock.now().timestamp()
    late = await seen(EMBEDDINGS, house, poor.values(), full=True, moved_at=now - 900)
    soon = await seen(EMBEDDINGS, house, poor.values(), full=True, moved_at=now - 899)

    assert [[one.detail["reason"] for one in found.values()] for found in (poor, late)] == [[""], [""]]
    assert "PDF" in next(iter(soon.values())).detail["reason"]


async def test_odd_rows_hide_no_other(house: TelnyxHouse) -> None:
    for bucket in ("good", "odd"):
        stored(house, bucket, "words")
        await put(house, bucket=bucket, status="processing")
    await put(house, bucket="odd", without=["status", "created_at", "task_name"])
    await house.fault(operation="embeddings.tasks", kind="broken_rows")

    found = await seen(EMBEDDINGS, house)

    assert {one.bucket or "broken": one.status for one in found.values()} == {
        "good": "processing",
        "odd": UNREAD,
        "broken": UNREAD,
    }


async def test_no_more_is_asked_for_than_may_be_and_none_waits_forever(house: TelnyxHouse) -> None:
    for number in range(12):
        stored(house, f"docs-{number}", "words")
        await put(house, bucket=f"docs-{number}", status="processing", done=1)
    counted: set[str] = set()
    for number in range(24):
        found = await seen(EMBEDDINGS, house, requests=3, now=1_000_000.0 + 15 * number)
        asked = {one.bucket or "" for one in found.values() if one.counted}

        assert len(found) == 12
        assert len(asked) == 3
        counted |= asked

    assert len(counted) == 12
