"""Every verb against Telnyx's stand-in, in process: what it shows, what is not there, what goes wrong, who may not, done once.

A verb needs one line in ``CASES``; a line about a thing that has to exist names it in braces, see ``MAKERS``.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError

from bot.errors import RefusedError
from bot.render import confirm
from bot.render.ask import AddMe, AskPrivately, Share, TryAgain
from bot.render.blocks import LINK, MENU, Block, Message
from bot.render.errors import words as in_words
from bot.render.feedback import AskAgain, Explain, FollowUp, SayWhy, ThumbDown, ThumbUp, WithModel
from bot.render.grants import AnswerHere
from bot.render.intent import PICKED, Intent
from bot.render.outcomes import File, Listing, Shown, Table, as_message, as_modal, shown_from
from bot.render.refusal import AskExpert, OtherBuckets, WithoutDocuments
from bot.render.sources import OpenDocument, ShowPassages
from bot.render.unclear import Mean, MeanThis, OtherMeaning
from bot.services.access import NOTHING, Right, Some
from bot.store.channels import Channels
from bot.store.grants import ALL, Grant, Grantee, Thing
from bot.store.turns import Turns
from bot.telnyx import RetryPolicy, Telnyx
from config.settings import DEFAULT_MODEL
from handlers import line, tree
from handlers.home import home
from handlers.perform import Performer
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect
from handlers.verbs import BY_WORDS, VERBS
from sandbox.slack.blocks import check_blocks
from sandbox.slack.web_api.views import checked_view
from tests.loopback import PLAIN
from tests.unit.bot.conftest import KEY, TelnyxHouse, telnyx_house, without
from tests.unit.handlers.scene import UNTIL, Scene, button, in_view, option
from tests.unit.handlers.verb_house import ADA, HERE, KEPT, REFUSED, UNCLEAR, Bot, Got, VerbHouse

NOWHERE = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Case:
    """How a verb is wanted, and what is to be seen of it."""

    wanted: str | Intent
    """A typed line, or what its button carries."""
    shows: str
    """Words of the outcome."""
    operation: str = ""
    """The stand-in's name, or the path, of what is called at Telnyx last; "" where nothing is."""
    missing: str = ""
    """A line about something that is not there, and what is said then."""
    not_there: str = "There's no"
    empty: str = ""
    """What a list says that has no rows."""
    emptied: str = ""
    """A line about something that has none, where an empty account is not enough."""


CHAT, MODELS = "/ai/*chat/completions", "/ai/*models"
"""Moved by Telnyx, so that each has two names: patterns of their paths."""
CASES = {
    "ask": Case("ask How many days of leave do I have?", "leave.md", CHAT),
    "show_passages": Case(ShowPassages(turn=KEPT), "25 days"),
    "open_document": Case(OpenDocument(turn=KEPT, passage=1), "handbook/leave.md?token=", "storage.presigned"),
    "share": Case(Share(turn=KEPT), "Shared"),
    "add_me": Case(AddMe(channel="C0GENERAL", turn=KEPT), "Shared"),
    "try_again": Case(TryAgain(turn=KEPT), "handbook"),
    "ask_privately": Case(AskPrivately(turn=KEPT), "handbook"),
    "without_documents": Case(WithoutDocuments(turn=KEPT), "stand-in model"),
    "other_buckets": Case(OtherBuckets(turn=KEPT), "manual"),
    "thumb_up": Case(ThumbUp(turn=KEPT), "Thanks! Glad"),
    "thumb_down": Case(ThumbDown(turn=KEPT), "Anything to add?"),
    "feedback": Case(SayWhy(turn=KEPT, reason="Wrong", comment="It's 27."), "I noted it"),
    "why_this_answer": Case(Explain(turn=KEPT), "distance 0.100"),
    "ask_again": Case(AskAgain(turn=KEPT), "pocket-1b", MODELS),
    "with_model": Case(WithModel(turn=KEPT, model=DEFAULT_MODEL), "handbook"),
    "follow_up": Case(FollowUp(turn=KEPT, question="How many days of leave do I have?"), "leave.md", CHAT),
    "usage": Case("usage", "1,200", empty="There are no answers since"),
    "ask_expert": Case(AskExpert(turn=REFUSED), "I asked the experts"),
    "mean": Case(Mean(turn=UNCLEAR, number=1), "handbook"),
    "mean_this": Case(MeanThis(turn=UNCLEAR, meaning="Days of paid leave"), "handbook"),
    "other_meaning": Case(OtherMeaning(turn=UNCLEAR), "What do you mean?"),
    "summarize": Case("summarize {call}", "What it was about", CHAT, f"summarize {NOWHERE}"),
    "calls": Case("calls --last 3", "Newest first", "conversations.page", empty="There are no calls yet"),
    "docs": Case("docs", "handbook", "embeddings.buckets", empty="no embedded documents yet"),
    "docs show": Case(
        "docs show handbook", "leave.md", "embeddings.files", "docs show handbok", "Did you mean “handbook”?",
        "has no files", "docs show {emptied}",
    ),
    "docs embed": Case("docs embed handbook", "started embedding", "embeddings.embed", "docs embed handbok", "Did you mean “handbook”?"),
    "docs disable": Case(
        "docs disable handbook", "no longer search", "embeddings.delete", "docs disable handbok", "Did you mean “handbook”?"
    ),
    "insights": Case("insights", "Insights", "insights.page", empty="There are no insights yet"),
    "insights create": Case(
        'insights create Mood How did they feel? "a" #b', 'How did they feel? "a" #b', "insights.create"
    ),
    "clusters delete": Case(
        "clusters delete {cluster}", "I deleted the clustering", "clusters.delete", f"clusters delete {NOWHERE}"
    ),
    "models": Case(
        "models", "gte-large", MODELS, "models --task painting", "There's no model for", "Telnyx lists no models"
    ),
    "channel": Case("channel", "all that everyone who reads here may see"),
    "channel set": Case(
        "channel set --bucket handbook --mode follow", "`handbook` (set here)", "",
        "channel set --bucket handbok", "Did you mean “handbook”?",
    ),
    "grants": Case(
        "grants", "Withdraw", missing="grants --bucket handbok", not_there="Did you mean “handbook”?", empty="Nothing is granted"
    ),
    "grant": Case(
        "grant <#C0SALES0> --bucket handbook", "<#C0SALES0> can now see `handbook`", "",
        "grant C0SALES0 --bucket handbok", "Did you mean “handbook”?",
    ),
    "revoke": Case("revoke <!subteam^S0SUPPORT|@support> --calls", "I withdrew the grant of all calls from <!subteam^S0SUPPORT>"),
    "audit": Case("audit --verb docs --since 30d", "bucket=handbook", empty="I found no changes"),
    "answer_here": Case(AnswerHere(channel="C0SALES0"), "`/telnyx revoke #channel --bucket all`"),
}  # fmt: skip


AT_TELNYX = [words for words, case in CASES.items() if case.operation]
CHANGES = [verb.words for verb in VERBS if verb.effect is Effect.CHANGE]
KINDS = {verb.words: verb.intent for verb in VERBS} | {
    kind.verb: kind for kind in (confirm.Confirm, confirm.Dismiss)
}
"""What a button may mean."""
OWN_LOOP = pytest.mark.asyncio(loop_scope="module")
"""For tests that change nothing and so share a stand-in."""


# ------------------------------------------------------------------------------------------------- houses
async def furnished(telnyx: TelnyxHouse) -> VerbHouse:
    """With what the example data lacks."""
    await telnyx.client.insights.create("Mood", "How did the caller feel at the end?")
    house = VerbHouse(telnyx, Bot(telnyx.client))
    await house.bot.grants.give(
        Grant(HERE.team, Grantee.GROUP, "S0SUPPORT", Thing.CALLS, ALL, ADA.user, 1_790_000_000.0)
    )
    await Channels(house.bot.database).set(HERE.team, HERE.channel, experts="S0SUPPORT")
    columns = {"team": HERE.team, "channel": HERE.channel, "user": ADA.user, "user_team": ADA.user_team}
    turns = Turns(house.bot.database)
    await turns.begin(
        boot="",
        id=KEPT,
        kind="ask",
        team=HERE.team,
        channel=HERE.channel,
        root="",
        ts="",
        user=ADA.user,
        question="?",
    )
    passage = {
        "n": 1,
        "bucket": "handbook",
        "document": "leave.md",
        "text": "25 days",
        "distance": 0.1,
        "cited": True,
    }
    await turns.update(
        KEPT, model=DEFAULT_MODEL, prompt_tokens=1_200, completion_tokens=300, passages=[passage]
    )
    await house.bot.deeds.begin("do:1", verb="docs embed", given={"bucket": "handbook"}, **columns)
    return house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def built() -> AsyncIterator[VerbHouse]:
    """A stand-in that no test changes."""
    async with telnyx_house() as telnyx:
        yield await furnished(telnyx)


@pytest_asyncio.fixture(loop_scope="module")
async def shared(built: VerbHouse) -> AsyncIterator[VerbHouse]:
    yield built
    await built.well()


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    """A stand-in of its own."""
    async with telnyx_house() as telnyx:
        yield await furnished(telnyx)


@pytest.fixture
async def bare(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VerbHouse]:
    """The stand-in of an account that has nothing."""
    monkeypatch.setattr("sandbox.telnyx.models.CATALOG", ())
    async with telnyx_house(seeded=False) as telnyx:
        yield VerbHouse(telnyx, Bot(telnyx.client))


# ------------------------------------------------------------------------------------------ what Slack takes
def rungs(shown: Shown) -> Iterator[Message]:
    """A message and everything simpler."""
    message: Message | None = as_message(shown)
    while message is not None:
        yield message
        message = message.simpler


def taken_by_slack(shown: Shown | File, title: str) -> bool:
    """Slack takes it as a message, each rung of it, and as a window, and its buttons are read; durable work takes it as JSON."""
    if isinstance(shown, File):
        return bool(shown.name and shown.title and shown.content)
    for message in rungs(shown):
        assert message.text.strip()
        assert check_blocks(message.blocks, "message").problems == []
    checked_view(as_modal(shown, title).view(external_id="do:1"), "modal")
    assert shown_from(json.loads(json.dumps(asdict(shown)))) == shown
    return all(type(intent).unpack(intent.pack()) == intent for intent in intents(shown))


def pressable(blocks: Any) -> Iterator[Block]:
    """Buttons and entries of menus, wherever they stand."""
    if isinstance(blocks, list):
        for one in blocks:
            yield from pressable(one)
    elif isinstance(blocks, dict):
        if blocks.get("type") in ("button", "overflow"):
            yield blocks
        for one in blocks.values():
            yield from pressable(one)


def intents(shown: Shown) -> Iterator[Intent]:
    """What the buttons and menus of an outcome mean, read as a press is read."""
    for element in pressable(shown.blocks):
        if element["type"] == "overflow":
            assert element["action_id"] == MENU
            for entry in element["options"]:
                words, _, argument = entry["value"].partition(PICKED)
                yield KINDS[words].picked(argument)
        elif element["action_id"] != LINK:
            words = element["action_id"].partition("#")[0]
            yield KINDS[words].unpack(element["value"])


# ----------------------------------------------------------------------------------------------- the table
def test_every_verb_has_its_case() -> None:
    assert CASES.keys() == BY_WORDS.keys()
    assert len(BY_WORDS) == len(VERBS)


@OWN_LOOP
@pytest.mark.parametrize("words", [words for words in CASES if words not in CHANGES])
async def test_it_shows_what_was_wanted_and_slack_takes_it(words: str, shared: VerbHouse) -> None:
    verb, intent = await shared.read(CASES[words].wanted)

    got = await shared.get(verb, intent)

    assert (got.result, got.error) == ("done", "")
    assert CASES[words].shows in got.words
    assert taken_by_slack(got.shown, verb.title)


@pytest.mark.parametrize("words", CHANGES)
async def test_it_says_what_was_changed_and_slack_takes_it(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)

    got = await house.get(verb, intent)

    assert (got.result, got.error) == ("done", "")
    assert CASES[words].shows in got.words
    assert taken_by_slack(got.shown, verb.title)


@pytest.mark.parametrize("words", [words for words in CASES if BY_WORDS[words].question])
async def test_its_question_names_what_is_lost_and_slack_takes_it(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)
    request = await Performer(house.bot.services, house.bot.of).request(verb, intent, HERE, ADA, "cmd:1")
    assert verb.question

    question = await verb.question(request)

    given = question.intent.model_dump(mode="json")
    name = str(given[verb.typed_name]) if verb.typed_name else ""
    assert question.text.strip().endswith((".", "?"))
    assert isinstance(question.intent, verb.intent)
    assert len(question.yes) <= 24
    deed_id = "do:confirm:cmd:1"
    assert taken_by_slack(confirm.message(question.text, question.yes, deed_id, UNTIL), verb.title)
    window = confirm.window(verb.title, question.text, question.yes, deed_id, UNTIL, typed_name=name)
    assert taken_by_slack(window, verb.title)


@pytest.mark.parametrize("words", [words for words in CASES if BY_WORDS[words].form])
async def test_its_form_is_a_window_that_slack_takes(words: str, house: VerbHouse) -> None:
    verb = BY_WORDS[words]
    assert verb.form
    assert set(verb.form.fields) <= set(verb.intent.model_fields)
    required = {name for name, field in verb.intent.model_fields.items() if field.is_required()}
    assert required <= {*verb.form.fields, verb.form.carries}

    form = await Performer(house.bot.services, house.bot.of).form(
        verb, HERE, ADA, "cmd:1", notice="Something is wrong."
    )

    checked_view(form.view(external_id="do:1"), "modal")
    assert form.submit


async def test_lists_are_those_that_say_what_is_missing_when_they_have_no_rows(house: VerbHouse) -> None:
    lists = {
        words
        for words, case in CASES.items()
        if BY_WORDS[words].effect is Effect.LOOK
        and isinstance(await house.outcome(case.wanted), Listing | Table)
    }

    assert lists == {words for words, case in CASES.items() if case.empty}


@pytest.mark.parametrize("words", [words for words, case in CASES.items() if case.empty])
async def test_a_list_without_rows_is_a_sentence(words: str, bare: VerbHouse) -> None:
    case = CASES[words]

    got = await bare.get(*await bare.read(case.emptied or case.wanted))

    assert got.result == "done"
    assert case.empty in got.words
    assert taken_by_slack(got.shown, "List")


@OWN_LOOP
@pytest.mark.parametrize("words", [words for words, case in CASES.items() if case.missing])
async def test_what_is_not_there_is_said_with_what_there_is(words: str, shared: VerbHouse) -> None:
    got = await shared.get(*await shared.read(CASES[words].missing))

    assert (got.result == "done", got.error) == (False, "UsageError")
    assert CASES[words].not_there in got.words


TROUBLES = {
    404: {"TelnyxNotFoundError", "UsageError"},
    422: {"TelnyxInvalidError", "UsageError"},
    429: {"TelnyxRateLimitError"},
    500: {"TelnyxServerError"},
}


def said(got: Got) -> bool:
    """It is a sentence of its own, and not the one for a mistake of ours."""
    message = None if isinstance(got.shown, File) else as_message(got.shown)
    text = message.text if message else ""
    ours = in_words(ZeroDivisionError(), "").text.split(".")[0]
    return bool(text.strip()) and ours not in text and "Error" not in text


@OWN_LOOP
@pytest.mark.parametrize("status", TROUBLES)
@pytest.mark.parametrize("words", AT_TELNYX)
async def test_what_telnyx_refuses_is_said_and_is_not_done(
    words: str, status: int, shared: VerbHouse
) -> None:
    wanted = await shared.read(CASES[words].wanted)
    await shared.fault(CASES[words].operation, "status", status=status)

    got = await shared.get(*wanted)

    assert got.error in TROUBLES[status]
    assert got.result in ("failed", "refused")
    assert said(got)


@OWN_LOOP
@pytest.mark.parametrize("words", AT_TELNYX)
async def test_a_connection_that_is_cut_leaves_a_look_undone_and_a_change_unknown(
    words: str, shared: VerbHouse
) -> None:
    verb, intent = await shared.read(CASES[words].wanted)
    await shared.fault(CASES[words].operation, "drop")

    got = await shared.get(verb, intent)

    assert got.error in ("TelnyxUnreachableError", "TelnyxStreamError")
    assert got.result == ("unknown" if verb.effect is Effect.CHANGE else "failed")
    assert said(got)


@OWN_LOOP
@pytest.mark.parametrize("words", AT_TELNYX)
async def test_while_nobody_answers_at_telnyx_nothing_is_done(words: str, shared: VerbHouse) -> None:
    verb, intent = await shared.read(CASES[words].wanted)
    async with httpx.AsyncClient(verify=PLAIN, trust_env=False) as http:
        nobody = Telnyx(http, api_key=KEY, base_url="http://127.0.0.1:1/v2", retry=RetryPolicy(attempts=1))
        away = VerbHouse(shared.telnyx, Bot(nobody))

        got = await away.get(verb, intent)

    assert got.error == "TelnyxUnreachableError"
    assert got.result == "failed"
    assert said(got)


@OWN_LOOP
@pytest.mark.parametrize("words", CASES)
async def test_whoever_may_not_is_refused_before_telnyx_is_asked(words: str, shared: VerbHouse) -> None:
    verb, intent = await shared.read(CASES[words].wanted)
    right = verb.right if verb.right is not Right.EVERYONE else Right.DOCUMENTS  # what its turn asks for
    before = len(await shared.calls())

    for audience in (NOTHING, without(right)):
        got = await shared.get(verb, intent, audience)

        assert (got.result == "done", got.error) == (False, "RefusedError")
    assert len(await shared.calls()) == before


@OWN_LOOP
@pytest.mark.parametrize("words", [words for words in CASES if BY_WORDS[words].choices])
async def test_whoever_may_not_is_offered_nothing_to_choose(words: str, shared: VerbHouse) -> None:
    verb, before = BY_WORDS[words], len(await shared.calls())
    shared.bot.audience = without(verb.right)

    performer = Performer(shared.bot.services, shared.bot.of)
    for name in verb.choices:
        with pytest.raises(RefusedError):
            await performer.choices(verb, name, "", HERE, ADA, work_id="options:1")

    assert len(await shared.calls()) == before


# ---------------------------------------------------------------------------------------------- done once
@pytest.mark.parametrize("words", [words for words in CASES if BY_WORDS[words].effect is not Effect.LOOK])
async def test_a_delivery_that_comes_again_is_the_same_work(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)
    scene = Scene(services=house.bot.services)

    for _ in range(2):
        if verb.typed:
            await scene.type(await house.fill(str(CASES[words].wanted)))
        else:
            await scene.press(
                button(intent) | {"action_ts": "5.5"},
                in_view() | {"user": {"id": ADA.user}, "team": {"id": HERE.team}},
            )
    if verb.question:
        (deed,) = scene.questions
        for _ in range(2):
            await scene.press(button(confirm.Confirm(deed=deed)))

    ids = [work.id for work in scene.all("started")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(ids[0]) <= 255  # what a column holds


@pytest.mark.parametrize("words", CHANGES)
async def test_a_change_that_is_done_again_is_made_once(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)
    before = await house.state()
    await house.get(verb, intent, work_id="cmd:1")
    once = await house.state()

    again = await house.get(verb, intent, work_id="cmd:1", again=True)

    assert once != before
    assert await house.state() == once
    assert again.result == "done"


@pytest.mark.parametrize("words", [words for words in CHANGES if CASES[words].operation])
async def test_a_change_whose_answer_was_lost_is_found_to_be_made(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)
    before = await house.state()
    await house.fault(CASES[words].operation, "cut", count=1)

    lost = await house.get(verb, intent, work_id="cmd:1")
    made = await house.state()
    again = await house.get(verb, intent, work_id="cmd:1", again=True)

    assert made != before
    assert lost.result in (("done",) if verb.found else ("done", "unknown"))  # never said not to be done
    assert again.result == "done"
    assert await house.state() == made


@OWN_LOOP
@pytest.mark.parametrize("words", CHANGES)
async def test_a_right_that_was_withdrawn_does_not_make_a_change_undone(
    words: str, shared: VerbHouse
) -> None:
    got = await shared.get(*await shared.read(CASES[words].wanted), NOTHING, again=True)

    assert (got.result, got.error) == ("unknown", "RefusedError")


# -------------------------------------------------------------------------------- words, arguments, buttons
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.typed], ids=lambda verb: verb.words)
def test_its_example_can_be_typed_packed_and_picked(verb: AnyVerb) -> None:
    found = tree.find(lex(f"{verb.words} {verb.example}"))

    assert not isinstance(found, str)
    assert found[0] is verb
    if verb.example or not any(field.is_required() for field in verb.intent.model_fields.values()):
        intent = line.read(verb.intent, f"{verb.words} {verb.example}", found[1])
        assert verb.intent.unpack(intent.pack()) == intent
        assert verb.intent.model_validate(json.loads(json.dumps(intent.model_dump(mode="json")))) == intent
        given = intent.model_dump(exclude_defaults=True)
        if len(given) <= 1 and all(isinstance(value, str) for value in given.values()):
            words, _, argument = option(intent)["selected_option"]["value"].partition(PICKED)
            assert BY_WORDS[words].intent.picked(argument) == intent
    assert verb.example or not verb.form or any(f.is_required() for f in verb.intent.model_fields.values())


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.words)
def test_it_says_what_it_does(verb: AnyVerb) -> None:
    assert verb.help.endswith(".") or not verb.typed
    assert re.fullmatch(r"[a-z_]+( [a-z-]+){0,2}", verb.words)
    assert 1 <= len(verb.title) <= 24
    assert verb.window == "" or verb.effect is Effect.LOOK
    assert len(verb.words) <= 64


DESTROYS = re.compile(r"\b(delete|disable|cancel)\b")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.words)
def test_what_destroys_asks_first_and_what_asks_first_changes(verb: AnyVerb) -> None:
    destroys = any(DESTROYS.search(name.replace(".", " ")) for name in (verb.words, *verb.operations))

    assert verb.question is not None or not destroys
    assert verb.effect is Effect.CHANGE or (verb.question is None and verb.found is None)
    assert verb.typed_name == "" or (
        verb.question is not None and verb.typed_name in verb.intent.model_fields
    )
    assert set(verb.choices) <= set(verb.form.fields if verb.form else ())


SIGHTLESS = {"clusters delete": "nothing lists clusterings so far"}
"""Changes that nothing shows, each with why."""


@pytest.mark.parametrize("verb", [v for v in VERBS if v.effect is Effect.CHANGE], ids=lambda verb: verb.words)
def test_where_nobody_can_tell_whether_it_was_done_there_is_a_way_to_look(verb: AnyVerb) -> None:
    assert (verb.see == "") is (not verb.typed or verb.words in SIGHTLESS)
    assert not verb.see or BY_WORDS[verb.see].effect is Effect.LOOK


@pytest.mark.parametrize("verb", [v for v in VERBS if v.effect is Effect.TURN], ids=lambda verb: verb.words)
async def test_a_turn_asks_for_the_right_that_its_producer_asks_for(verb: AnyVerb) -> None:
    async with httpx.AsyncClient(verify=PLAIN) as http:
        house = VerbHouse(Any, Bot(Telnyx(http, api_key=KEY)), {"call": NOWHERE})  # type: ignore[arg-type] # nothing is asked
        asked = await house.outcome(CASES[verb.words].wanted)

    right = house.bot.producer(asked.kind).right(asked)  # type: ignore[union-attr, arg-type] # a turn gives what is asked
    assert verb.right == right or (verb.right is Right.EVERYONE and not verb.typed)
    json.dumps(asked.to_json())  # type: ignore[union-attr] # as above


def unbounded(schema: dict[str, Any], at: str = "") -> list[str]:
    """The places of a JSON schema that may hold any amount."""
    if "enum" in schema or "const" in schema or schema.get("type") in ("boolean", "null"):
        return []
    if "anyOf" in schema:
        return [place for one in schema["anyOf"] for place in unbounded(one, at)]
    kind = schema.get("type")
    if kind == "object":
        assert schema["additionalProperties"] is False
        return [p for name, one in schema["properties"].items() for p in unbounded(one, f"{at}.{name}")]
    if kind == "array":
        return ([] if "maxItems" in schema else [at]) + unbounded(schema["items"], f"{at}[]")
    if kind in ("integer", "number"):
        return [] if {"minimum", "exclusiveMinimum"} & schema.keys() and "maximum" in schema else [at]
    return [] if kind == "string" and "maxLength" in schema else [at]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.words)
def test_nothing_without_a_bound_can_be_stored(verb: AnyVerb) -> None:
    assert unbounded(verb.intent.model_json_schema()) == []


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.words)
def test_what_is_not_known_is_refused_and_not_repeated(verb: AnyVerb) -> None:
    with pytest.raises(ValidationError) as caught:
        verb.intent.model_validate({"nonsense": "a secret"})

    assert "a secret" not in str(caught.value)


def test_the_home_tab_is_taken_by_slack_and_its_buttons_open_verbs() -> None:
    view = home()
    checked_view(view, "home")

    names = [element["action_id"] for element in pressable(view["blocks"])]
    assert names == [verb.words for verb in VERBS if verb.home]
    for element in pressable(view["blocks"]):
        verb = BY_WORDS[element["action_id"]]
        assert verb.form or verb.intent.unpack(element["value"])


def test_no_two_forms_or_shortcuts_have_the_same_name() -> None:
    forms = [verb.form.callback or verb.words for verb in VERBS if verb.form]
    shortcuts = [one.callback for verb in VERBS for one in verb.shortcuts]

    assert len(set(forms)) == len(forms)
    assert len(set(shortcuts)) == len(shortcuts)
    assert confirm.CALLBACK not in forms
    assert MENU not in BY_WORDS
    assert not {confirm.Confirm.verb, confirm.Dismiss.verb} & BY_WORDS.keys()


@OWN_LOOP
@pytest.mark.parametrize("words", CASES)
async def test_whoever_may_see_little_learns_nothing_of_the_rest(words: str, shared: VerbHouse) -> None:
    library = shared.telnyx.standin.library
    conversations = await shared.telnyx.client.conversations.page(limit=100)
    hidden = {*library.buckets, *(file for bucket in library.buckets.values() for file in bucket.documents)}
    hidden |= {call.name for call in conversations if call.name} | {call.id for call in conversations}
    little = Some.of(("archive",))
    member = replace(without(Right.ADMIN), buckets=little, named=little, calls=little, roles=frozenset())

    for wanted in (CASES[words].wanted, CASES[words].missing or CASES[words].wanted):
        verb, intent = await shared.read(wanted)
        typed = f"{wanted} {intent.model_dump_json()}"
        got = await shared.get(verb, intent, member)

        assert not [name for name in hidden if name in got.words and name not in typed], got.words
