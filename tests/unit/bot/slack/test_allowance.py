import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.allowance import STRICT_SECONDS, Allowance
from tests.unit.bot.slack.conftest import Time

LONG = 3600.0


class Window:
    """Callers of one method, and when each of them was let through."""

    def __init__(self, per_minute: float, burst: float | None = None, sharers: int = 1) -> None:
        self.time = Time()
        burst = per_minute if burst is None else burst
        self.allowance = Allowance(
            per_minute, burst, clock=self.time, sleep=self.time.sleep, sharers=lambda: sharers
        )
        self.passed: list[tuple[str, float]] = []

    async def call(self, name: str, within: float = LONG, ticket: int | None = None) -> bool:
        ticket = self.allowance.ticket() if ticket is None else ticket
        passed = await self.allowance.turn(ticket, within)
        if passed:
            self.passed.append((name, round(self.time.now - 1_000, 1)))
        return passed

    async def begin(self, *calls: Coroutine[Any, Any, bool]) -> "list[asyncio.Task[bool]]":
        tasks = [asyncio.create_task(call) for call in calls]
        await self.time.settle()
        return tasks


async def test_before_slack_has_refused_anything_nobody_waits() -> None:
    window = Window(20)

    assert all([await window.call("stop", within=0) for _ in range(500)])


async def test_after_a_429_nobody_calls_before_slack_allows_it_and_then_they_go_at_its_pace_as_they_came() -> (
    None
):
    window = Window(20)
    window.allowance.refused(5)
    await window.time.until(*await window.begin(*(window.call(name) for name in "abcd")))

    assert window.passed == [("a", 5.0), ("b", 8.0), ("c", 11.0), ("d", 14.0)]


async def test_a_call_that_slack_refuses_again_keeps_its_place_and_the_others_wait_longer() -> None:
    window = Window(60)
    window.allowance.refused(1)
    first = window.allowance.ticket()
    waiting = await window.begin(window.call("a", ticket=first), window.call("b"), window.call("c"))
    await window.time.until(waiting[0])
    window.allowance.refused(4)
    waiting += await window.begin(window.call("a again", ticket=first))
    await window.time.until(*waiting)

    assert [name for name, _ in window.passed] == ["a", "a again", "b", "c"]
    assert [when for _, when in window.passed[1:]] == pytest.approx([5.1, 6.1, 7.1], abs=0.11)


async def test_a_waiter_that_is_cancelled_holds_up_nobody() -> None:
    window = Window(20)
    window.allowance.refused(3)
    waiting = await window.begin(*(window.call(name) for name in "abcd"))
    for given_up in waiting[:2]:
        given_up.cancel()
    await window.time.until(*waiting)

    (first, at), (second, then) = window.passed
    assert (first, second) == ("c", "d")
    assert at <= 4.0, "its own turn would have come after 9 s"
    assert then - at <= 4.0
    assert window.allowance.free <= 1


async def test_who_cannot_be_in_time_does_not_wait() -> None:
    window = Window(20)
    window.allowance.refused(3)
    waiting = await window.begin(window.call("patient"), window.call("hasty", within=4))

    assert waiting[1].done(), "its turn would come after 6 s"
    assert not waiting[1].result()
    await window.time.until(*waiting)
    assert [name for name, _ in window.passed] == ["patient"]


async def test_what_can_be_left_out_takes_nothing_that_is_reserved_or_waited_for() -> None:
    window = Window(60)
    window.allowance.refused(1)
    window.allowance.reserved = 3
    waiting = await window.begin(window.call("a"), window.call("b"))
    window.time.now += 5.5  # five tokens have come: two are waited for, three reserved

    assert not window.allowance.may()
    window.time.now += 1
    assert window.allowance.may()
    assert not window.allowance.may()
    await window.time.until(*waiting)


async def test_after_a_quiet_minute_a_burst_is_allowed_again_but_no_more_than_slack_documents() -> None:
    window = Window(20)
    window.allowance.refused(3)
    window.time.now += 120
    waiting = await window.begin(*(window.call("stop") for _ in range(25)))

    assert [task.done() for task in waiting].count(True) == 20
    await window.time.until(*waiting)
    assert window.passed[-1][1] >= 120 + 15


async def test_posts_have_no_burst_once_slack_has_said_429() -> None:
    window = Window(60, burst=1)
    window.allowance.refused(1)
    window.time.now += 120
    await window.time.until(*await window.begin(*(window.call("post") for _ in range(3))))

    assert [when - 120 for _, when in window.passed] == pytest.approx([0, 1, 2], abs=0.11)


async def test_ten_minutes_after_the_last_429_nothing_is_counted_again() -> None:
    window = Window(20)
    window.allowance.refused(3)
    while window.allowance.may():
        pass
    window.time.now += STRICT_SECONDS + 3

    assert all(window.allowance.may() for _ in range(200))


@pytest.mark.slow  # ten minutes of calls
async def test_a_line_is_not_let_go_at_once_when_the_ten_minutes_end() -> None:
    window = Window(20)
    window.allowance.refused(3)
    waiting = await window.begin(*(window.call("stop") for _ in range(210)))
    await window.time.until(*waiting)

    times = [when for _, when in window.passed]
    assert times[-1] > STRICT_SECONDS
    assert min(later - earlier for earlier, later in pairwise(times)) > 2.8


async def test_processes_that_share_a_workspace_share_its_rate() -> None:
    window = Window(20, sharers=4)
    window.allowance.refused(3)
    await window.time.until(*await window.begin(*(window.call("stop") for _ in range(3))))

    assert [when for _, when in window.passed] == pytest.approx([3, 15, 27], abs=0.11)


@given(
    rate=st.sampled_from([20.0, 50.0, 60.0]),
    steps=st.lists(st.sampled_from(["come", "come", "429", "leave", "wait"]), max_size=60),
)
def test_no_window_of_a_minute_sees_more_than_slack_documents(rate: float, steps: list[str]) -> None:
    async def run() -> Window:
        window = Window(rate)
        window.allowance.refused(2)
        waiting: list[asyncio.Task[bool]] = []
        for number, step in enumerate(steps):
            if step == "come":
                waiting += await window.begin(window.call(str(number)))
            elif step == "429":
                window.allowance.refused(3)
            elif step == "leave" and waiting:
                waiting.pop(0).cancel()
            else:
                await window.time.pass_by(1.7)
            await window.time.settle()
        await window.time.until(*waiting)
        return window

    window = asyncio.run(run())

    times = [when for _, when in window.passed]
    assert window.allowance._line == []
    for at in times:
        assert sum(at <= when < at + 60 for when in times) <= 2 * rate, (
            "what was saved up, and what came since"
        )
    order = [int(name) for name, _ in window.passed]
    assert order == sorted(order), "first come, first served"
