from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import ValidationError

from bot.render.blocks import BUTTON_VALUE, MESSAGE_BLOCKS, Message
from bot.render.calls import Calls, Summarize, listing
from bot.services.access import EVERYTHING, Audience, Right
from bot.services.call_insights import State
from bot.services.calls import TIED, Call, Page
from tests.unit.bot.conftest import without

ASKED = Calls(last=40)
MEMBER = without(Right.ADMIN, Right.OPERATOR)
AT = datetime(2026, 1, 1, 10, tzinfo=UTC)


def call(number: int, last: datetime | None = None) -> Call:
    return Call(f"3fa85f64-{number:04}", "<!channel> & co", "phone_call", "•••5678", None, last)


def page(*calls: Call, end: datetime | None = None) -> Page:
    return Page(calls, end)


def drawn(
    asked: Calls, found: Page, audience: Audience = MEMBER, states: Mapping[str, State] = MappingProxyType({})
) -> Message:
    """The page as it is shown, to someone who may only look."""
    return listing(asked, found, states, audience).page(asked)


def elements(message: Message) -> list[dict[str, Any]]:
    """Buttons and menus, in their order."""
    found: list[dict[str, Any]] = []
    for block in message.blocks:
        found += [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    return [one for one in found if one["type"] in ("button", "overflow")]


def labels(message: Message) -> list[str]:
    return [one["text"]["text"] if one["type"] == "button" else "…" for one in elements(message)]


def test_a_card_has_what_is_done_with_a_call_most_and_a_menu() -> None:
    message = drawn(Calls(), page(call(1)))

    assert labels(message) == ["Summarize", "Transcript", "Insights", "…", "Filter…"]
    assert Summarize.unpack(elements(message)[0]["value"]).what == call(1).id


@pytest.mark.parametrize(
    ("audience", "silent", "entries"),
    [
        (MEMBER, "", ["Show"]),
        (without(Right.ADMIN), "", ["Show", "Add a note…", "Tag…", "Take over…"]),
        (EVERYTHING, "True", ["Show", "Add a note…", "Tag…", "Hand back…", "Delete…"]),
    ],
)
def test_the_menu_offers_what_someone_may_do(audience: Audience, silent: str, entries: list[str]) -> None:
    one = replace(call(1), metadata={"ai_disabled": silent})

    menu = next(e for e in elements(drawn(Calls(), page(one), audience)) if e["type"] == "overflow")

    assert [option["text"]["text"] for option in menu["options"]] == entries


@pytest.mark.parametrize("asked", [ASKED, Calls()])
def test_a_full_list_with_all_that_may_stand_on_it_fits_into_a_message_and_shows_no_markup(
    asked: Calls,
) -> None:
    asked = asked.model_copy(update={"before": AT.isoformat(), "name": "co"})
    many = asked.last + TIED

    message = drawn(asked, page(*map(call, range(many)), end=AT), EVERYTHING)

    assert len(message.blocks) < MESSAGE_BLOCKS
    assert str(message.blocks).count(" · •••5678 · ") == many
    assert "<!channel>" not in str(message.blocks)
    assert all(str(call(number).id) in str(message.blocks) for number in range(many))


def test_a_card_says_when_how_long_over_what_with_whom_and_how_far_its_insights_are() -> None:
    told = Call(
        "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "A name",
        "phone_call",
        "•••5678",
        AT,
        AT + timedelta(minutes=12, seconds=17),
        "assistant-acme",
    )

    message = drawn(Calls(), page(told), states={told.id: State.PENDING})

    text = message.blocks[1]["text"]["text"]
    assert "12 min 17 s · phone call · •••5678 · `assistant-acme` · insights pending · `3fa85f64`" in text


def test_a_conversation_of_months_says_since_when_and_one_that_goes_on_is_live() -> None:
    now = datetime.now(UTC)
    old = Call("1" * 36, "", "sms_chat", "", now - timedelta(days=90), now)

    text = drawn(Calls(), page(old)).blocks[1]["text"]["text"]

    assert " · since <!date" in text
    assert " · live · sms chat · " in text


def test_a_call_of_which_nothing_is_known_is_shown_with_its_id() -> None:
    bare = Call("3fa85f64-5717", "", "", "", None, None)

    assert drawn(Calls(), page(bare)).blocks[1]["text"]["text"] == ("? · conversation · `3fa85f64`")


def test_without_calls_the_person_reads_when_there_will_be_some() -> None:
    assert "no calls yet" in drawn(ASKED, page()).text


def test_past_the_oldest_call_nobody_is_told_that_there_are_none() -> None:
    older = Calls(before="2026-01-01")

    assert "no older calls" in drawn(older, page()).text


def test_the_next_page_begins_where_this_one_ended_and_keeps_the_filters() -> None:
    asked = Calls(last=2, channel=("phone_call",), number="+49 555 010 4477", since="7d", name="Port")

    message = drawn(asked, page(call(1), call(2, AT), end=AT))

    (following,) = message.blocks[-1]["elements"]
    assert following["action_id"] == "calls#next"
    assert Calls.unpack(following["value"]) == asked.model_copy(update={"before": AT.isoformat()})
    assert "Only calls over `phone_call`, with a number that ends in 4477, since " in str(message.blocks[1])


def test_where_no_call_fits_so_far_the_search_goes_further_back() -> None:
    asked = Calls(name="Porting")

    message = drawn(asked, page(end=AT))

    assert "I looked back to" in message.text
    assert labels(message) == ["Filter…", "Look further back"]
    assert Calls.unpack(elements(message)[1]["value"]).before == AT.isoformat()


def test_where_no_call_fits_at_all_it_is_not_said_that_there_are_none() -> None:
    asked = Calls(channel=("fax",))

    assert drawn(asked, page()).text == "There are no such calls that you can see."


def test_the_longest_filters_fit_into_a_button() -> None:
    asked = Calls(
        channel=("c" * 200,) * 5, number="4477" * 10, assistant="a" * 200, name="n" * 100, since="7d"
    )

    assert len(asked.model_copy(update={"before": AT.isoformat()}).pack()) <= BUTTON_VALUE


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": "447"}, "at least the last four digits"),
        ({"since": "soon"}, "can't read this as a time"),
        ({"before": "soon"}, "can't read this as a date"),
        ({"channel": tuple("abcdef")}, "at most 5"),
    ],
)
def test_what_can_not_be_looked_for_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Calls(**given)


def test_what_was_said_lately_makes_a_call_live() -> None:
    now = datetime.now(UTC)

    assert call(1).live is None
    assert call(1, now - timedelta(minutes=4)).live
    assert not call(1, now - timedelta(minutes=6)).live
    assert replace(call(1, now), started=now + timedelta(seconds=1)).lasted is None
