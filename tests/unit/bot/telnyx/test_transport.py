from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    Exchange,
    ExchangeHook,
    RetryPolicy,
    Telnyx,
    TelnyxAuthenticationError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
    Timeouts,
)
from bot.telnyx.errors import may_have_arrived
from tests.loopback import PLAIN

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]
ServeBytes = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[str]
]

KEY = "KEY0123_very-secret"
QUESTION = ChatRequest(messages=(ChatMessage(role="user", content="what about Ann?"),))
ANSWER: dict[str, Any] = {"model": "m", "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
MODELS = "GET /v2/ai/models"
SEARCH = "POST /v2/ai/embeddings/similarity-search"
CHAT = "POST /v2/ai/chat/completions"


class Waits:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    def clock(self) -> float:
        return sum(self.waited)

    def policy(self, *, attempts: int = 4, total_seconds: float = 60, chance: float = 0.0) -> RetryPolicy:
        return RetryPolicy(
            attempts=attempts,
            total_seconds=total_seconds,
            sleep=self.sleep,
            clock=self.clock,
            chance=lambda: chance,
        )


class Answers:
    """Answers in order, the last one again and again; counts the requests."""

    def __init__(self, *answers: tuple[int, Any, dict[str, str]]) -> None:
        self.answers = answers
        self.asked = 0

    async def give(self, _: web.Request) -> web.StreamResponse:
        status, payload, headers = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return web.json_response(payload, status=status, headers=headers)


async def ask(client: Telnyx, route: str) -> None:
    if route == MODELS:
        await client.models.all()
    elif route == SEARCH:
        await client.embeddings.search("docs", "what about Ann?")
    else:
        await client.chat.complete(QUESTION)


GOOD = {MODELS: {"data": []}, SEARCH: {"data": []}, CHAT: ANSWER}


@pytest.mark.parametrize("route", [MODELS, SEARCH])
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_harmless_requests_are_tried_again(
    http: httpx.AsyncClient, serve: Serve, route: str, status: int
) -> None:
    waits, answers = Waits(), Answers((status, {}, {}), (status, {}, {}), (200, GOOD[route], {}))
    client = Telnyx(http, api_key=KEY, base_url=await serve({route: answers.give}), retry=waits.policy())

    await ask(client, route)

    assert waits.waited == [0.5, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_a_no_that_will_stay_a_no_is_not_asked_again(
    http: httpx.AsyncClient, serve: Serve, status: int
) -> None:
    waits, answers = Waits(), Answers((status, {"errors": [{"code": "1", "detail": "no such bucket"}]}, {}))
    client = Telnyx(http, api_key=KEY, base_url=await serve({SEARCH: answers.give}), retry=waits.policy())

    with pytest.raises(TelnyxStatusError) as caught:
        await ask(client, SEARCH)

    assert (caught.value.status, answers.asked, waits.waited) == (status, 1, [])


@pytest.mark.parametrize(
    ("status", "headers", "asked"),
    [(429, {}, 2), (503, {"Retry-After": "1"}, 2), (503, {}, 1), (500, {"Retry-After": "1"}, 1), (408, {}, 1), (502, {}, 1)],
)  # fmt: skip
async def test_chat_is_tried_again_only_when_it_was_turned_away(
    http: httpx.AsyncClient, serve: Serve, status: int, headers: dict[str, str], asked: int
) -> None:
    answers = Answers((status, {}, headers))
    base_url = await serve({CHAT: answers.give})
    client = Telnyx(http, api_key=KEY, base_url=base_url, retry=Waits().policy(attempts=2))

    with pytest.raises(TelnyxStatusError):
        await ask(client, CHAT)

    assert answers.asked == asked


async def test_requested_wait_is_obeyed_with_something_on_top(http: httpx.AsyncClient, serve: Serve) -> None:
    waits, answers = Waits(), Answers((429, {}, {"Retry-After": "20"}), (200, GOOD[MODELS], {}))
    base_url = await serve({MODELS: answers.give})

    await ask(Telnyx(http, api_key=KEY, base_url=base_url, retry=waits.policy(chance=0.5)), MODELS)

    assert waits.waited == [20.25]


async def test_wait_beyond_the_budget_is_an_error_at_once(http: httpx.AsyncClient, serve: Serve) -> None:
    waits, answers = Waits(), Answers((429, {}, {"Retry-After": "61"}))
    client = Telnyx(http, api_key=KEY, base_url=await serve({CHAT: answers.give}), retry=waits.policy())

    with pytest.raises(TelnyxRateLimitError) as caught:
        await ask(client, CHAT)

    assert (caught.value.retry_after, waits.waited, answers.asked) == (61.0, [], 1)


async def test_attempts_and_their_total_are_bounded(http: httpx.AsyncClient, serve: Serve) -> None:
    waits, answers = Waits(), Answers((500, {}, {}))
    base_url = await serve({MODELS: answers.give})

    with pytest.raises(TelnyxServerError):
        await ask(Telnyx(http, api_key=KEY, base_url=base_url, retry=waits.policy()), MODELS)
    with pytest.raises(TelnyxServerError):
        await ask(
            Telnyx(http, api_key=KEY, base_url=base_url, retry=Waits().policy(total_seconds=1.0)), MODELS
        )

    assert waits.waited == [0.5, 1.0, 2.0]
    assert answers.asked == 4 + 2


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def test_question_that_was_never_sent_is_tried_again(http: httpx.AsyncClient) -> None:
    waits = Waits()
    client = Telnyx(http, api_key=KEY, base_url=f"http://127.0.0.1:{closed_port()}/v2", retry=waits.policy())

    with pytest.raises(TelnyxUnreachableError) as caught:
        await ask(client, CHAT)

    assert type(caught.value) is TelnyxUnreachableError
    assert not caught.value.sent
    assert waits.waited == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "reply", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"nonsense\r\n\r\n"]
)
async def test_question_that_may_have_arrived_is_not_asked_twice(
    http: httpx.AsyncClient, serve_bytes: ServeBytes, reply: bytes
) -> None:
    asked: list[bytes] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(reply)
        writer.write(reply)
        await writer.drain()

    client = Telnyx(http, api_key=KEY, base_url=await serve_bytes(hang_up), retry=Waits().policy())

    with pytest.raises(TelnyxUnreachableError) as caught:
        await ask(client, CHAT)

    assert caught.value.sent
    assert len(asked) == 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__cause__)
    assert KEY not in shown
    assert "Ann" not in shown


async def test_harmless_call_is_tried_again_after_a_hang_up(
    http: httpx.AsyncClient, serve_bytes: ServeBytes
) -> None:
    waits = Waits()

    async def hang_up(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return

    client = Telnyx(http, api_key=KEY, base_url=await serve_bytes(hang_up), retry=waits.policy())

    with pytest.raises(TelnyxUnreachableError):
        await ask(client, SEARCH)

    assert len(waits.waited) == 3


async def test_silence_is_a_timeout(http: httpx.AsyncClient, serve_bytes: ServeBytes) -> None:
    async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    client = Telnyx(
        http,
        api_key=KEY,
        base_url=await serve_bytes(never),
        retry=Waits().policy(),
        timeouts=Timeouts(read=0.05),
    )

    with pytest.raises(TelnyxTimeoutError) as caught:
        await ask(client, CHAT)

    assert caught.value.sent


async def test_what_time_it_is_at_telnyx_is_known_from_its_answers(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    dates = ("Thu, 01 Jan 1970 00:01:40 GMT", "some day", "Thu, 01 Jan 1970 00:03:20 GMT")
    answers = Answers(*((200, {"data": []}, {"Date": date}) for date in dates))
    client = Telnyx(http, api_key=KEY, base_url=await serve({MODELS: answers.give}))
    said, dated = [client.said_at], [client.dated]
    for _ in dates:
        await ask(client, MODELS)
        said.append(client.said_at)
        dated.append(client.dated)

    assert said == [None, 100.0, 100.0, 200.0]
    assert dated == [None, 100.0, None, 200.0]


async def test_an_answer_to_another_task_says_nothing_of_what_time_it_was_in_this_ones(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    dates = ("Thu, 01 Jan 1970 00:01:40 GMT", "Thu, 01 Jan 1970 00:03:20 GMT")
    answers = Answers(*((200, {"data": []}, {"Date": date}) for date in dates))
    client = Telnyx(http, api_key=KEY, base_url=await serve({MODELS: answers.give}))

    async def asked() -> float | None:
        await ask(client, MODELS)
        return client.said_at

    own = await asked()
    others = await asyncio.create_task(asked())

    assert (own, others, client.said_at) == (100.0, 200.0, 100.0)


async def test_key_goes_out_as_a_bearer_token_and_nowhere_else(http: httpx.AsyncClient, serve: Serve) -> None:
    seen: list[str] = []

    async def refuse(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Authorization"])
        return web.json_response(
            {"errors": [{"code": "10009", "title": "Authentication failed"}]}, status=401
        )

    client = Telnyx(http, api_key=KEY, base_url=await serve({SEARCH: refuse}))

    with pytest.raises(TelnyxAuthenticationError) as caught:
        await ask(client, SEARCH)

    assert seen == [f"Bearer {KEY}"]
    assert KEY not in repr(caught.value) + repr(client) + repr(vars(caught.value))
    assert "Ann" not in repr(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("key", ["", "two words", "line\n", "schlüssel"])
async def test_key_that_cannot_be_sent_is_refused_without_showing_it(
    http: httpx.AsyncClient, key: str
) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        Telnyx(http, api_key=key)

    assert not key or key not in str(caught.value)


async def test_redirect_is_not_followed(serve: Serve) -> None:
    async def elsewhere(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:1/steal")

    async with httpx.AsyncClient(verify=PLAIN, follow_redirects=True, trust_env=False) as http:
        with pytest.raises(TelnyxStatusError) as caught:
            await ask(Telnyx(http, api_key=KEY, base_url=await serve({MODELS: elsewhere})), MODELS)

    assert caught.value.status == 302


async def test_broken_compression_is_unreadable(http: httpx.AsyncClient, serve_bytes: ServeBytes) -> None:
    async def lie(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nplop")
        await writer.drain()

    with pytest.raises(TelnyxUnreadableError):
        await ask(Telnyx(http, api_key=KEY, base_url=await serve_bytes(lie)), MODELS)


async def test_hooks_hear_of_every_attempt_but_not_of_the_question(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    exchanges: list[Exchange] = []
    answers = Answers((500, {}, {"x-request-id": "r-1"}), (200, {"data": []}, {"x-request-id": "r-2"}))
    base_url = await serve({"GET /v2/ai/embeddings": answers.give})

    await Telnyx(
        http, api_key=KEY, base_url=base_url, on_exchange=[exchanges.append], retry=Waits().policy()
    ).embeddings.tasks(["queued"])

    told = [
        (one.operation, one.method, one.path, one.status, one.attempt, one.request_id, one.error)
        for one in exchanges
    ]
    assert told == [
        ("embeddings.tasks", "GET", "/ai/embeddings", 500, 1, "r-1", "TelnyxServerError"),
        ("embeddings.tasks", "GET", "/ai/embeddings", 200, 2, "r-2", None),
    ]


async def test_hook_that_raises_breaks_neither_the_call_nor_the_other_hooks(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    exchanges: list[Exchange] = []
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context["exception"])
    )

    def bad(_: Exchange) -> None:
        raise RuntimeError("my fault")

    hooks: list[ExchangeHook] = [bad, exchanges.append]
    base_url = await serve({MODELS: Answers((200, {"data": []}, {})).give})

    assert await Telnyx(http, api_key=KEY, base_url=base_url, on_exchange=hooks).models.all() == ()
    assert len(exchanges) == 1
    assert [str(complaint) for complaint in complaints] == ["my fault"]


async def test_cancelled_call_is_told_and_stays_cancelled(
    http: httpx.AsyncClient, serve_bytes: ServeBytes
) -> None:
    exchanges: list[Exchange] = []
    arrived = asyncio.Event()

    async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()

    client = Telnyx(http, api_key=KEY, base_url=await serve_bytes(never), on_exchange=[exchanges.append])
    task = asyncio.create_task(ask(client, MODELS))
    await arrived.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert [one.error for one in exchanges] == ["CancelledError"]


BUCKET = "DELETE /v2/ai/embeddings/buckets/{name}"
EMBED = "POST /v2/ai/embeddings"


@pytest.mark.parametrize(
    ("first", "then", "maybe"),
    [(502, 404, True), (504, 404, True), (429, 404, False), (503, 404, False), (502, 500, True)],
)
async def test_an_error_tells_whether_an_earlier_try_may_have_been_worked_on(
    http: httpx.AsyncClient, serve: Serve, first: int, then: int, maybe: bool
) -> None:
    answers = Answers((first, {}, {}), (then, {"errors": [{"code": "1", "detail": "no such bucket"}]}, {}))
    base_url = await serve({BUCKET: answers.give})
    client = Telnyx(http, api_key=KEY, base_url=base_url, retry=Waits().policy(attempts=2))

    with pytest.raises(TelnyxStatusError) as caught:
        await client.embeddings.delete_bucket("handbook")

    assert (caught.value.status, caught.value.maybe_done) == (then, maybe)


async def test_work_that_goes_on_under_its_key_may_be_done(http: httpx.AsyncClient, serve: Serve) -> None:
    answers = Answers((409, {"errors": [{"code": "10036", "title": "in progress"}]}, {}))
    base_url = await serve({EMBED: answers.give})
    client = Telnyx(http, api_key=KEY, base_url=base_url, retry=Waits().policy(attempts=2))

    with pytest.raises(TelnyxStatusError) as caught:
        await client.embeddings.create("handbook", idempotency_key="k")

    assert may_have_arrived(caught.value)
