"""The whole request model of chat, what comes back for it, and what happens to the connection when nobody listens any more."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    Function,
    FunctionTool,
    JsonSchemaFormat,
    RetrievalTool,
    Telnyx,
    TextPart,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]

ROUTE = "POST /v2/ai/chat/completions"
ASKED = (ChatMessage(role="user", content="?"),)
SCHEMA = {"type": "object", "properties": {"score": {"type": "integer", "default": None}}}


def choice(text: str) -> dict[str, Any]:
    return {"message": {"content": text}, "finish_reason": "stop", "logprobs": {"content": [text]}}


async def test_tools_and_schema_are_sent_as_telnyx_documents_them(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    bodies: list[Any] = []

    async def give(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.json())
        return web.json_response({"model": "m", "choices": [choice("a"), choice("b")]})

    client = Telnyx(http, api_key="KEY", base_url=await serve({ROUTE: give}))
    request = ChatRequest(
        messages=ASKED,
        n=2,
        logprobs=True,
        region="EU",
        mode="strict",
        tools=(
            RetrievalTool.over("docs", "faq", max_num_results=3),
            FunctionTool(function=Function(name="f", parameters=SCHEMA)),
        ),
        response_format=JsonSchemaFormat.of("rating", SCHEMA, strict=True),
    )

    answer = await client.chat.complete(request)

    assert bodies == [
        {
            "messages": [{"role": "user", "content": "?"}],
            "n": 2,
            "logprobs": True,
            "region": "EU",
            "mode": "strict",
            "stream": False,
            "tools": [
                {"type": "retrieval", "retrieval": {"bucket_ids": ["docs", "faq"], "max_num_results": 3}},
                {"type": "function", "function": {"name": "f", "parameters": SCHEMA}},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "rating", "schema": SCHEMA, "strict": True},
            },
        }
    ]
    assert (answer.text, answer.logprobs) == ("a", {"content": ["a"]})
    assert [other.text for other in answer.others] == ["b"]


async def test_several_answers_in_one_stream_are_refused_before_sending(http: httpx.AsyncClient) -> None:
    client = Telnyx(http, api_key="KEY", base_url="http://127.0.0.1:9/v2")

    with pytest.raises(ValueError, match="one answer"):
        await anext(client.chat.stream(ChatRequest(messages=ASKED, n=2)))


def test_a_misspelled_field_and_a_tool_without_buckets_are_refused() -> None:
    with pytest.raises(ValidationError, match="temprature"):
        ChatRequest.model_validate({"messages": ASKED, "temprature": 1})
    with pytest.raises(ValidationError, match="bucket_ids"):
        RetrievalTool.over()


@pytest.mark.parametrize("way", ["cancelled", "closed"])
async def test_a_listener_who_leaves_closes_the_connection(
    http: httpx.AsyncClient, serve: Serve, way: str
) -> None:
    gone = asyncio.Event()

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        chunk = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
        with contextlib.suppress(ConnectionError):
            while request.transport is not None and not request.transport.is_closing():
                await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                await asyncio.sleep(0.01)  # a model that writes on; what is waited for is the hang-up
        gone.set()
        return response

    client = Telnyx(http, api_key="KEY", base_url=await serve({ROUTE: give}))
    heard = asyncio.Event()

    async def listen() -> None:
        async with contextlib.aclosing(client.chat.stream(ChatRequest(messages=ASKED))) as parts:
            async for part in parts:
                assert part == TextPart("hello")
                heard.set()
                if way == "closed":
                    return

    listening = asyncio.create_task(listen())
    await heard.wait()
    if way == "cancelled":
        listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    async with asyncio.timeout(5):
        await gone.wait()
    assert listening.cancelled() == (way == "cancelled")
