"""Blocks are checked by key, length and number, and each problem names its place."""

from typing import Any

import pytest

from sandbox.slack.blocks import check_blocks

TEXT = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": TEXT, "action_id": "a", "value": "1"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": TEXT, "value": "up"},
    "negative_button": {"text": TEXT, "value": "down"},
}
INPUT = {
    "type": "input",
    "label": TEXT,
    "element": {"type": "plain_text_input", "action_id": "q", "multiline": True},
}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "x", "style": {"bold": True}},
                {"type": "user", "user_id": "U0MIA"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://example.com"}]}
            ],
        },
    ],
}
CELL = {"type": "raw_text", "text": "x"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x", "verbatim": True}, "accessory": BUTTON},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}]},
        {"type": "header", "text": TEXT},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]},
        {"type": "actions", "elements": [BUTTON]},
        {"type": "context_actions", "elements": [FEEDBACK]},
        {"type": "divider"},
        {"type": "markdown", "text": "**x**"},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
        {"type": "table", "rows": [[CELL, {"type": "raw_number", "value": 1}], [RICH, CELL]]},
        RICH,
    ],
)
def test_a_block_as_slack_documents_it_is_taken(block: dict[str, Any]) -> None:
    assert check_blocks([block], "message").problems == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "sparkle"}, "unsupported type: sparkle [json-pointer:/blocks/0/type]"),
        (
            {"type": "divider", "color": "red"},
            "invalid additional property: color [json-pointer:/blocks/0/color]",
        ),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
        (
            {"type": "actions", "elements": [BUTTON | {"action_id": str(n)} for n in range(26)]},
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "actions", "elements": [BUTTON, BUTTON]},
            "action_id already exists: a [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (
            {"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]},
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            {"type": "actions", "elements": [BUTTON | {"style": "loud"}]},
            "invalid style: loud [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            {
                "type": "actions",
                "elements": [BUTTON | {"confirm": {"title": TEXT, "text": TEXT, "confirm": TEXT}}],
            },
            "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
        ),
        (
            {"type": "actions", "elements": [FEEDBACK]},
            "unsupported type: feedback_buttons [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]},
            "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
        ),
        (
            {"type": "table", "rows": [[CELL]] * 101},
            "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
        ),
        (
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "shout"}]}],
            },
            "unsupported type: shout [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
    ],
)
def test_what_slack_would_refuse_is_named_with_its_place(block: dict[str, Any], problem: str) -> None:
    assert check_blocks([block], "message").problems == [problem]


def test_blocks_have_their_surfaces() -> None:
    assert check_blocks([INPUT], "modal").problems == []
    assert check_blocks([{"type": "markdown", "text": "x"}], "home").problems == [
        "unsupported type: markdown [json-pointer:/blocks/0/type]"
    ]


def test_a_second_table_and_a_second_block_id_are_refused() -> None:
    tables = check_blocks([{"type": "table", "rows": [[CELL]]}] * 2, "message").problems
    twins = check_blocks([{"type": "divider", "block_id": "d"}] * 2, "message").problems

    assert tables == ["only one table allowed per message [json-pointer:/blocks]"]
    assert twins == ["block_id already exists: d [json-pointer:/blocks/1/block_id]"]
