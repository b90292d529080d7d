import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.markup import as_written, mentions, without_mention


@given(st.lists(st.text(alphabet="abc<>|#@!&;-", min_size=1, max_size=8), max_size=6).map(" ".join))
def test_plain_prose_loses_no_letters(typed: str) -> None:
    assert len(as_written(typed)) <= len(typed) + typed.count("!")


def test_prose_keeps_names_and_addresses() -> None:
    typed = (
        "Does <@U1|ann> in <#C1|general> know <https://ok.example|this>? <!here> &lt;3 <!date^1^{date}|today>"
    )

    assert as_written(typed) == "Does @ann in #general know this (https://ok.example)? @here <3 today"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@U0BOT> how long?", True),
        ("so, <@U0BOT|acme> how long?", True),
        ("ask <@U0BEN>", False),
        ("&lt;@U0BOT&gt; in so many letters", False),
        ("U0BOT", False),
    ],
)
def test_a_mention_is_told_from_the_name_in_letters(text: str, said: bool) -> None:
    assert mentions(text, "U0BOT") is said


def test_only_the_first_mention_of_the_bot_is_taken_away() -> None:
    text = "<@U0BEN> and <@U0BOT> how does <@U0BOT> work?"

    assert without_mention(text, "U0BOT") == "<@U0BEN> and   how does <@U0BOT> work?"
    assert without_mention(text, "") == "and <@U0BOT> how does <@U0BOT> work?"
    assert without_mention(" none ", "U0BOT") == "none"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Who called from <tel:+15550100123|+1 555 010-0123>?", "Who called from +1 555 010-0123?"),
        ("<tel:112>", "112"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<mailto:a@x.example|Anna>", "Anna (a@x.example)"),
        (
            "<https://wiki.example.com/x?id=77|the onboarding guide>",
            "the onboarding guide (https://wiki.example.com/x?id=77)",
        ),
        ("<https://x.example/a|x.example/a>", "x.example/a"),
        ("<http://notes.md|notes.md> <https://x.example>", "notes.md https://x.example"),
        ("<@U0BEN|ben> <@U0BEN> <#C0SUPPORT|support> <#C0SUPPORT|>", "@ben @U0BEN #support #C0SUPPORT"),
        ("<!subteam^S1> <!subteam^S1|@crew> <!here> <!channel|channel>", "@S1 @crew @here channel"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ('why "quoted words" &amp; &lt;tags&gt;', 'why "quoted words" & <tags>'),
    ],
)
def test_markup_is_read_as_it_was_typed(typed: str, read: str) -> None:
    assert as_written(typed) == read
