"""Addresses of single objects: what is asked, what is read of the answer, and what is kept out of the log."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.telnyx import RetryPolicy, Telnyx, TelnyxNotFoundError, TelnyxUnreadableError

Serve = Callable[[Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]], Awaitable[str]]
ADDRESS = "https://us-east-1.telnyxcloudstorage.com/docs/a?token=SECRET"


async def asked(http: httpx.AsyncClient, serve: Serve, name: str, status: int, answer: Any) -> Any:
    """What the client gives for an object, and the path and body that it sent."""
    sent: list[tuple[str, Any]] = []

    async def give(request: web.Request) -> web.Response:
        sent.append((request.raw_path, json.loads(await request.read())))
        return web.json_response(answer, status=status)

    base = await serve({r"POST /v2/storage/{rest:[\s\S]+}": give})
    client = Telnyx(http, api_key="KEY", base_url=base, retry=RetryPolicy(attempts=1))
    return await client.storage.presigned("my docs", name, ttl=300), sent


@pytest.mark.parametrize(
    ("name", "segment"), [("leave.md", "leave.md"), ("a folder/ü?#.md", "a%20folder%2F%C3%BC%3F%23.md")]
)
async def test_an_object_is_named_in_one_segment_and_its_address_is_read(
    http: httpx.AsyncClient, serve: Serve, name: str, segment: str
) -> None:
    content = {"token": "SECRET", "expires_at": "2026-11-26T05:00:00Z", "presigned_url": ADDRESS, "new": 1}

    address, sent = await asked(http, serve, name, 200, {"content": content})

    assert sent == [(f"/v2/storage/buckets/my%20docs/{segment}/presigned_url", {"ttl": 300})]
    assert (address.presigned_url, address.expires_at) == (ADDRESS, datetime(2026, 11, 26, 5, tzinfo=UTC))
    assert "SECRET" not in repr(address)


async def test_an_object_that_is_not_there_and_an_answer_without_an_address_are_errors(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    with pytest.raises(TelnyxNotFoundError):
        await asked(http, serve, "a", 404, {"errors": [{"code": "10005", "title": "Resource not found"}]})
    with pytest.raises(TelnyxUnreadableError):
        await asked(http, serve, "a", 200, {"content": {"token": "SECRET"}})


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_a_name_that_would_change_the_route_is_not_sent(http: httpx.AsyncClient, name: str) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        await Telnyx(http, api_key="KEY", base_url="http://127.0.0.1:1/v2").storage.presigned(
            "b", name, ttl=60
        )
