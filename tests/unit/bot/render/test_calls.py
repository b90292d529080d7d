from datetime import UTC, datetime

from bot.render.blocks import MESSAGE_BLOCKS
from bot.render.calls import Calls, Summarize, listing
from bot.services.calls import Call

ASKED = Calls(last=40)


def call(number: int, last: datetime | None = None) -> Call:
    return Call(f"3fa85f64-{number:04}", "<!channel> & co", "phone_call", "•••5678", None, last)


def test_a_full_list_fits_into_a_message_and_shows_no_markup() -> None:
    message = listing(ASKED, [call(n) for n in range(40)], more=False).page(ASKED)

    buttons = [block["accessory"] for block in message.blocks if "accessory" in block]
    assert len(message.blocks) <= MESSAGE_BLOCKS
    assert str(message.blocks).count(" · •••5678 · ") == 40
    assert "<!channel>" not in str(message.blocks)
    assert [Summarize.unpack(b["value"]).call_id for b in buttons] == [call(n).id for n in range(40)]
    assert {b["action_id"] for b in buttons} == {"summarize"}


def test_without_calls_the_person_reads_when_there_will_be_some() -> None:
    assert "no calls yet" in listing(ASKED, [], more=False).page(ASKED).text


def test_past_the_oldest_call_nobody_is_told_that_there_are_none() -> None:
    older = Calls(before="2026-01-01")

    assert "no older calls" in listing(older, [], more=False).page(older).text


def test_the_next_page_begins_where_this_one_ended() -> None:
    last = datetime(2026, 1, 1, 10, tzinfo=UTC)

    message = listing(ASKED, [call(1), call(2, last)], more=True).page(ASKED)

    (following,) = message.blocks[-1]["elements"]
    assert following["action_id"] == "calls#next"
    assert Calls.unpack(following["value"]) == Calls(last=40, before=last.isoformat())
