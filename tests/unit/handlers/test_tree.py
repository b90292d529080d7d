"""Which verb a line means, what it is answered with when it means none, and the short forms."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import UsageError
from bot.render.calls import Calls
from bot.render.intent import Intent, Name, Paged
from bot.services.access import Right
from config.load import ConfigError
from handlers import line
from handlers.ask import Ask
from handlers.synonyms import NOUNS
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
        ("docs shwo handbook", "There's no command `docs shwo`. Did you mean `/telnyx docs show handbook`?"),
        ("docs handbook", "There's no command `docs handbook`. Did you mean `/telnyx docs show handbook`?"),
        ("dosc show handbook", "There's no command `dosc`. Did you mean `/telnyx docs show handbook`?"),
        ("dosc shwo handbook", "There's no command `dosc`. Did you mean `/telnyx docs`?"),
        ('docs shwo "a b"', "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("docs shwo &lt;!channel&gt;", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("docs shwo `x` *y*", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("docs shwo help", "There's no command `docs shwo`. Did you mean `/telnyx docs show`?"),
        ("insights gruops show", "There's no command `insights gruops`. Did you mean `/telnyx insights groups show`?"),
        ("insights groups shwo", "There's no command `insights groups shwo`. Did you mean `/telnyx insights groups show`?"),
        ("serach x", "There's no command `serach`."),
        ("cals", "There's no command `cals`. Did you mean `/telnyx calls`?"),
        ("embed handbook", "There's no command `embed`. Did you mean `/telnyx docs embed handbook`?"),
        ("button", "There's no command `button`."),
        ("--top 3", "There's no command `--top`."),
        ("&lt;!channel&gt;`*", "There's no command `&lt;!channel&gt;*`."),
    ],
)  # fmt: skip
def test_what_is_no_command_is_told_with_the_nearest_one(typed: str, said: str) -> None:
    assert told(typed).partition("\n")[0] == said
    assert not TYPED.knows(lex(typed))


FULL = Tree(
    [
        verb(type("V", (kind,), {}, verb=words), example)
        if not change
        else replace(verb(type("V", (kind,), {}, verb=words), example), effect=Effect.CHANGE)
        for words, kind, example, change in [
            ("ask", Ask, "How long?", False),
            ("calls", Calls, "", False),
            ("summarize", Summarize, "", False),
            ("docs", Docs, "", False),
            ("docs show", ShowDocs, "handbook", False),
            ("docs embed", Embed, "handbook", True),
            ("docs disable", Embed, "handbook", True),
            ("docs add-url", Embed, "handbook", True),
            ("clusters", Docs, "", False),
            ("clusters show", ShowDocs, "x", False),
            ("clusters compute", Embed, "handbook", True),
            ("clusters delete", Embed, "x", True),
            ("insights", Docs, "", False),
            ("insights show", ShowDocs, "Mood", False),
            ("insights create", Embed, "Mood", True),
            ("insights edit", Embed, "Mood", True),
            ("insights delete", Embed, "Mood", True),
            ("insights groups", Docs, "", False),
            ("insights groups show", ShowDocs, "x", False),
            ("insights groups delete", Embed, "x", True),
            ("insights groups assign", Embed, "x", True),
            ("finetune", Docs, "", False),
            ("finetune show", ShowDocs, "x", False),
            ("finetune create", Embed, "x", True),
            ("finetune cancel", Embed, "x", True),
            ("models", Docs, "", False),
            ("channel", Docs, "", False),
            ("channel set", Embed, "x", True),
            ("usage", Docs, "", False),
        ]
    ]
)
"""As many verbs as one day there are."""


@pytest.mark.parametrize(
    ("typed", "words", "rest"),
    [
        ("doc", "docs", []),
        ("documents", "docs", []),
        ("Document", "docs", []),
        ("files", "docs", []),
        ("buckets", "docs", []),
        ("buckets --page 2", "docs", ["--page", "2"]),
        ("doc show handbook", "docs show", ["handbook"]),
        ("bucket show handbook", "docs show", ["handbook"]),
        ("bucket handbook show", None, []),
        ("docs view handbook", "docs show", ["handbook"]),
        ("docs get handbook", "docs show", ["handbook"]),
        ("docs ls", "docs", []),
        ("show docs handbook", "docs show", ["handbook"]),
        ("show docs", "docs", []),
        ("show me the docs", "docs", []),
        ("list all buckets", "docs", []),
        ("view document handbook", "docs show", ["handbook"]),
        ("cluster", "clusters", []),
        ("topics", "clusters", []),
        ("topic show 3fa85f64", "clusters show", ["3fa85f64"]),
        ("open cluster 3fa85f64", "clusters show", ["3fa85f64"]),
        ("insight", "insights", []),
        ("insight show Mood", "insights show", ["Mood"]),
        ("show insight Mood", "insights show", ["Mood"]),
        ("groups", "insights groups", []),
        ("group", "insights groups", []),
        ("insight groups", "insights groups", []),
        ("insights group show x", "insights groups show", ["x"]),
        ("show group x", "insights groups show", ["x"]),
        ("list groups", "insights groups", []),
        ("call", "calls", []),
        ("conversations --last 3", "calls", ["--last", "3"]),
        ("model", "models", []),
        ("show models", "models", []),
        ("fine-tune", "finetune", []),
        ("fine-tuning", "finetune", []),
        ("finetuning show x", "finetune show", ["x"]),
        ("fine tuning", "finetune", []),
        ("fine tuning show x", "finetune show", ["x"]),
        ("settings", "channel", []),
        ("show channel", "channel", []),
        ("costs", "usage", []),
    ],
)
def test_other_words_for_what_only_looks_are_understood(
    typed: str, words: str | None, rest: list[str]
) -> None:
    answer = FULL.find(lex(typed))

    if words is None:
        assert isinstance(answer, str)
        return
    assert not isinstance(answer, str), answer
    assert (answer[0].words, [word.text for word in answer[1]]) == (words, rest)


@pytest.mark.parametrize(
    ("typed", "no_such", "meant"),
    [
        ("docs rm handbook", "docs rm", "docs disable handbook"),
        ("docs remove handbook", "docs remove", "docs disable handbook"),
        ("docs delete handbook", "docs delete", "docs disable handbook"),
        ("delete bucket handbook", "delete bucket", "docs disable handbook"),
        ("remove the bucket handbook", "remove the bucket", "docs disable handbook"),
        ("doc embed handbook", "doc embed", "docs embed handbook"),
        ("documents upload handbook", "documents upload", "docs embed handbook"),
        ("docs link handbook", "docs link", "docs add-url handbook"),
        ("cluster rm 3fa85f64", "cluster rm", "clusters delete 3fa85f64"),
        ("topics new handbook", "topics new", "clusters compute handbook"),
        ("compute clusters handbook", "compute clusters", "clusters compute handbook"),
        ("new insight", "new insight", "insights create"),
        ("add insight", "add insight", "insights create"),
        ("insights add Mood", "insights add", "insights create Mood"),
        ("insight update Mood", "insight update", "insights edit Mood"),
        ("edit insight Mood", "edit insight", "insights edit Mood"),
        ("insights change Mood", "insights change", "insights edit Mood"),
        ("insights erase Mood", "insights erase", "insights delete Mood"),
        ("groups rm x", "groups rm", "insights groups delete x"),
        ("insight group attach x", "insight group attach", "insights groups assign x"),
        ("fine-tune create x", "fine-tune create", "finetune create x"),
        ("fine tuning stop x", "fine tuning stop", "finetune cancel x"),
        ("train finetune x", "train finetune", "finetune create x"),
        ("channel edit x", "channel edit", "channel set x"),
        ("configure channel", "configure channel", "channel set"),
    ],
)
def test_other_words_for_what_changes_something_are_told_and_not_done(
    typed: str, no_such: str, meant: str
) -> None:
    answer = FULL.find(lex(typed))

    assert isinstance(answer, str), answer
    said, _, below = answer.partition("\n\n")
    assert said == f"There's no command `{no_such}`. Did you mean `/telnyx {meant}`?"
    assert below.startswith("*")
    assert "Example: `" in below
    again = FULL.find(lex(meant))
    assert not isinstance(again, str)
    assert again[0].effect is Effect.CHANGE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("add-url handbook", "docs add-url handbook"),
        ("assign x", "insights groups assign x"),
        ("compute", "clusters compute"),
    ],
)
def test_a_deed_that_only_one_noun_has_is_told_with_it(typed: str, meant: str) -> None:
    answer = FULL.find(lex(typed))

    assert isinstance(answer, str)
    assert f"Did you mean `/telnyx {meant}`?" in answer


@pytest.mark.parametrize(
    ("typed", "nouns"),
    [("doc help", "docs"), ("help topics", "clusters"), ("fine tuning help", "finetune"), ("group ?", "insights groups")],
)  # fmt: skip
def test_help_about_a_noun_said_otherwise_is_its_help(typed: str, nouns: str) -> None:
    answer = FULL.find(lex(typed))

    assert isinstance(answer, str)
    assert answer == FULL.find(lex(f"{nouns} help"))


@pytest.mark.parametrize(
    "typed", ["rm", "rm -rf /", "s docs", "show", "show me", "the docs", "all", "new", "docs docs docs"]
)
def test_what_means_nothing_is_no_command(typed: str) -> None:
    answer = FULL.find(lex(typed))

    assert isinstance(answer, str)
    assert answer.startswith("There's no command `")


def test_every_other_word_leads_to_a_verb_that_there_is_or_will_be() -> None:
    planned = {"docs", "clusters", "insights groups", "finetune", "models", "calls", "search", "channel"}
    planned |= {"grants", "audit", "usage", "summarize", "transcribe", "ask", "actions", "jobs"}

    assert set(NOUNS.values()) <= planned
    assert not NOUNS.keys() & set(TREE.nouns), "a word of ours means itself"


@pytest.mark.parametrize(("typed", "words"), [("tasks", "jobs"), ("show job 3fa85f64", "jobs show")])
def test_tasks_are_jobs(typed: str, words: str) -> None:
    found = TREE.find(lex(typed))

    assert not isinstance(found, str)
    assert found[0].words == words


# ----------------------------------------------------------------------------- what a list says below itself
def test_below_a_list_stand_the_verbs_that_this_person_may_use() -> None:
    listed = FULL.typed["insights"]
    admin = [
        replace(one, right=Right.ADMIN) if one.effect is Effect.CHANGE else one for one in FULL.typed.values()
    ]
    tree = Tree(admin)

    assert FULL.also(listed, lambda _: True) == (
        "You can also: `insights show` · `insights create` · `insights edit` · `insights delete` · `insights groups` — "
        "`/telnyx insights help`"
    )
    assert tree.also(tree.typed["insights"], lambda right: right is not Right.ADMIN) == (
        "You can also: `insights show` · `insights groups` — `/telnyx insights help`"
    )
    assert tree.also(tree.typed["insights"], lambda _: False) == ""
    assert FULL.also(FULL.typed["models"], lambda _: True) == ""
    assert "`insights groups show`" in FULL.also(FULL.typed["insights groups"], lambda _: True)


def test_below_a_list_with_very_many_verbs_the_first_are_named() -> None:
    many = [verb(type("V", (ShowDocs,), {}, verb=f"docs v{number}")) for number in range(20)]
    tree = Tree([verb(Docs), *many])

    assert tree.also(tree.typed["docs"], lambda _: True).endswith("`docs v7` … — `/telnyx docs help`")


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

    told = [f"`--{name}` {Calls.model_fields[name].description}" for name in ("last", "channel", "number")]
    more = "[--since SINCE] [--assistant ASSISTANT] [--name NAME]"
    line = f"`/telnyx calls [--last LAST] [--channel CHANNEL]… [--number NUMBER] {more}`"
    assert text.startswith("\n".join(["*Calls.*", line, told[0], f"{told[1]} May be repeated.", told[2]]))
    assert "`--bucket` Search only this bucket. May be repeated.\n`--top` Passages to show" in TREE.usage(
        TREE.typed["search"]
    )


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
