from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.telnyx import (
    ChatAnswer,
    ChatMessage,
    ChatPart,
    ChatRequest,
    EndPart,
    Exchange,
    ReasoningPart,
    RetryPolicy,
    Telnyx,
    TelnyxNotFoundError,
    TelnyxRateLimitError,
    TelnyxStreamError,
    TelnyxTimeoutError,
    TelnyxUnreadableError,
    TextPart,
    Timeouts,
    Usage,
    UsagePart,
    VoidPart,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]
ServeBytes = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[str]
]

OLD, NEW = "POST /v2/ai/chat/completions", "POST /v2/ai/openai/chat/completions"
QUESTION = ChatRequest(messages=(ChatMessage(role="user", content="Grüße?"),), model="m", temperature=0.2)
USAGE = {"prompt_tokens": 23, "completion_tokens": 18, "total_tokens": 41}
ANSWER: dict[str, Any] = {
    "id": "chatcmpl-1",
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": USAGE,
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def chunk(text: str | None, finish: str | None = None) -> bytes:
    payload = {"model": "m", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
    return b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"


def streaming(*chunks: bytes) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in chunks:
            await response.write(piece)
        return response

    return handler


async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes) -> None:
    """The same bytes a hundred times a second, until the other side hangs up."""
    while True:
        writer.write(piece)
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                if not await reader.read(1000):
                    return


def client_for(http: httpx.AsyncClient, base_url: str, **more: Any) -> Telnyx:
    async def no_wait(_: float) -> None:
        return None

    return Telnyx(
        http, api_key="KEY", base_url=base_url, retry=RetryPolicy(attempts=3, sleep=no_wait), **more
    )


async def parts_of(parts: AsyncIterator[ChatPart]) -> list[ChatPart]:
    return [part async for part in parts]


async def test_whole_answer_is_read(http: httpx.AsyncClient, serve: Serve) -> None:
    bodies: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.json())
        return web.json_response(ANSWER)

    got = await client_for(http, await serve({OLD: answer})).chat.complete(QUESTION)

    assert got == ChatAnswer(
        text="hi", reasoning="", model="m", usage=Usage(23, 18, 41), finish_reason="stop"
    )
    assert bodies == [
        {
            "messages": [{"role": "user", "content": "Grüße?"}],
            "model": "m",
            "temperature": 0.2,
            "stream": False,
        }
    ]


async def test_answer_of_a_thinking_model_that_ran_out_of_tokens_is_empty(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    message = {"role": "assistant", "content": None, "reasoning": "let me see"}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response({"choices": [{"message": message, "finish_reason": "length"}]})

    got = await client_for(http, await serve({OLD: answer})).chat.complete(QUESTION)

    assert (got.text, got.reasoning, got.finish_reason, got.usage) == ("", "let me see", "length", None)


@pytest.mark.parametrize("payload", [{}, [], {"choices": []}, {"choices": [{"message": {"content": 7}}]}])
async def test_answer_that_is_no_completion_is_unreadable(
    http: httpx.AsyncClient, serve: Serve, payload: Any
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(payload)

    with pytest.raises(TelnyxUnreadableError):
        await client_for(http, await serve({OLD: answer})).chat.complete(QUESTION)


async def test_streamed_answer_arrives_in_parts(http: httpx.AsyncClient, serve: Serve) -> None:
    usage = b"data: " + json.dumps({"choices": [], "usage": USAGE}).encode() + b"\n\n"
    raw = b": hello\n\n" + chunk("Grü") + chunk("ße 🎈") + chunk(None, "stop") + usage + b"data: [DONE]\n\n"
    exchanges: list[Exchange] = []
    handler = streaming(*(raw[i : i + 7] for i in range(0, len(raw), 7)))
    client = client_for(http, await serve({OLD: handler}), on_exchange=[exchanges.append])

    parts = await parts_of(client.chat.stream(QUESTION))

    texts = [part.text for part in parts if isinstance(part, TextPart)]  # what arrives together is one part
    assert "".join(texts) == "Grüße 🎈"
    assert parts[len(texts) :] == [UsagePart(Usage(23, 18, 41)), EndPart("stop", "m")]
    assert [(one.operation, one.status, one.error) for one in exchanges] == [("chat.stream", 200, None)]


async def test_connection_is_used_again_after_a_stream(serve: Serve, http: httpx.AsyncClient) -> None:
    peers: list[Any] = []
    inner = streaming(chunk("x", "stop"), b"data: [DONE]\n\n")

    async def handler(request: web.Request) -> web.StreamResponse:
        peers.append(request.transport and request.transport.get_extra_info("peername"))
        return await inner(request)

    client = client_for(http, await serve({OLD: handler}))
    for _ in range(3):
        await parts_of(client.chat.stream(QUESTION))

    assert len(peers) == 3
    assert len(set(peers)) == 1


async def test_server_that_does_not_stream_is_read_all_the_same(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(ANSWER)

    parts = await parts_of(client_for(http, await serve({OLD: answer})).chat.stream(QUESTION))

    assert parts == [TextPart("hi"), UsagePart(Usage(23, 18, 41)), EndPart("stop", "m")]


async def test_stream_cut_in_the_middle_is_broken_and_not_asked_again(
    http: httpx.AsyncClient, serve_bytes: ServeBytes
) -> None:
    asked: list[int] = []
    exchanges: list[Exchange] = []
    seen: list[ChatPart] = []

    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        writer.write(HEAD + chunk("Hello") + b'data: {"cho')
        await writer.drain()

    client = client_for(http, await serve_bytes(cut), on_exchange=[exchanges.append])

    async def read() -> None:
        async for part in client.chat.stream(QUESTION):
            seen.append(part)  # noqa: PERF401  # what came before the error is the point

    with pytest.raises(TelnyxStreamError) as caught:
        await read()

    assert seen == [TextPart("Hello")]
    assert caught.value.partial == 5
    assert (len(asked), [one.error for one in exchanges]) == (1, ["TelnyxStreamError"])


async def test_chunked_stream_cut_in_the_middle_is_broken(
    http: httpx.AsyncClient, serve_bytes: ServeBytes
) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = HEAD.replace(b"Connection: close", b"Transfer-Encoding: chunked")
        writer.write(head + b"%x\r\n%s\r\n" % (len(chunk("Hello")), chunk("Hello")))
        await writer.drain()

    client = client_for(http, await serve_bytes(cut))

    with pytest.raises(TelnyxStreamError, match="connection lost"):
        await parts_of(client.chat.stream(QUESTION))


@pytest.mark.parametrize("body", [b"", b": only a comment\n\n"])
async def test_empty_stream_is_broken(http: httpx.AsyncClient, serve_bytes: ServeBytes, body: bytes) -> None:
    async def nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + body)
        await writer.drain()

    with pytest.raises(TelnyxStreamError, match="ended too early"):
        await parts_of(client_for(http, await serve_bytes(nothing)).chat.stream(QUESTION))


@pytest.mark.parametrize("head", [b"", HEAD])
async def test_first_byte_has_its_own_deadline(
    http: httpx.AsyncClient, serve_bytes: ServeBytes, head: bytes
) -> None:
    came: asyncio.Queue[int] = asyncio.Queue()

    async def think(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.put_nowait(1)
        writer.write(head)
        await writer.drain()
        while await reader.read(100):
            pass

    client = client_for(http, await serve_bytes(think), timeouts=Timeouts(first_byte=0.1))

    with pytest.raises(TelnyxTimeoutError):
        await parts_of(client.chat.stream(QUESTION))

    # On a busy machine the limit is over before the server's side has begun.
    async with asyncio.timeout(10):
        await came.get()
    assert came.empty()


async def test_silence_between_chunks_is_a_timeout(http: httpx.AsyncClient, serve_bytes: ServeBytes) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunk("Hello"))
        await writer.drain()
        while await reader.read(100):
            pass

    limits = Timeouts(first_byte=0.3, between_chunks=0.1)
    client = client_for(http, await serve_bytes(stall), timeouts=limits)

    with pytest.raises(TelnyxTimeoutError):
        await parts_of(client.chat.stream(QUESTION))


PING, THOUGHT = b": ping\n\n", b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}}]}\n\n'
TAGGED = chunk("<think>hm ") + chunk("hm ") * 3


@pytest.mark.parametrize(
    ("again", "limits"),
    [
        (PING, Timeouts(between_words=0.05)),
        (b"\n", Timeouts(between_words=0.05)),
        (b'data: {"choices": []}\n\n', Timeouts(between_words=0.05)),
        (THOUGHT, Timeouts(between_words=0.05, thinking=0.05)),
        (TAGGED, Timeouts(between_words=0.05, thinking=0.05)),
        (b"data: ", Timeouts(between_words=0.05)),
        (chunk("and "), Timeouts(whole=0.1)),
    ],
)
@pytest.mark.parametrize("first", [b"", chunk("Hello")])
async def test_bytes_alone_keep_no_answer_alive(
    http: httpx.AsyncClient, serve_bytes: ServeBytes, first: bytes, again: bytes, limits: Timeouts
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + first)
        await dribble(reader, writer, again)

    with pytest.raises(TelnyxTimeoutError):
        await parts_of(client_for(http, await serve_bytes(talk), timeouts=limits).chat.stream(QUESTION))


@pytest.mark.parametrize("kind", [b"application/json", b"text/event-stream"])
async def test_a_whole_answer_that_comes_byte_by_byte_ends_in_time(
    http: httpx.AsyncClient, serve_bytes: ServeBytes, kind: bytes
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD.replace(b"text/event-stream", kind))
        await dribble(reader, writer, b" ")

    client = client_for(http, await serve_bytes(talk), timeouts=Timeouts(whole=0.1))

    with pytest.raises(TelnyxTimeoutError):
        await client.chat.complete(QUESTION)
    with pytest.raises(TelnyxTimeoutError):
        await parts_of(client.chat.stream(QUESTION))


async def test_thoughts_in_the_text_come_as_thoughts(http: httpx.AsyncClient, serve: Serve) -> None:
    chunks = [
        chunk("<thi"),
        chunk("nk>hm</th"),
        chunk("ink>\n\nYes"),
        chunk(".", "stop"),
        b"data: [DONE]\n\n",
    ]
    parts = await parts_of(client_for(http, await serve({OLD: streaming(*chunks)})).chat.stream(QUESTION))

    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "Yes."
    assert "".join(part.text for part in parts if isinstance(part, ReasoningPart)) == "hm"


async def test_text_before_a_lonely_closing_tag_is_void(http: httpx.AsyncClient, serve: Serve) -> None:
    chunks = [chunk("hm </th"), chunk("ink>Yes.", "stop"), b"data: [DONE]\n\n"]
    parts = await parts_of(client_for(http, await serve({OLD: streaming(*chunks)})).chat.stream(QUESTION))

    assert parts == [TextPart("hm "), VoidPart(), TextPart("Yes."), EndPart("stop", "m")]


@pytest.mark.parametrize(("end", "kind"), [("stop", EndPart), (None, TelnyxStreamError)])
async def test_text_that_might_have_become_a_tag_comes_before_the_end(
    http: httpx.AsyncClient, serve: Serve, end: str | None, kind: type
) -> None:
    seen: list[object] = []
    try:
        base = await serve({OLD: streaming(chunk("1 <", end))})
        async for part in client_for(http, base).chat.stream(QUESTION):
            seen.append(part)  # noqa: PERF401  # what came before the error counts
    except TelnyxStreamError as error:
        seen.append(error)

    assert seen[:2] == [TextPart("1 "), TextPart("<")]
    assert [type(one) for one in seen[2:]] == [kind]


@pytest.mark.parametrize(
    ("content", "text"),
    [("<think>hm</think>Yes.", "Yes."), ("hm</think>Yes.", "Yes."), ([{"text": "Yes."}], "Yes.")],
)
async def test_a_whole_answer_is_freed_of_thoughts(
    http: httpx.AsyncClient, serve: Serve, content: Any, text: str
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        choice = {"message": {"content": content}, "finish_reason": ""}
        return web.json_response(
            {"choices": [choice], "usage": {"prompt_tokens": 10**23, "completion_tokens": 1}}
        )

    got = await client_for(http, await serve({OLD: answer})).chat.complete(QUESTION)

    assert (got.text, got.finish_reason, got.usage) == (text, None, None)


async def test_leaving_early_closes_the_connection(http: httpx.AsyncClient, serve_bytes: ServeBytes) -> None:
    hung_up = asyncio.Event()
    exchanges: list[Exchange] = []

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunk("Hello"))
        await writer.drain()
        while await reader.read(100):
            pass
        hung_up.set()

    client = client_for(http, await serve_bytes(endless), on_exchange=[exchanges.append])

    async with contextlib.aclosing(client.chat.stream(QUESTION)) as parts:
        first = await anext(parts)
    await asyncio.wait_for(hung_up.wait(), 5)

    assert first == TextPart("Hello")
    assert [one.error for one in exchanges] == [None]


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_what_a_reader_raises_ends_the_call(
    http: httpx.AsyncClient, serve: Serve, error: type[BaseException]
) -> None:
    exchanges: list[Exchange] = []
    client = client_for(http, await serve({OLD: streaming(chunk("x"))}), on_exchange=[exchanges.append])
    parts = client.chat.stream(QUESTION)
    await anext(parts)

    with pytest.raises(error):
        await parts.athrow(error())

    assert [(one.status, one.error) for one in exchanges] == [(200, error.__name__)]


def test_stream_that_no_one_closed_ends_quietly_with_the_loop() -> None:
    complaints: list[dict[str, Any]] = []
    exchanges: list[Exchange] = []
    kept: list[AsyncIterator[ChatPart]] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield chunk("x")
            await asyncio.sleep(0)

    async def leave_it_open() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
        answer = httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=endless())
        http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))
        kept.append(client_for(http, "http://telnyx", on_exchange=[exchanges.append]).chat.stream(QUESTION))
        await anext(kept[0])

    asyncio.run(leave_it_open())

    assert (complaints, [(one.status, one.error) for one in exchanges]) == ([], [(200, None)])


async def test_refused_stream_is_tried_again_before_its_first_byte(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    exchanges: list[Exchange] = []
    inner = streaming(chunk("x", "stop"))

    async def busy_once(request: web.Request) -> web.StreamResponse:
        return (
            await inner(request)
            if exchanges
            else web.json_response({}, status=429, headers={"Retry-After": "0"})
        )

    client = client_for(http, await serve({OLD: busy_once}), on_exchange=[exchanges.append])

    parts = await parts_of(client.chat.stream(QUESTION))

    assert parts == [TextPart("x"), EndPart("stop", "m")]
    assert [(one.status, one.attempt, one.error) for one in exchanges] == [
        (429, 1, "TelnyxRateLimitError"),
        (200, 2, None),
    ]


async def test_stream_that_stays_refused_says_why(http: httpx.AsyncClient, serve: Serve) -> None:
    async def busy(_: web.Request) -> web.StreamResponse:
        return web.json_response({"errors": [{"code": "10011", "title": "Too many requests"}]}, status=429)

    with pytest.raises(TelnyxRateLimitError, match=r"^chat\.stream: 429 10011 Too many requests"):
        await parts_of(client_for(http, await serve({OLD: busy})).chat.stream(QUESTION))


async def test_new_path_is_found_and_remembered_when_the_old_one_is_gone(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    exchanges: list[Exchange] = []
    base_url = await serve({NEW: streaming(chunk("x", "stop"))})
    client = client_for(http, base_url, on_exchange=[exchanges.append])

    for _ in range(2):
        await parts_of(client.chat.stream(QUESTION))

    old, new = "/ai/chat/completions", "/ai/openai/chat/completions"
    assert [one.path for one in exchanges] == [old, new, new]


async def test_unknown_model_does_not_switch_the_path(http: httpx.AsyncClient, serve: Serve) -> None:
    exchanges: list[Exchange] = []

    async def no_model(_: web.Request) -> web.StreamResponse:
        error = {"code": "10005", "title": "Resource not found", "detail": "Model m was not found"}
        return web.json_response({"errors": [error]}, status=404)

    client = client_for(
        http, await serve({OLD: no_model, NEW: streaming(chunk("x", "stop"))}), on_exchange=[exchanges.append]
    )

    for _ in range(2):
        with pytest.raises(TelnyxNotFoundError):
            await client.chat.complete(QUESTION)

    assert [one.path for one in exchanges] == ["/ai/chat/completions"] * 2


async def test_path_is_not_remembered_before_it_has_answered(http: httpx.AsyncClient, serve: Serve) -> None:
    exchanges: list[Exchange] = []
    client = client_for(http, await serve({}), on_exchange=[exchanges.append])

    for _ in range(2):
        with pytest.raises(TelnyxNotFoundError):
            await client.chat.complete(QUESTION)

    assert [one.path for one in exchanges] == ["/ai/chat/completions", "/ai/openai/chat/completions"] * 2


def test_request_refuses_a_field_that_telnyx_does_not_know_without_showing_it() -> None:
    with pytest.raises(ValidationError) as caught:
        ChatRequest.model_validate({"messages": [], "max_completion_tokens": "about Ann"})

    assert "Ann" not in str(caught.value)
