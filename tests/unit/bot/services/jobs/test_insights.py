from typing import Any

import pytest

from bot.services.jobs import KINDS, JobWatch
from bot.services.jobs.insights import INSIGHTS
from bot.services.jobs.watch import REQUESTS
from bot.store.database import Database
from bot.store.jobs import UNREAD, Jobs
from bot.store.polls import Polls
from sandbox.telnyx.insight_templates import Group
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import HOUR, call, put, seen, states

ASK = "conversations.insights"


def run(house: TelnyxHouse, conversation: str) -> str:
    """A run of a group over a call; its id."""
    group = Group("Mood", house.standin.clock.now())
    return house.standin.results.start(conversation, [], group, []).run_id


async def test_a_run_is_followed_from_its_beginning_to_its_end(house: TelnyxHouse) -> None:
    ended = call(house, 400, name="Ann +14155550123", assistant_id="support")
    name = run(house, ended)
    statuses, memory = list[str](), dict[str, Any]()
    before = await seen(INSIGHTS, house, memory=memory)
    for seconds in (1, 3):
        statuses += states(before).values()
        house.standin.clock.advance(seconds)
        before = await seen(INSIGHTS, house, before.values(), memory=memory)

    assert [*statuses, before[name].status] == ["pending", "in_progress", "completed"]
    assert before[name].title == "Ann •••0123"
    assert (before[name].detail["call"], before[name].detail["assistant"]) == (ended, "support")
    assert before[name].began == house.standin.clock.now().timestamp() - 4
    assert "4155550123" not in repr(before)


async def test_a_call_is_asked_for_when_it_is_over_and_not_again_once_its_runs_are(
    house: TelnyxHouse,
) -> None:
    call(house, 60)
    call(house, 3 * HOUR)
    ended = call(house, 400)
    names = {run(house, ended), run(house, ended)}
    house.standin.clock.advance(4)
    memory: dict[str, Any] = {}
    first = await seen(INSIGHTS, house, memory=memory)
    second = await seen(INSIGHTS, house, memory=memory)

    assert states(first) == dict.fromkeys(names, "completed")
    assert second == {}
    assert await house.calls(ASK) == 1
    assert memory["turns"][ended].again_at == float("inf")


async def test_a_call_without_insights_is_asked_for_less_and_less(house: TelnyxHouse) -> None:
    call(house, 300)
    memory: dict[str, Any] = {}
    for _ in range(120):
        await seen(INSIGHTS, house, memory=memory)
        house.standin.clock.advance(60)

    assert await house.calls(ASK) == 5  # after 5, 10, 20, 40, and 80 minutes
    assert memory["turns"] == {}


async def test_a_call_that_went_on_is_asked_for_again_when_it_is_over(house: TelnyxHouse) -> None:
    again = call(house, 400)
    run(house, again)
    house.standin.clock.advance(4)
    memory: dict[str, Any] = {}
    await seen(INSIGHTS, house, memory=memory)
    about = house.standin.conversations.records[again]["conversation"]
    about["last_message_at"] = house.standin.clock.now().isoformat()
    await seen(INSIGHTS, house, memory=memory)
    second = run(house, again)
    house.standin.clock.advance(400)

    assert (await seen(INSIGHTS, house, memory=memory))[second].status == "completed"


async def test_a_run_may_fail_vanish_or_be_in_a_state_that_no_one_knows(house: TelnyxHouse) -> None:
    ended = call(house, 400)
    fails, gone, odd, bare = (run(house, ended) for _ in range(4))
    before = await seen(INSIGHTS, house)
    await put(house, run_id=fails, status="failed")
    await put(house, run_id=gone, gone=True)
    await put(house, run_id=odd, status="paused", odd=True)
    await put(house, run_id=bare, without=["status"])
    await house.fault(operation=ASK, kind="broken_rows")

    found = await seen(INSIGHTS, house, before.values())

    assert states(found) == {
        fails: "failed",
        gone: "vanished",
        odd: "paused",
        bare: UNREAD,
        f"broken-{fails}": UNREAD,
    }
    assert [found[name].detail["failed"] for name in (fails, gone, odd)] == [True, False, False]


async def test_what_was_not_finished_is_followed_beyond_the_hour_and_to_the_end_of_its_call(
    house: TelnyxHouse,
) -> None:
    ended, deleted = call(house, 400), call(house, 400)
    slow, lost = run(house, ended), run(house, deleted)
    before = await seen(INSIGHTS, house)
    house.standin.clock.advance(2 * HOUR)
    del house.standin.conversations.records[deleted]

    found = await seen(INSIGHTS, house, before.values())

    assert states(found) == {slow: "completed", lost: "vanished"}
    assert found[slow].title == before[slow].title


async def test_no_more_calls_are_asked_for_than_may_be(house: TelnyxHouse) -> None:
    for _ in range(9):
        run(house, call(house, 400))
    memory: dict[str, Any] = {}
    house.standin.clock.advance(4)
    found = [await seen(INSIGHTS, house, memory=memory, requests=4, now=float(at)) for at in range(3)]

    assert [len(one) for one in found] == [4, 4, 1]


@pytest.mark.parametrize(
    ("calls", "most"), [(15, 2), (39, 4), (61, 6), pytest.param(200, 16, marks=pytest.mark.slow)]
)
async def test_every_call_of_two_hours_gets_its_turn(
    house: TelnyxHouse, database: Database, calls: int, most: int
) -> None:
    clock = house.standin.clock
    watch = JobWatch(house.client, Jobs(database), Polls(database), kinds=KINDS, period=15)
    assert await watch.look(clock.now().timestamp())  # what has ended by now is no news
    clock.advance(2 * HOUR)
    names = {run(house, call(house, 400 + (2 * HOUR - 500) * n / calls)) for n in range(calls)}
    looks, found, before = 0, set[str](), len(house.standin.calls.since(0))
    while not names <= found:
        looks += 1
        clock.advance(60)
        await watch.look(clock.now().timestamp())
        before, made = len(house.standin.calls.since(0)), len(house.standin.calls.since(0)) - before
        assert made <= REQUESTS
        found = {change.job for change in await watch.changes() if change.kind == "insights"}

    assert looks <= most


async def test_a_call_whose_turn_comes_late_is_asked_for_all_the_same(house: TelnyxHouse) -> None:
    names = [run(house, call(house, 400 + n)) for n in range(3)]
    memory: dict[str, Any] = {}
    found = {*await seen(INSIGHTS, house, memory=memory, requests=1)}
    house.standin.clock.advance(3 * HOUR)
    for _ in range(2):
        found |= {*await seen(INSIGHTS, house, memory=memory, requests=1)}

    assert found == {*names}


async def test_one_that_is_always_refused_is_asked_for_in_its_turn_only(house: TelnyxHouse) -> None:
    run(house, call(house, 401))
    names = {run(house, call(house, 400 - n)) for n in range(3)}
    memory: dict[str, Any] = {}
    await house.fault(operation=ASK, kind="status", status=500, count=1)
    found = [{*await seen(INSIGHTS, house, memory=memory, requests=1)} for _ in range(4)]

    assert found[0] == set()
    assert set().union(*found) == names


async def test_which_calls_there_are_is_read_from_where_the_last_look_ended(house: TelnyxHouse) -> None:
    for n in range(150):
        call(house, 400 + 10 * n)
    memory: dict[str, Any] = {}
    for _ in range(3):
        await seen(INSIGHTS, house, memory=memory)

    assert await house.calls("conversations.page") == 3 + 1 + 1


@pytest.mark.parametrize("status", [404, 500])
async def test_a_call_that_cannot_be_asked_for_hides_no_other(house: TelnyxHouse, status: int) -> None:
    first, second = call(house, 400), call(house, 401)
    names = {run(house, first), run(house, second)}
    await house.fault(operation=ASK, kind="status", status=status)

    assert len((await seen(INSIGHTS, house)).keys() & names) == 1
