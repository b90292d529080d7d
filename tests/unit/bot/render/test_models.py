"""The models as a table, and the choice of one for a channel."""

from typing import Any

import pytest

from bot.render.blocks import MENU, SELECT_OPTIONS
from bot.render.models import Models, models
from bot.telnyx.models import Model
from sandbox.slack.blocks import check_blocks

TUNED = Model(id="llama-polite", task="text-generation", base_model="meta/llama")


def choice(found: list[Model], *, settable: bool = True) -> dict[str, Any]:
    """What stands below the table; every rung of it is taken by Slack and has it."""
    message = models(found, "meta/llama", settable=settable).page(Models())
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    while message.simpler is not None:
        assert check_blocks(message.blocks, "message").problems == []
        message = message.simpler
        assert [block["elements"] for block in message.blocks if block["type"] == "actions"] == rows
    found_in = [element for row in rows for element in row]
    return found_in[0] if found_in else {}


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"is_fine_tunable": True}, "can be fine-tuned"),
        ({"is_vision_supported": True}, "sees pictures"),
        ({"base_model": "meta/llama"}, "fine-tuned from meta/llama"),
        ({"is_fine_tunable": True, "is_vision_supported": True}, "can be fine-tuned, sees pictures"),
        ({}, ""),
    ],
)
def test_a_row_says_what_else_a_model_can(known: dict[str, Any], words: str) -> None:
    table = models([Model(id="meta/llama", **known)], "meta/llama")

    assert dict(zip(table.columns, table.rows[0], strict=True))["More"] == words


@pytest.mark.parametrize(
    ("pricing", "words"),
    [
        ({"prompt": "0.300000", "completion": "1.20", "currency": "USD"}, "0.3 / 1.2 USD"),
        ({"prompt": "0.1"}, "0.1 / ?"),
        ({"prompt": "free", "completion": "free"}, "free / free"),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_price_is_told_as_far_as_it_is_known(pricing: dict[str, str] | None, words: str) -> None:
    table = models([Model(id="meta/llama", pricing=pricing)], "meta/llama")

    assert table.rows[0][4] == words


def test_how_much_a_model_reads_is_sorted_as_a_number() -> None:
    message = models([Model(id="large", context_length=131_072), Model(id="unknown")], "large").page(Models())
    assert message.simpler is not None
    assert message.simpler.simpler is not None
    cells = [
        [row[1] for row in rung.blocks[at]["rows"][1:]] for rung, at in ((message, 0), (message.simpler, 1))
    ]

    assert cells[0] == [
        {"type": "raw_number", "value": 131_072, "text": "131,072"},
        {"type": "raw_text", "text": "-"},
    ]
    assert cells[1] == [{"type": "raw_text", "text": "131,072"}, {"type": "raw_text", "text": "-"}]
    assert [block["text"]["text"] for block in message.simpler.simpler.blocks[1:3]] == [
        "*large*\nContext: 131,072",
        "*unknown*",
    ]


def test_models_that_answer_can_be_chosen_for_the_channel() -> None:
    found = [TUNED, Model(id="gte-large", task="feature-extraction"), Model(id="who/knows")]

    element = choice(found)

    assert element["action_id"] == MENU
    assert [one["value"] for one in element["options"]] == [
        "channel use␟llama-polite",
        "channel use␟who/knows",
    ]


def test_nothing_is_offered_where_nothing_can_be_set_or_nothing_answers() -> None:
    assert choice([TUNED], settable=False) == {}
    assert choice([Model(id="gte-large", task="feature-extraction")]) == {}
    assert choice([Model(id="x" * 150)]) == {}, "longer than a choice carries: it can be typed"


def test_more_than_a_select_holds_are_searched_in_the_form() -> None:
    element = choice([Model(id=f"model-{number}") for number in range(SELECT_OPTIONS + 1)])

    assert (element["type"], element["action_id"], element["value"]) == ("button", "channel set", "{}")
    assert len(choice([Model(id=f"model-{n}") for n in range(SELECT_OPTIONS)])["options"]) == SELECT_OPTIONS


def test_where_none_can_be_fine_tuned_that_is_said() -> None:
    assert "no models that can be fine-tuned" in models([], "meta/llama", tunable=True).empty
