from datetime import timedelta
from typing import Any

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING
from bot.services.calls import Calls, stamp
from tests.unit.bot.conftest import TelnyxHouse


def add(house: TelnyxHouse, *messages: dict[str, Any]) -> str:
    conversation = {
        "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "created_at": "2026-01-01T10:00:00+00:00",
        "last_message_at": "2026-01-01T10:05:00+00:00",
        "metadata": {"telnyx_end_user_target": "+4930123456"},
        "name": "Porting",
    }
    house.standin.conversations.add(
        {"conversation": conversation, "messages": list(messages), "insights": []}
    )
    return str(conversation["id"])


def said(role: str, text: str | None, at: str | None, **more: Any) -> dict[str, Any]:
    time = f"2026-01-01T10:{at}+00:00" if at else None
    return {"role": role, "text": text, "created_at": time, "sent_at": time, **more}


async def test_the_latest_calls_come_newest_first(telnyx: TelnyxHouse) -> None:
    calls, more = await Calls(telnyx.client).latest(EVERYTHING, 5)

    times = [call.last for call in calls if call.last]
    assert len(times) == 5
    assert times == sorted(times, reverse=True)
    assert more


async def test_a_transcript_stands_in_the_order_of_saying(telnyx: TelnyxHouse) -> None:
    call = add(
        telnyx, said("assistant", "Second", "01:05"), said("user", "First", "00:00"), said("user", "Third", "02:10")
    )  # fmt: skip

    transcript = await Calls(telnyx.client).transcript(call, EVERYTHING)

    assert [str(line) for line in transcript.lines] == [
        "[00:00] Caller: First",
        "[01:05] Assistant: Second",
        "[02:10] Caller: Third",
    ]
    assert transcript.length == timedelta(minutes=2, seconds=10)


async def test_tools_are_named_and_silence_is_left_out(telnyx: TelnyxHouse) -> None:
    tool = {"id": "1", "type": "function", "function": {"name": "transfer", "arguments": "{}"}}
    call = add(
        telnyx, said("assistant", "", "00:00", tool_calls=[tool]), said("user", "  ", "00:01")
    )  # fmt: skip

    transcript = await Calls(telnyx.client).transcript(call, EVERYTHING)

    assert [line.text for line in transcript.lines] == ["(uses transfer)"]


@pytest.mark.parametrize("call", ["00000000-0000-4000-8000-000000000000", "not-an-id"])
async def test_an_unknown_call_is_a_sentence_for_the_person(telnyx: TelnyxHouse, call: str) -> None:
    with pytest.raises(UsageError, match=call):
        await Calls(telnyx.client).transcript(call, EVERYTHING)


def test_long_calls_are_stamped_with_hours() -> None:
    assert [stamp(timedelta(seconds=s)) for s in (0, 135, 3735)] == ["00:00", "02:15", "1:02:15"]


async def test_calls_of_one_moment_are_not_divided_between_two_pages(telnyx: TelnyxHouse) -> None:
    at = "2030-01-01T10:05:00+00:00"
    for number in range(4):
        about = {
            "id": f"00000000-0000-4000-8000-00000000000{number}",
            "created_at": at,
            "last_message_at": at,
        }
        conversation = {**about, "metadata": {}, "name": f"Call {number}"}
        telnyx.standin.conversations.add({"conversation": conversation, "messages": [], "insights": []})

    first, more = await Calls(telnyx.client).latest(EVERYTHING, 2)
    second, _ = await Calls(telnyx.client).latest(EVERYTHING, 2, first[-1].last)

    assert more
    assert {call.name for call in first} == {"Call 0", "Call 1", "Call 2", "Call 3"}
    assert {call.id for call in first}.isdisjoint(call.id for call in second)
