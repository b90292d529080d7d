"""The question before something is destroyed: what its buttons carry, and that Slack takes it."""

import pytest

from bot.render.blocks import BUTTON_VALUE
from bot.render.confirm import CALLBACK, NAME, Confirm, Dismiss, message, window
from sandbox.slack.blocks import check_blocks
from sandbox.slack.web_api.views import checked_view

DEED = "do:confirm:" + "x" * 180
LONG = "Delete everything? " * 300
UNTIL = 1_900_000_000.0


@pytest.mark.parametrize("text", ["Delete `x`?", LONG])
def test_a_question_of_any_length_is_a_message_that_slack_takes(text: str) -> None:
    asked = message(text, "Yes, delete", DEED, UNTIL)

    assert check_blocks(asked.blocks, "message").problems == []
    assert asked.text


@pytest.mark.parametrize("name", ["", "handbook", "x" * 200])
def test_a_question_of_any_length_is_a_window_that_slack_takes(name: str) -> None:
    asked = window("Are you sure?", LONG, "Yes, delete", DEED, UNTIL, typed_name=name)

    checked_view(asked.view(external_id="do:1"), "modal")
    assert (asked.callback, asked.memo, asked.over) == (CALLBACK, DEED, True)


def test_the_buttons_name_the_question_and_nothing_else() -> None:
    yes, no = message("Delete `x`?", "Yes, delete", DEED, UNTIL).blocks[-1]["elements"]

    assert (yes["value"], no["value"]) == (Confirm(deed=DEED).pack(), Dismiss(deed=DEED).pack())
    assert (yes["style"], yes["text"]["text"], no["text"]["text"]) == ("danger", "Yes, delete", "Cancel")
    assert len(yes["value"]) < BUTTON_VALUE


def test_everyone_reads_until_when_it_can_be_confirmed_and_by_whom() -> None:
    under = message("Delete `x`?", "Yes, delete", DEED, UNTIL).blocks[1]["elements"][0]["text"]
    inside = window("Sure?", "Delete `x`?", "Yes, delete", DEED, UNTIL).blocks[1]["elements"][0]["text"]

    assert under == inside
    assert "Only you can confirm" in under
    assert f"<!date^{UNTIL:.0f}" in under


def test_a_name_is_only_asked_for_where_one_has_to_be_typed() -> None:
    with_name = window("Sure?", "Disable `x`?", "Yes", DEED, UNTIL, typed_name="handbook").blocks
    without = window("Sure?", "Delete `x`?", "Yes", DEED, UNTIL).blocks

    assert (with_name[-1]["block_id"], with_name[-1]["element"]["action_id"]) == (NAME, NAME)
    assert with_name[-1]["hint"]["text"] == "handbook"
    assert [block["type"] for block in without] == ["section", "context"]
