import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.markdown import escape_mrkdwn, plain, split_markdown


def test_mrkdwn_shows_every_character_literally() -> None:
    assert escape_mrkdwn("<!here> a & b @channel") == "&lt;!here&gt; a &amp; b @\u200bchannel"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("## Title\n\n- **one** `two`\n1. _three_", "Title one two three"),
        ("See [the handbook](https://ok.example/a) and ![pic](https://x/y)", "See the handbook and pic"),
        ("```py\nx = 1\n```", "x = 1"),
        ("snake_case_name * 2", "snake_case_name * 2"),
        ("<!channel> hi", "<\u200b!channel> hi"),
    ],
)
def test_notification_text_has_no_markup(written: str, shown: str) -> None:
    assert plain(written) == shown


@given(st.text(max_size=300), st.integers(min_value=5, max_value=80))
def test_notification_text_fits(text: str, limit: int) -> None:
    assert len(plain(text, limit)) <= limit


def test_notification_text_is_cut_at_a_word() -> None:
    assert plain("one two three four", 14) == "one two three…"


def test_long_text_is_split_between_paragraphs() -> None:
    text = "a" * 60 + "\n\n" + "b" * 60

    assert split_markdown(text, 100) == ["a" * 60, "b" * 60]


def test_fence_is_closed_before_a_cut_and_opened_again_behind_it() -> None:
    lines = [f"line {number}" for number in range(40)]
    parts = split_markdown("```py\n" + "\n".join(lines) + "\n```\nend", 120)

    assert all(part.count("```") == 2 for part in parts)
    assert all(part.startswith("```py\n") for part in parts)
    assert [line for part in parts for line in part.split("\n") if line.startswith("line")] == lines
    assert parts[-1].endswith("```\nend")


@given(
    st.lists(st.sampled_from(["word ", "\n", "\n\n", "```\n", "\n```\n", "x" * 90, "a b"]), max_size=60).map(
        "".join
    )
)
@settings(deadline=None)
def test_no_part_is_longer_than_the_limit_and_no_word_is_lost(text: str) -> None:
    parts = split_markdown(text, 80)

    assert all(len(part) <= 80 for part in parts)
    assert sum(part.count("x") for part in parts) == text.count("x")
    assert sum(part.count("word") for part in parts) >= text.count("word ") - len(parts)
