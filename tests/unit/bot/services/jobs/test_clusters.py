from typing import Any

import pytest

from bot.services.jobs.clusters import CLUSTERS
from bot.services.jobs.kind import Extra
from bot.store.jobs import UNREAD
from bot.telnyx import TelnyxServerError
from sandbox.telnyx.clusters import CLUSTER_STATUSES, ClusterBody
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import put, seen, states


def begun(house: TelnyxHouse, bucket: str, status: str = "running") -> str:
    task = house.standin.clusters.start(ClusterBody(bucket=bucket))
    task.course.halt(status, house.standin.clock.now())
    return task.task_id


async def test_each_state_is_read_and_an_end_only_of_what_has_ended(house: TelnyxHouse) -> None:
    for status in CLUSTER_STATUSES:
        begun(house, status, status)

    found = {one.title: one for one in (await seen(CLUSTERS, house)).values()}

    assert {title: one.status for title, one in found.items()} == {name: name for name in CLUSTER_STATUSES}
    assert {title for title, one in found.items() if one.ended} == {"completed", "failed"}
    assert {title for title, one in found.items() if one.detail["failed"]} == {"failed"}
    assert found["running"].bucket == "running"
    assert found["running"].began == house.standin.clock.now().timestamp()


async def test_a_short_look_reads_both_ends_and_what_is_unfinished_between_them(house: TelnyxHouse) -> None:
    first = [begun(house, "old", "completed") for _ in range(100)]
    between = [begun(house, name) for name in ("ends", "gone", "goes-on")]
    for _ in range(98):
        begun(house, "old", "completed")
    before = await seen(CLUSTERS, house, full=True)
    pages = await house.calls("clusters.page")
    await put(house, cluster_task_id=between[0], status="failed")
    await put(house, cluster_task_id=between[1], gone=True)
    new = [begun(house, "new") for _ in range(2)]

    short = await seen(CLUSTERS, house, before.values())

    assert (len(before), pages) == (201, 3)
    assert short.keys() == {*first, *between, *new}
    assert await house.calls("clusters.page") == pages + 2
    assert [short[name].status for name in between] == ["failed", "vanished", "running"]
    assert [short[name].bucket for name in between] == ["ends", "gone", "goes-on"]


async def test_a_full_look_reads_as_many_pages_as_it_may_from_both_ends(house: TelnyxHouse) -> None:
    names = [begun(house, "old", "completed") for _ in range(350)]

    some = await seen(CLUSTERS, house, full=True, requests=2)

    assert some.keys() == {*names[:100], *names[200:]}
    assert (await seen(CLUSTERS, house, full=True)).keys() == {*names}
    assert (await seen(CLUSTERS, house, requests=0)).keys() == {*names[:100]}


async def test_an_account_whose_pages_count_from_one_can_be_read(house: TelnyxHouse) -> None:
    names = [begun(house, "docs") for _ in range(101)]
    await house.fault(operation="clusters.page", kind="status", status=422)

    memory: dict[str, Any] = {}
    for _ in range(3):
        assert (await seen(CLUSTERS, house, memory=memory)).keys() == {
            names[100]
        }  # the stand-in's own count from 0
    assert await house.calls("clusters.page") == 3 + 2 + 2, "page 0 is tried once"


async def test_what_the_second_try_costs_is_counted(house: TelnyxHouse) -> None:
    await house.fault(operation="clusters.page", kind="status", status=422)
    extra = Extra(20)
    await seen(CLUSTERS, house, extra=extra)

    assert extra.left == 19


async def test_pages_leave_room_for_one_that_is_only_found_by_its_id(house: TelnyxHouse) -> None:
    first = [begun(house, "old", "completed") for _ in range(100)]
    between = begun(house, "ends")
    for _ in range(299):
        begun(house, "old", "completed")
    before = [one for name, one in (await seen(CLUSTERS, house, full=True)).items() if name == between]

    found = await seen(CLUSTERS, house, before, full=True, requests=2)

    assert {*first, between} <= found.keys()
    assert len(found) == 100 + 100 + 1


async def test_odd_rows_hide_no_other(house: TelnyxHouse) -> None:
    good, odd = begun(house, "good"), begun(house, "odd")
    await put(house, cluster_task_id=odd, without=["status", "finished_at", "min_cluster_size"])
    await house.fault(operation="clusters.page", kind="broken_rows")

    found = states(await seen(CLUSTERS, house))

    assert (found.pop(good), found.pop(odd)) == ("running", UNREAD)
    assert {*found.values()} == {UNREAD}


async def test_a_list_that_cannot_be_read_is_an_error(house: TelnyxHouse) -> None:
    await house.fault(operation="clusters.page", kind="status", status=500)

    with pytest.raises(TelnyxServerError):
        await seen(CLUSTERS, house)
