"""What was asked is read as any release wrote it, and asked again it keeps an id of its own each time, a short one."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.services.access import Asker, Place
from bot.slack.writing.private_reply import PARTS
from bot.store.turns import Turn
from bot.workflows.asked import PRESSED, Asked

FIRST = "turn:T0ACME:C0SUPPORT:1700000000.000100"


def failed(turn_id: str) -> Turn:
    known: dict[str, Any] = dict.fromkeys(Turn.__slots__)
    return Turn(
        **known
        | {
            "id": turn_id,
            "kind": "ask",
            "team": "T",
            "channel": "C",
            "root": "1.0",
            "ts": "1.0",
            "user": "U",
            "question": "q",
        }
    )


def test_ids_of_questions_asked_again_stay_short_and_different() -> None:
    turn, ids = failed(FIRST), []
    for _ in range(1_000):
        asked = Asked.again(turn, "T")
        ids.append(asked.id)
        turn = replace(turn, id=asked.id)

    assert len(set(ids)) == 1_000
    assert max(map(len, ids)) <= len(FIRST) + len("again:1000:")
    assert all(one.startswith("again:") for one in ids)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FIRST, f"again:{FIRST}"),
        (f"again:{FIRST}", f"again:2:{FIRST}"),
        (f"again:again:{FIRST}", f"again:3:{FIRST}"),
        (f"again:9:{FIRST}", f"again:10:{FIRST}"),
        ("cmd:T:1.2", "again:cmd:T:1.2"),
    ],
)
def test_every_press_of_one_button_means_the_same_id(before: str, after: str) -> None:
    assert Asked.again(failed(before), "T").id == Asked.again(failed(before), "T").id == after


def test_a_question_asked_again_begins_with_its_first_message() -> None:
    turn = replace(failed(FIRST), options={"buckets": ["manual"], PARTS: 2})

    assert Asked.again(turn, "T").options == {"buckets": ["manual"]}


BEFORE = {
    "id": "turn:T0ACME:C0GENERAL:1795646861.000014",
    "kind": "ask",
    "text": "How many weeks of parental leave do I get?",
    "ts": "1795646861.000014",
    "destination": {
        "team": "T0ACME",
        "channel": "C0GENERAL",
        "thread": "1795646861.000013",
        "user": "U0BEN",
        "user_team": "T0BEN",
        "private": False,
        "shared": True,
    },
    "bot_user": "U0BOT",
    "options": {"documents": False},
}
"""As releases up to revision 0005 wrote it."""


@pytest.mark.parametrize("private", [False, True])
def test_a_question_that_the_release_before_wrote_down_is_read(private: bool) -> None:
    destination: Any = BEFORE["destination"]
    asked = Asked.from_json({**BEFORE, "destination": {**destination, "private": private}})

    assert asked == Asked(
        id="turn:T0ACME:C0GENERAL:1795646861.000014",
        kind="ask",
        text="How many weeks of parental leave do I get?",
        ts="1795646861.000014",
        place=Place("T0ACME", "C0GENERAL", "1795646861.000013"),
        asker=Asker("U0BEN", "T0BEN"),
        private=private,
        bot_user="U0BOT",
        options={"documents": False},
    )


def test_a_question_survives_the_journey_through_json() -> None:
    asked = Asked.from_json(BEFORE)
    written = json.loads(json.dumps(asked.to_json()))

    assert Asked.from_json(written) == asked
    assert {name: written[name] for name in ("place", "asker", "private")} == {
        "place": {"team": "T0ACME", "channel": "C0GENERAL", "thread": "1795646861.000013"},
        "asker": {"user": "U0BEN", "user_team": "T0BEN"},
        "private": False,
    }


def below(**known: Any) -> Turn:
    options = {"buckets": ["handbook"], "model": "acme/one", "aside": {}, "files": [["F1", "a.md"]]}
    return replace(failed(FIRST), user="U1", root="5.0", options=options, bot_user="UBOT", **known)


def test_a_question_asked_by_a_button_stands_in_the_thread_of_the_answer() -> None:
    before = time.time()

    asked = Asked.pressed(below(), Asker("U2", "T"), "act:1", "And then?", {PRESSED: ""})

    assert (asked.place, asked.asker, asked.private) == (Place("T", "C", "5.0"), Asker("U2", "T"), False)
    assert before - 1 <= float(asked.ts) <= time.time() + 1
    assert asked.follows
    assert asked.options == {"buckets": ["handbook"], "model": "acme/one", PRESSED: ""}
    assert Asked.from_json(json.loads(json.dumps(asked.to_json()))) == asked


def test_below_a_private_answer_it_is_private_to_the_one_who_pressed() -> None:
    asked = Asked.pressed(below(private=1), Asker("U2", "T"), "act:1", "And then?", {"model": "acme/two"})

    assert (asked.place, asked.private, asked.ts) == (Place("T", "C", ""), True, "")
    assert (asked.line, asked.options["model"]) == ("act:1", "acme/two")


def test_asked_again_after_a_failure_its_thread_is_not_told_once_more() -> None:
    turn = replace(failed("act:1"), options={PRESSED: "acme/two", "model": "acme/two"})

    assert Asked.again(turn, "T").options == {"model": "acme/two"}
