"""What becomes of everything that a search finds, against the stand-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services.ask import Answer, Ask
from bot.services.buckets import Buckets
from bot.services.models import Models
from bot.services.query import Exchange
from bot.services.retrieval import Retrieval
from bot.services.steps import LARGEST, Plan
from bot.services.tokens import tokens
from config.answers import DEFAULT_MODEL
from tests.unit.bot.conftest import Model, TelnyxHouse, asking

LEAVE = "How many weeks of parental leave do I get?"
FOLLOW_UP = asking("And for me?", history=(Exchange("What is the hotel limit?", "140 euros [1]."),))
RIVERS = "".join(
    f"Kilometer {number} of the river Quellbach is watched by the {name} station, which counts {number * 37} fish there. "
    for number, name in enumerate(
        ("alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "ivy", "juniper") * 4
    )
)


def retrieval(house: TelnyxHouse, plan: Plan | None = None) -> Retrieval:
    return Retrieval(house.client, Buckets(house.client, ()), plan or Plan(), DEFAULT_MODEL)


async def test_a_question_costs_one_search_a_bucket_and_no_model_request(telnyx: TelnyxHouse) -> None:
    await retrieval(telnyx).near(asking(LEAVE))

    assert await telnyx.calls("embeddings.search") == 2
    assert await telnyx.calls("chat.completions") == 0


async def test_every_candidate_says_what_became_of_it(telnyx: TelnyxHouse) -> None:
    found = await retrieval(telnyx, Plan(kept=3)).near(asking(LEAVE))

    assert [one.dense for one in found.trace] == list(range(1, len(found.trace) + 1))
    assert [one.distance for one in found.trace] == sorted(one.distance for one in found.trace)
    assert all((one.kept is None) != (one.dropped is None) for one in found.trace)
    assert {one.kept for one in found.trace if one.kept} == {1, 2, 3}
    for one in found.trace:
        if one.kept:
            passage = found.passages[one.kept - 1]
            assert (one.bucket, one.document) == (passage.bucket, passage.document)
    first = next(one for one in found.trace if one.kept == 1)
    assert (first.document, first.words, first.fused) == ("leave.md", 1, 1)


async def test_what_does_not_fit_into_the_model_is_numbered_anew_and_told(telnyx: TelnyxHouse) -> None:
    found = await retrieval(telnyx).near(asking(LEAVE))
    room = sum(tokens(one.text) + 40 for one in found.passages[:2])

    fitted = found.fitted(room)

    assert fitted.passages == found.passages[:2]
    assert {one.kept for one in fitted.trace if one.kept} == {1, 2}
    late = [one.text for one in found.trace if one.kept and one.kept > 2]
    assert [one.text for one in fitted.trace if one.dropped == "pack"] == late
    assert found.fitted(100_000) == found
    assert found.behind(()) == found


async def test_what_is_farther_than_its_bucket_allows_is_left_out_and_no_model_is_asked(
    telnyx: TelnyxHouse,
) -> None:
    near = retrieval(telnyx, Plan(limits={"handbook": 1e-6, "manual": 1e-6}))
    ask = Ask(telnyx.client, near, Models(telnyx.client, DEFAULT_MODEL), temperature=0.1, max_tokens=None)

    end = [part async for part in ask.answer(asking(LEAVE))][-1]

    assert isinstance(end, Answer)
    assert end.refused
    assert {one.dropped for one in end.found.trace} == {"limit"}
    assert await telnyx.calls("chat.completions") == 0


async def test_a_limit_of_one_bucket_leaves_the_others_as_they_are(telnyx: TelnyxHouse) -> None:
    found = await retrieval(telnyx, Plan(limits={"manual": 1e-6})).near(asking(LEAVE))

    assert {one.bucket for one in found.passages} == {"handbook"}


async def test_chunks_of_a_long_document_reach_the_model_as_the_text_they_were(telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.seed("rivers", "quellbach.md", RIVERS.encode())

    found = await retrieval(telnyx).near(asking("Which station watches kilometer 13?", buckets=("rivers",)))

    assert all(passage.text in RIVERS for passage in found.passages)
    assert max(len(passage.text) for passage in found.passages) > 1_024
    assert all(len(passage.text) <= LARGEST for passage in found.passages)


async def test_what_comes_behind_the_best_passage_is_searched_where_that_is_wanted(
    telnyx: TelnyxHouse,
) -> None:
    telnyx.standin.library.seed("rivers", "quellbach.md", RIVERS.encode())
    plan = Plan(candidates=1, kept=1)
    query = asking("Which station watches kilometer 13?", buckets=("rivers",))

    (alone,) = (await retrieval(telnyx, plan).near(query)).passages
    found = await retrieval(telnyx, replace(plan, taken=plan.taken | {"neighbors"})).near(query)

    assert await telnyx.calls("embeddings.search") == 3
    assert alone.text in found.passages[0].text
    assert len(found.passages[0].text) > len(alone.text)
    assert found.passages[0].text in RIVERS
    assert [one.kept for one in found.trace if one.text == alone.text[:200]] == [1]


async def test_a_follow_up_is_also_searched_as_the_model_understands_it(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [['"How many weeks of parental leave do I get?"\nMore words.']]
    plan = Plan(candidates=1, kept=4)

    plain = await retrieval(scripted, plan).near(FOLLOW_UP)
    found = await retrieval(scripted, replace(plan, taken=plan.taken | {"rewrite"})).near(FOLLOW_UP)

    assert "leave.md" not in [one.document for one in plain.trace]
    assert "leave.md" in [one.document for one in found.trace]
    assert "What is the hotel limit?" in model.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize("replies", [[], [[" \n "]]])
async def test_a_model_that_says_nothing_leaves_the_question_as_it_is(
    scripted: TelnyxHouse, model: Model, replies: list[list[str]]
) -> None:
    model.replies = replies
    plan = Plan(taken=Plan().taken | {"rewrite"})

    assert await retrieval(scripted, plan).near(FOLLOW_UP) == await retrieval(scripted).near(FOLLOW_UP)


async def test_a_first_question_is_not_rewritten(scripted: TelnyxHouse, model: Model) -> None:
    await retrieval(scripted, Plan(taken=Plan().taken | {"rewrite"})).near(asking(LEAVE))

    assert model.asked == []
