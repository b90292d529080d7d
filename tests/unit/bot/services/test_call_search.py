"""Search over calls: what is found, for whom, when in the call it was said, and what is said where Telnyx searches none."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NOTHING, Audience, Right, Some
from bot.services.call_retrieval import CALLS_ALONE, NEIGHBORS, UNKNOWN, Everywhere
from bot.services.call_search import GAP, SWITCH_ON, CallSearch, Hit, _span
from bot.services.calls import Calls, Line
from bot.services.query import Query
from bot.services.retrieval import Found
from bot.services.steps import Plan
from sandbox.telnyx.vectors import Vectors, lacking
from tests.unit.bot.conftest import TelnyxHouse, telnyx_house, without

LOCKED = "my mailbox is locked"
TECHNICIAN = "lift alarm in the cellar after a lightning strike"
SUPPORT = "assistant-acme-support"
NUMBER = "0151 555 0142"


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


def search(house: TelnyxHouse, collection: str | None = None) -> CallSearch:
    return CallSearch(house.client, Calls(house.client), collection)


def granted(*assistants: str, numbers: bool = False) -> Audience:
    some = Some.of(assistants)
    return replace(EVERYTHING, calls=some, numbers=some if numbers else EVERYTHING.numbers)


async def found(house: TelnyxHouse, words: str, audience: Audience = EVERYTHING, **more: Any) -> list[Hit]:
    """What a person sees who looks for these words, best first."""
    near = search(house, more.pop("collection", None))
    hits = await near.near(words, audience, top=more.pop("top", 3), **more)
    return list(await near.placed(hits, words, audience))


def called(hits: list[Hit]) -> list[str]:
    return [hit.call.name if hit.call else "" for hit in hits]


def add(house: TelnyxHouse, said: list[str], *, assistant: str = SUPPORT, **metadata: str) -> str:
    """A web call of ten minutes ago in which these things were said, a second apart."""
    began = house.standin.clock.now() - timedelta(minutes=10)
    times = [(began + timedelta(seconds=at)).isoformat() for at in range(len(said))]
    conversation = {
        "id": str(uuid.uuid4()),
        "name": "",
        "created_at": began.isoformat(),
        "last_message_at": times[-1],
        "metadata": {"telnyx_conversation_channel": "web_call", "assistant_id": assistant, **metadata},
    }
    messages = [
        {"role": "user" if at % 2 else "assistant", "text": text, "sent_at": times[at]}
        for at, text in enumerate(said)
    ]
    house.standin.conversations.add({"conversation": conversation, "messages": messages, "insights": []})
    return str(conversation["id"])


# ------------------------------------------------------------------------------------------- what is found
@pytest.mark.parametrize("collection", [None, "support-calls"])
async def test_the_evidence_is_the_call_and_the_time(house: TelnyxHouse, collection: str | None) -> None:
    best = (await found(house, LOCKED, collection=collection))[0]

    assert best.call is not None
    assert best.call.name == "Mailbox locked after wrong PIN"
    assert best.at == timedelta(seconds=7)
    assert [line.who for line in best.around()] == ["Assistant", "Caller", "Assistant"]
    assert "My mailbox says it is locked" in best.around()[1].text


async def test_a_web_call_is_found_by_its_own_id(house: TelnyxHouse) -> None:
    call_id = add(house, ["Good morning.", "The zeppelin is late again.", "I see."])

    (best,) = await found(house, "zeppelin", top=1)

    assert best.call is not None
    assert best.call.id == call_id
    assert best.at == timedelta(seconds=1)


async def test_as_many_as_are_asked_for_the_best_first(house: TelnyxHouse) -> None:
    hits = await found(house, LOCKED, top=7)

    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_only_calls_since_a_time_and_of_one_assistant(house: TelnyxHouse) -> None:
    other = add(house, ["Hello.", "My mailbox is locked, too."], assistant="assistant-2")
    since = datetime.now(UTC) - timedelta(minutes=20)

    newest = await found(house, LOCKED, since=since, top=50)
    theirs = await found(house, LOCKED, assistant="assistant-2", top=50)

    assert [hit.call.id for hit in newest if hit.call] == [other]
    assert [hit.call.id for hit in theirs if hit.call] == [other]


# ------------------------------------------------------------------------------------------- who sees what
async def test_who_is_granted_some_assistants_finds_their_calls_alone(house: TelnyxHouse) -> None:
    mine = add(house, ["Hello.", "My mailbox is locked, too."], assistant="assistant-2")

    hits = await found(house, LOCKED, granted("assistant-2"), top=50)

    assert [hit.call.id for hit in hits if hit.call] == [mine]
    assert len(hits) == 1


async def test_a_call_that_no_assistant_took_is_for_those_who_may_see_all_of_them(house: TelnyxHouse) -> None:
    (everyone,) = await found(house, TECHNICIAN, top=1)
    some = await found(house, TECHNICIAN, granted(SUPPORT), top=50)

    assert everyone.call is None
    assert everyone.at is None
    assert "lightning strike" in everyone.text
    assert not any("lightning" in hit.text for hit in some)
    assert all(hit.call for hit in some)


async def test_numbers_are_masked_but_for_those_who_may_see_them(house: TelnyxHouse) -> None:
    words = "forward the main number to a mobile phone"
    masked = (await found(house, words))[0]
    whole = (await found(house, words, granted(SUPPORT, numbers=True)))[0]
    (unknown,) = await found(house, TECHNICIAN, top=1)

    assert NUMBER not in str(masked)
    assert "•••0142" in " ".join(line.text for line in masked.lines)
    assert any(NUMBER in line.text for line in whole.lines)
    assert "•••0199" in unknown.text


async def test_who_may_see_no_call_is_refused_before_telnyx_is_asked(house: TelnyxHouse) -> None:
    for audience in (NOTHING, without(Right.CALLS)):
        with pytest.raises(RefusedError):
            await search(house).near(LOCKED, audience, top=3)

    assert await house.calls("conversation_histories.search") == 0


# --------------------------------------------------------------------------------------------- when it was
async def test_a_call_that_is_gone_or_that_telnyx_does_not_give_has_no_time_and_is_still_shown(
    house: TelnyxHouse,
) -> None:
    hits = await search(house).near(LOCKED, EVERYTHING, top=2)
    await house.fault(operation="conversations.messages", kind="status", status=503, count=0)

    placed = await search(house).placed(hits, LOCKED, EVERYTHING)

    assert placed == hits
    assert placed[0].at is None
    assert placed[0].call is not None


async def test_places_are_looked_for_only_so_long(
    house: TelnyxHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.call_search.PLACE_SECONDS", 0.2)
    hits = await search(house).near(LOCKED, EVERYTHING, top=2)
    await house.fault(operation="conversations.messages", kind="hang", count=0)

    async with asyncio.timeout(5):
        placed = await search(house).placed(hits, LOCKED, EVERYTHING)

    assert placed == hits
    await house.http.delete(f"{house.root}/telnyx/control/faults")


async def test_each_transcript_is_read_once(house: TelnyxHouse) -> None:
    words = "moving offices, phones, network, and pilot"
    hits = await search(house).near(words, EVERYTHING, top=5)
    before = await house.calls("conversations.get")

    await search(house).placed(hits, words, EVERYTHING)

    calls = {hit.call.id for hit in hits if hit.call}
    assert len(calls) < len([hit for hit in hits if hit.call]), "several parts of one call"
    assert await house.calls("conversations.get") - before == len(calls)


def lines(*said: str) -> tuple[Line, ...]:
    return tuple(Line("Caller", text, timedelta(seconds=at)) for at, text in enumerate(said))


@pytest.mark.parametrize(
    ("said", "text", "span"),
    [
        (
            ["Good morning.", "My line is dead.", "Since Monday."],
            "A: My line is dead.\nB: Since Monday.",
            (1, 3),
        ),
        (["Yes.", "My line is dead.", "Yes.", "Yes."], "my LINE is dead -- yes", (0, 4)),
        (
            ["My line is dead.", "(uses tool)", "•••0142", "Since Monday."],
            "My line is dead. 0142. Since Monday.",
            (0, 4),
        ),
        (["Yes.", "No.", "Thanks."], "Yes. No. Something else.", None),
        (["Nothing of it."], "Quite another call.", None),
        ([], "Anything at all.", None),
        (["电话线坏了，从星期一开始就没有声音。"], "客户：电话线坏了，从星期一开始就没有声音。", (0, 1)),
    ],
)
def test_a_place_is_where_most_of_the_chunk_was_said(
    said: list[str], text: str, span: tuple[int, int] | None
) -> None:
    assert _span(lines(*said), text) == (range(*span) if span else range(0))


def test_a_long_gap_divides_two_places() -> None:
    apart = [
        "The first long sentence.",
        *["Something else entirely."] * (GAP + 1),
        "The second sentence is longer.",
    ]

    assert _span(lines(*apart), "The first long sentence. The second sentence is longer.") == range(
        GAP + 2, GAP + 3
    )


# ------------------------------------------------------------------------------- where Telnyx searches none
@pytest.mark.parametrize("status", [404, 422])
async def test_where_telnyx_offers_no_search_it_is_said_what_to_switch_on(
    house: TelnyxHouse, status: int
) -> None:
    await house.fault(operation="conversation_histories.search", kind="status", status=status, count=0)

    with pytest.raises(UsageError) as told:
        await search(house).near(LOCKED, EVERYTHING, top=3)

    assert told.value.text == SWITCH_ON
    assert "conversation persistence" in SWITCH_ON
    assert "`voice`" in SWITCH_ON


@pytest.mark.parametrize(
    ("slug", "said"), [("nope", "There's no collection “nope”"), ("chats", "add the source `voice`")]
)
async def test_a_collection_that_cannot_be_searched_is_named(
    house: TelnyxHouse, slug: str, said: str
) -> None:
    with pytest.raises(UsageError) as told:
        await search(house, slug).near(LOCKED, EVERYTHING, top=3)

    assert said in told.value.text


# -------------------------------------------------------------------------------------- what answers read
class NoDocuments:
    """Documents that no one may look into."""

    async def near(self, _query: Query) -> Found:
        raise AssertionError("documents were searched")

    searched = others = near


def everywhere(house: TelnyxHouse) -> Everywhere:
    none: Any = NoDocuments()
    return Everywhere(none, search(house), Plan(kept=4))


async def test_parts_of_calls_are_passages_with_their_neighbors(house: TelnyxHouse) -> None:
    said = [f"Sentence number {at} about the weather over there." for at in range(12)]
    call_id = add(house, [*said[:6], "The zeppelin is late again, and nobody knows why.", *said[6:]])

    found = await everywhere(house).near(Query("Why is the zeppelin late?", EVERYTHING, calls=True))

    best = found.passages[0]
    assert best.heard is not None
    assert (best.heard["call"], best.heard["assistant"], best.heard["at"]) == (call_id, SUPPORT, 6)
    assert best.place == "00:06"
    assert "[00:06] Assistant: The zeppelin is late again" in best.text
    assert found.buckets == ()
    assert len(found.passages) <= 4


async def test_parts_of_one_call_that_touch_are_one_passage(house: TelnyxHouse) -> None:
    query = Query("VLAN 40 with priority for voice in Leeds", EVERYTHING, calls=True)

    passages = (await everywhere(house).near(query)).passages

    seen: dict[str, set[str]] = {}
    for passage in passages:
        assert passage.heard is not None
        said = set(passage.text.splitlines())
        assert not said & seen.get(passage.heard["call"], set()), "a line stands in two passages"
        seen.setdefault(passage.heard["call"], set()).update(said)


async def test_a_passage_of_no_known_call_has_no_place(house: TelnyxHouse) -> None:
    found = await everywhere(house).near(Query(TECHNICIAN, EVERYTHING, calls=True))

    best = found.passages[0]
    assert best.document == UNKNOWN
    assert best.place is None
    assert best.heard is not None
    assert (best.heard["call"], best.heard["at"]) == ("", None)
    assert NEIGHBORS > 0


async def test_a_question_without_the_option_is_looked_for_in_the_documents(house: TelnyxHouse) -> None:
    with pytest.raises(AssertionError, match="documents were searched"):
        await everywhere(house).near(Query(LOCKED, EVERYTHING))

    assert await house.calls("conversation_histories.search") == 0


@pytest.mark.parametrize("more", [{"buckets": ("handbook",)}, {"documents": False}])
async def test_calls_and_documents_are_not_mixed(house: TelnyxHouse, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as told:
        await everywhere(house).near(Query(LOCKED, EVERYTHING, calls=True, **more))

    assert told.value.text == CALLS_ALONE


# ------------------------------------------------------------------------------------------ how good it is
QUESTIONS = {
    "Who forgot the code for hearing recorded messages?": "Mailbox locked after wrong PIN",
    "patients can't be heard on the phone": "One-sided sound after a router change",
    "a bakery that hired more people": "Moving from Start to Team",
    "the old provider refused to transfer the number": "Porting refused because of a wrong address",
    "Weiterleitung von Freitag bis Montag auf das Handy": "Rufumleitung am Wochenende",
    "all phones in a hotel stopped working": "Outage at a hotel",
    "parcel with headsets hasn't arrived": "Where are the headsets?",
    "drivers complain about choppy sound and want to leave": "Customer wants to cancel",
    "lawyers who need many telephones": "Quote for a law firm with thirty users",
    "moving several branches of an insurance company": "Planning the move of four offices",
}
"""Ten questions in other words than the calls', and the call that each is about."""


@pytest.mark.slow
async def test_ten_questions_find_their_call_among_the_first_three() -> None:
    vectors = Vectors.open(None)
    if vectors is None:
        pytest.skip(str(lacking()))
    async with telnyx_house(vectors=vectors) as house:
        ranks = {
            question: called(await found(house, question)).index(name) + 1
            if name in called(await found(house, question))
            else 0
            for question, name in QUESTIONS.items()
        }

    assert [question for question, rank in ranks.items() if not rank] == []
    assert sum(rank == 1 for rank in ranks.values()) >= 8, ranks
