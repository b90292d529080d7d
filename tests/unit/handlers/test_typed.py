import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.typed import near, words


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("docs show hr", ["docs", "show", "hr"]),
        ("ask —bucket hr –top 3", ["ask", "--bucket", "hr", "--top", "3"]),  # noqa: RUF001  # as clients send it
        ("ask “two words” x", ["ask", "two words", "x"]),
        ("calls\u00a0show\u2003ID\u200b", ["calls", "show", "ID"]),
        (
            "docs add-url hr <https://ok.example/a?b=1&amp;c=2>",
            ["docs", "add-url", "hr", "https://ok.example/a?b=1&c=2"],
        ),
        ("x <https://ok.example|click here>", ["x", "https://ok.example"]),
        ("docs show <http://notes.md|notes.md>", ["docs", "show", "notes.md"]),
        ("<mailto:a@b.c|a@b.c>", ["a@b.c"]),
        ("<#C123|general> <@U123|ann> <!subteam^S1|@team> <#C9>", ["C123", "U123", "S1", "C9"]),
        ("what's the 'holiday rule' for O'Neil", ["what's", "the", "holiday rule", "for", "O'Neil"]),
        ('an "open quote', ["an", '"open', "quote"]),
        ('--name="two words"', ["--name=two words"]),
        ('--name ""', ["--name", ""]),
        ("a &lt;b&gt; &amp;lt;", ["a", "<b>", "&lt;"]),
        ("range 1–3 and a — b", ["range", "1–3", "and", "a", "—", "b"]),  # noqa: RUF001  # as clients send it
        ("   ", []),
    ],
)
def test_typed_text_becomes_the_words_that_were_meant(typed: str, parsed: list[str]) -> None:
    assert words(typed) == parsed


@given(st.text())
def test_no_text_is_too_strange(typed: str) -> None:
    assert all(isinstance(word, str) for word in words(typed))


@pytest.mark.parametrize(
    ("word", "choice"),
    [("serach", "search"), ("CALL", "calls"), ("sum", "summarize"), ("zzz", None), ("", None)],
)
def test_nearest_existing_word(word: str, choice: str | None) -> None:
    assert near(word, ["search", "calls", "summarize"]) == choice
