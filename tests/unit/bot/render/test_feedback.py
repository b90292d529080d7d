"""What stands below an answer: one row that a phone takes, and questions that go on, in any language and without power."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from bot.render.blocks import button
from bot.render.feedback import (
    KEPT_DOWN,
    AskAgain,
    Explain,
    FollowUp,
    below,
    follow_ups,
    form,
    models,
    pressed,
)
from bot.render.outcomes import as_message
from bot.render.support import claims
from bot.store.feedback import Opinion
from bot.store.turns import Turn
from sandbox.slack.blocks import check_blocks

SECTION = "## {}\n\nSomething about it."


def passage(number: int, *headings: str, cited: bool = False, document: str = "leave.md") -> dict[str, Any]:
    text = "\n\n".join(SECTION.format(heading) for heading in headings)
    return {"n": number, "bucket": "handbook", "document": document, "text": text, "cited": cited}


def turn(*passages: dict[str, Any], **known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    answered = {"id": "turn:1", "outcome": "answered", "question": "How many days?", "passages": [*passages]}
    return Turn(**blank | answered | known)


def leads_to(found: Turn) -> list[str]:
    """The questions that go on from an answer."""
    return follow_ups(found, claims(found.answer or ""))


def elements(made: list[dict[str, Any]]) -> list[list[str]]:
    return [[one.get("text", {}).get("text", "…") for one in row["elements"]] for row in made]


def test_thumbs_come_first_and_the_rest_is_in_a_menu() -> None:
    made = below(turn(), [button("Show passages", Explain(turn="t"))])

    assert elements(made) == [["👍", "👎", "Show passages", "…"]]
    assert check_blocks(made, "message").problems == []
    up, down, _, menu = made[0]["elements"]
    assert (up["accessibility_label"], down["accessibility_label"]) == (
        "This answer helped",
        "This answer didn't help",
    )
    assert [one["text"]["text"] for one in menu["options"]] == [
        "Ask again with another model",
        "Why this answer?",
    ]


def test_below_a_refusal_what_helps_further_comes_first() -> None:
    made = below(turn(outcome="refused"), [button("Search other buckets", Explain(turn="t"))])

    assert elements(made) == [["Search other buckets", "👍", "👎", "…"]]


def test_an_id_that_is_too_long_for_a_menu_gets_buttons() -> None:
    made = below(turn(id="act:" + "x" * 190), [])

    assert elements(made) == [["👍", "👎", "Ask again with another model", "Why this answer?"]]
    values = [json.loads(one["value"])["turn"] for one in made[0]["elements"]]
    assert set(values) == {"act:" + "x" * 190}
    assert check_blocks(made, "message").problems == []


def test_questions_go_on_with_what_was_found_and_not_used() -> None:
    found = turn(
        passage(1, "Annual leave", cited=True),
        passage(2, "Annual leave", "3.2 Carrying days over."),
        passage(3, "Urlaub übertragen"),
        passage(4, "Sick leave"),
    )

    assert leads_to(found) == ["Carrying days over?", "Urlaub übertragen?"]
    (_, row) = below(found, [], leads_to(found))
    assert [one["action_id"] for one in row["elements"]] == ["follow_up#1", "follow_up#2"]
    assert FollowUp.unpack(row["elements"][0]["value"]).question == "Carrying days over?"


def test_a_section_of_a_long_passage_that_was_not_used_leads_on() -> None:
    text = "## Annual leave\n\nYou get 27 days.\n\n## Parental leave\n\nYou get 16 weeks."
    used = {**passage(1, cited=True), "text": text}

    assert leads_to(turn(used, answer="You get 27 days. [1]")) == ["Parental leave?"]
    assert leads_to(turn(used, answer="You get 27 days. [1] And 16 weeks. [1]")) == []


def test_only_what_is_near_the_answer_goes_on() -> None:
    far = passage(3, "VPN", document="vpn.md")
    used = passage(2, "Annual leave", cited=True)

    assert leads_to(turn(passage(1, "Holidays", document="days.md"), used, far)) == ["Holidays?"]


@pytest.mark.parametrize(
    "heading",
    ["Annual leave", "Days", "?", "x" * 61, "Use --bucket here", "Ask — now", ""],
    ids=["used", "asked", "short", "long", "option", "dash", "empty"],
)
def test_some_headings_make_no_question(heading: str) -> None:
    assert leads_to(turn(passage(1, "Annual leave", cited=True), passage(2, heading))) == []


@pytest.mark.parametrize(
    "known",
    [
        {"outcome": "refused"},
        {
            "options": {
                "aside": {"why": "A guest can read that channel", "silent": False, "could_allow": False}
            }
        },
        {"passages": [passage(1, "Leave")]},
        {"passages": None},
    ],
    ids=["refused", "aside", "nothing cited", "no documents"],
)
def test_some_answers_lead_nowhere(known: dict[str, Any]) -> None:
    used = turn(passage(1, "Annual leave", cited=True), passage(2, "Carrying days over"))

    assert leads_to(used) == ["Carrying days over?"]
    assert leads_to(replace(used, **known)) == []


def test_a_title_says_too_little_and_a_question_stays_one() -> None:
    text = "# Leave\n\n## Who decides?\n\nYour lead."
    found = turn(passage(1, "Annual leave", cited=True), {**passage(2), "text": text})

    assert leads_to(found) == ["Who decides?"]


def test_names_of_others_have_no_power_in_what_a_thread_is_told() -> None:
    said = pressed("U1", "<!channel> *now*\n<@U2>", "m`odel")

    assert said.text.startswith("<@U1> asked again, with `")
    assert "<!channel>" not in said.text
    assert "<@U2>" not in said.text
    assert "\n" not in said.text


def test_the_form_for_a_reason_carries_its_answer_and_what_was_said_before() -> None:
    window = form(Opinion("turn:1", "U", "T", "down", "Wrong", "It's 27."))
    view = window.view()

    reason, comment = (block["element"] for block in view["blocks"])
    assert view["private_metadata"] == "turn:1"
    assert reason["initial_option"]["value"] == "Wrong"
    assert [one["value"] for one in reason["options"]][0::4] == ["Not in the documents", "Other"]
    assert comment["initial_value"] == "It's 27."
    closed = as_message(window)
    assert closed is not None
    assert closed.text == KEPT_DOWN


def test_the_model_that_answered_is_not_offered_again() -> None:
    made = models(turn(model="a/one"), ["a/one", "b/two"])

    (choice,) = made.blocks
    assert [one["value"] for one in choice["element"]["options"]] == ["b/two"]
    assert AskAgain(turn="turn:1").turn == made.memo
