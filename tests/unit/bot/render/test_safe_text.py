import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.render.safe_text import BREAK, HOLD, SafeText, safe_markdown

OK = "https://ok.example/a"
MARKDOWN = MarkdownIt("commonmark")
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
    *[
        "~~~py\n",
        "\n~~~\n",
        "- ",
        "1. ",
        "10) ",
        "> ",
        "\n- ",
        "\n   ",
        "\n> ",
        "\n1. ```sh\n",
        "  ",
        "    ",
        "\t",
        "~",
    ],
    *[
        "evil.com/y",
        ".com",
        "e.g. ",
        "Node.js",
        "1.2.3.4:80",
        "。com",
        "a.",
        "b@",
        "hr@ok.example",
        "хост.рф",
    ],
    *[
        "*61*",
        "**21*",
        "*",
        "**",
        "#",
        "6",
        "\\*",
        "*#06#",
        "+49*1#",
        "**12**",
        "]: ",
        "][p]",
        "\r",
        "\x00",
        "\u202e",
    ],
    *[
        "【1】",
        "【9†s】",
        "［２］",
        "【",
        "】",
        "[Passage 1]",
        "[9](https://evil.example)",
        "x[9]",
        "[0]",
        "=",
        "[[1]]",
        "[[9",
        "\\[2\\]",
        "\\[",
        "¹",
        "weeks",
        "<sup>1</sup>",
        "<sup>",
        "</sup>",
        "*21*<x>#",
        "3*4",
        "a ```py\nx\n```",
        "\u200b",
    ],
    "x" * 150,
]
texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
cuts = st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=40)


def in_parts(text: str, sizes: list[int], citations: int | None) -> str:
    cleaner = SafeText([OK, "hr@ok.example"], citations)
    shown, at, turn = "", 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        shown += cleaner.feed(text[at : at + size])
        at, turn = at + size, turn + 1
    return shown + cleaner.close()


def outside_code(shown: str) -> str:
    """What is left when fences and code spans are taken away, by another road than the code under test."""
    lines = shown.split("\n")
    for token in MARKDOWN.parse(shown):
        if token.type == "fence" and token.map:
            lines[slice(*token.map)] = [""] * (token.map[1] - token.map[0])
    return "\n".join(re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", line) for line in lines)


def drawn(shown: str) -> list[Token]:
    """What a reader of Markdown makes of it."""
    return [token for block in MARKDOWN.parse(shown) for token in (block.children or [block])]


SHOWN_AS = {"code_inline": "CODE", "fence": "CODE", "softbreak": "\n", "hardbreak": "\n"}


def words(tokens: list[Token]) -> str:
    return "".join(SHOWN_AS.get(token.type, token.content) for token in tokens)


@given(texts, cuts, st.sampled_from([None, 3]))
@example("*\\**61*", [1], None)
@example("#\\#\\31#", [2], None)
@settings(max_examples=400, deadline=None)
def test_result_is_the_same_however_the_text_was_cut(
    text: str, sizes: list[int], citations: int | None
) -> None:
    assert in_parts(text, sizes, citations) == safe_markdown(text, [OK, "hr@ok.example"], citations)


@given(st.text(max_size=400), cuts)
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_may_be_cut_anywhere(text: str, sizes: list[int]) -> None:
    assert in_parts(text, sizes, 3) == safe_markdown(text, [OK, "hr@ok.example"], 3)


@given(texts)
@example("[9]¹(")
@example("So.¹(x)")
@example("So.<sup>1</sup>(x)")
@settings(max_examples=400, deadline=None)
def test_nothing_that_slack_acts_on_survives(text: str) -> None:
    shown = safe_markdown(text, [OK], 3)
    bare = outside_code(shown)

    assert not re.search(r"<[!@#]|<[a-z]+:", shown, re.IGNORECASE)
    assert not re.search(r"@(here|channel|everyone)", bare)
    assert "](" not in bare
    assert not re.search(r"https?://(?!ok\.example/)", bare)
    assert not re.search(r"&(lt;(?!\u200b)|#)", bare)
    assert not re.search(r"[a-z][.。](com|py|md|js)", bare)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert not [token for token in drawn(shown) if token.type in ("link_open", "image")]
    assert not re.search(r"<[!@#]|<[a-z]+:", words(drawn(shown)))


@pytest.mark.parametrize("mark", ["", "> ", "- ", "   "])
@pytest.mark.parametrize("tag", ["<sup>", "<div>", "</pre>", "<script", "<?php", "<x-y a='b'>"])
@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_no_html_keeps_a_fence_from_being_one(mark: str, tag: str, fence: str) -> None:
    shown = safe_markdown(f"{mark}{tag}\n{fence}\nhttps://evil.example/?d=1\n{fence}\n")

    assert "evil.example" not in outside_code(shown)
    assert not [token for token in drawn(shown) if token.type in ("html_block", "link_open")]


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
        ("30 days【1】. ［２］ 【3†source】", "30 days[1]. [2] [3]"),
        ("[Passage 1] [passages 1 and 2] [1 and 2] [1, 2, and 3]", "[1] [1][2] [1][2] [1][2][3]"),
        ("[^1] [1] [2] [Source: 2] [Quelle 3] [出典1]", "[1] [1] [2] [2] [3] [1]"),
        ("[1](https://evil.example) [9](https://evil.example).", "[1]."),
        ("Yes【9】. So [Passage 7]. Or [^8]. And days[9].", "Yes. So. Or. And days."),
        ("[1†L3-L5] 【4:2†source】 [^2^] [see 1] [cf. passage 2]", "[1] [2] [2] [1] [2]"),
        ("[Passage 1: Leave] [2: leave.md] [Source 3 (handbook)] [**1**]", "[1] [2] [3] [1]"),
        ("a \\[1\\], \\[Passage 2\\], \\[9\\].", "a [1], [2],."),
        ("a [[1]], [[Passage 2]], [[1]](https://evil.example), [[9]].", "a [1], [2], [1],."),
        ("Twelve weeks.¹ ² Six days,³ ⁹", f"Twelve weeks.{BREAK}[1] [2] Six days,[3] ⁹"),
        ("weeks<sup>1, 2</sup>, days <sup>[9]</sup>.", "weeks[1][2], days."),
        (
            "m² and m<sup>2</sup>, e<sup>x</sup>, a <support>",
            "m² and m<sup>2</sup>, e<sup>x</sup>, a <support>",
        ),
        ("x = [1, 2, 3] and y=[1]", "x = [1, 2, 3] and y=[1]"),
        (
            "[1/2] [10%] [1-2 weeks] [0-9]+ List[int] \\[ x \\]",
            "[1/2] [10%] [1-2 weeks] [0-9]+ List[int] \\[ x \\]",
        ),
        ("Yes 【9】. Or [[x]] three (3) days", "Yes. Or [[x]] three (3) days"),
        ("argv[0] is the program", "argv[0] is the program"),
        ("HTTP [404] means", "HTTP [404] means"),
        ("the act of [2019], RFC [2119]", "the act of [2019], RFC [2119]"),
        ("retries[0] = 5, args[7] = 3", "retries[0] = 5, args[7] = 3"),
        ("arr[i], arr[9].x, [ ], [12 weeks], [0-9]", "arr[i], arr[9].x, [ ], [12 weeks], [0-9]"),
        ("between [0, 1] and [1.5], 【注意】", "between [0, 1] and [1.5], 【注意】"),
        ("<[9]!channel>", f"<{BREAK}!channel>"),
        ("www [9].evil.example", f"www {BREAK}.{BREAK}evil.{BREAK}example"),
        ("`a[9]`", "`a[9]`"),
        ("```\na[9]\n```\nb [9]", "```\na[9]\n```\nb"),
    ],
)
def test_only_citations_of_passages_that_exist_stay(written: str, shown: str) -> None:
    assert safe_markdown(written, (), 3) == shown


def test_citations_are_left_alone_when_nothing_can_be_cited() -> None:
    assert safe_markdown("Yes [7] [1, 2]") == "Yes [7] [1, 2]"


@pytest.mark.parametrize(
    "written",
    [
        "[the policy][p]\n\n[p]: //evil.example/login",
        "[p]\n\n> [p]: evil.com/x",
        "[p][]\n\n- [p]:\n  <evil.com> 'T'",
        "[a [9]][9]: evil.com/x",
        "[^p]: evil.zip",
        "evil.com/y?d=1",
        "EVIL.COM:8080",
        "user@evil.com",
        "//evil.example/x",
        "пример.рф",
        "xn--e1afmkfd.xn--80akhbyknj4f",
        "evil.com。",
        "evil。com",
        "क.भारत",
        "bücher.dev, new.zip",
        "10.0.0.1:8080/x",
        "evil\\.com",
        "evil[9].com",
        "ev\x00il.c\u202eom",
        "ht\x01tps://evil.com",
        "**evil.com**_evil.dev_",
        "README.md",
        "<evil.com>",
        "evil&period;com evil&#46;com",
    ],
)
def test_nothing_becomes_a_link_by_itself_and_it_looks_the_same(written: str) -> None:
    shown = safe_markdown(written, (), 3)
    tokens = [token for token in drawn(shown) if token.type not in ("code_inline", "fence")]

    assert not [token for token in tokens if token.type == "link_open"]
    assert not re.search(r"[^\s.]+[.。．](?:[^\W\d_]{2}|[0-9]+:[0-9])", words(tokens))
    assert not re.search("[\x00-\x08\u202e]", shown)


@pytest.mark.parametrize(
    "text",
    [
        "handbook.md, config.py and README.md",
        "v1.2.3, 3.14, e.g. Node.js",
        "U.S. law … and .gitignore",
        "first...second",
    ],
)
def test_file_names_and_versions_look_as_written(text: str) -> None:
    assert safe_markdown(text).replace(BREAK, "") == text


def test_what_has_no_ending_is_not_touched() -> None:
    text = "v1.2.3 e.g. i.e. z.B. 3.14 U.S. .gitignore a...b 5.30pm"

    assert safe_markdown(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Dial *61*.", "Dial `*61*`."),
        ("**21* turns it on, #31# hides", "`**21*` turns it on, `#31#` hides"),
        ("*#06# and *#21#", "`*#06#` and `*#21#`"),
        ("*61*+49123*11*20#", "`*61*+49123*11*20#`"),
        ("##002#, *100#", "`##002#`, `*100#`"),
        (r"\*61\* and \#31\#", "`*61*` and `#31#`"),
        ("**#31#** and **\\*61\\***", "**`#31#`** and **`*61*`**"),
        ("*21*NUMBER#", "`*21*NUMBER#`"),
        ("*21*<number># **04*old PIN*new PIN*new PIN#", "`*21*<number>#` `**04*old PIN*new PIN*new PIN#`"),
        ("*21*[your number]#, *21*+49 (151) 1-23#.", "`*21*[your number]#`, `*21*+49 (151) 1-23#`."),
        ("_*21*1#_ and __##002#__", "_`*21*1#`_ and __`##002#`__"),
        ("اضغط *٢١*١# ثم", "اضغط `*٢١*١#` ثم"),
        ("* *21*1#\n* ##002#\n# *#67#", "* `*21*1#`\n* `##002#`\n# `*#67#`"),
        ("*61*と*62*", "`*61*`と`*62*`"),
        ("*21*<!channel>#", f"`*21*`<{BREAK}!channel>#"),
        ("x_*21*1#_, *67, #12 and *69 or *70", "x_*21*1#_, *67, #12 and *69 or *70"),
        ("番号は*61*です", "番号は`*61*`です"),
        ("`*61*`", "`*61*`"),
        ("**12** weeks, *nice*, #1, 3*4*5, # 31", "**12** weeks, *nice*, #1, 3*4*5, # 31"),
    ],
)
def test_a_phone_code_is_code_and_no_emphasis(written: str, shown: str) -> None:
    assert safe_markdown(written) == shown


MAIL = "hr@ok.example"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"Book at {OK}.", f"Book at {OK}."),
        (f"「{OK}」を参照", f"「`{OK}」を参照`"),
        (f"Write to {MAIL}.", f"Write to {MAIL}."),
        (f"({MAIL})", f"({MAIL})"),
        (f"x{MAIL}", f"xhr@ok.{BREAK}example"),
        (f"{MAIL}.evil.com", f"hr@ok.{BREAK}example.{BREAK}evil.{BREAK}com"),
        (f"{OK}.evil.com", f"`{OK}.evil.com`"),
        (f"{OK}@evil.com", f"`{OK}@evil.com`"),
        (f"{OK}/b", f"`{OK}/b`"),
        (f"{OK[:-1]}", f"`{OK[:-1]}`"),
        (OK.upper(), f"`{OK.upper()}`"),
    ],
)
def test_only_what_a_passage_holds_letter_by_letter_is_a_link(written: str, shown: str) -> None:
    assert safe_markdown(written, [OK, MAIL]) == shown


@pytest.mark.parametrize("size", [1, 2, 3, 7, 400])
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1. ```bash\n   x[9]\n   ```\nThen [1][9].", "1. ```bash\n   x[9]\n   ```\nThen [1]."),
        ("- a\n\n  ```\n  x[9]\n  ```\n  b [9]", "- a\n\n  ```\n  x[9]\n  ```\n  b"),
        ("> - ```\n>   x[9]\n>   ```\n> b [9]", "> - ```\n>   x[9]\n>   ```\n> b"),
        ("10. a\n    ```\n    x[9]\n    ```\nb [9]", "10. a\n    ```\n    x[9]\n    ```\nb"),
        ("~~~py\nx[9]\n```\n~~~\nb [9]", f"```py\nx[9]\n``{BREAK}`\n```\nb"),
        ("   ```\nx[9]\n   ```\nb [9]", "   ```\nx[9]\n   ```\nb"),
        ("````\n```\nx[9]\n````\nb [9]", f"````\n``{BREAK}`\nx[9]\n````\nb"),
        ("```js:a.js x=`\nb [9]", "\u02cb\u02cb\u02cbjs:a.\u200bjs x=\u02cb\nb"),
        ('```js title="https://evil.example"\nx[9]\n```\nb [9]', "```js\nx[9]\n```\nb"),
        ("```python import brew```. [1]", "```python import brew```. [1]"),
        # The item or the quote ends, and so does the fence: said for readers that do not know.
        ("- ```\n  x[9]\nb [9]", "- ```\n  x[9]\n  ```\nb"),
        ("> ```\n> x[9]\nb [9]", "> ```\n> x[9]\n> ```\nb"),
        # Models forget to indent the mark.
        ("- ```\n  x[9]\n```\nb [9]", "- ```\n  x[9]\n  ```\nb"),
        # Models forget the line feed before a fence, and cite behind its end.
        ("Run: ```bash\nx[9]\n```\nb [9]", "Run: \n```bash\nx[9]\n```\nb"),
        ("1. Run this: ```\n   x[9]\n   ```\nb [9]", "1. Run this: \n   ```\n   x[9]\n   ```\nb"),
        ("• ```\nx[9]\n```\nb [9]", "• \n```\nx[9]\n```\nb"),
        ("- [ ] ```sh\n  x[9]\n  ```\nb [9]", "- [ ] \n  ```sh\n  x[9]\n  ```\nb"),
        ("```\nx[9]\n```[1]\nb [9]", "```\nx[9]\n```\n[1]\nb"),
        ("> ```\n> x[9]\n> ```. [9, 2]\n> b [9]", "> ```\n> x[9]\n> ```\n> [2]\n> b"),
        (
            "Marks are ``` and\nalso ```\nb [9]",
            "Marks are \u02cb\u02cb\u02cb and\nalso \u02cb\u02cb\u02cb\nb",
        ),
        # Four columns further in it opens none.
        ("a\n    ```\nb [9]", "a\n    \u02cb\u02cb\u02cb\nb"),
    ],
)
def test_a_fence_is_one_wherever_it_may_stand(written: str, shown: str, size: int) -> None:
    assert in_parts(written, [size], 3) == shown


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
