"""The status line of a question: it names buckets only where it is known at once that every reader may see them."""

import asyncio
from typing import Any, cast

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Rights
from bot.services.ask import Ask
from bot.services.query import Query
from bot.store.channels import Channel
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Asked
from bot.workflows.material import Material
from handlers.ask import read_options

HERE, ME = Place("T", "C", "1.0"), Asker("U", "T")
GENERIC = "Searching the documents…"


class Known:
    """What is known of a question's readers and buckets."""

    def __init__(
        self, audience: Audience = EVERYTHING, buckets: tuple[str, ...] = ("handbook", "manual")
    ) -> None:
        self.audience: Audience | None = audience
        self.buckets = buckets

    async def of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert not private
        if self.audience is None:
            await asyncio.Event().wait()
        assert self.audience is not None
        return self.audience

    async def set_for(self, place: Place, _asker: Asker, *, private: bool) -> Channel:
        assert not private
        return Channel(place.team, place.channel)

    async def searched(self, query: Query) -> tuple[str, ...]:
        if query.buckets and query.buckets[0] not in self.buckets:
            raise UsageError("There's no such bucket.")
        return query.audience.buckets.among(query.buckets or self.buckets)

    async def status(self, text: str = "How many days?") -> str:
        empty = cast("Any", None)
        material = Material(empty, empty, cast("Rights", self), read_options, empty)
        producer = AnswerProducer(cast("Ask", self), material, cast("Rights", self))
        return await producer.status(Asked("turn:1", "ask", text, "1.0", HERE, ME, private=False))


@pytest.mark.parametrize(
    ("buckets", "said"),
    [
        (("handbook",), "Searching handbook…"),
        (("handbook", "manual"), "Searching handbook and manual…"),
        (("docs", "handbook", "manual"), "Searching docs, handbook, and manual…"),
        (("a", "b", "c", "d", "e"), "Searching a, b, c, and 2 more…"),
        ((), GENERIC),
    ],
)
async def test_the_status_names_what_is_searched(buckets: tuple[str, ...], said: str) -> None:
    assert await Known(buckets=buckets).status() == said


async def test_it_names_the_bucket_that_was_asked_for_and_none_where_none_is_searched() -> None:
    assert await Known().status("How many days? --bucket manual") == "Searching manual…"
    assert await Known().status("How many days? --bucket salaries") == GENERIC
    assert await Known().status("How many days? --no-docs") == "Thinking…"


async def test_it_names_nothing_to_readers_who_may_not_see_it_or_are_not_known() -> None:
    unknown = Known()
    unknown.audience = None

    assert await Known(NOTHING).status() == GENERIC
    assert await unknown.status() == GENERIC
