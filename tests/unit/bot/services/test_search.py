"""A search finds passages as an answer does: where it looks, how many it gives, and for whom."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Some
from bot.services.buckets import Buckets
from bot.services.retrieval import Found, Retrieval
from bot.services.search import Search
from bot.services.steps import Plan
from bot.telnyx import TelnyxServerError
from tests.unit.bot.conftest import TelnyxHouse, asking, telnyx_house

HERE, ADA = Place("T0ACME", "C0GENERAL", ""), Asker("U0ADA", "T0ACME")
WINDOW = Place("T0ACME", "", "")
LEAVE = "How many weeks of parental leave do I get?"


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


class Set:
    """What was set for the channel, as ``Rights`` gives it."""

    def __init__(self, *buckets: str) -> None:
        self.buckets = buckets

    async def set_for(self, place: Place, asker: Asker, *, private: bool) -> Any:
        """``Rights.set_for``."""
        assert (place, asker, private) == (HERE, ADA, True)
        return SimpleNamespace(buckets=self.buckets or None)


def retrieval(house: TelnyxHouse) -> Retrieval:
    return Retrieval(house.client, Buckets(house.client, ()), Plan())


async def near(
    house: TelnyxHouse, audience: Audience = EVERYTHING, here: tuple[str, ...] = (), **more: Any
) -> Found:
    """What Ada finds, where something may be set for the channel."""
    rights: Any = Set(*here)
    place, top = more.pop("place", HERE), more.pop("top", 10)
    return await Search(retrieval(house), rights).near(LEAVE, audience, place, ADA, top=top, **more)


def only(*buckets: str) -> Audience:
    return replace(EVERYTHING, buckets=Some.of(buckets), named=Some.of(buckets))


async def test_it_finds_what_an_answer_is_made_from_in_the_same_order_and_asks_no_model(
    house: TelnyxHouse,
) -> None:
    found = await near(house, top=8)

    assert found.passages == (await retrieval(house).near(asking(LEAVE))).passages
    assert found.passages[0].document == "leave.md"
    assert await house.calls("chat.completions") == 0


@pytest.mark.parametrize("top", [3, 10])
async def test_it_gives_as_many_as_are_asked_for(house: TelnyxHouse, top: int) -> None:
    assert len((await near(house, top=top)).passages) == top


@pytest.mark.parametrize(
    ("more", "searched"),
    [
        ({}, ("handbook", "manual")),
        ({"here": ("manual",)}, ("manual",)),
        ({"here": ("manual",), "buckets": ("handbook",)}, ("handbook",)),
        ({"here": ("manual",), "place": WINDOW}, ("handbook", "manual")),
        ({"audience": only("handbook")}, ("handbook",)),
    ],
    ids=["all", "set for the channel", "named", "in a window", "theirs"],
)
async def test_it_looks_where_an_answer_would_be_looked_for(
    house: TelnyxHouse, more: dict[str, Any], searched: tuple[str, ...]
) -> None:
    found = await near(house, **more)

    assert found.buckets == searched
    assert {one.bucket for one in found.passages} <= {*searched}


async def test_a_bucket_that_is_not_theirs_is_none(house: TelnyxHouse) -> None:
    with pytest.raises(UsageError) as told:
        await near(house, audience=only("handbook"), buckets=("manual",))

    assert "There's no embedded bucket “manual”" in told.value.text
    assert await house.calls("embeddings.search") == 0


async def test_whoever_may_read_nothing_is_refused_before_telnyx_is_asked(house: TelnyxHouse) -> None:
    with pytest.raises(RefusedError):
        await near(house, audience=NOTHING)

    assert await house.calls("embeddings.buckets") == 0


@pytest.mark.parametrize("count", [1, 2])
async def test_a_bucket_that_does_not_answer_is_named_and_all_that_do_not_fail(
    house: TelnyxHouse, count: int
) -> None:
    await house.fault(operation="embeddings.search", kind="status", status=500, count=count)

    if count == 1:
        assert len((await near(house)).unsearched) == 1
    else:
        with pytest.raises(TelnyxServerError):
            await near(house)
