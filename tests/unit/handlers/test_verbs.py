"""Every verb against Telnyx's stand-in, in process: what it shows, what is not there, what Telnyx refuses, who may not."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.render.blocks import Message
from bot.render.outcomes import Modal
from bot.runtime import Services
from bot.services.access import EVERYTHING, NOTHING, Audience, Destination, Right
from bot.services.calls import Calls
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.insights import Insights
from bot.services.models import Models
from bot.telnyx import TelnyxError
from handlers import line, tree
from handlers.perform import Performer, sentence
from handlers.typed import lex
from handlers.verb import Effect
from handlers.verbs import VERBS
from sandbox.slack.blocks import check_blocks
from tests.unit.bot.conftest import TelnyxHouse, telnyx_house

BY = Destination("T0ACME", "C0GENERAL", "", "U0ADA", "T0ACME", private=True, shared=False)
MISSING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Case:
    """What to type, the operation of Telnyx behind it, words of the outcome; and a line about something that is not there."""

    typed: str
    operation: str
    shows: str
    missing: str = ""
    not_there: str = "There is no"


CASES = {
    "calls": Case("calls --last 3", "conversations.page", "The latest 3 calls"),
    "docs show": Case(
        "docs show handbook", "embeddings.files", "leave.md", "docs show handbok", "Did you mean “handbook”?"
    ),
    "docs embed": Case("docs embed handbook", "embeddings.embed", "has started", "docs embed handbok"),
    "docs disable": Case(
        "docs disable handbook", "embeddings.delete", "not searched any more", "docs disable handbok"
    ),
    "insights create": Case(
        'insights create Mood How did they feel? "a" #b', "insights.create", 'How did they feel? "a" #b'
    ),
    "clusters delete": Case(
        "clusters delete {cluster}",
        "clusters.delete",
        "is deleted",
        f"clusters delete {MISSING}",
        "Telnyx does not know this",
    ),
    "models": Case("models", "models", "gte-large", "models --task painting", "No model does"),
}
TURNS = {"ask": "ask How long?", "summarize": f"summarize {MISSING}"}
DIRECT = {verb.words: verb for verb in VERBS if verb.typed and verb.effect is not Effect.TURN}


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


async def perform(house: TelnyxHouse, typed: str, audience: Audience = EVERYTHING) -> Message | Modal:
    if "{cluster}" in typed:
        typed = typed.format(cluster=await house.client.clusters.create("handbook"))
    telnyx: Any = house.client
    unused: Any = None
    services = Services(
        unused,
        Calls(telnyx),
        Clusters(telnyx),
        Documents(telnyx),
        Insights(telnyx),
        Models(telnyx, "m"),
        unused,
        "C0JOBS",
    )

    async def audience_of(_: Destination) -> Audience:
        return audience

    found = tree.find(lex(typed))
    assert not isinstance(found, str), found
    verb, said = found
    return await Performer(services, audience_of).shown(
        verb, line.read(verb.intent, typed, said), BY, f"cmd:{uuid.uuid4()}"
    )


def test_every_verb_has_its_case() -> None:
    assert CASES.keys() == DIRECT.keys()
    assert TURNS.keys() == {verb.words for verb in VERBS if verb.typed and verb.effect is Effect.TURN}


@pytest.mark.parametrize("words", CASES)
async def test_it_shows_what_was_wanted_in_blocks_that_slack_takes(words: str, house: TelnyxHouse) -> None:
    shown = await perform(house, CASES[words].typed)

    assert isinstance(shown, Message)
    assert CASES[words].shows in f"{shown.text} {shown.blocks}"
    assert shown.text
    assert check_blocks(shown.blocks, "message").problems == []


@pytest.mark.parametrize("words", [words for words in CASES if CASES[words].missing])
async def test_what_is_not_there_is_said_with_what_there_is(words: str, house: TelnyxHouse) -> None:
    with pytest.raises((UsageError, TelnyxError)) as caught:
        await perform(house, CASES[words].missing)

    assert CASES[words].not_there in sentence(caught.value, words)


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "E-"), (422, "did not accept"), (429, "more requests"), (500, "a problem on its side")],
)
@pytest.mark.parametrize("words", CASES)
async def test_what_telnyx_refuses_is_a_sentence(
    words: str, status: int, said: str, house: TelnyxHouse
) -> None:
    path = "/ai/*models" if words == "models" else None
    await house.fault(
        operation=None if path else CASES[words].operation, path=path, kind="status", status=status, count=0
    )

    with pytest.raises((TelnyxError, UsageError)) as caught:
        await perform(house, CASES[words].typed)

    assert said in sentence(caught.value, words)


@pytest.mark.parametrize("words", CASES)
async def test_whoever_may_not_is_refused_before_telnyx_is_asked(words: str, house: TelnyxHouse) -> None:
    why = {Right.CALLS: "why_not_calls", Right.ADMIN: "why_not_admin", Right.DOCUMENTS: "why_not_documents"}
    typed = CASES[words].typed.format(cluster=MISSING)
    for audience in (NOTHING, replace(EVERYTHING, **{why[DIRECT[words].right]: "You may not."})):
        with pytest.raises(RefusedError):
            await perform(house, typed, audience)

    assert (await house.http.get(f"{house.root}/telnyx/control/calls")).json()["calls"] == []


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.typed], ids=lambda verb: verb.words)
def test_its_example_can_be_typed(verb: Any) -> None:
    found = tree.find(lex(f"{verb.words} {verb.example}"))

    assert not isinstance(found, str)
    assert found[0] is verb
    if verb.example:
        intent = line.read(verb.intent, f"{verb.words} {verb.example}", found[1])
        assert verb.intent.unpack(intent.pack()) == intent
    assert verb.help.endswith(".")
    assert verb.question is None or verb.effect is Effect.CHANGE
    assert verb.effect is not Effect.CHANGE or "delete" not in verb.words or verb.question is not None


async def test_a_deletion_that_was_cut_off_is_done_when_it_is_done_again(house: TelnyxHouse) -> None:
    task = await house.client.clusters.create("handbook")
    clusters = Clusters(house.client)
    await clusters.delete(task, again=False)

    await clusters.delete(task, again=True)

    with pytest.raises(TelnyxError):
        await clusters.delete(task, again=False)
