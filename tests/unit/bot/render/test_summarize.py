from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.render.action_items import TakeItem
from bot.render.blocks import Message
from bot.render.call_places import ShowPlace
from bot.render.intent import PICKED
from bot.render.summarize import PLACES, SUMMARY, beside, coverage, final, shared, text
from bot.services.access import EVERYTHING, NONE, Some
from bot.services.action_items import ActionItem
from bot.services.call_insights import Result, Results, State
from bot.services.call_marks import Place
from bot.services.calls import Call, Line, Transcript
from bot.services.summarize import Summary
from bot.store.turns import Turn
from sandbox.slack.blocks import check_blocks

KINDS: dict[str, Any] = {kind.verb: kind for kind in (ShowPlace, TakeItem)}


@pytest.mark.parametrize("outcome", ["stopped", "failed", "told"])
def test_a_summary_that_was_not_finished_says_what_ended_it(outcome: str) -> None:
    known: dict[str, Any] = dict.fromkeys(Turn.__slots__)
    note = "Stopped by <@U0BEN>."
    end = final(
        Turn(
            **known
            | {"id": "t", "channel": "C", "outcome": outcome, "answer": "Half", "note": note, "ts": "1.0"}
        )
    )

    assert end.body == "Half"
    assert [block["type"] for block in end.below] == ["section"]
    assert note in str(end.below)
    assert "&lt;" not in str(end.below)


# --------------------------------------------------------------------------------------------------- what it covers
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = Call(
    "3fa85f64-5717-4562-b3fc-2c963f66afa6", "Porting", "phone_call", "", BEGAN, BEGAN, assistant="sales"
)


def summary(minutes: int = 58, *, timed: bool = True, **more: Any) -> Summary:
    """Of a call with one line a minute."""
    lines = tuple(
        Line("Caller", "Yes.", timedelta(minutes=at) if timed else None) for at in range(minutes + 1)
    )
    known: dict[str, Any] = {"results": Results(CALL.id, "", (), State.NONE)}
    return Summary("## Mood\nGlad.", Transcript(CALL, lines), 1, "m/large", **known | more)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (summary(), "Covers 59 of 59 messages, minutes 0–58 of 58, of the call of"),
        (summary(0), "Covers the only message of the call of"),
        (summary(timed=False), "Covers 59 of 59 messages of the call of"),
        (
            summary(missing=((43, 58),)),
            "Covers 43 of 59 messages, minutes 0–43 of 58, of the call of",
        ),
        (
            summary(missing=((0, 3), (12, 18))),
            "Covers 48 of 59 messages, minutes 4–12 and 19–58 of 58, of the call of",
        ),
        (summary(missing=((12, 18),)), "I couldn't read minutes 12–19: Telnyx didn't answer."),
        (summary(timed=False, missing=((12, 18),)), "I couldn't read messages 13–19: Telnyx didn't answer."),
        (summary(invented=1), "I removed 1 time that isn't in the call."),
        (summary(invented=2), "I removed 2 times that aren't in the call."),
        (summary(results=None), "I couldn't read its insights: Telnyx didn't answer."),
        (summary(results=Results(CALL.id, "", (), State.PENDING, 1)), "Its insights aren't ready yet."),
        (replace(summary(), parts=3), "read in 3 parts because it's too long for the model to read at once"),
    ],
)
def test_it_says_what_it_covers_and_what_it_lacks(made: Summary, said: str) -> None:
    assert said in coverage(made)


def test_what_insights_found_stands_in_it() -> None:
    found = (Result("Mood", "Glad\nat the end", {}), Result("Score", "", {"stars": "5", "again": "yes"}))

    shown = text(summary(results=Results(CALL.id, "", found, State.READY)))

    assert shown.endswith(
        "## Insights from Telnyx\n- **Mood**: Glad at the end\n- **Score**: stars: 5, again: yes"
    )


def finished(count: int = 3, **more: Any) -> Turn:
    places = tuple(Place(60 * at, f"words {at} " + "x" * 100) for at in range(count))
    items = [
        ActionItem(f"item{at}", CALL.id, "", "Ada", f"send {at}", None, None, done=False)
        for at in range(count)
    ]
    known: dict[str, Any] = dict.fromkeys(Turn.__slots__) | {
        "id": "cmd:1",
        "kind": "summary",
        "user": "U0ADA",
        "channel": "C0GENERAL",
        "question": CALL.id,
        "outcome": "answered",
        "answer": "## Mood\nGlad, said +49 30 1234567 [01:00].",
        "note": "Covers 59 of 59 messages.",
        "private": 1,
        "options": {SUMMARY: beside(summary(places=places), items)},
    }
    return Turn(**known | more)


@pytest.mark.parametrize("count", [0, 1, 3, 120])
def test_below_it_each_place_can_be_looked_at_and_each_item_be_taken(count: int) -> None:
    end = final(finished(count))

    messages = end.messages()
    for message in messages:
        assert check_blocks(message.blocks, "message").problems == []
    blocks = [block for message in messages for block in message.blocks]
    selects = [
        one for block in blocks for one in block.get("elements", ()) if one.get("type") == "static_select"
    ]
    intents = [
        [
            KINDS[words].picked(argument)
            for words, _, argument in (one["value"].partition(PICKED) for one in select["options"])
        ]
        for select in selects
    ]
    wanted: list[Any] = [[ShowPlace(call=CALL.id, at=60 * at) for at in range(min(count, PLACES))]]
    wanted += [[TakeItem(item=f"item{at}") for at in range(min(count, 100))]]
    assert intents == (wanted if count else [])
    if count > PLACES:
        assert selects[0]["placeholder"]["text"] == f"Show the place (the first {PLACES})…"


def buttons(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row if one["type"] == "button"]


def test_its_buttons_lead_on_and_into_the_channel_it_was_asked_in() -> None:
    looks = ["👍", "👎", "Transcript", "Insights"]

    assert buttons(final(finished()).messages()[0]) == [*looks, "Share in channel"]
    assert buttons(final(finished(channel="D0ADA")).messages()[0]) == looks


def test_for_a_channel_numbers_are_masked_that_it_may_not_see() -> None:
    turn = finished()

    (masked,) = shared(turn, replace(EVERYTHING, numbers=NONE))
    (whole,) = shared(turn, replace(EVERYTHING, numbers=Some(frozenset({"sales"}))))

    assert "•••4567 [01:00]" in str(masked.blocks)
    assert "1234567" not in str(masked.blocks)
    assert "+49 30 1234567 [01:00]" in str(whole.blocks)
    assert "<@U0ADA> asked me to summarize this call." in str(masked.blocks)
    assert "You asked" not in str(masked.blocks)
