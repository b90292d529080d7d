import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.safe_text import BREAK, HOLD, SafeText, safe_markdown

OK = "https://ok.example/a"
PIECES = [
    *[
        "`",
        "``",
        "```",
        "```py\n",
        "\n",
        "\n```\n",
        "<",
        "[",
        "]",
        "](",
        "(",
        ")",
        "\\",
        "\\`",
        " ",
        ".",
        "!",
        "#",
        "~~~",
        "://",
        ":",
    ],
    *[
        "<!channel>",
        "<@U1>",
        "<https://evil.example|bank>",
        f"<{OK}>",
        "<ht",
        "https://evil.example/?d=1",
        OK,
        "www.x.y",
        "mailto:",
    ],
    *[
        "[9]",
        " [9]",
        "[1]",
        "[1, 2]",
        " [1-3]",
        "![x](https://evil.example/y)",
        f"[t]({OK})",
        "[t](javascript:alert(1))",
    ],
    *[
        "@here",
        "@channel",
        "@he",
        "re",
        "h",
        "ht",
        "http",
        "s://evil.example",
        "w",
        "&",
        "&lt;",
        "&#60;",
        "&amp;",
        "a",
        "é",
        "word ",
    ],
    "x" * 150,
]
texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
cuts = st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=40)


def in_parts(text: str, sizes: list[int], citations: int | None) -> str:
    cleaner = SafeText([OK], citations)
    shown, at, turn = "", 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        shown += cleaner.feed(text[at : at + size])
        at, turn = at + size, turn + 1
    return shown + cleaner.close()


def outside_code(shown: str) -> str:
    """What is left when fences and code spans are taken away, by another road than the code under test."""
    lines, fence = [], 0
    for line in shown.split("\n"):
        run = re.fullmatch(r"\s*(`{3,})([^`]*)", line)
        if fence and run and len(run[1]) >= fence and not run[2].strip():
            fence = 0
        elif not fence and run:
            fence = len(run[1])
        elif not fence:
            lines.append(re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", line))
    return "\n".join(lines)


@given(texts, cuts, st.sampled_from([None, 3]))
@settings(max_examples=400, deadline=None)
def test_result_is_the_same_however_the_text_was_cut(
    text: str, sizes: list[int], citations: int | None
) -> None:
    assert in_parts(text, sizes, citations) == safe_markdown(text, [OK], citations)


@given(st.text(max_size=400), cuts)
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_may_be_cut_anywhere(text: str, sizes: list[int]) -> None:
    assert in_parts(text, sizes, 3) == safe_markdown(text, [OK], 3)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_nothing_that_slack_acts_on_survives(text: str) -> None:
    shown = safe_markdown(text, [OK], 3)
    bare = outside_code(shown)

    assert not re.search(r"<[!@#]|<[a-z]+:", shown, re.IGNORECASE)
    assert not re.search(r"@(here|channel|everyone)", bare)
    assert "](" not in bare
    assert not re.search(r"https?://(?!ok\.example/)", bare)
    assert not re.search(r"&(lt;(?!\u200b)|#)", bare)


@given(texts, cuts)
@settings(max_examples=200, deadline=None)
def test_hold_back_is_bounded(text: str, sizes: list[int]) -> None:
    cleaner = SafeText([OK], 3)
    at = turn = longest = 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        cleaner.feed(text[at : at + size])
        longest = max(longest, len(cleaner._held))
        at, turn = at + size, turn + 1

    assert longest <= HOLD + 2 <= 300


@pytest.mark.parametrize(
    "word", ["Aq0123456789x1begin", " tok1", " tok2", " tok3", "\n\n## Title\n", "Don't", " 5 < 6"]
)
def test_ordinary_words_go_out_at_once(word: str) -> None:
    cleaner = SafeText([], 4)

    assert cleaner.feed(word) == word


def test_open_constructs_wait_and_then_go_out_changed() -> None:
    cleaner = SafeText([], 4)

    assert cleaner.feed("see <!chan") == "see <" + BREAK + "!chan"
    assert cleaner.feed("nel> [ba") == "nel>"
    assert cleaner.feed("nk](https://evil.exam") == ""
    assert cleaner.feed("ple) now") == " bank (`https://evil.example`) now"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<!channel> <!here>", f"<{BREAK}!channel> <{BREAK}!here>"),
        ("<@U123> <#C1|x> <!subteam^S1>", f"<{BREAK}@U123> <{BREAK}#C1|x> <{BREAK}!subteam^S1>"),
        ("@here and @Channel", f"@{BREAK}here and @{BREAK}Channel"),
        ("<https://evil.example|bank>", "bank (`https://evil.example`)"),
        ("[bank](https://evil.example/x 'T') ok", "bank (`https://evil.example/x`) ok"),
        (f"[handbook]({OK}).", f"handbook ({OK})."),
        ("![chart](https://evil.example/i.png)", "chart (`https://evil.example/i.png`)"),
        ("[x](javascript:alert(1))", "x (`javascript:alert(1)`)"),
        ("[x](data:text/html,hi)", "x (`data:text/html,hi`)"),
        (f"See {OK}, and <{OK}>.", f"See {OK}, and {OK}."),
        ("(see https://evil.example/a).", "(see `https://evil.example/a`)."),
        ("www.evil.example or mailto:a@b.c", "`www.evil.example` or `mailto:a@b.c`"),
        (f"{OK}?leak=1", f"`{OK}?leak=1`"),
        ("slack://open", f"slack:{BREAK}//open"),
        ("&#60;!here&#62;", f"&{BREAK}#60;!here&{BREAK}#62;"),
        ("AT&T &amp; co", "AT&T &amp; co"),
        ("a ` b https://evil.example", "a \u02cb b `https://evil.example`"),
        ("vector<int> `a<b>` List<String>", "vector<int> `a<b>` List<String>"),
    ],
)
def test_written_becomes_shown(written: str, shown: str) -> None:
    assert safe_markdown(written, [OK]) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Yes [1][2].", "Yes [1][2]."),
        ("Yes [1, 2]. No [2-4].", "Yes [1][2]. No [2][3]."),
        ("Yes [7]. Next [1, 9] one", "Yes. Next [1] one"),
        ("Yes [1-1000].", "Yes [1][2][3]."),
        ("[sic] [x]", "[sic] [x]"),
        ("<[9]!channel>", f"<{BREAK}!channel>"),
        ("www [9].evil.example", f"www {BREAK}.evil.example"),
        ("`a[9]`", "`a[9]`"),
        ("```\na[9]\n```\nb [9]", "```\na[9]\n```\nb"),
    ],
)
def test_only_citations_of_passages_that_exist_stay(written: str, shown: str) -> None:
    assert safe_markdown(written, (), 3) == shown


def test_citations_are_left_alone_when_nothing_can_be_cited() -> None:
    assert safe_markdown("Yes [7] [1, 2]") == "Yes [7] [1, 2]"


def test_code_fence_is_verbatim_but_for_control_sequences() -> None:
    fence = "```python\nx[9] = '[a](https://evil.example)'  # <!channel> @here\n#include <stdio.h>\n```\n"

    assert safe_markdown(fence, (), 3) == fence.replace("<!", f"<{BREAK}!")


def test_fence_left_open_is_closed_so_that_sources_below_are_no_code() -> None:
    assert safe_markdown("```py\nx = 1") == "```py\nx = 1\n```"


def test_url_that_never_ends_is_released_as_code() -> None:
    shown = safe_markdown("https://evil.example/" + "a" * 1000)

    assert shown.startswith("`https://evil.example/")
    assert shown.count("`") == 2
    assert shown.count("a") > 1000


@pytest.mark.parametrize(
    "text", ["<<https://ok.example/a>", "<ht<https://ok.example/a>", "<h<https://ok.example/a|x>"]
)
def test_a_link_that_loses_its_bracket_goes_on_with_nothing(text: str) -> None:
    shown = safe_markdown(text, allowed_urls={"https://ok.example/a"})

    assert not re.search(r"<[a-z]+:", shown)


def test_a_shift_in_code_is_left_alone() -> None:
    assert safe_markdown("```\ncout << 1\n```") == "```\ncout << 1\n```"
    assert safe_markdown("a << b") == "a << b"
