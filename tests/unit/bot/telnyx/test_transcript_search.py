"""Search over transcripts: what is asked, what is read of the answer, and what its refusals are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from math import isnan
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from aiohttp import web

from bot.telnyx import Chunk, Collection, RetryPolicy, Source, Telnyx, TelnyxInvalidError, TelnyxNotFoundError
from tests.unit.bot.conftest import TelnyxHouse, telnyx_house

Serve = Callable[[Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]], Awaitable[str]]
META = {"page_number": 1, "page_size": 20, "total_pages": 1, "total_results": 1}
ROW = {"id": "r1_chunk_0", "record_id": "r1", "text": "Hello", "score": 0.9, "metadata": {"language": "en"}}
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


async def asked(
    http: httpx.AsyncClient, serve: Serve, do: Callable[[Telnyx], Awaitable[Any]], status: int, answer: Any
) -> tuple[Any, str]:
    """What the client gives, and what it asked."""
    sent: list[str] = []

    async def give(request: web.Request) -> web.Response:
        sent.append(unquote(request.raw_path))
        return web.json_response(answer, status=status)

    base = await serve({r"GET /v2/ai/{rest:.+}": give})
    client = Telnyx(http, api_key="KEY", base_url=base, retry=RetryPolicy(attempts=1))
    return await do(client), sent[0]


async def test_the_chunks_of_a_collection_come_as_telnyx_orders_them(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    found, path = await asked(
        http,
        serve,
        lambda telnyx: telnyx.collections.documents("my calls", "late refund", top=3, since=SINCE),
        200,
        {"data": [ROW, {"record_id": "r2", "text": "Bye"}], "meta": META},
    )

    assert path == (
        "/v2/ai/collections/my calls/documents?query=late refund&top_k=3&page[size]=3&sources=voice"
        "&filter[record_created_at][gte]=2026-11-01T00:00:00Z"
    )
    assert found[0] == Chunk.model_validate(ROW)
    assert found[1].record_id == "r2"
    assert isnan(found[1].score), "a row without a score costs the others nothing"


async def test_a_page_of_histories_is_asked_for_by_number_and_size(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    page, path = await asked(
        http,
        serve,
        lambda telnyx: telnyx.conversation_histories.search("refund", number=2, size=5),
        200,
        {"data": [ROW], "meta": META},
    )

    assert path == "/v2/ai/conversation_histories?q=refund&record_type=voice&page[number]=2&page[size]=5"
    assert [chunk.text for chunk in page.data] == ["Hello"]
    assert page.meta.total_results == 1


async def test_collections_are_listed_with_what_they_search(http: httpx.AsyncClient, serve: Serve) -> None:
    row = {"uuid": "u1", "slug": "calls", "name": "Calls", "sources": [{"source_type": "voice", "new": 1}]}

    found, path = await asked(http, serve, lambda telnyx: telnyx.collections.all(), 200, {"data": [row]})

    assert path == "/v2/ai/collections"
    assert found == (
        Collection(slug="calls", name="Calls", uuid="u1", sources=(Source(source_type="voice"),)),
    )


@pytest.mark.parametrize(
    ("status", "error", "do"),
    [
        (404, TelnyxNotFoundError, lambda telnyx: telnyx.collections.documents("x", "q")),
        (422, TelnyxInvalidError, lambda telnyx: telnyx.collections.documents("x", "q")),
        (404, TelnyxNotFoundError, lambda telnyx: telnyx.conversation_histories.search("q")),
    ],
)
async def test_a_no_is_an_error_of_its_kind(
    http: httpx.AsyncClient, serve: Serve, status: int, error: type[Exception], do: Any
) -> None:
    with pytest.raises(error):
        await asked(http, serve, do, status, {"errors": [{"code": "10005", "title": "No"}]})


@pytest.mark.parametrize(
    "do",
    [
        lambda telnyx: telnyx.collections.documents("x", "q", top=51),
        lambda telnyx: telnyx.collections.documents("x", "q", top=0),
        lambda telnyx: telnyx.conversation_histories.search("q", size=101),
    ],
)
async def test_more_than_telnyx_gives_is_not_asked_for(http: httpx.AsyncClient, do: Any) -> None:
    with pytest.raises(ValueError, match="must be from 1"):
        await do(Telnyx(http, api_key="KEY", base_url="http://127.0.0.1:1/v2"))


@pytest.fixture
async def house() -> Any:
    async with telnyx_house() as made:
        yield made


async def test_the_stand_in_is_asked_and_read_in_the_same_way(house: TelnyxHouse) -> None:
    found = await house.client.collections.documents("support-calls", "mailbox locked", top=2)
    page = await house.client.conversation_histories.search("mailbox locked", size=2)

    assert [chunk.id for chunk in found] == [chunk.id for chunk in page.data]
    assert "Tom Berger" in found[0].text
    assert found[0].record_created_at is not None
    assert [one.slug for one in await house.client.collections.all()] == ["support-calls", "chats"]
