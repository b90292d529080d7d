"""Which calls are found: by channel, number, name, time, and assistant; what is masked isn't found out by asking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.access import ALL, EVERYTHING, Audience, Some
from bot.services.call_filters import Wanted
from bot.services.calls import TIED, WALK, Calls
from bot.services.ids import LATEST
from tests.unit.bot.conftest import TelnyxHouse

AT = datetime(2031, 1, 1, 10, tzinfo=UTC)
"""Later than all of the example data."""
WHOLE = replace(EVERYTHING, numbers=ALL)


def put(telnyx: TelnyxHouse, number: int, *, minutes: float = 0, name: str = "", **about: Any) -> str:
    """A call that was active so long before ``AT``."""
    at = (AT - timedelta(minutes=minutes)).isoformat()
    metadata = {
        "assistant_id": "assistant-a",
        "telnyx_conversation_channel": "phone_call",
        "telnyx_agent_target": "+493055500100",
        "telnyx_end_user_target": f"+1555010{number:04}",
    }
    made = f"00000000-0000-4000-8000-{number:012}"
    conversation = {
        "id": made,
        "created_at": at,
        "last_message_at": at,
        "metadata": metadata | about,
        "name": name,
    }
    telnyx.standin.conversations.add({"conversation": conversation, "messages": [], "insights": []})
    return made


async def found(telnyx: TelnyxHouse, wanted: Wanted, audience: Audience = EVERYTHING) -> list[str]:
    """The ids of all wanted calls of the tests' own, page by page."""
    calls, before, ids = Calls(telnyx.client), None, list[str]()
    wanted = replace(wanted, since=wanted.since or AT - timedelta(days=1))
    while True:
        page = await calls.page(audience, wanted, 2, before)
        ids += [call.id for call in page.calls]
        if page.end is None:
            return ids
        before = page.end


async def test_calls_of_several_channels_and_of_either_sides_number_are_found(telnyx: TelnyxHouse) -> None:
    phone = put(telnyx, 1)
    sms = put(telnyx, 2, minutes=1, telnyx_conversation_channel="sms_chat")
    web = put(telnyx, 3, minutes=2, telnyx_conversation_channel="web_call")
    ours = put(telnyx, 4, minutes=3, telnyx_agent_target="+15550100001")

    assert await found(telnyx, Wanted(("sms_chat",))) == [sms]
    assert await found(telnyx, Wanted(("sms_chat", "web_call", "fax"))) == [sms, web]
    assert await found(telnyx, Wanted(number="+1 555 010 0001"), WHOLE) == [phone, ours]
    assert await found(telnyx, Wanted(("phone_call",), number="0001", name=""), WHOLE) == [phone, ours]
    assert await found(telnyx, Wanted(since=AT - timedelta(seconds=30))) == [phone]


async def test_several_channels_are_found_among_several_assistants(telnyx: TelnyxHouse) -> None:
    granted = replace(EVERYTHING, calls=Some.of(["assistant-a", "assistant-b"]))
    first = put(telnyx, 1)
    second = put(telnyx, 2, minutes=1, assistant_id="assistant-b", telnyx_conversation_channel="sms_chat")
    put(telnyx, 3, minutes=2, assistant_id="assistant-c")
    put(telnyx, 4, minutes=3, telnyx_conversation_channel="fax")

    assert await found(telnyx, Wanted(("phone_call", "sms_chat")), granted) == [first, second]


async def test_a_name_is_found_by_a_part_of_it_in_any_case(telnyx: TelnyxHouse) -> None:
    one = put(telnyx, 1, name="Porting of  München")
    put(telnyx, 2, name="Upgrade")

    assert await found(telnyx, Wanted(name="of mÜnchen")) == [one]


@pytest.mark.parametrize("number", ["+15550104477", "0015550104477", "555-010-4477", "4477", "+49 30 4477"])
async def test_a_masked_number_is_found_by_its_last_four_digits_alone(
    telnyx: TelnyxHouse, number: str
) -> None:
    same = [put(telnyx, 4477), put(telnyx, 1, minutes=1, telnyx_end_user_target="sip:+4930124477@a.example")]
    put(telnyx, 4478, minutes=2)

    assert await found(telnyx, Wanted(number=number)) == same


@pytest.mark.parametrize("hidden", ["5550104", "1555010", "+1 555 010 4400"])
async def test_nothing_that_is_masked_is_found_out_by_asking(telnyx: TelnyxHouse, hidden: str) -> None:
    put(telnyx, 4477, name="From +15550104477 again")

    assert await found(telnyx, Wanted(number=hidden)) == []
    assert await found(telnyx, Wanted(name=hidden)) == []
    assert await found(telnyx, Wanted(name="5550104477")) == []
    assert await found(telnyx, Wanted(name="•••4477")) != []


async def test_a_whole_number_is_compared_whole_where_it_is_shown_whole(telnyx: TelnyxHouse) -> None:
    shown = replace(EVERYTHING, numbers=Some.of(["assistant-a"]))
    whole = put(telnyx, 4477)
    masked = put(telnyx, 1, minutes=1, assistant_id="assistant-b", telnyx_end_user_target="+4930124477")

    assert await found(telnyx, Wanted(number="+15550104477"), shown) == [whole, masked]
    assert await found(telnyx, Wanted(number="+4930124477"), shown) == [masked]
    assert await found(telnyx, Wanted(number="01555 0104477"), shown) == [whole, masked]


async def test_every_call_is_on_one_page_also_where_many_are_of_one_moment(telnyx: TelnyxHouse) -> None:
    ids = [put(telnyx, number, minutes=number // 4, name="Same") for number in range(40)]

    listed = await found(telnyx, Wanted())
    named = await found(telnyx, Wanted(name="same"))

    assert sorted(listed) == sorted(named) == ids
    assert len(set(listed)) == len(listed)


async def test_no_page_is_longer_than_a_message_takes(telnyx: TelnyxHouse) -> None:
    for number in range(150):
        put(telnyx, number, name="Same")
    calls = Calls(telnyx.client)

    for wanted in (Wanted(), Wanted(name="same")):
        page = await calls.page(EVERYTHING, wanted, 10)

        assert len(page.calls) == 10 + TIED


async def test_a_rare_call_is_looked_for_in_steps_of_some_hundreds(telnyx: TelnyxHouse) -> None:
    total = WALK * LATEST + 50
    for number in range(total):
        put(telnyx, number, minutes=number / 60, name="Oldest" if number == total - 1 else "Other")
    calls, before = Calls(telnyx.client), await telnyx.calls("conversations.page")

    first = await calls.page(EVERYTHING, Wanted(name="oldest"))
    asked = await telnyx.calls("conversations.page") - before
    second = await calls.page(EVERYTHING, Wanted(name="oldest"), before=first.end)

    assert (first.calls, asked) == ((), WALK)
    assert first.end is not None
    assert [call.name for call in second.calls] == ["Oldest"]
