import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.services.jobs.calls import CALLS
from bot.store.jobs import UNREAD
from bot.telnyx import Condition, Conversation, TelnyxServerError
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import HOUR, call, seen, states


async def test_a_call_is_live_until_nothing_was_said_for_five_minutes(house: TelnyxHouse) -> None:
    name = call(house, 298, lasted=600)
    live = await seen(CALLS, house)
    house.standin.clock.advance(3)  # an answer tells whole seconds
    ended = await seen(CALLS, house, live.values())

    assert (states(live), states(ended)) == ({name: "live"}, {name: "ended"})
    assert ended[name].ended == house.standin.clock.now().timestamp() - 301
    assert (ended[name].ended or 0) - (ended[name].began or 0) == 600
    assert live[name].ended is None


async def test_a_call_is_as_silent_as_it_was_when_telnyx_told_of_it(
    house: TelnyxHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = call(house, 10)
    page = house.client.conversations.page

    async def slow(*where: Condition, **how: Any) -> Sequence[Conversation]:
        """The answer of one who is busy: others have later ones by the time it comes."""
        rows = await page(*where, **how)
        house.standin.clock.advance(HOUR)
        await asyncio.create_task(house.client.models.all())
        return rows

    monkeypatch.setattr(house.client.conversations, "page", slow)

    assert states(await seen(CALLS, house)) == {name: "live"}


async def test_what_is_written_is_no_call(house: TelnyxHouse) -> None:
    names = {call(house, 60, telnyx_conversation_channel=channel) for channel in ("phone_call", "web_call")}
    for channel in ("sms_chat", "web_chat", "sms", ""):
        call(house, 60, telnyx_conversation_channel=channel)

    assert (await seen(CALLS, house)).keys() == names


async def test_its_name_or_its_time_is_shown_and_never_a_whole_number(house: TelnyxHouse) -> None:
    number = "+14155550123"
    named = call(house, 60, name=f"Ann at {number}", telnyx_end_user_target=number, assistant_id="support")
    bare = call(house, 60, telnyx_end_user_target=number)

    found = await seen(CALLS, house)

    assert found[named].title == "Ann at •••0123"
    began = house.standin.clock.now().timestamp() - 120
    assert found[bare].began == began
    assert found[bare].title.endswith(" UTC")
    assert found[named].detail["assistant"] == "support"
    assert found[named].bucket is None
    assert number not in repr(found)


async def test_a_wrong_clock_of_ours_ends_no_call_that_goes_on(house: TelnyxHouse) -> None:
    talks, over = call(house, 10), call(house, 400)
    now = house.standin.clock.now().timestamp()

    for wrong in (now - HOUR, now + HOUR, now + 24 * HOUR):
        assert states(await seen(CALLS, house, now=wrong)) == {talks: "live", over: "ended"}


async def test_a_call_that_ended_goes_on_only_if_something_was_said_since(house: TelnyxHouse) -> None:
    name = call(house, 60)  # by an old answer that bears the time of then it isn't silent yet
    last = house.standin.clock.now().timestamp() - 60
    live = (await seen(CALLS, house))[name]
    found = [
        await seen(CALLS, house, [replace(live, status="ended", finished=True, ended=ended)])
        for ended in (last, last - 10)
    ]

    assert [states(one) for one in found] == [{name: "ended"}, {name: "live"}]


async def test_a_call_that_is_known_and_no_longer_among_the_latest_is_asked_for(house: TelnyxHouse) -> None:
    ends, gone = call(house, 60), call(house, 60)
    live = await seen(CALLS, house)
    house.standin.clock.advance(HOUR)
    del house.standin.conversations.records[gone]

    found = await seen(CALLS, house, live.values())

    assert states(found) == {ends: "ended", gone: "vanished"}
    assert await house.calls("conversations.get") == 2


async def test_a_look_goes_back_a_quarter_of_an_hour_and_a_full_one_a_day(house: TelnyxHouse) -> None:
    late, today = call(house, 800), call(house, 23 * HOUR)
    call(house, 25 * HOUR)

    assert (await seen(CALLS, house)).keys() == {late}
    assert (await seen(CALLS, house, full=True)).keys() == {late, today}


async def test_many_calls_are_read_page_by_page_as_far_as_may_be(house: TelnyxHouse) -> None:
    names = {call(house, at) for at in range(50)}

    assert (await seen(CALLS, house)).keys() == names
    assert await house.calls("conversations.page") == 2
    assert len(await seen(CALLS, house, requests=0)) == 20
    assert await house.calls("conversations.page") == 3


async def test_what_a_full_look_has_no_room_for_is_read_in_the_next_ones(house: TelnyxHouse) -> None:
    names = {call(house, 1_000 + at) for at in range(450)}
    memory: dict[str, Any] = {}
    found = [{*await seen(CALLS, house, full=True, requests=2, memory=memory)}]
    found += [{*await seen(CALLS, house, requests=2, memory=memory)} for _ in range(4)]

    # The latest come again while others are read, and the last of each page comes with the next.
    assert [len(one) for one in found] == [199, 120, 120, 74, 0]
    assert set().union(*found) == names
    assert memory == {}


async def test_what_the_first_look_ever_has_no_room_for_is_no_news(house: TelnyxHouse) -> None:
    for at in range(250):
        call(house, 1_000 + at)
    memory: dict[str, Any] = {}
    await seen(CALLS, house, full=True, requests=0, memory=memory, first=True)

    assert await seen(CALLS, house, memory=memory) == {}


async def test_odd_rows_hide_no_other(house: TelnyxHouse) -> None:
    good, odd = call(house, 60), call(house, 60)
    before = await seen(CALLS, house)
    house.standin.conversations.records[odd]["conversation"]["last_message_at"] = None
    await house.fault(operation="conversations.page", kind="broken_rows")

    assert states(await seen(CALLS, house, before.values())) == {good: "live", odd: UNREAD}


async def test_a_list_that_cannot_be_read_is_an_error(house: TelnyxHouse) -> None:
    await house.fault(operation="conversations.page", kind="status", status=500)

    with pytest.raises(TelnyxServerError):
        await seen(CALLS, house)
