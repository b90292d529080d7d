"""Lists and tables page by page, windows as messages and messages as windows, and all of it as JSON."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.blocks import (
    MESSAGE_BYTES,
    TABLE_TEXT,
    VIEW_BLOCKS,
    Message,
    actions,
    button,
    context,
    divider,
    markdown,
    section,
)
from bot.render.intent import Cursor, Intent, Name, Paged
from bot.render.outcomes import (
    NEXT,
    PREVIOUS,
    ROWS,
    TABLE_ROWS,
    Listing,
    Modal,
    Shown,
    Table,
    as_message,
    as_modal,
    loading,
    shown_from,
)
from sandbox.slack.blocks import all_texts, check_blocks
from sandbox.slack.web_api.views import checked_view


class Things(Paged, verb="things"):
    kind: str = "all"


class Older(Cursor, verb="older"):
    pass


class One(Intent, verb="one"):
    name: Name


def listing(count: int, **more: Any) -> Listing:
    return Listing("Things", [[section(f"row {n}")] for n in range(1, count + 1)], "There are none.", **more)


def rows(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def turns(message: Message) -> dict[str, str]:
    """The label of each button that turns the page, and what it carries."""
    last = message.blocks[-1]
    elements = last["elements"] if last["type"] == "actions" else []
    return {element["text"]["text"]: element["value"] for element in elements}


# --------------------------------------------------------------------------------------------------- pages
@pytest.mark.parametrize("letter", ["x", "\u0436", "\u6f22", "\U0001f600"])
@pytest.mark.parametrize("long", [1, ROWS])
def test_a_page_in_any_script_is_shown_as_a_list(letter: str, long: int) -> None:
    wide = section(f"wide {letter * 2_000}", columns=[letter * 900], accessory=button("Open", One(name="x")))
    rows_ = [[wide, context(letter * 500)]] * long + [[section("short")]] * (ROWS - long)

    page = Listing("Things", rows_, "There are none.").page(Things())

    said = [text for block in page.blocks for text in all_texts([block])]
    assert sum(len(text.encode()) for text in said) <= MESSAGE_BYTES
    assert sum("wide" in text for text in said) == long
    assert said.count("short") == ROWS - long
    assert sum("accessory" in block for block in page.blocks) == long


@pytest.mark.parametrize(
    ("count", "page", "first", "last", "below"),
    [
        (1, 1, 1, 1, "1 in all"),
        (ROWS, 1, 1, 10, "10 in all"),
        (ROWS + 1, 1, 1, 10, "1 to 10 of 11"),
        (ROWS + 1, 2, 11, 11, "11 to 11 of 11"),
        (25, 2, 11, 20, "11 to 20 of 25"),
        (25, 99, 21, 25, "21 to 25 of 25"),
    ],
)
def test_a_page_shows_its_rows_and_which_of_how_many_they_are(
    count: int, page: int, first: int, last: int, below: str
) -> None:
    message = listing(count).page(Things(page=page))

    assert rows(message) == [f"row {n}" for n in range(first, last + 1)]
    assert message.text == f"Things ({below})"


@pytest.mark.parametrize(
    ("page", "labels"), [(1, {"Next": 2}), (2, {"Previous": 1, "Next": 3}), (3, {"Previous": 2})]
)
def test_the_buttons_of_a_page_are_the_same_wish_for_its_neighbours(
    page: int, labels: dict[str, int]
) -> None:
    message = listing(25).page(Things(kind="green", page=page))

    assert {text: Things.unpack(value) for text, value in turns(message).items()} == {
        text: Things(kind="green", page=number) for text, number in labels.items()
    }
    names = [element["action_id"] for element in message.blocks[-1]["elements"]]
    assert names == [f"things#{ {'Previous': PREVIOUS, 'Next': NEXT}[label] }" for label in labels]


@given(count=st.integers(1, 120), page=st.integers(1, 1_000))
def test_pages_together_are_the_whole_list_and_slack_takes_each(count: int, page: int) -> None:
    whole = listing(count, hint="Hint")
    pages = -(-count // ROWS)

    together = [row for number in range(1, pages + 1) for row in rows(whole.page(Things(page=number)))]
    shown = whole.page(Things(page=page))

    assert together == [f"row {n}" for n in range(1, count + 1)]
    assert 1 <= len(rows(shown)) <= ROWS
    assert check_blocks(shown.blocks, "message").problems == []


def test_a_list_that_comes_by_the_page_is_not_cut_again() -> None:
    message = listing(ROWS, total=35).page(Things(page=3))

    assert rows(message) == [f"row {n}" for n in range(1, 11)]
    assert message.text == "Things (21 to 30 of 35)"
    assert turns(message).keys() == {"Previous", "Next"}


def test_a_list_without_rows_is_a_sentence() -> None:
    assert listing(0).page(Things(page=4)) == Message("There are none.")


def test_the_hint_stands_below_the_rows() -> None:
    message = listing(1, hint="Ask about them.").page(Things())

    assert message.blocks[-1] == context("1 in all · Ask about them.")


def test_a_list_without_numbers_goes_on_and_back_to_its_beginning() -> None:
    begun = listing(3, following=Older(before="b")).page(Older())
    later = listing(3, following=Older(before="c")).page(Older(before="b"))
    ended = listing(3).page(Older(before="c"))

    read = [{text: Older.unpack(v) for text, v in turns(page).items()} for page in (begun, later, ended)]
    assert read == [
        {"Next": Older(before="b")},
        {"Latest": Older(), "Next": Older(before="c")},
        {"Latest": Older()},
    ]
    assert begun.text == "Things"


# ------------------------------------------------------------------------------------------------- tables
def table(count: int, cell: str = "x") -> Table:
    return Table(
        "Models", ("Name", "Size"), [[f"m{n}", cell] for n in range(count)], "There are none.", "Hint"
    )


def ladder(message: Message) -> list[Message]:
    steps = [message]
    while steps[-1].simpler is not None:
        steps.append(steps[-1].simpler)
    return steps


def kinds(message: Message) -> list[str]:
    return [
        block["type"] for block in message.blocks if block["type"] not in ("header", "context", "actions")
    ]


def test_a_table_is_shown_as_one_and_as_text_where_slack_has_none() -> None:
    steps = ladder(table(3).page(Things()))

    assert [kinds(step) for step in steps] == [["data_table"], ["table"], ["section"] * 3]
    assert {step.text for step in steps} == {"Models (3 in all)"}
    for step in steps:
        assert check_blocks(step.blocks, "message").problems == []


def test_a_table_that_is_too_long_for_slack_is_text() -> None:
    (message,) = ladder(table(TABLE_ROWS, "y" * (TABLE_TEXT // TABLE_ROWS)).page(Things()))

    assert kinds(message) == ["section"] * TABLE_ROWS
    assert check_blocks(message.blocks, "message").problems == []


@given(st.lists(st.tuples(st.text(max_size=600), st.text(max_size=600)), min_size=1, max_size=45))
def test_every_rung_of_any_table_is_taken_by_slack(cells: list[tuple[str, str]]) -> None:
    for number in (1, 2, 3):
        for step in ladder(Table("T", ("A", "B"), cells, "None.").page(Things(page=number))):
            assert check_blocks(step.blocks, "message").problems == []


def test_a_table_has_pages_and_its_buttons_stand_below_every_rung() -> None:
    steps = ladder(table(TABLE_ROWS * 2 + 1).page(Things(page=2)))

    assert [turns(step).keys() for step in steps] == [{"Previous", "Next"}] * 3
    assert steps[0].text == "Models (21 to 40 of 41)"


def test_text_rows_leave_out_empty_cells_and_show_no_markup() -> None:
    found = Table("T", ("Name", "Size", "Price"), [["<!here>", "", "1 & 2"]], "None.").page(Things())

    assert rows(ladder(found)[-1]) == ["*&lt;!here&gt;*\nPrice: 1 &amp; 2"]


def test_a_table_without_rows_is_a_sentence() -> None:
    assert table(0).page(Things()) == Message("There are none.")


# ------------------------------------------------------------------------------------- windows and messages
def test_a_message_as_a_window_is_its_simplest_rung() -> None:
    window = as_modal(table(3).page(Things()), "Models")

    checked_view(window.view(external_id="do:1"), "modal")
    assert [block["type"] for block in window.blocks] == ["header", *["section"] * 3, "context"]


def test_markdown_becomes_a_paragraph_in_a_window() -> None:
    window = as_modal(Message("x", [markdown("**x**" * 900)]), "Answer")

    checked_view(window.view(), "modal")
    assert [block["type"] for block in window.blocks] == ["section"]


def test_words_without_blocks_stand_in_a_window_too() -> None:
    assert as_modal(Message("Hello."), "Title").blocks == [section("Hello.")]


def test_a_window_stays_the_window_it_is() -> None:
    window = Modal("Mine", [section("x")])

    assert as_modal(window, "Other") is window


def test_a_window_as_a_message_has_no_fields() -> None:
    field = {"type": "input", "block_id": "n", "label": {}, "element": {}}

    message = as_message(Modal("New", [field, section("Something is wrong."), divider()]))

    assert message == Message("Something is wrong.", [section("Something is wrong."), divider()])


@pytest.mark.parametrize(
    "window", [Modal("Only fields", [{"type": "input"}]), Modal("Nothing", []), loading("Loading")]
)
def test_any_window_is_a_message_that_slack_takes(window: Modal) -> None:
    message = as_message(window)

    assert message is not None
    assert message.text
    assert check_blocks(message.blocks, "message").problems == []


def test_a_form_that_was_closed_says_nothing_and_a_question_that_nothing_was_changed() -> None:
    form = Modal("Disable a bucket", [{"type": "input"}], submit="Next")

    assert as_message(form) is None
    assert as_message(replace(form, closed="Telnyx did not accept it.")) == Message(
        "Telnyx did not accept it."
    )


def test_a_window_takes_no_more_than_slack_does() -> None:
    view = Modal(
        "A title that is far too long for Slack", [divider()] * 150, submit="A button that is too long"
    ).view()

    checked_view(view, "modal")
    assert len(view["blocks"]) == VIEW_BLOCKS


def test_a_window_to_be_sent_can_be_canceled_and_one_to_be_read_closed() -> None:
    sent = Modal("T", [], submit="Go", callback="c", memo="m", over=True).view("do:1")
    read = Modal("T", []).view()

    assert (sent["close"]["text"], read["close"]["text"]) == ("Cancel", "Close")
    assert (sent["callback_id"], sent["private_metadata"], sent["external_id"]) == ("c", "m", "do:1")
    assert sent["clear_on_close"]
    assert read.keys() == {"type", "title", "close", "blocks"}


# ---------------------------------------------------------------------------------------------------- JSON
@pytest.mark.parametrize(
    "shown",
    [
        Message("x"),
        Message("x", [section("a"), actions(button("b", One(name="n")))]),
        table(3).page(Things()),
        Modal("T", [section("a")], submit="Go", callback="c", memo="m", over=True),
        Modal("T", []),
    ],
)
def test_what_is_shown_survives_the_journey_through_json(shown: Shown) -> None:
    assert shown_from(json.loads(json.dumps(asdict(shown)))) == shown
