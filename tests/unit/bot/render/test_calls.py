from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.render.blocks import MESSAGE_BLOCKS
from bot.render.calls import Calls, Summarize, listing, masked
from bot.services.calls import Call


@pytest.mark.parametrize(
    "number", ["+493012345678", "+49 30 1234 5678", "(030) 1234-5678", "030/12345678", "0049.30.12345678"]
)
def test_a_number_shows_its_last_four_digits_however_it_is_written(number: str) -> None:
    assert masked(number) == "…5678"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sip:+491511234567@example.com", "sip:…4567@example.com"),
        (
            "sip:+49%20151%201234567@pbx.example.com:5060;user=phone",
            "sip:…4567@pbx.example.com:5060;user=phone",
        ),
        ("Anna <sips:4915112345678@10.20.30.40>", "Anna <sips:…5678@10.20.30.40>"),
        ("tel:%2B49-151-1234567", "tel:…4567"),
        ("tel:+1-555-010-0123;ext=22", "tel:…2322"),
        ("+1 555 010 0123 ext. 45", "…2345"),
        ("whatsapp:+49\u200b151\u20601234567", "whatsapp:…4567"),
        ("+４９１５１１２３４５６７", "…４５６７"),
        ("+49 151 1234567, +49 151 7654321", "…4567, …4321"),
    ],
)
def test_no_number_is_shown_in_an_address(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_number_in_a_calls_name_is_shown_no_more_than_one_beside_it() -> None:
    named = replace(call(1), name="2026-11-25 sip:+4915112345678@pbx")

    assert "*2026-11-25 sip:…5678@pbx*" in str(listing(ASKED, [named], more=False).items)


@pytest.mark.parametrize(
    "name", ["anna", "1234", "anna@example.com", "sip:1000@pbx.example", "sip:anna@192.168.10.20"]
)
def test_what_is_no_number_is_shown_as_it_is(name: str) -> None:
    assert masked(name) == name


ASKED = Calls(last=40)


def call(number: int, last: datetime | None = None) -> Call:
    return Call(f"3fa85f64-{number:04}", "<!channel> & co", "phone_call", "+49 30 12345678", None, last)


def test_a_full_list_fits_into_a_message_and_shows_no_number_and_no_markup() -> None:
    message = listing(ASKED, [call(n) for n in range(40)], more=False).page(ASKED)

    buttons = [block["accessory"] for block in message.blocks if "accessory" in block]
    assert len(message.blocks) <= MESSAGE_BLOCKS
    assert "12345678" not in str(message.blocks)
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
