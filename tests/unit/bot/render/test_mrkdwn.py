import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.inert import BREAK
from bot.render.mrkdwn import SECTION, sections


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("## Parental **leave**", "*Parental leave*"),
        ("a **b** _c_ ~~d~~ `e`", "a *b* _c_ ~d~ `e`"),
        ("- a\n- b\n  1. c", "• a\n• b\n    1. c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n> b", "> a\n> b"),
        ("```py\nx < 1\n```", "```\nx &lt; 1\n```"),
        (
            "| A | B |\n|---|---|\n| **long** & | 日本 |",
            "```\nA       B\n──────  ────\nlong &amp;  日本\n```",
        ),
        (f"| A | B |\n|---|---|\n| {'long ' * 12} | _2_ |", f"*A* | *B*\n{'long ' * 11}long | _2_"),
        ("| A |\n|---|\n| \\` |", "*A*\n`"),
        ("[t](https://evil.example)", "t (`https://evil.example`)"),
        ("![p](https://evil.example/p.png)", "p (`https://evil.example/p.png`)"),
        ("<!channel> <b>x</b> @here & co", f"&lt;!channel&gt; &lt;b&gt;x&lt;/b&gt; @{BREAK}here &amp; co"),
        ("Dial *61* or **21*.", "Dial `*61*` or `**21*`."),
        ("mid**bold**word", f"mid{BREAK}*bold*{BREAK}word"),
        ("a\x00b\u202e", "ab"),
        ("```\na\n``` b\n~~~\n```", f"```\na\n`{BREAK}`{BREAK}` b\n~~~\n```"),
        ("", ""),
    ],
)
def test_markdown_of_a_document_is_drawn(written: str, drawn: str) -> None:
    assert "".join(sections(written)) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 1_000,
        "語" * 9_000,
        "`x y` " * 2_000,
        "```\n" + "x < y\n" * 2_000 + "```",
        "- a & b\n" * 2_000,
        "& " * 4_000,
    ],
)
def test_all_of_a_long_passage_is_shown_in_sections_that_fit(text: str) -> None:
    made = sections(text)

    assert all(len(part) <= SECTION for part in made)
    assert not [part for part in made if re.search(r"&(?!amp;|lt;|gt;)|^\w{0,3};", part)]
    assert all(part.count("`") % 2 == 0 for part in made)
    for sign, escaped in (("<", "&lt;"), ("語", "語"), ("x", "x"), ("&", "&amp;")):
        assert "".join(made).count(escaped) == text.count(sign)


@given(st.text(alphabet="ab <>&`*_~#-.|\n1[]()!\\", max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_document_can_do_anything(text: str) -> None:
    drawn = "".join(sections(text))

    assert "<" not in drawn
    assert not re.search(r"&(?!amp;|lt;|gt;)", drawn)
