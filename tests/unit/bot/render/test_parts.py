"""A long text in parts: none is too large, and nothing of the text is missing."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.render.blocks import MESSAGE_BYTES, Block, actions, button, context, size
from bot.render.final import Final
from bot.render.intent import Intent
from bot.render.markdown import safe_markdown
from bot.render.parts import Slice, split


class Shown(Intent, verb="shown"):
    """A button."""

    turn: str


PIECES = [
    "word ", "\u0441\u043b\u043e\u0432\u043e ", "\u8a9e\u3002", "\u0e04\u0e33", "\u05de\u05d9\u05dc\u05d4 ", "\U0001f469\u200d\U0001f4bb",
    "e\u0301", "\u0915\u094d\u0937 ", "\n", "\n\n", "```\n", "```py\n", "\n```\n", "~~~\n", "   ```bash\n", "1. ```\n", "> ```\n", "`a b c` ",
    "``x ` y`` ", "`", "- item\n", "| a | b |\n", "https://example.com/a ", "x" * 90, " ", "\t",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=400)
LIMIT = 200


def joined(parts: list[Slice]) -> str:
    return "".join("".join(part.text for part in parts).split())


@given(TEXTS, st.integers(min_value=120, max_value=400))
@example("\u0436" * 12_000, 9_000)
@example("- " * 3_000 + "x", 200)
@settings(deadline=None)
def test_no_part_is_larger_than_its_bytes_and_nothing_is_missing(text: str, limit: int) -> None:
    parts = split(text, limit, limit // 2)

    assert joined(parts) == "".join(text.split())
    assert [len(part.shown.encode()) <= limit for part in parts] == [True] * len(parts)
    assert not parts or len(parts[0].shown.encode()) <= max(limit // 2, 1)
    for part in parts:
        assert re.fullmatch(r"(?:[ >]*(?:`+|~+).*\n)?", part.opened)
        assert re.fullmatch(r"(?:\n?[ >]*(?:`+|~+))?", part.closed)


@given(
    st.lists(st.sampled_from([p for p in PIECES if p[0] not in "~\t"]), min_size=20, max_size=120).map(
        "".join
    )
)
@settings(deadline=None)
def test_what_is_code_stays_code_and_what_is_none_stays_none(text: str) -> None:
    safe = safe_markdown(text)
    parts = split(safe, LIMIT)

    def code(markdown: str) -> str:
        found = MarkdownIt("commonmark").parse(markdown)
        return "".join(token.content for token in found if token.type == "fence").replace("\n", "")

    if not re.search(r"^ *(?:1\.|>|-)", safe, re.MULTILINE):  # containers end with their message
        assert "".join("".join(map(code, (part.shown for part in parts))).split()) == "".join(
            code(safe).split()
        )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 60 + "\n\n" + "b" * 60, "a" * 60 + "\n\n"),
        ("one. " * 10 + "\n" + "two. " * 20, "one. " * 10 + "\n"),
        ("a" * 70 + ". " + "b" * 60, "a" * 70 + ". "),
        ("\u8a9e" * 20 + "\u3002" + "\u8a9e" * 30, "\u8a9e" * 20 + "\u3002"),
        ("x" * 70 + " `code that is long enough to be cut` " + "y" * 40, "x" * 70 + " "),
        ("\u8a9e" * 32 + "e\u0301" * 20, "\u8a9e" * 32 + "e\u0301"),
    ],
)
def test_a_cut_stands_where_a_reader_pauses(text: str, first: str) -> None:
    assert split(text, 100)[0].shown == first


@pytest.mark.parametrize(
    "sign",
    [
        "\U0001f1e9\U0001f1ea",
        "\U0001f44d\U0001f3fd",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\u0915\u094d\u0937\u093f",
        "\u0e19\u0e49",
        "e\u0301",
        "\u05e9\u05c1\u05b8",
        "\u0bb9\u0bc1",
    ],
)
@pytest.mark.parametrize("limit", [50, 63, 101])
def test_what_is_drawn_as_one_sign_is_not_cut(sign: str, limit: int) -> None:
    parts = [part.shown for part in split(sign * 60, limit)]

    assert len(parts) > 1
    assert [part.replace(sign, "") for part in parts] == [""] * len(parts)


@pytest.mark.parametrize("before", ["", "   ", "> "])
def test_a_fence_is_closed_before_a_cut_and_opened_again_behind_it(before: str) -> None:
    lines = [f"{before}line {number}" for number in range(40)]
    text = f"{before}```py\n" + "\n".join(lines) + f"\n{before}```\nend"
    parts = split(text, 120)

    assert all(part.shown.count("```") == 2 for part in parts)
    assert all(part.shown.startswith(f"{before}```py\n") for part in parts)
    assert [line for part in parts for line in part.shown.split("\n") if "line" in line] == lines
    assert parts[-1].shown.endswith("```\nend")


@pytest.mark.parametrize(
    ("above", "before"),
    [
        ("- a\n  - b\n    - c\n", "      "),
        ("1. a\n   1. b\n", "      "),
        ("> - a\n>   - b\n", ">     "),
        ("10. a\n", "    "),
    ],
)
def test_a_fence_deep_in_a_list_is_one_behind_a_cut_too(above: str, before: str) -> None:
    lines = [f"line {number}" for number in range(40)]
    code = "".join(f"{before}{line}\n" for line in lines)
    text = safe_markdown(f"{above}{before}```py\n{code}{before}```\n\nend [1] of it")
    parts = [part.shown for part in split(text, 160)]
    found = [token for part in parts for token in MarkdownIt("commonmark").parse(part)]

    assert "".join(token.content for token in found if token.type == "fence") == "".join(
        f"{line}\n" for line in lines
    )
    assert not [token for token in found if token.type == "code_block"]
    assert [token.content for token in found if token.type == "inline"][-1] == "end [1] of it"


SOURCE = st.text(min_size=1, max_size=600)


@given(TEXTS.map(lambda text: text * 40), st.lists(SOURCE, max_size=10), SOURCE)
@settings(deadline=None, max_examples=30)
def test_no_message_of_a_reply_is_larger_than_its_bytes_and_nothing_is_missing(
    body: str, sources: list[str], asked: str
) -> None:
    below: list[Block] = [context(*sources)] if sources else []
    below.append(actions(button("Show passages", Shown(turn="turn:1"))))
    parts = Final(body, below).parts(above=[context(asked)])
    messages = [part.message for part in parts]

    assert all(len(part.text.encode()) + size([*part.above, *part.below]) <= MESSAGE_BYTES for part in parts)
    assert all(size(message.blocks) <= MESSAGE_BYTES for message in messages)
    if "```" not in body and "~~~" not in body:  # those are mended where they are cut
        assert joined([Slice(part.text) for part in parts]) == "".join(body.split())
    shown = [element["text"] for m in messages for b in m.blocks for element in b.get("elements", ())]
    assert [str(text) for text in shown[1:-1]] == [str(one["text"]) for one in below[0]["elements"]][
        : len(sources)
    ]
    for message in messages:
        assert all(len(str(rung).encode()) < 4 * MESSAGE_BYTES for rung in message.rungs)
