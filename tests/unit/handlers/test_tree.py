"""Which verb a line means, what it is answered with when it means none, and the short forms."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import UsageError
from bot.render.calls import Calls
from bot.render.intent import Intent, Name, Paged
from config.load import ConfigError
from handlers import line
from handlers.ask import Ask
from handlers.tree import HINT, TREE, Tree
from handlers.typed import lex
from handlers.verb import Effect, Request, Verb
from handlers.verbs import VERBS


class Docs(Paged, verb="docs"):
    """A list: nothing has to be typed."""


class ShowDocs(Intent, verb="docs show"):
    """One argument."""

    bucket: Name


class Embed(Intent, verb="docs embed"):
    """One argument."""

    bucket: Name


class Groups(Paged, verb="insights groups show"):
    """Three words, and no verb of one or two."""


class Edit(Intent, verb="insights groups edit"):
    """Its neighbor."""

    group: Name


class Transcript(Intent, verb="summarize thread"):
    """Below a noun that takes an argument itself."""

    link: Name


class Summarize(Intent, verb="summarize"):
    """A noun with an argument."""

    call_id: Name


async def nothing(_: Request[Any]) -> Any:
    raise AssertionError("nothing is run here")


def verb(kind: type[Intent], example: str = "") -> Verb[Any]:
    return Verb(kind, nothing, help=f"{kind.verb.capitalize()}.", example=example)


TYPED = Tree(
    [
        verb(Ask, "How long?"),
        verb(Calls),
        verb(Docs),
        verb(ShowDocs, "handbook"),
        verb(Embed, "handbook"),
        verb(Summarize),
        verb(Transcript),
        verb(Groups),
        verb(Edit),
        replace(verb(type("Button", (Intent,), {}, verb="button")), typed=False),
    ]
)


def found(text: str) -> tuple[str, list[str]]:
    answer = TYPED.find(lex(text))
    assert not isinstance(answer, str), answer
    return answer[0].words, [word.text for word in answer[1]]


def told(text: str) -> str:
    answer = TYPED.find(lex(text))
    assert isinstance(answer, str), answer
    return answer


@pytest.mark.parametrize(
    ("typed", "words", "rest"),
    [
        ("docs", "docs", []),
        ("docs list", "docs", []),
        ("docs --page 2", "docs", ["--page", "2"]),
        ("DOCS Show handbook", "docs show", ["handbook"]),
        ("docs show", "docs show", []),
        ("docs show help me", "docs show", ["help", "me"]),
        ('docs show "help"', "docs show", ["help"]),
        ("calls list --last 3", "calls", ["--last", "3"]),
        ("calls 5", "calls", ["5"]),
        ("ask list them", "ask", ["list", "them"]),
        ("ask how do I get help", "ask", ["how", "do", "I", "get", "help"]),
        ("insights groups edit g1", "insights groups edit", ["g1"]),
        ("summarize thread x", "summarize thread", ["x"]),
        ("summarize 3fa85f64", "summarize", ["3fa85f64"]),
    ],
)
def test_the_longest_words_name_the_verb(typed: str, words: str, rest: list[str]) -> None:
    assert found(typed) == (words, rest)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("docs shwo", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("docs shwo handbook", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("docs handbook", "There's no command `docs handbook`."),
        ("docs shwo help", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("insights gruops show", "There's no command `insights gruops`. Did you mean `/telnyx insights groups`?"),
        ("insights groups shwo", "There's no command `insights groups shwo`. Did you mean `/telnyx insights groups show`?"),
        ("serach x", "There's no command `serach`."),
        ("cals", "There's no command `cals`. Did you mean `/telnyx calls`?"),
        ("embed handbook", "There's no command `embed`. Did you mean `/telnyx docs embed`?"),
        ("button", "There's no command `button`."),
        ("--top 3", "There's no command `--top`."),
        ("&lt;!channel&gt;`*", "There's no command `&lt;!channel&gt;*`."),
    ],
)  # fmt: skip
def test_what_is_no_command_is_told_with_the_nearest_one(typed: str, said: str) -> None:
    assert told(typed).partition("\n")[0] == said
    assert not TYPED.knows(lex(typed))


@pytest.mark.parametrize("typed", ["", "help", "HELP", "?", "-h", "--help", "help help"])
def test_help_lists_every_noun_once(typed: str) -> None:
    text = told(typed)

    assert text == TYPED.overview()
    assert "`/telnyx docs` list · show · embed" in text
    assert "`/telnyx ask How long?`\nAsk." in text
    assert "button" not in text
    assert "Tip: `/ask` is short for `/telnyx ask`." in text


@pytest.mark.parametrize("typed", ["docs help", "help docs", "docs ?", "docs help me", "help docs help"])
def test_a_noun_with_help_lists_its_verbs(typed: str) -> None:
    assert told(typed) == (
        "`/telnyx docs`\nDocs.\n`/telnyx docs show handbook`\nDocs show.\n`/telnyx docs embed handbook`\nDocs embed."
    )
    assert TYPED.knows(lex(typed))


@pytest.mark.parametrize("typed", ["insights", "insights help", "insights groups", "help insights groups"])
def test_words_that_are_only_the_beginning_of_verbs_list_them(typed: str) -> None:
    assert told(typed) == (
        "`/telnyx insights groups show`\nInsights groups show.\n`/telnyx insights groups edit`\nInsights groups edit."
    )
    assert TYPED.knows(lex(typed))


@pytest.mark.parametrize("typed", ["docs show help", "docs show --help", "help docs show"])
def test_a_verb_with_help_is_explained(typed: str) -> None:
    assert told(typed) == "*Docs show.*\n`/telnyx docs show BUCKET`\nExample: `/telnyx docs show handbook`"


def test_usage_explains_the_options_of_the_verb_alone() -> None:
    text = TYPED.usage(TYPED.typed["calls"])

    told = Calls.model_fields["last"].description
    assert text == f"*Calls.*\n`/telnyx calls [--last LAST]`\n`--last` {told}"


# --------------------------------------------------------------------------------------------- short forms
@pytest.mark.parametrize("alias", ["docs", "/docs"])
def test_a_noun_can_be_a_slash_command_of_its_own(alias: str) -> None:
    assert TYPED.short_forms([alias]) == {"/ask": "ask", "/docs": "docs"}


def test_reserved_and_unknown_short_forms_are_refused_together() -> None:
    with pytest.raises(ConfigError) as caught:
        TYPED.short_forms(["topic", "docs", "docs show", "nothing"])

    nouns = "ask, calls, docs, summarize, insights"
    assert str(caught.value) == (
        "Invalid settings:\n"
        "- COMMAND_ALIASES can't include `topic`: Slack has a command of that name.\n"
        f"- COMMAND_ALIASES can't include `docs show`: choose from {nouns}.\n"
        f"- COMMAND_ALIASES can't include `nothing`: choose from {nouns}."
    )


# ------------------------------------------------------------------------------------------ the real tuple
def test_the_hint_of_the_family_names_every_noun_and_fits() -> None:
    hint = TREE.hint()

    assert len(hint) <= HINT
    assert hint.startswith("help | ask QUESTION…")
    assert all(f" {noun} " in f"{hint} " for noun in TREE.nouns)


def test_a_hint_that_is_too_long_is_cut_between_verbs() -> None:
    many = Tree([verb(type("V", (ShowDocs,), {}, verb=f"docs v{number}")) for number in range(200)])

    assert len(many.hint("docs")) <= HINT
    assert many.hint("docs").endswith(" BUCKET | …")


@pytest.mark.parametrize("one", [verb for verb in VERBS if verb.typed], ids=lambda one: one.words)
def test_every_example_is_what_can_be_typed(one: Verb[Any]) -> None:
    text = f"{one.words} {one.example}"
    answer = TREE.find(lex(text))

    assert not isinstance(answer, str)
    assert answer[0] is one
    if one.example or one.form is None:
        line.read(one.intent, text, answer[1])


@pytest.mark.parametrize("one", [verb for verb in VERBS if verb.typed], ids=lambda one: one.words)
def test_free_text_comes_last(one: Verb[Any]) -> None:
    placed = [argument for argument in line.arguments(one.intent) if argument.placed]

    assert not any(argument.verbatim or argument.many for argument in placed[:-1])
    assert [a.field.is_required() for a in placed] == sorted(
        (a.field.is_required() for a in placed), reverse=True
    )


@pytest.mark.parametrize("one", [verb for verb in VERBS if verb.see], ids=lambda one: one.words)
def test_what_is_named_to_look_something_up_can_be_typed(one: Verb[Any]) -> None:
    answer = TREE.find(lex(one.see))

    assert not isinstance(answer, str)
    assert answer[0].effect is Effect.LOOK
    line.read(answer[0].intent, one.see, answer[1])


def test_a_word_behind_a_verb_alone_is_no_near_miss() -> None:
    with pytest.raises(UsageError, match="I don't know what `5` means here"):
        line.read(Calls, "calls 5", lex("calls 5")[1:])
