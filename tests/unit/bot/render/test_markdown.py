import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.markdown import escape_mrkdwn, plain


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
