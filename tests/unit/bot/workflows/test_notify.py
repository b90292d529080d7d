"""Notices on a real engine: each change of a job has one, and those of one job are told in their order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, cast

import pytest
from dbos._dbos import _get_or_create_dbos_registry

from bot.store.database import sqlite_engine
from bot.store.jobs import Transition
from bot.workflows.engine import Engine
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow, notice_id
from bot.workflows.order import Order

pytestmark = pytest.mark.slow  # each starts an engine of its own

CHANNEL = "C0JOBS"


def change(number: int, job: str = "task-1", burst: str | None = None) -> Transition:
    return Transition("embedding", job, number, "processing", {"burst": burst} if burst else {})


class Told:
    """What was told, in its order; a test may hold one notice up."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self.held: dict[str, asyncio.Event] = {}
        self.reached: dict[str, asyncio.Event] = {}
        self.stirred: list[int] = []
        self.cards: dict[str, str] = {}

    def hold(self, work_id: str) -> asyncio.Event:
        """Hold a notice until the event is set."""
        self.reached[work_id], self.held[work_id] = asyncio.Event(), asyncio.Event()
        return self.held[work_id]

    async def card(self, data: dict[str, Any]) -> str:
        return self.cards.get(data["job"]) or str(data.get("card") or data.get("burst") or data["job"])

    def stir(self, data: dict[str, Any]) -> None:
        self.stirred.append(data["number"])

    async def tell(self, data: dict[str, Any], work_id: str, waiting: Callable[[], Collection[str]]) -> str:
        assert work_id in waiting()
        assert notice_id(change(data["number"], data["job"]), data["channel"]) == work_id
        self.began.append(work_id)
        if work_id in self.held:
            self.reached[work_id].set()
            await self.held[work_id].wait()
        self.ended.put_nowait(work_id)
        return "1.0"


class House:
    """One process."""

    def __init__(self, folder: Path) -> None:
        _get_or_create_dbos_registry().instance_info_map.clear()
        self.engine = Engine(sqlite_engine(folder / "engine.sqlite3"), executor_id="one")
        self.told, self.order = Told(), Order()
        self.notices = NotifyWorkflow(self.engine, cast("News", self.told), self.order)

    async def all_told(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            return [await self.told.ended.get() for _ in range(count)]


Opened = Callable[[], Awaitable[House]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """Opens one process after another; the one before ends of its own will."""
    houses: list[House] = []

    async def open_one() -> House:
        for house in houses:
            async with asyncio.timeout(20):
                await house.engine.close(deadline=3_600)
        houses[:] = [House(tmp_path)]
        for _, _, data in await houses[0].engine.launch():
            houses[0].notices.expect(data)
        houses[0].order.begin()
        return houses[0]

    yield open_one
    for house in houses:
        await house.engine.close(deadline=0)
    _get_or_create_dbos_registry().instance_info_map.clear()


@pytest.fixture
async def house(opened: Opened) -> House:
    return await opened()


def ids(*changes: Transition) -> list[str]:
    return [notice_id(one, CHANNEL) for one in changes]


async def test_a_change_that_is_handed_over_again_is_told_once(house: House) -> None:
    first, second = change(1), change(2)
    for one in (first, first, second, first):
        await house.notices.start(one, CHANNEL)

    assert await house.all_told(2) == ids(first, second)
    assert house.told.began == ids(first, second)


async def test_later_changes_of_a_job_wait_for_earlier_ones_and_those_of_others_do_not(house: House) -> None:
    first, second, other = change(1), change(2), change(1, "task-2")
    go_on = house.told.hold(*ids(first))
    for one in (first, second, other):
        await house.notices.start(one, CHANNEL)
    before = await house.all_told(1)
    go_on.set()
    after = await house.all_told(2)

    assert (before, after) == (ids(other), ids(first, second))
    assert house.told.stirred == [1, 2, 1], "what waits for the end of a snooze shows what came"


async def test_a_change_has_a_notice_for_each_target_and_none_waits_for_another(house: House) -> None:
    first, hers = change(1), notice_id(change(1), "U0MIA")
    go_on = house.told.hold(*ids(first))
    await house.notices.start(first, CHANNEL)
    await house.notices.start(first, "U0MIA")
    before = await house.all_told(1)
    go_on.set()

    assert (before, await house.all_told(1)) == ([hers], ids(first))


async def test_jobs_of_one_burst_share_a_card_so_their_changes_stand_in_one_line(house: House) -> None:
    first, second = change(1), change(2, "task-2", burst="task-1")
    go_on = house.told.hold(*ids(first))
    await house.notices.start(first, CHANNEL)
    await house.notices.start(second, CHANNEL)
    async with asyncio.timeout(20):
        await house.told.reached[ids(first)[0]].wait()
    began = list(house.told.began)
    go_on.set()

    assert began == ids(first)
    assert await house.all_told(2) == ids(first, second)


async def test_a_notice_that_an_earlier_process_left_keeps_its_place(house: House) -> None:
    first, second = change(1), change(2)
    data = {"kind": first.kind, "job": first.job, "number": 1, "channel": CHANNEL, "burst": first.burst}
    expected = [house.notices.expect(data), house.notices.expect(data)]
    await house.notices.start(second, CHANNEL)
    began = list(house.told.began)
    await house.notices.start(first, CHANNEL)

    assert expected == [True, False]
    assert began == []
    assert await house.all_told(2) == ids(first, second)


async def test_a_notice_whose_card_an_older_release_left_out_waits_in_the_line_of_its_card(
    house: House,
) -> None:
    house.told.cards["task-2"] = "task-1"
    first, second = change(1), change(2, "task-2")
    go_on = house.told.hold(*ids(first))
    await house.notices.start(first, CHANNEL)
    async with asyncio.timeout(20):
        await house.told.reached[ids(first)[0]].wait()
    await house.notices.start(second, CHANNEL)
    await asyncio.sleep(0.2)
    began = list(house.told.began)
    go_on.set()

    assert began == ids(first)
    assert await house.all_told(2) == ids(first, second)


async def test_a_process_that_ends_waits_for_no_notice_and_its_successor_tells_it(opened: Opened) -> None:
    first, house = change(1), await opened()
    house.told.hold(*ids(first))
    await house.notices.start(first, CHANNEL)
    async with asyncio.timeout(20):
        await house.told.reached[ids(first)[0]].wait()
    after = await opened()

    assert await after.all_told(1) == ids(first)
    assert house.told.ended.empty()
