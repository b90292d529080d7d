"""Insights are found by what people type, and counted only over the calls that an audience may see."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.errors import UsageError
from bot.render.insights import Insights as ListInsights
from bot.render.insights import listing
from bot.services.access import EVERYTHING, Audience, Some
from bot.services.insights import Insights, countable, of_assistant
from bot.telnyx.insights import Insight
from sandbox.slack.blocks import check_blocks
from sandbox.telnyx.insight_templates import Insight as Template
from tests.unit.bot.conftest import TelnyxHouse

MOOD = {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}, "again": {"type": "boolean"}}}
ANNA, BELA = "assistant-anna", "assistant-bela"


@pytest.fixture
def insights(telnyx: TelnyxHouse) -> Insights:
    return Insights(telnyx.client)


def some(*assistants: str, numbers: tuple[str, ...] = ()) -> Audience:
    """Someone who is granted the calls of these assistants."""
    return replace(EVERYTHING, calls=Some.of(assistants), numbers=Some.of(numbers))


def now(house: TelnyxHouse) -> datetime:
    return house.standin.clock.now()


async def made(house: TelnyxHouse, schema: Mapping[str, Any] | None = MOOD, name: str = "Mood") -> Insight:
    return await house.client.insights.create(name, "How?", json_schema=dict(schema) if schema else None)


def called(house: TelnyxHouse, insight: str, assistant: str, result: Any, *, days: float = 0) -> str:
    """A call of an assistant's in which an insight found something; its id."""
    at = (now(house) - timedelta(days=days)).isoformat()
    call = str(uuid.uuid4())
    about = {"id": call, "created_at": at, "last_message_at": at, "metadata": {"assistant_id": assistant}}
    said = result if isinstance(result, str) else json.dumps(result)
    found = [{"insight_id": insight, "result": said}]
    run = {
        "id": str(uuid.uuid4()),
        "status": "completed",
        "created_at": at,
        "conversation_insights": found,
    }
    house.standin.conversations.add(
        {"conversation": {**about, "name": ""}, "messages": [], "insights": [run]}
    )
    return call


async def asked(house: TelnyxHouse, operation: str) -> list[str]:
    """What Telnyx was asked for an operation, as it stands in the address."""
    calls = (await house.http.get(f"{house.root}/telnyx/control/calls")).json()["calls"]
    return [str(call) for call in calls if call["operation"] == operation]


# ------------------------------------------------------------------------------------------------- finding
async def test_a_name_an_id_and_its_beginning_mean_one(telnyx: TelnyxHouse, insights: Insights) -> None:
    mood = await made(telnyx)
    await made(telnyx, name="Tone")

    for given in ("Mood", "mood", "“Mood”", mood.id, mood.id[:8]):
        assert (await insights.find(given, EVERYTHING)).id == mood.id


async def test_two_of_a_name_are_asked_about(telnyx: TelnyxHouse, insights: Insights) -> None:
    first, second = await made(telnyx), await made(telnyx)

    with pytest.raises(UsageError, match=r"Which one\?") as caught:
        await insights.find("Mood", EVERYTHING)

    assert first.id in caught.value.text
    assert second.id in caught.value.text


@pytest.mark.parametrize("given", ["Moods", "00000000", "00000000-0000-4000-8000-000000000000", "x" * 200])
async def test_what_is_not_there_is_said(given: str, insights: Insights) -> None:
    with pytest.raises(UsageError, match="There's no insight"):
        await insights.find(given, EVERYTHING)


async def test_three_hundred_are_listed_in_two_seconds_and_turned_page_by_page(
    telnyx: TelnyxHouse, insights: Insights
) -> None:
    for number in range(300):
        telnyx.standin.templates.add(Template(f"Insight {number:03}", "How? " * 200, now(telnyx), MOOD))

    begun = time.perf_counter()
    found = await insights.all(EVERYTHING)
    pages = [listing(found, EVERYTHING).page(ListInsights(page=page)) for page in (1, 2, 30)]
    took = time.perf_counter() - begun

    assert [insight.name for insight in found] == [f"Insight {number:03}" for number in range(300)]
    assert len(await asked(telnyx, "insights.page")) == 4  # 99 is the largest page
    assert took < 2
    for page, first in zip(pages, ("000", "010", "290"), strict=True):
        assert check_blocks(page.blocks, "message").problems == []
        assert f"Insight {first}" in str(page.blocks)
        assert "of 300" in page.text


# --------------------------------------------------------------------------------------- groups, and the end
async def test_the_groups_of_an_insight_are_named(telnyx: TelnyxHouse, insights: Insights) -> None:
    mood, client = await made(telnyx), telnyx.client
    for name in ("Support", "Sales", "Other"):
        group = await client.insight_groups.create(name)
        if name != "Other":
            await client.insight_groups.assign(group.id, mood.id)

    assert await insights.groups(mood.id, EVERYTHING) == ("Support", "Sales")


async def test_an_insight_is_deleted_once(telnyx: TelnyxHouse, insights: Insights) -> None:
    mood = await made(telnyx)

    assert await insights.delete(mood.id, EVERYTHING, again=False) == "Mood"
    assert await insights.delete(mood.id, EVERYTHING, again=True) == ""
    with pytest.raises(UsageError, match="There's no insight"):
        await insights.delete(mood.id, EVERYTHING, again=False)


# ------------------------------------------------------------------------------------------------- counting
async def test_results_are_counted_field_by_field(telnyx: TelnyxHouse, insights: Insights) -> None:
    mood = await made(telnyx)
    for word, again in (("good", True), ("good", False), ("bad", False), ("bad", None)):
        called(telnyx, mood.id, ANNA, {"mood": word, "again": again})
    called(telnyx, (await made(telnyx, name="Other")).id, ANNA, {"mood": "good", "again": True})

    found = await insights.counted("Mood", EVERYTHING, now(telnyx) - timedelta(days=1))

    assert found.tallies == {"mood": Counter(good=2, bad=2), "again": Counter({"no": 2, "yes": 1, "": 1})}


async def test_a_grant_of_some_assistants_counts_theirs_and_asks_for_no_others(
    telnyx: TelnyxHouse, insights: Insights
) -> None:
    mood = await made(telnyx)
    for assistant, word in ((ANNA, "good"), (BELA, "bad"), (BELA, "good"), ("assistant-cleo", "bad")):
        called(telnyx, mood.id, assistant, {"mood": word})
    since = now(telnyx) - timedelta(days=1)

    both = await insights.counted(mood.id, some(ANNA, BELA), since)
    addresses: list[str] = []

    async def note(request: httpx.Request) -> None:
        addresses.append(str(request.url))

    telnyx.http.event_hooks = {"request": [note]}
    one = await insights.counted(mood.id, some(ANNA), since)

    assert both.tallies["mood"] == Counter(good=2, bad=1)
    assert one.tallies["mood"] == Counter(good=1)
    counting = [address for address in addresses if "/aggregates" in address]
    assert len(counting) == 2  # a field each
    assert all(f"metadata.assistant_id=eq.{ANNA}" in address for address in counting)


async def test_only_results_since_then_count(telnyx: TelnyxHouse, insights: Insights) -> None:
    mood = await made(telnyx)
    called(telnyx, mood.id, ANNA, {"mood": "good"}, days=2)
    called(telnyx, mood.id, ANNA, {"mood": "bad"}, days=9)

    found = await insights.counted(mood.id, EVERYTHING, now(telnyx) - timedelta(days=7))

    assert found.tallies["mood"] == Counter(good=1)


async def test_a_number_in_a_value_is_whole_only_for_those_who_may_see_it(
    telnyx: TelnyxHouse, insights: Insights
) -> None:
    asks = await made(telnyx, {"type": "object", "properties": {"callback": {"type": "string"}}})
    for assistant in (ANNA, ANNA, BELA, BELA):
        called(telnyx, asks.id, assistant, {"callback": "+49 30 5550 4477"})
    since = now(telnyx) - timedelta(days=1)

    masked = await insights.counted(asks.id, EVERYTHING, since)
    whole = await insights.counted(asks.id, some(ANNA, BELA, numbers=(ANNA,)), since)

    assert masked.tallies == {"callback": Counter({"•••4477": 4})}
    assert whole.tallies == {"callback": Counter({"•••4477": 2, "+49 30 5550 4477": 2})}


async def test_free_text_is_not_counted(telnyx: TelnyxHouse, insights: Insights) -> None:
    why = await made(telnyx, {"type": "object", "properties": {"why": {"type": "string"}}})
    plain = await made(telnyx, None, "Plain")
    for number in range(8):
        called(telnyx, why.id, ANNA, {"why": f"For reason {number}."})
        called(telnyx, plain.id, ANNA, "Because.")

    for insight in (why, plain):
        found = await insights.counted(insight.id, EVERYTHING, now(telnyx) - timedelta(days=1))
        assert found.tallies == {}


COUNTABLE: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (None, ()),
    ("", ()),
    ("no JSON", ()),
    ("[]", ()),
    ({"type": "object"}, ()),
    ({"properties": ["a"]}, ()),
    ({"properties": {"a": True, "b": {"type": 3}, "c": {"type": "array"}, "d": {"type": "object"}}}, ()),
    ({"properties": {"a": {"enum": [1]}, "b": {"const": 1}, "c": {}}}, ("a", "b")),
    ({"properties": {"a": {"type": ["null", "integer"]}, "b": {"type": ["null", "array"]}}}, ("a",)),
    ({"properties": {name: {"type": "string"} for name in "abcdefg"}}, ("a", "b", "c", "d", "e")),
)


@pytest.mark.parametrize(("schema", "fields"), COUNTABLE, ids=[str(schema) for schema, _ in COUNTABLE])
def test_words_numbers_and_truth_can_be_counted(schema: Any, fields: tuple[str, ...]) -> None:
    assert countable(schema) == fields
    assert countable(json.dumps(schema) if isinstance(schema, dict) else schema) == fields


# -------------------------------------------------------------------------------------------- in its own words
async def test_what_was_said_of_calls_is_read_of_those_alone_that_may_be_read(
    telnyx: TelnyxHouse, insights: Insights
) -> None:
    mood = await made(telnyx, None)
    ours = called(telnyx, mood.id, ANNA, "Glad; call back +49 30 5550 4477")
    theirs = called(telnyx, mood.id, BELA, "Cross")
    silent = called(telnyx, "another", ANNA, "Something else")
    calls = {ours: ANNA, theirs: BELA, silent: ANNA}

    said = await insights.said_of(mood.id, calls, some(ANNA))

    assert said == {ours: "Glad; call back •••4477"}
    assert not [call for call in await asked(telnyx, "conversations.insights") if theirs in call]


def test_an_assistant_that_may_not_be_heard_is_no_more_than_one_that_is_not_there() -> None:
    assert of_assistant(EVERYTHING, ANNA).calls == Some.of([ANNA])
    assert of_assistant(some(ANNA, BELA), ANNA).calls == Some.of([ANNA])
    for audience in (some(ANNA), some("nothing")):
        with pytest.raises(UsageError, match=f"no calls of an assistant “{BELA}” that you can see"):
            of_assistant(audience, BELA)
