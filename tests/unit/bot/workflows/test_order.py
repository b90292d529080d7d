import asyncio
from collections.abc import Collection
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.store.turns import Turns
from bot.workflows.engine import Engine
from bot.workflows.order import ALIVE_SECONDS, LONGEST_SECONDS, LOOK_SECONDS, Order, after_others
from tests.unit.bot.conftest import Clock


async def work(order: Order, done: list[str], name: str, *, line: str = "C:1", hold: asyncio.Event) -> None:
    async with order.place(line, name, name):
        done.append(name)
        await hold.wait()


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def order() -> Order:
    made = Order()
    made.begin()
    return made


async def test_work_of_one_line_goes_by_the_time_it_was_written(order: Order) -> None:
    done: list[str] = []
    hold = asyncio.Event()
    order.expect("C:1", "1", "1")
    tasks = [asyncio.create_task(work(order, done, name, hold=hold)) for name in ("3", "2", "1")]
    hold.set()
    await asyncio.gather(*tasks)

    assert done == ["1", "2", "3"]


async def test_what_is_expected_is_waited_for_until_it_is_forgotten(order: Order) -> None:
    done: list[str] = []
    hold = asyncio.Event()
    hold.set()
    order.expect("C:1", "1", "1")
    task = asyncio.create_task(work(order, done, "2", hold=hold))
    await settle()
    waited = list(done)
    order.forget("C:1", "1")
    await task

    assert (waited, done) == ([], ["2"])


async def test_other_lines_do_not_wait(order: Order) -> None:
    done: list[str] = []
    hold = asyncio.Event()
    hold.set()
    order.expect("C:1", "1", "1")

    await work(order, done, "2", line="C:2", hold=hold)

    assert done == ["2"]


async def test_cancelled_work_frees_its_line(order: Order) -> None:
    done: list[str] = []
    running, waiting = asyncio.Event(), asyncio.Event()
    waiting.set()
    first = asyncio.create_task(work(order, done, "1", hold=running))
    await settle()
    second = asyncio.create_task(work(order, done, "2", hold=waiting))
    third = asyncio.create_task(work(order, done, "3", hold=waiting))
    await settle()
    second.cancel()
    first.cancel()
    await third

    assert done == ["1", "3"]


async def test_nothing_runs_before_the_unfinished_work_of_the_last_process_is_known() -> None:
    order, done, hold = Order(), list[str](), asyncio.Event()
    hold.set()
    early = asyncio.create_task(work(order, done, "2", hold=hold))
    await settle()
    order.expect("C:1", "1", "1")
    order.begin()
    await settle()
    waited = list(done)
    await work(order, done, "1", hold=hold)
    await early

    assert (waited, done) == ([], ["1", "2"])


async def test_work_that_was_cancelled_before_the_start_frees_its_line() -> None:
    order, done, hold = Order(), list[str](), asyncio.Event()
    hold.set()
    early = asyncio.create_task(work(order, done, "1", hold=hold))
    await settle()
    early.cancel()
    await settle()
    order.begin()
    await work(order, done, "2", hold=hold)

    assert done == ["2"]


@given(st.permutations([f"{number:02}" for number in range(8)]))
def test_any_order_of_arrival_gives_the_same_order_of_work(names: list[str]) -> None:
    async def done() -> list[str]:
        order, seen, hold = Order(), list[str](), asyncio.Event()
        hold.set()
        tasks = [asyncio.create_task(work(order, seen, name, hold=hold)) for name in names]
        await settle()
        order.begin()
        await asyncio.gather(*tasks)
        return seen

    assert asyncio.run(done()) == sorted(names)


def test_what_stood_in_the_line_before_is_not_new() -> None:
    order = Order()
    found = [order.expect("thread", "q1", "1"), order.expect("thread", "q1", "1")]

    assert found == [True, False]


# ------------------------------------------------------------------------------- questions that peers answer
class Peer:
    """Answers an earlier question of the same thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.living = True
        self.ends_at = float("inf")

    async def ahead(self, _turn: Any, *, but: Collection[str]) -> bool:
        return self.clock.now < self.ends_at and "earlier" not in but

    async def begun_before(self, _turn: Any) -> set[str]:
        return {"earlier"}

    async def alive(self, work_ids: Collection[str]) -> set[str]:
        return set(work_ids) if self.living else set()

    async def pause(self, seconds: float) -> None:
        self.clock.now += seconds

    async def waited_for(self) -> float:
        """How long a later question waits."""
        begun = self.clock.now
        turns, engine, later = cast("Turns", self), cast("Engine", self), cast("Any", Later)
        await after_others(later, turns, engine, steady=self.clock, pause=self.pause)
        return self.clock.now - begun


class Later:
    id = "later"


@pytest.fixture
def peer(clock: Clock) -> Peer:
    return Peer(clock)


async def test_an_earlier_question_is_waited_for_until_it_has_ended(peer: Peer) -> None:
    peer.ends_at = peer.clock.now + 100

    assert await peer.waited_for() == pytest.approx(100, abs=LOOK_SECONDS + 0.01)


async def test_no_one_waits_for_a_question_whose_work_is_dead(peer: Peer) -> None:
    peer.living = False

    assert await peer.waited_for() < ALIVE_SECONDS + 3 * LOOK_SECONDS


async def test_an_earlier_question_that_never_ends_is_waited_for_half_an_hour(peer: Peer) -> None:
    with capture_logs() as logs:
        waited = await peer.waited_for()

    assert waited == pytest.approx(LONGEST_SECONDS, abs=2 * LOOK_SECONDS)
    assert [(entry["event"], entry["turn"]) for entry in logs] == [
        ("earlier_question_not_waited_for", "later")
    ]
