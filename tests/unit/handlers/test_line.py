"""A typed line becomes an intent, or a sentence that helps; free text stays as it was written."""

import time
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, field_validator

from bot.errors import UsageError
from bot.render.docs import Embed
from bot.render.grants import GrantTo
from bot.render.intent import Intent, Name, Paged, Positional, Text
from bot.slack.markup import as_written
from handlers import line
from handlers.ask import Ask
from handlers.insights import Create
from handlers.tree import TREE
from handlers.typed import Word, lex
from handlers.verbs import VERBS


class Everything(Paged, verb="everything"):
    """Arguments of each kind that a verb can have."""

    task: Name
    topic: Annotated[Literal["embeddings", "clusters"] | None, Positional()] = None
    files: Annotated[tuple[str, ...], Positional(), Field(max_length=2)] = ()
    since: date | None = None
    share: float | None = Field(default=None, gt=0, lt=1)
    least: int = Field(default=1, ge=1, multiple_of=2)
    loud: bool = False
    label: tuple[str, ...] = ()
    code: str | None = Field(default=None, pattern=r"^[A-Z]+$", min_length=2)

    @field_validator("label")
    @classmethod
    def _pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all("=" in one for one in value):
            raise ValueError("Write a label as name=value.")
        return value


def read(kind: type[Intent], text: str) -> Any:
    return line.read(kind, text, lex(text))


def given_by(kind: type[Intent], text: str) -> dict[str, Any]:
    found: dict[str, Any] = read(kind, text).model_dump(exclude_defaults=True)
    return found


def refusal(kind: type[Intent], text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(kind, text)
    return caught.value.text


# ------------------------------------------------------------------------------------------ free text
@pytest.mark.parametrize(
    ("typed", "question", "more"),
    [
        ("How long?", "How long?", {}),
        ("  How   long?  ", "How   long?", {}),
        ("pip install --no-deps?", "pip install --no-deps?", {}),
        ("git commit --amend --no-edit?", "git commit --amend --no-edit?", {}),
        ("git commit --amend --no-edit", "git commit --amend --no-edit", {}),
        ("difference between -- and -", "difference between -- and -", {}),
        ("how do I open --modal windows", "how do I open --modal windows", {}),
        ("what does the model do with --botched 4", "what does the model do with --botched 4", {}),
        ("why does it need --bukcet", "why does it need --bukcet", {}),
        ("pip install --no-deps", "pip install --no-deps", {}),
        ("pip install --no-deps now", "pip install --no-deps now", {}),
        ("what does --no-docs do?", "what does --no-docs do?", {}),
        ("what does --top do?", "what does --top do?", {}),
        ("why is there --bucket and --model nope?", "why is there --bucket and --model nope?", {}),
        ("何が --top ですか？", "何が --top ですか？", {}),
        ("what does --no-docs do", "what does --no-docs do", {}),
        ("what does “--bucket” do", "what does “--bucket” do", {}),
        ('"what does --bucket do?"', '"what does --bucket do?"', {}),
        ("is -5 cold?", "is -5 cold?", {}),
        ("tar -x or --extract?", "tar -x or --extract?", {}),
        ("a -- b --", "a -- b --", {}),
        ("What is <#C0GENERAL|general> for?", "What is #general for?", {}),
        ("What did <@U0BEN|ben> say about “this”?", "What did @ben say about “this”?", {}),
        ("Is <http://notes.md|notes.md> at <https://x.example/?a=1&amp;b=2>?", "Is notes.md at https://x.example/?a=1&b=2?", {}),
        ('Who said "never again" --bucket hr', 'Who said "never again"', {"bucket": ("hr",)}),
        ('--bucket=hr "a b" --top 3', '"a b"', {"bucket": ("hr",), "top": 3}),
        ("--bucket hr --bucket it How  long? --top 3", "How  long?", {"bucket": ("hr", "it"), "top": 3}),
        ("—bucket=hr How long? –no-docs", "How long?", {"bucket": ("hr",), "no_docs": True}),  # as clients send it
        ('--bucket "a b" How? --bucket=“c d”', "How?", {"bucket": ("a b", "c d")}),
        ('How? --bucket "--odd"', "How?", {"bucket": ("--odd",)}),
        ("How? --bucket <#C0GENERAL|general>", "How?", {"bucket": ("C0GENERAL",)}),
        ("How? --no-docs --no-docs", "How?", {"no_docs": True}),
        ("a &lt;b&gt; &amp; c", "a <b> & c", {}),
        ("What does --bucket mean in docker --top 3 really", "What does --bucket mean in docker --top 3 really", {}),
        ("line one\nline two --top 5", "line one\nline two", {"top": 5}),
        ("why --bukcet here and not there", "why --bukcet here and not there", {}),
        ("help me --top 3", "help me", {"top": 3}),
    ],
)  # fmt: skip
def test_a_question_keeps_its_words(typed: str, question: str, more: dict[str, Any]) -> None:
    assert given_by(Ask, typed) == {"question": question, **more}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "`QUESTION` is missing."),
        ('""', "`QUESTION` is missing."),
        ("--no-docs", "`QUESTION` is missing."),
        ("--top 3 --bucket hr", "`QUESTION` is missing."),
        ("How long? --bukcet hr", "There's no option `--bukcet`. Did you mean `--bucket`?"),
        ("How long? --bukcet=hr", "There's no option `--bukcet`. Did you mean `--bucket`?"),
        ("How long? --bukcet hr --top 3", "There's no option `--bukcet`. Did you mean `--bucket`?"),
        ("--bukcet hr How long?", "There's no option `--bukcet`. Did you mean `--bucket`?"),
        ("--top 3 --bukcet hr How long?", "There's no option `--bukcet`. Did you mean `--bucket`?"),
        ("How long? --Top 3", "There's no option `--Top`. Did you mean `--top`?"),
        ("How long? -bucket hr", "There's no option `-bucket`. Did you mean `--bucket`?"),
        ("How long? --top many", "`--top` takes a number from 1 to 50."),
        ("How long? --top 99", "`--top` takes a number from 1 to 50."),
        ("How long? --top -5", "`--top` takes a number from 1 to 50."),
        ("How long? --top 2.5", "`--top` takes a whole number from 1 to 50."),
        ("How long? --top " + "9" * 5_000, "`--top` takes a number from 1 to 50."),
        ("How long? --top", "`--top` needs a value."),
        ("How long? --top=", "`--top` needs a value."),
        ('How long? --bucket ""', "`--bucket` needs a value."),
        ("How long? --bucket --top 3", "`--bucket` needs a value."),
        ("--bucket --top 3 How long?", "`--bucket` needs a value."),
        ("--top 3 How long? --top 5", "You typed `--top` twice."),
        ("How long? --no-docs=yes", "`--no-docs` takes no value."),
        ("x" * 40_001, "`QUESTION` is too long: at most 40,000 characters."),
        ("How \ud800?", "`QUESTION` has characters that I can't read."),
    ],
)
def test_a_slip_in_a_question_is_told(typed: str, said: str) -> None:
    assert refusal(Ask, typed) == said


def test_free_text_begins_behind_the_arguments() -> None:
    typed = '--json-schema {} Mood Did they say "yes"? No --name.'

    assert given_by(Create, typed) == {
        "json_schema": "{}",
        "name": "Mood",
        "instructions": 'Did they say "yes"? No --name.',
    }


def test_an_option_may_stand_between_an_argument_and_the_text() -> None:
    assert given_by(Create, '"My mood" --json-schema {} How?') == {
        "name": "My mood",
        "json_schema": "{}",
        "instructions": "How?",
    }


WORDS = st.sampled_from(
    ["a", "b?", "“c", "d”", "--no-deps", "<#C1|x>", "<@U1|y>", "&amp;", '"e f"', "--", "-5", "'tis", "—"]
)
BETWEEN = st.sampled_from([" ", "  ", "\n", "\u00a0"])
OPTIONS = st.lists(
    st.sampled_from(["--bucket hr", "--bucket=hr", '--bucket "h r"', "—bucket hr", "--no-docs"]), max_size=3
).map(" ".join)


@given(OPTIONS, st.lists(st.tuples(WORDS, BETWEEN), min_size=1, max_size=8), OPTIONS)
def test_a_question_with_options_around_it_is_exactly_what_was_written(
    before: str, parts: list[tuple[str, str]], behind: str
) -> None:
    text = "".join(word + space for word, space in parts).strip()

    assert read(Ask, f"{before} {text} {behind}").question == as_written(text).strip()


# --------------------------------------------------------------------------------- arguments and options
@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("t1", {"task": "t1"}),
        ("--loud t1 clusters --least 4", {"loud": True, "task": "t1", "topic": "clusters", "least": 4}),
        ("t1 --label a=b clusters x.md y.md --label=c=d", {"task": "t1", "topic": "clusters", "files": ("x.md", "y.md"), "label": ("a=b", "c=d")}),
        ('"t 1" --since 2026-08-01', {"task": "t 1", "since": date(2026, 8, 1)}),
        ("-5 --share=.5", {"task": "-5", "share": 0.5}),
        ('"--loud"', {"task": "--loud"}),
        ("<http://t.md|t.md> --page 3", {"task": "t.md", "page": 3}),
    ],
)  # fmt: skip
def test_options_stand_anywhere_among_the_arguments(typed: str, given: dict[str, Any]) -> None:
    assert given_by(Everything, typed) == given


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "`TASK` is missing."),
        ('""', "`TASK` is empty."),
        ("x" * 201, "`TASK` is too long: at most 200 characters."),
        ("t x", "`TOPIC` isn't one of: embeddings, clusters."),
        ("t clusters a b c", "`FILES` takes at most 2 values."),
        ("t --since soon", "`--since` must be a date, such as 2026-08-01."),
        ("t --share 1", "`--share` must be more than 0 and less than 1."),
        ("t --share half", "`--share` must be a number."),
        ("t --share nan", "`--share` must be more than 0 and less than 1."),
        ("t --least 0", "`--least` must be at least 1."),
        ("t --least 3", "`--least` must be a multiple of 2."),
        ("t --least x", "`--least` must be a whole number."),
        ("t --label a", "`--label`: Write a label as name=value."),
        ("t --code A", "`--code` is too short: at least 2 characters."),
        ("t --code ab", "`--code` isn't written the way I expect it."),
        ("t --page 0", "`--page` takes a number from 1 to 100,000."),
        ("t --chunk 5", "There's no option `--chunk`."),
        ("t --labl a=b", "There's no option `--labl`. Did you mean `--label`?"),
        ("t -loud", "There's no option `-loud`. Did you mean `--loud`?"),
    ],
)
def test_what_is_wrong_with_arguments_is_said(typed: str, said: str) -> None:
    assert refusal(Everything, typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hr more", "I don't know what `more` means here."),
        ("hr -5", "I don't know what `-5` means here."),
        ("hr --", "I don't know what `--` means here."),
        ("hr --chunk 5", "There's no option `--chunk`. Did you mean `--chunk-size`?"),
        ("hr `@channel`", "I don't know what `@channel` means here."),
    ],
)
def test_what_is_too_much_is_said(typed: str, said: str) -> None:
    assert refusal(Embed, typed) == said


def test_usage_shows_how_each_argument_is_typed() -> None:
    assert line.usage(Everything) == (
        "TASK [TOPIC] [FILES…] [--since SINCE] [--share SHARE] [--least LEAST] [--loud] [--label LABEL]… [--code CODE]"
    )


# ------------------------------------------------------------------------------------- nothing is too strange
STARTS = ["", *(verb.words for verb in VERBS), "docs", "help", "docs shwo", "nope"]
PIECES = (
    [one.shown for verb in VERBS for one in line.arguments(verb.intent)]
    + ["help", "?", "list", "--", "—top", "–no-docs", "--top=", "--bucket=“a b”", "--=x", "--x=", "--bukcet", "-5", "—option"]  # as clients send it
    + ['"', "“", "”", "'", "=", "`", "\0", "\x1b", "\u2028", "\u00a0", "\u200b", "\u202e", "\u200d", "\ud800", "🙂", "👩\u200d👧", "ﷺ", "١٢"]
    + ["<#C1|general>", "<@U1>", "<!here>", "<!subteam^S1|@x>", "<https://x.example|x y>", "<tel:1|+1>", "<", "<|>", "<#>", "&lt;"]
    + ["9" * 400, "x" * 5_000, "{", '{"a": 1}', "Mood", "handbook"]
)  # fmt: skip


def check(text: str) -> None:
    """An intent, or a sentence: nothing else comes out."""
    found = TREE.find(lex(text))
    assert found
    if not isinstance(found, str):
        try:
            line.read(found[0].intent, text, found[1])
        except UsageError as error:
            assert error.text.strip()  # noqa: PT017 - an intent is as good


@pytest.mark.slow  # 5,000 lines
# A byte for each piece: one draw for a line, so that thousands of them take seconds, and a bad one still shrinks.
@settings(max_examples=5_000, deadline=None, database=None)
@given(st.binary(max_size=9))
def test_no_line_is_too_strange(chosen: bytes) -> None:
    start, glued, *parts = [*chosen, 0, 0][: max(len(chosen), 2)]
    pieces = [PIECES[part % len(PIECES)] for part in parts]

    check(f"{STARTS[start % len(STARTS)]} {('' if glued % 4 == 1 else ' ').join(pieces)}")


@given(st.sampled_from(STARTS), st.text())
def test_no_text_is_too_strange(start: str, text: str) -> None:
    check(f"{start} {text}")


@pytest.mark.parametrize(
    "text", ["--top 1 " * 5_000 + "x", "--bucket " * 5_000, '" ' * 20_000, "<" * 40_000, "a " * 20_000]
)
def test_a_long_line_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    with suppress(UsageError):
        TREE.find(lex(f"ask x {text}"))
        TREE.find(lex(text))
        read(Ask, f"x {text}")

    assert time.process_time() - began < 1


# ---------------------------------------------------------------------------------- no sentence of pydantic's
PHRASES = (
    "Input should",
    "Value error",
    "String should",
    "Extra inputs",
    "valid",
    "Field required",
    "items",
    "unable",
)
# What each type of argument can't be, and how it is too much.
WRONG_VALUES = ["nonsense!", "-1", "0", "999999999", "1.5", "x" * 41_000, "\ud800", "[", "[[", "2026-13-45"]


@pytest.mark.parametrize(
    "kind", [*(verb.intent for verb in VERBS if verb.typed), Everything], ids=lambda kind: kind.verb
)
def test_no_sentence_of_pydantics_reaches_a_person(kind: type[Intent]) -> None:
    wanted = line.arguments(kind)
    enough = [Word("t", 0, 1) for one in wanted if one.field.is_required()]
    lines = [[], *([Word(value, 0, len(value))] for value in WRONG_VALUES)]
    lines += [
        [Word(one.shown, 0, 1), Word(value, 0, len(value), quoted=True), *enough]
        for one in wanted
        for value in WRONG_VALUES
        if not one.placed
    ]
    told = []
    for words in lines:
        try:
            line.read(kind, "t", words)
        except UsageError as error:
            told.append(error.text)

    assert told or not wanted
    assert [text for text in told if any(phrase in text for phrase in PHRASES)] == []


class Strange(Intent, verb="strange"):
    """A field of a kind that nobody gave words to yet."""

    text: Text
    value: complex = 0j


def test_a_problem_without_words_of_its_own_has_a_sentence_too() -> None:
    assert refusal(Strange, "--value x t") == "`--value` isn't something I can use."


# ------------------------------------------------------------------------------- options without a value
@pytest.mark.parametrize(
    ("typed", "calls"),
    [
        ("U1A --calls", ("all",)),
        ("U1A --calls a1 --calls a2", ("a1", "a2")),
        ("U1A --calls --until 2999-01-01", ("all",)),
        ("U1A --calls= --bucket hr", ("all",)),
        ("--calls=a1 <@U1A|ada>", ("a1",)),
    ],
)
def test_an_option_may_mean_something_without_a_value(typed: str, calls: tuple[str, ...]) -> None:
    found = line.read(GrantTo, typed, lex(typed))

    assert (found.who, found.calls) == ("U1A", calls)


def test_the_usage_says_that_a_value_may_be_left_out() -> None:
    assert "[--calls [CALLS]]…" in line.usage(GrantTo)
