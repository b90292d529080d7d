"""Insights as Slack shows them, and what is read of the form that changes one."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.render.blocks import Message
from bot.render.edits import filled
from bot.render.forms import window
from bot.render.insight_results import VALUES, counted, in_words
from bot.render.insights import (
    EditInsight,
    ShowInsight,
    ShowResults,
    created,
    deleting,
    edited,
    listing,
    shown,
    there,
)
from bot.render.insights import Insights as ListInsights
from bot.render.intent import SEEN
from bot.services.access import EVERYTHING, NOTHING, Audience, Right
from bot.services.calls import Call
from bot.services.insights import Found
from bot.telnyx.insights import Insight
from handlers.insights import VERBS
from sandbox.slack.blocks import check_blocks
from tests.journeys.screen import words
from tests.unit.bot.conftest import without

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOOD = Insight(id="11111111-0000-4000-8000-000000000000", name="Mood", instructions="How?", created_at=NOW)
ASKED = ShowInsight(insight=MOOD.id)


def like(**more: Any) -> Insight:
    return MOOD.model_copy(update=more)


def labels(message: Message) -> list[str]:
    """What its buttons say."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row if one["type"] == "button"]


def read(message: Message) -> str:
    """All that is to be read in it; Slack takes it."""
    assert check_blocks(message.blocks, "message").problems == []
    return words({"text": message.text, "blocks": message.blocks})


@pytest.mark.parametrize(
    ("audience", "possible"),
    [
        (EVERYTHING, ["Results", "Edit…", "Delete…"]),
        (without(Right.ADMIN), ["Results"]),
        (without(Right.CALLS), ["Edit…", "Delete…"]),
        (NOTHING, []),
    ],
)
def test_an_audience_is_offered_what_it_may_do(audience: Audience, possible: list[str]) -> None:
    (row,) = listing([MOOD], audience).items

    menus = [one for block in row for one in block.get("elements", ()) if one["type"] == "overflow"]

    assert [option["text"]["text"] for menu in menus for option in menu["options"]] == possible
    assert labels(shown(ASKED, MOOD, (), audience)) == possible


def test_all_of_an_insight_is_shown_with_its_groups_and_where_its_results_go() -> None:
    schema = {"type": "object", "properties": {"why": {"description": "a `tick` & <b>"}}}
    insight = like(json_schema=schema, webhook="https://example.com/hook", insight_type="default")

    text = read(shown(ASKED, insight, ["Support", "Sales"], EVERYTHING))

    for part in (
        "*Mood*",
        "How?",
        "one of Telnyx's own",
        "in *Support* and *Sales*",
        "https://example.com/hook",
    ):
        assert part in text
    assert '```\n{\n  "type": "object",' in text
    assert "&lt;b&gt;" in text


def test_long_instructions_are_read_page_by_page_and_none_of_them_is_lost() -> None:
    sentences = [f"Sentence number {number} of the instructions." for number in range(400)]
    insight = like(instructions=" ".join(sentences))

    pages = [shown(ASKED.model_copy(update={"page": page}), insight, (), NOTHING) for page in (1, 2, 3, 9)]

    text = "".join(map(read, pages[:3]))
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert [labels(page) for page in pages] == [["Next"], ["Previous", "Next"], ["Previous"], ["Previous"]]
    assert "page 1 of 3" in read(pages[0])


def test_a_long_schema_is_cut_and_that_is_said() -> None:
    schema = {"properties": {f"field_{number}": {"type": "string"} for number in range(200)}}

    text = read(shown(ASKED, like(json_schema=schema), (), NOTHING))

    assert "these are the first 2,000" in text
    assert text.count("```") == 2


def test_what_was_changed_is_said_and_what_telnyx_left_as_it_was() -> None:
    now = like(name="Temper", webhook="")
    wanted = {"name": "Temper", "webhook": "", "json_schema": '{"type": "object"}'}

    text = read(edited(like(webhook="https://example.com"), now, wanted))

    assert "I changed the insight *Temper*." in text
    assert "Name: Mood → Temper" in text
    assert "→ _nothing_" in text
    assert "didn't take all of it: look at the JSON schema" in text
    assert "is like that already" in read(edited(MOOD, MOOD, {}))


def test_a_schema_that_is_written_otherwise_counts_as_taken() -> None:
    now = like(json_schema={"type": "object"})

    assert "didn't take" not in read(edited(MOOD, now, {"json_schema": '{"type":   "object"}'}))


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ((), "It's in no group."),
        (("Support",), "It disappears from the group *Support*, and"),
        (tuple("ABCDEFG"), "the groups *A*, *B*, *C*, *D*, *E*, and 2 more, and no longer runs"),
    ],
)
def test_a_question_says_which_groups_an_insight_leaves(groups: tuple[str, ...], said: str) -> None:
    assert said in deleting(MOOD, groups)


# ------------------------------------------------------------------------------------------------ the form
def complaints(**values: str) -> set[str]:
    try:
        EditInsight.model_validate({"insight": MOOD.id, **values})
    except ValidationError as error:
        return {str(problem["loc"][0]) for problem in error.errors()}
    return set()


def test_what_is_new_in_a_form_is_checked_at_its_field() -> None:
    wrong = complaints(
        json_schema='{"type": "numbr"}', webhook="http://example.com", name="", instructions=" "
    )

    assert wrong == {"json_schema", "webhook", "name", "instructions"}
    assert complaints(json_schema='{"type": "string"}', webhook="https://example.com", name="a") == set()


def test_what_no_one_touched_is_not_held_against_them() -> None:
    old = like(json_schema={"items": [{"type": "string"}]}, webhook="http://old.example")
    form = filled({"insight": old.id}, there(old)).given

    assert complaints(**form) == set()
    assert complaints(**form | {"webhook": "http://new.example"}) == {"webhook"}
    assert complaints(**form | {SEEN: ""}) == {"json_schema", "webhook"}


def test_in_its_form_a_name_and_instructions_can_not_be_emptied() -> None:
    (edit,) = [one for one in VERBS if one.intent is EditInsight]
    assert edit.form is not None
    form, unnamed = (
        window(edit.form, EditInsight, given=filled({}, there(one)).given) for one in (MOOD, like(name=""))
    )

    assert [block["block_id"] for block in form.blocks if not block["optional"]] == ["name", "instructions"]
    assert [block["block_id"] for block in unnamed.blocks if not block["optional"]] == ["instructions"]


def test_what_was_created_is_told_with_as_much_of_its_id_as_lists_show() -> None:
    assert "`11111111` · Results are free text." in read(created(MOOD))


# ------------------------------------------------------------------------------------------------- results
def test_counts_are_a_chart_and_a_table_whose_shares_are_those_of_a_field() -> None:
    values = Counter({f"value {number}": 30 - number for number in range(25)})
    found = Found(MOOD, {"mood": Counter({"good": 3, "": 1}), "topic": values})

    page = counted(found, NOW).page(ShowResults(insight=MOOD.id))

    bars, table, *_ = page.blocks
    assert check_blocks(page.blocks, "message").problems == []
    assert [cell["text"] for cell in table["rows"][1]] == ["mood", "good", "3", "75%"]
    assert [cell["text"] for cell in table["rows"][2]] == ["mood", "nothing", "1", "25%"]
    assert bars["chart"]["axis_config"]["categories"] == ["good", "nothing"]
    last = counted(found, NOW).rows[-1]
    assert last[:2] == ("topic", "all others")
    assert int(last[2]) == sum(sorted(values.values())[: 25 - VALUES])
    assert "chart" not in str(page.rungs[-2])


def test_results_in_words_stand_with_their_calls() -> None:
    call = Call("22222222-0000-4000-8000-000000000000", "", "phone_call", "", NOW, NOW)

    page = in_words(MOOD, [(call, "Glad.")], NOW).page(ShowResults(insight=MOOD.id))
    none = in_words(MOOD, [], NOW).page(ShowResults(insight=MOOD.id))

    assert "`22222222`\nGlad." in read(page)
    assert "There are no results of this since" in none.text


def test_three_hundred_rows_turn_their_pages() -> None:
    many = listing([like(name=f"Insight {number}") for number in range(300)], EVERYTHING)

    assert "291 to 300 of 300" in read(many.page(ListInsights(page=30)))
