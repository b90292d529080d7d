import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.typed import alike, code, lex, near


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("docs show hr", ["docs", "show", "hr"]),
        ("ask —bucket hr –top 3", ["ask", "--bucket", "hr", "--top", "3"]),  # as clients send it
        ("ask “two words” x", ["ask", "two words", "x"]),
        ("calls\u00a0show\u2003ID\u200b", ["calls", "show", "ID"]),
        ("\u202e--top\u202c 3", ["--top", "3"]),
        (
            "docs add-url hr <https://ok.example/a?b=1&amp;c=2>",
            ["docs", "add-url", "hr", "https://ok.example/a?b=1&c=2"],
        ),
        ("x <https://ok.example|click here>", ["x", "https://ok.example"]),
        ("docs show <http://notes.md|notes.md>", ["docs", "show", "notes.md"]),
        ("<mailto:a@b.c|a@b.c>", ["a@b.c"]),
        ("--number <tel:+15550100|+1 (555) 0100>", ["--number", "+1 (555) 0100"]),
        ("<tel:+15550100>", ["+15550100"]),
        ("<#C123|general> <@U123|ann> <!subteam^S1|@team> <#C9>", ["C123", "U123", "S1", "C9"]),
        ("what's the 'holiday rule' for O'Neil", ["what's", "the", "holiday rule", "for", "O'Neil"]),
        ('an "open quote', ["an", '"open', "quote"]),
        ('--name="two words"', ["--name=two words"]),
        ('it\'s="two words"', ["it's=two words"]),
        ('"a —b"', ["a —b"]),
        ('--name ""', ["--name", ""]),
        ("a &lt;b&gt; &amp;lt;", ["a", "<b>", "&lt;"]),
        ("range 1–3 and a — b", ["range", "1–3", "and", "a", "—", "b"]),  # as clients send it
        ("   ", []),
        ("\u200b \ufeff", []),
    ],
)
def test_typed_text_becomes_the_words_that_were_meant(typed: str, meant: list[str]) -> None:
    assert [word.text for word in lex(typed)] == meant


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("--top", "--top"),
        ("--top=3", "--top"),
        ("—top", "--top"),
        ("-top", "-top"),
        ("--Top", "--Top"),
        ("--json_schema", "--json_schema"),
        ("--", ""),
        ("-5", ""),
        ("--5", ""),
        ("--top?", ""),
        ("top", ""),
        ('"--top"', ""),
        ('--name="--top"', "--name"),
    ],
)
def test_what_looks_like_an_option(typed: str, option: str) -> None:
    assert lex(typed)[0].option == option


@given(st.text())
def test_each_word_stands_where_it_says(typed: str) -> None:
    found = lex(typed)

    assert [word.start for word in found] == sorted({word.start for word in found})
    assert all(word.start < word.end <= len(typed) for word in found)


@pytest.mark.parametrize(
    ("word", "choice"),
    [("serach", "search"), ("CALL", "calls"), ("sum", "summarize"), ("zzz", None), ("", None)],
)
def test_nearest_existing_word(word: str, choice: str | None) -> None:
    assert near(word, ["search", "calls", "summarize"]) == choice


def test_beginning_alike_is_not_enough_where_words_are_free() -> None:
    assert alike("--to", ["--topmost"], 0.85) is None
    assert alike("--topmots", ["--topmost"], 0.85) == "--topmost"


@pytest.mark.parametrize(
    ("word", "shown"),
    [("hr", "`hr`"), ("a`b", "`ab`"), ("a\nb\0\u202e", "`ab`"), ("x" * 41, f"`{'x' * 39}…`")],
)
def test_a_word_in_a_sentence_cannot_break_it(word: str, shown: str) -> None:
    assert code(word) == shown
