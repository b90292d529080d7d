"""Slack's marks on a terminal."""

from datetime import datetime

import pytest

from bot.cli.terminal import drawn, failure, plain
from bot.errors import UsageError
from bot.render.blocks import Block, section
from bot.render.newer import container


@pytest.mark.parametrize(
    ("mrkdwn", "text"),
    [
        ("*bold* and _it_ and ~not~", "bold and it and not"),
        ("`gte_large` of snake_case_name and 2*3*4", "gte_large of snake_case_name and 2*3*4"),
        ("`a *b* :x: c`", "a *b* :x: c"),
        (":warning: at 12:30:45", "at 12:30:45"),
        ("<https://x.example|here> or <https://y.example>", "here or https://y.example"),
        ("<!date^1700000000^{date}|2023-11-14>", "2023-11-14"),
        (
            "<!date^1700000000^{date} {time}|UTC>",
            f"{datetime.fromtimestamp(1700000000).astimezone():%Y-%m-%d %H:%M}",
        ),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("in config.\u200bpy", "in config.py"),
    ],
)
def test_mrkdwn_becomes_text(mrkdwn: str, text: str) -> None:
    assert plain(mrkdwn) == text


def test_blocks_are_read_from_top_to_bottom_without_buttons() -> None:
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Files"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "`a.md`"},
            "fields": [{"type": "mrkdwn", "text": "*Size* 3"}],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "1 in all"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Next"}}]},
        {"type": "markdown", "text": "**done**"},
        {"type": "divider"},
    ]

    assert drawn(blocks) == "Files\na.md  Size 3\n1 in all\n**done**"


def test_a_table_is_aligned() -> None:
    rows = [
        [{"type": "raw_text", "text": cell} for cell in row] for row in (("Model", "Size"), ("gte", "335M"))
    ]

    assert drawn([{"type": "data_table", "rows": rows}]) == "Model  Size\ngte    335M"


def test_what_stands_in_a_container_is_drawn_under_its_title() -> None:
    assert drawn([container("Passages", [section("*One*"), section("Two")])]) == "Passages\nOne\nTwo"


def test_a_failure_has_no_empty_place_for_an_id() -> None:
    assert failure(UsageError("There's no bucket `hr`.")) == "There's no bucket hr."
