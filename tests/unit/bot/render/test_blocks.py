import re

import pytest

from bot.render.blocks import (
    LimitError,
    Message,
    actions,
    button,
    context,
    divider,
    header,
    markdown,
    section,
)
from bot.render.intent import Intent


class Turn(Intent, verb="turn"):
    turn: str
    page: str = ""


def test_long_section_is_cut_to_what_slack_takes() -> None:
    block = section("x" * 4000)

    assert 2990 < len(block["text"]["text"]) <= 3000
    assert block["text"]["text"].endswith("…")


@pytest.mark.parametrize("before", range(2_985, 3_001))
@pytest.mark.parametrize(
    ("sign", "whole"),
    [
        ("&lt;", r"&(?!lt;)"),
        ("<https://ok.example/a|the page>", r"<(?![^<>]*>)"),
        ("<!date^1700000000^{date}|2023-11-14>", r"<(?![^<>]*>)"),
        ("&amp;lt;", r"&(?!amp;)"),
    ],
)
def test_no_cut_goes_through_what_slack_reads_as_one(sign: str, whole: str, before: int) -> None:
    shown = section("x" * before + sign * 40)["text"]["text"]

    assert len(shown) <= 3000
    assert not re.search(whole, shown)


@pytest.mark.parametrize("mark", ["`", "```"])
def test_code_that_a_cut_goes_through_is_closed(mark: str) -> None:
    assert section(f"a {mark}{'x' * 4_000}{mark} b")["text"]["text"].endswith(f"x{mark}…")


def test_section_does_not_link_by_itself() -> None:
    assert section("hello")["text"] == {"type": "mrkdwn", "text": "hello", "verbatim": True}


def test_header_is_cut_to_150() -> None:
    assert len(header("y" * 200)["text"]["text"]) == 150


def test_markdown_that_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(LimitError, match="12001"):
        markdown("x" * 12_001)


def test_markdown_of_a_whole_message_is_counted_together() -> None:
    with pytest.raises(LimitError, match="14000"):
        Message("x", [markdown("x" * 7_000), markdown("x" * 7_000)])


def test_message_with_too_many_blocks_is_refused() -> None:
    with pytest.raises(LimitError, match="51 blocks"):
        Message("x", [divider()] * 51)


def test_fallback_text_is_cut_to_4000() -> None:
    assert len(Message("word " * 2000).text) <= 4000


def test_a_button_value_comes_back_as_it_was_packed() -> None:
    value = Turn(turn="mention:C1:17%3A", page="2")

    assert Turn.unpack(value.pack()) == value


def test_a_button_of_the_first_release_is_still_read() -> None:
    assert Turn.unpack("turn:turn%3AT%3AC%3A1.0:2") == Turn(turn="turn:T:C:1.0", page="2")


def test_a_button_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(LimitError, match="2000"):
        button("x", Turn(turn="x" * 2001))


def test_a_button_carries_its_verb_and_arguments() -> None:
    row = actions(button("Share in channel", Turn(turn="t1"), name="here", style="primary"), block_id="below")

    assert row["block_id"] == "below"
    assert row["elements"][0]["action_id"] == "turn#here"
    assert row["elements"][0]["value"] == '{"turn":"t1"}'


def test_empty_and_overfull_rows_are_refused() -> None:
    with pytest.raises(LimitError):
        context()
    with pytest.raises(LimitError):
        actions(*[button("b", Turn(turn="t"))] * 26)
