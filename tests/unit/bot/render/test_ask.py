from dataclasses import fields
from typing import Any

import pytest

from bot.render.ask import final
from bot.render.markdown import moment
from bot.store.turns import Turn

LATE = "Sorry for the delay: I was offline when you asked on <!date^1700000000^{date} at {time}|2023-11-14 22:13 UTC>."


def turn(**known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    return Turn(
        **blank | {"id": "turn:1", "ts": "1700000000.000100", "channel": "C", "answer": "27 days."} | known
    )


def texts(made: list[dict[str, Any]]) -> list[str]:
    return [element["text"] for block in made if block["type"] == "context" for element in block["elements"]]


def test_a_time_is_a_token_that_slack_turns_into_the_readers_own_time() -> None:
    assert moment(1700000000.9, "{date}") == "<!date^1700000000^{date}|2023-11-14 22:13 UTC>"


@pytest.mark.parametrize("outcome", ["answered", "refused", "told", "failed"])
def test_whatever_became_of_a_late_question_says_that_it_is_late(outcome: str) -> None:
    assert LATE in texts(final(turn(outcome=outcome, options={"late": True}, note="Something.")).below)


def test_other_notes_stand_beside_it() -> None:
    below = final(turn(outcome="answered", options={"late": True}, note="From <memory>.")).below

    assert texts(below) == [LATE, "From &lt;memory&gt;."]


@pytest.mark.parametrize("options", [None, {}, {"buckets": ["hr"]}])
def test_an_answer_in_time_says_nothing_of_it(options: dict[str, Any] | None) -> None:
    assert texts(final(turn(outcome="answered", options=options)).below) == []


def test_what_was_asked_stands_above_a_private_answer_as_it_was_typed() -> None:
    typed = "what is 2*3*4, __init__, <!channel>, *61#, and `x`?\n> y"
    private = turn(question=typed, private=1, outcome="answered")

    text = final(private).above[0]["elements"][0]

    assert (text["type"], text["text"]) == ("plain_text", f"You asked: {' '.join(typed.split())}")


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row if one["type"] == "button"]


@pytest.mark.parametrize(
    ("outcome", "channel", "offered"),
    [
        ("answered", "C", ["👍", "👎", "Show passages", "Open document", "Share in channel"]),
        ("answered", "D1", ["👍", "👎", "Show passages", "Open document"]),
        ("refused", "C", []),
        ("stopped", "C", []),
        ("failed", "C", []),
    ],
)
def test_an_answer_that_could_not_stand_in_its_channel_can_be_shared_there(
    outcome: str, channel: str, offered: list[str]
) -> None:
    passage = {"n": 1, "bucket": "handbook", "document": "leave.md", "text": "27 days.", "cited": True}
    known = turn(outcome=outcome, channel=channel, passages=[passage])

    made = final(known)

    assert labels(made.elsewhere() if made.elsewhere else []) == offered
    assert "Share in channel" not in labels(made.below)
