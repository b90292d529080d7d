"""Every verb against Telnyx's stand-in, in process: what it shows, what is not there, what goes wrong, who may not, done once.

A verb needs one line in ``CASES``; a line about a thing that has to exist names it in braces, see ``MAKERS``.
"""

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError

from bot.errors import RefusedError
from bot.render import confirm
from bot.render.action_items import GiveBack, ItemDone, Reopen, TakeItem
from bot.render.ask import AddMe, AskAbout, AskPrivately, Share, StopTurn, TryAgain
from bot.render.blocks import LINK, MENU, Block, Message
from bot.render.call_places import ShowPlace
from bot.render.channel import UseModel
from bot.render.docs import AddLink
from bot.render.errors import words as in_words
from bot.render.feedback import AskAgain, Explain, FollowUp, SayWhy, ThumbDown, ThumbUp, WithModel
from bot.render.grants import AnswerHere
from bot.render.home import RefreshHome
from bot.render.intent import PICKED, Intent
from bot.render.outcomes import File, Listing, Shown, Table, as_message, as_modal, shown_from
from bot.render.refusal import AskExpert, OtherBuckets, WithoutDocuments
from bot.render.sources import OpenDocument, OpenFound, ShowPassages
from bot.render.summarize_thread import JoinAndSummarize
from bot.render.transcribe import SummarizeTranscript
from bot.render.unclear import Mean, MeanThis, OtherMeaning
from bot.services.access import EVERYTHING, NOTHING, Right, Some
from bot.services.home import Home
from bot.store.action_items import Items, Kept
from bot.store.channels import Channels
from bot.store.grants import ALL, Grant, Grantee, Thing
from bot.store.subscriptions import Subscription
from bot.store.turns import Turns
from bot.telnyx import RetryPolicy, Telnyx
from config.answers import DEFAULT_MODEL
from handlers import line, tree
from handlers.home import THERE, view
from handlers.perform import Performer
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect
from handlers.verbs import BY_WORDS, VERBS
from sandbox.slack.blocks import check_blocks
from sandbox.slack.findings import PICTURES, silent
from sandbox.slack.web_api.views import checked_view
from tests.loopback import PLAIN
from tests.unit.bot.conftest import KEY, TelnyxHouse, telnyx_house, without
from tests.unit.bot.sightings import Account, sighting
from tests.unit.handlers.scene import UNTIL, Scene, button, in_view, option
from tests.unit.handlers.verb_house import (
    ADA,
    HERE,
    KEPT,
    REFUSED,
    THREAD_TS,
    TUNABLE,
    UNCLEAR,
    Bot,
    Got,
    VerbHouse,
)

LONG_CALL = "e2e5f3bb-bf8e-5b88-b1f9-c2eb639bf891"
"""Of the example data, *Planning the move of four offices*."""
MESSAGE = f"https://acme.slack.com/archives/C0GENERAL/p{THREAD_TS.replace('.', '')}"
NOWHERE = "00000000-0000-4000-8000-000000000000"
OPEN_ITEM, TAKEN_ITEM, DONE_ITEM = "open", "taken", "done"
"""The ids of action items of Ada's."""


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
    "open_found": Case(OpenFound(bucket="handbook", document="leave.md"), "handbook/leave.md?token=", "storage.presigned"),
    "search": Case(
        "search annual leave", "27 days", "embeddings.search", "search leave --bucket handbok", "Did you mean “handbook”?",
        "I found no passage about", "search annual leave --bucket {emptied}",
    ),
    "ask_about_passage": Case(AskAbout(bucket="handbook", question="Carrying over?"), "Carrying over?", "embeddings.buckets"),
    "open_document": Case(OpenDocument(turn=KEPT, passage=1), "handbook/leave.md?token=", "storage.presigned"),
    "share": Case(Share(turn=KEPT), "Shared"),
    "add_me": Case(AddMe(channel="C0GENERAL", turn=KEPT), "Shared"),
    "stop_turn": Case(StopTurn(turn=KEPT), "It's finished already"),
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
    "transcribe": Case(
        "transcribe https://help.example.com/voicemail-order.wav", "this is Mia Keller", "audio.transcribe",
        "transcribe https://help.example.com/none.wav", "couldn't transcribe what's at that address",
    ),
    "summarize_transcript": Case(SummarizeTranscript(turn=KEPT), "Made from the transcript", CHAT),
    "calls place": Case(ShowPlace(call=LONG_CALL, at=65), ":point_right: *01:04", "conversations.messages"),
    "join_and_summarize": Case(JoinAndSummarize(turn=KEPT), "handbook"),
    "calls": Case("calls --last 3", "Newest first", "conversations.page", empty="There are no calls yet"),
    "calls new": Case(
        "calls new --name Callback --meta priority=high", "I created the call *Callback*", "conversations.create"
    ),
    "calls note": Case(
        "calls note {call} Ada wants a call back at noon.", "Ada wants a call back at noon.", "conversations.add_message",
        f"calls note {NOWHERE} Hello",
    ),
    "calls tag": Case(
        "calls tag {call} priority=high note=call back", "`note`: _nothing_ → call back", "conversations.update",
        f"calls tag {NOWHERE} priority=high",
    ),
    "calls take-over": Case(
        "calls take-over {live}", "The assistant no longer answers in it", "conversations.update", f"calls take-over {NOWHERE}"
    ),
    "calls hand-back": Case(
        "calls hand-back {silent}", "The assistant answers in it again", "conversations.update", f"calls hand-back {NOWHERE}"
    ),
    "calls delete": Case("calls delete {call}", "I deleted the call", "conversations.delete", f"calls delete {NOWHERE}"),
    "calls filter": Case(
        "calls filter --channel phone_call --number 1201", "Only calls over `phone_call`", "conversations.page",
        empty="There are no such calls",
    ),
    "actions": Case("actions", "Send the contract", empty="You have no open action items"),
    "actions take": Case(TakeItem(item=OPEN_ITEM), "It's yours now"),
    "actions give-back": Case(GiveBack(item=TAKEN_ITEM), "You gave this back"),
    "actions done": Case(ItemDone(item=TAKEN_ITEM), "Done: Send the contract"),
    "actions reopen": Case(Reopen(item=DONE_ITEM), "This is open again"),
    "calls search": Case(
        "calls search my mailbox is locked", "Mailbox locked after wrong PIN", "/ai/conversation_histories",
        empty="I found nothing about",
    ),
    "calls show": Case("calls show {call}", "phone call", "conversations.messages", f"calls show {NOWHERE}"),
    "calls transcript": Case(
        "calls transcript {call}", "Transcript of Mailbox locked", "conversations.messages", f"calls transcript {NOWHERE}"
    ),
    "calls insights": Case(
        "calls insights {call}", "The PIN was reset", "conversations.insights", f"calls insights {NOWHERE}"
    ),
    "docs": Case("docs", "handbook", "embeddings.buckets", empty="no embedded documents yet"),
    "docs show": Case(
        "docs show handbook", "leave.md", "embeddings.files", "docs show handbok", "Did you mean “handbook”?",
        "has no files", "docs show {emptied}",
    ),
    "docs embed": Case("docs embed handbook", "started embedding", "embeddings.embed", "docs embed handbok", "Did you mean “handbook”?"),
    "docs add-url": Case(
        "docs add-url handbook https://help.example.com/", "started adding", "embeddings.url",
        "docs add-url handbok https://help.example.com/", "Did you mean “handbook”?",
    ),
    "add_link": Case(AddLink(bucket="handbook"), "Address", "embeddings.buckets"),
    "docs keep": Case(
        f"docs keep handbook {MESSAGE}", "I kept the thread in `handbook` as `how-long-is-the-notice-C0GENERAL-", "objects.put",
        f"docs keep handbok {MESSAGE}", "Did you mean “handbook”?",
    ),
    "docs tasks": Case("docs tasks", "handbook", "embeddings.tasks", empty="no such embedding tasks"),
    "jobs": Case("jobs", "Embedding of handbook", empty="Nothing is running"),
    "jobs show": Case("jobs show {task}", "handbook", "embeddings.tasks", f"jobs show {NOWHERE}"),
    "jobs files": Case(
        "jobs files {failed}", "damaged", "embeddings.files", f"jobs files {NOWHERE}",
        empty="No file of this job failed", emptied="jobs files {embedded}",
    ),
    "jobs on-it": Case("jobs on-it handbook", "You're on it now: `handbook`", "", f"jobs on-it {NOWHERE}"),
    "jobs snooze": Case(
        "jobs snooze handbook", "I won't post news of `handbook` in <#C0JOBS> until", "", f"jobs snooze {NOWHERE}"
    ),
    "jobs wake": Case(
        "jobs wake handbook", "I'll post news of `handbook` in <#C0JOBS> again", "", f"jobs wake {NOWHERE}"
    ),
    "jobs mute": Case("jobs mute handbook", "in <#C0JOBS> anymore", "", f"jobs mute {NOWHERE}"),
    "jobs unmute": Case("jobs unmute handbook", "in <#C0JOBS> again", "", f"jobs unmute {NOWHERE}"),
    "jobs subscribe": Case(
        "jobs subscribe embeddings --bucket handbook --only failures",
        "news of embedding tasks of `handbook` in <#C0GENERAL>, but only when something goes wrong.", "",
        "jobs subscribe --bucket handbok", "Did you mean “handbook”?",
    ),
    "jobs unsubscribe": Case(
        "jobs unsubscribe clusters", "I ended 1 subscription in <#C0GENERAL>", "", "jobs unsubscribe calls"
    ),
    "jobs subscriptions": Case("jobs subscriptions", "*Clusterings* in <#C0GENERAL>", empty="There are no subscriptions here"),
    "docs disable": Case(
        "docs disable handbook", "no longer search", "embeddings.delete", "docs disable handbok", "Did you mean “handbook”?"
    ),
    "insights": Case("insights", "Insights", "insights.page", empty="There are no insights yet"),
    "insights show": Case(
        "insights show Mood", "How did the caller feel at the end?", "insights.get", "insights show Moods", "There's no insight “Moods”"
    ),
    "insights edit": Case(
        "insights edit Mood --name Temper --webhook https://example.com/hook", "Name: Mood → Temper", "insights.update",
        "insights edit Moods --name Temper", "There's no insight “Moods”",
    ),
    "insights delete": Case(
        "insights delete Mood", "I deleted the insight *Mood*", "insights.delete",
        f"insights delete {NOWHERE}", "There's no insight",
    ),
    "insights results": Case(
        "insights results {counted}", "67%", "conversations.aggregates", "insights results Moods", "There's no insight “Moods”",
        "There are no results of this since",
    ),
    "insights create": Case(
        'insights create Mood How did they feel? "a" #b', 'How did they feel? "a" #b', "insights.create"
    ),
    "clusters": Case("clusters", "Show topics", "clusters.page", empty="No one has looked for topics yet"),
    "clusters show": Case(
        "clusters show {topics} --sub", "Show passages", "clusters.get", f"clusters show {NOWHERE}"
    ),
    "clusters topic": Case(
        "clusters topic {topics} 1", "passages in", "clusters.get", "clusters topic {topics} 1.99"
    ),
    "clusters picture": Case(
        "clusters picture {topics}", "Topics in handbook", "clusters.graph", f"clusters picture {NOWHERE}"
    ),
    "clusters compute": Case(
        "clusters compute handbook --min-size 3", "started finding topics", "clusters.compute",
        "clusters compute handbok", "Did you mean “handbook”?",
    ),
    "insights groups": Case("insights groups", "Support", "insight_groups.page", empty="There are no insight groups yet"),
    "insights groups show": Case(
        "insights groups show Support", "How fast?", "insight_groups.get", "insights groups show Suport",
        empty="has no insights yet", emptied="insights groups show {group}",
    ),
    "insights groups create": Case(
        "insights groups create Service --webhook https://crm.example.com/x?token=1", "to `crm.example.com`.", "insight_groups.create"
    ),
    "insights groups edit": Case(
        "insights groups edit Support --name Service", "I changed the name of the insight group *Service*", "insight_groups.update",
        f"insights groups edit {NOWHERE} --name Service",
    ),
    "insights groups assign": Case(
        "insights groups assign Support Mood", "I added *Mood* to *Support*", "insight_groups.assign",
        "insights groups assign Support Moood",
    ),
    "insights groups unassign": Case(
        "insights groups unassign Support Pace", "I removed *Pace* from *Support*", "insight_groups.unassign",
        "insights groups unassign Support Mood", "“Mood” isn't in the group “Support”",
    ),
    "insights groups delete": Case(
        "insights groups delete Support", "I deleted the insight group *Support*", "insight_groups.delete",
        f"insights groups delete {NOWHERE}",
    ),
    "clusters delete": Case(
        "clusters delete {cluster}", "I deleted the clustering", "clusters.delete", f"clusters delete {NOWHERE}"
    ),
    "finetune": Case("finetune", "`billing-004` is running", "fine_tuning.jobs", empty="Nothing has been fine-tuned yet"),
    "finetune show": Case("finetune show support-tone", "547,200 trained tokens", "fine_tuning.job", "finetune show nowhere"),
    "finetune create": Case(
        f"finetune create {TUNABLE} handbook --epochs 2 --suffix polite", "is waiting", "fine_tuning.create",
        "finetune create moonshotai/Kimi-K2.6 handbook", "There's no fine-tunable model",
    ),
    "finetune cancel": Case(
        "finetune cancel {tuning}", "was canceled", "fine_tuning.cancel", "finetune cancel support-tone", "already succeeded"
    ),
    "models": Case(
        "models", "gte-large", MODELS, "models --task painting", "There's no model for", "Telnyx lists no models"
    ),
    "channel": Case("channel", "all that everyone who reads here may see"),
    "channel set": Case(
        "channel set --bucket handbook --mode follow", "`handbook` (set here)", "",
        "channel set --bucket handbok", "Did you mean “handbook”?",
    ),
    "channel use": Case(UseModel(model="moonshotai/Kimi-K2.6"), "`moonshotai/Kimi-K2.6` (set here)"),
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
MADE = [words for words in CHANGES if not BY_WORDS[words].gives_file]
"""Changes that the verb itself makes; a file is shared after it (tests/unit/bot/slack/writing/test_files.py)."""
KINDS = {verb.words: verb.intent for verb in VERBS} | {
    kind.verb: kind for kind in (confirm.Confirm, confirm.Dismiss)
}
"""What a button may mean."""
OWN_LOOP = pytest.mark.asyncio(loop_scope="module")
"""For tests that change nothing and so share a stand-in."""


# ------------------------------------------------------------------------------------------------- houses
def item(key: str) -> Kept:
    """An action item, of a call that isn't there anymore."""
    taken = ADA.user if key == TAKEN_ITEM else None
    done = (ADA.user, 2.0) if key == DONE_ITEM else (None, None)
    return Kept(
        key, HERE.team, NOWHERE, "assistant-1", "Porting", "ada", "Ada", "Send the contract", 75, KEPT, ADA.user, 1.0, taken, *done
    )  # fmt: skip


async def furnished(telnyx: TelnyxHouse) -> VerbHouse:
    """With what the example data lacks."""
    await telnyx.client.insights.create("Mood", "How did the caller feel at the end?")
    await telnyx.client.clusters.create("handbook")
    pace = await telnyx.client.insights.create("Pace", "How fast?")
    group = await telnyx.client.insight_groups.create("Support")
    await telnyx.client.insight_groups.assign(group.id, pace.id)
    house = VerbHouse(telnyx, Bot(telnyx.client))
    subscription = Subscription(HERE.team, HERE.channel, "clusters", "", by=ADA.user, at=1.0)
    await house.bot.subscriptions.put(subscription)
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
    await Account(house.bot.database).see(
        sighting("task-1", "processing", bucket="handbook", began=time.time())
    )
    await Items(house.bot.database).replace(
        HERE.team, NOWHERE, [*map(item, (OPEN_ITEM, TAKEN_ITEM, DONE_ITEM))]
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
    """Slack takes it as a message, each rung of it, and as a window, and its buttons are read; durable work takes it as JSON.

    What a screen reader is given says everything: a text for the blocks, words for pictures and buttons.
    """
    if isinstance(shown, File):
        described = bool(shown.alt.strip()) or not shown.name.lower().endswith(PICTURES)
        return described and bool(shown.name and shown.title and shown.content)
    for message in rungs(shown):
        assert message.text.strip()
        assert check_blocks(message.blocks, "message").problems == []
        assert list(silent(message.blocks)) == []
    assert list(silent(as_modal(shown, title).blocks)) == []
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

    assert question is not None
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
    assert required <= {*verb.form.fields, *verb.form.carries}
    _, intent = await house.read(CASES[words].wanted)
    named = intent.model_dump(include={*verb.form.carries}, exclude_unset=True) if verb.filled else None

    form = await Performer(house.bot.services, house.bot.of).form(
        verb, HERE, ADA, "cmd:1", given=named, notice="Something is wrong."
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
    assert got.result == ("unknown" if words in MADE else "failed")
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
    right = await shared.needed(verb, intent)
    before = shared.asked

    for audience in (NOTHING, without(right)):
        got = await shared.get(verb, intent, audience)

        assert (got.result == "done", got.error) == (False, "RefusedError")
    assert shared.asked == before


@OWN_LOOP
@pytest.mark.parametrize("words", [words for words in CASES if BY_WORDS[words].choices])
async def test_whoever_may_not_is_offered_nothing_to_choose(words: str, shared: VerbHouse) -> None:
    verb, before = BY_WORDS[words], shared.asked
    shared.bot.audience = without(verb.right)

    performer = Performer(shared.bot.services, shared.bot.of)
    for name in verb.choices:
        with pytest.raises(RefusedError):
            await performer.choices(verb, name, "", HERE, ADA, work_id="options:1")

    assert shared.asked == before


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


@pytest.mark.parametrize("words", MADE)
async def test_a_change_that_is_done_again_is_made_once(words: str, house: VerbHouse) -> None:
    verb, intent = await house.read(CASES[words].wanted)
    before = await house.state()
    await house.get(verb, intent, work_id="cmd:1")
    once = await house.state()

    again = await house.get(verb, intent, work_id="cmd:1", again=True)

    assert once != before
    assert await house.state() == once
    assert again.result == "done"


@pytest.mark.parametrize("words", [words for words in MADE if CASES[words].operation])
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


@pytest.mark.parametrize("verb", [v for v in VERBS if v.effect is Effect.CHANGE], ids=lambda verb: verb.words)
def test_where_nobody_can_tell_whether_it_was_done_there_is_a_way_to_look(verb: AnyVerb) -> None:
    assert (verb.see == "") is (not verb.typed)
    assert not verb.see or BY_WORDS[verb.see].effect is Effect.LOOK


@pytest.mark.parametrize("verb", [v for v in VERBS if v.effect is Effect.TURN], ids=lambda verb: verb.words)
async def test_a_turn_asks_for_the_right_that_its_producer_asks_for(verb: AnyVerb) -> None:
    async with httpx.AsyncClient(verify=PLAIN) as http:
        house = VerbHouse(Any, Bot(Telnyx(http, api_key=KEY)), {"call": NOWHERE})  # type: ignore[arg-type] # nothing is asked
        asked = await house.outcome(CASES[verb.words].wanted)

    right = house.bot.producer(asked.kind).right(asked)  # type: ignore[union-attr, arg-type] # a turn gives what is asked
    of_its_kind = not verb.typed or right in verb.takes.values()
    assert verb.right == right or (verb.right is Right.EVERYONE and of_its_kind)
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
    tab = view(Home(audience=EVERYTHING, whole=True), 0.0)
    checked_view(tab, "home")

    offered = [element for element in pressable(tab["blocks"]) if element["action_id"] != RefreshHome.verb]
    names = [element["action_id"] for element in offered]
    assert sorted(names) == sorted([*(verb.words for verb in VERBS if verb.home), *THERE])
    for element in offered:
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
