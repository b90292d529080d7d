"""A model that refuses part of a request: left out once, remembered for that model alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.telnyx import ChatMessage, ChatRequest, RetryPolicy, Telnyx, TelnyxInvalidError, TelnyxStatusError
from bot.telnyx._problems import status_error

Serve = Callable[[Mapping[str, Any]], Awaitable[str]]
FIELDS = {
    "temperature": {"detail": "Unsupported parameter: 'temperature' is not supported with this model."},
    "max_tokens": {"detail": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."},
    "enable_thinking": {"detail": "not well-formed", "source": {"pointer": "/enable_thinking"}},
}
ROLES = [
    "After the optional system message, conversation roles must alternate user/assistant/user/assistant/...",
    "System role not supported",
    "This model does not support system messages.",
    "Only user and assistant roles are supported!",
    "Expected last role User or Tool, got assistant",
    "The first message must be from the user",
    "Developer instruction is not enabled for this model",
]
MESSAGES = (
    ChatMessage(role="system", content="rules"),
    ChatMessage(role="user", content="one"),
    ChatMessage(role="user", content="two"),
)


class Picky:
    """A server that refuses and remembers."""

    def __init__(self, refuses: Callable[[dict[str, Any]], Any]) -> None:
        self.refuses = refuses
        self.bodies: list[dict[str, Any]] = []

    async def give(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        if problem := self.refuses(body):
            status, said = (
                (422, problem)
                if "detail" in problem and isinstance(problem["detail"], list)
                else (400, {"errors": [problem]})
            )
            return web.json_response(said, status=status)
        return web.json_response({"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]})


def asked(model: str = "m") -> ChatRequest:
    return ChatRequest(messages=MESSAGES, model=model, temperature=0.1, max_tokens=9, enable_thinking=False)


@pytest.fixture
async def picky(http: httpx.AsyncClient, serve: Serve) -> Callable[[Picky], Awaitable[Telnyx]]:
    async def client(server: Picky) -> Telnyx:
        base = await serve({"POST /v2/ai/chat/completions": server.give})
        return Telnyx(http, api_key="KEY", base_url=base, retry=RetryPolicy(attempts=1))

    return client


@pytest.mark.parametrize("fields", [["temperature"], ["max_tokens"], ["enable_thinking"], list(FIELDS)])
async def test_refused_fields_are_left_out_and_remembered(
    picky: Callable[[Picky], Awaitable[Telnyx]], fields: list[str]
) -> None:
    server = Picky(lambda body: next((FIELDS[field] for field in fields if field in body), None))
    client = await picky(server)

    await client.chat.complete(asked())
    _ = [part async for part in client.chat.stream(asked())]
    await client.chat.complete(asked("other"))

    tries = [len(FIELDS.keys() & body.keys()) for body in server.bodies]
    down = [3 - number for number in range(len(fields) + 1)]
    assert tries == [*down, down[-1], *down]


async def test_a_field_named_by_validation_is_left_out(picky: Callable[[Picky], Awaitable[Telnyx]]) -> None:
    server = Picky(
        lambda body: (
            "max_tokens" in body
            and {"detail": [{"loc": ["body", "max_tokens"], "msg": "Extra inputs are not permitted"}]}
        )
    )

    assert (await (await picky(server)).chat.complete(asked())).text == "hi"


@pytest.mark.parametrize("words", ROLES)
async def test_roles_that_a_template_refuses_are_folded(
    picky: Callable[[Picky], Awaitable[Telnyx]], words: str
) -> None:
    server = Picky(lambda body: {"detail": words} if len(body["messages"]) > 1 else None)
    client = await picky(server)

    await client.chat.complete(asked())
    await client.chat.complete(asked())

    assert [len(body["messages"]) for body in server.bodies] == [3, 1, 1]
    assert server.bodies[1]["messages"] == [{"role": "user", "content": "rules\n\none\n\ntwo"}]


@pytest.mark.parametrize(
    "problem",
    [
        {"detail": "no"},
        {"detail": "top_p is wrong"},
        {"detail": "temperature", "title": "x"},
        {"code": "10015"},
    ],
)
async def test_a_refusal_of_something_else_is_told(
    picky: Callable[[Picky], Awaitable[Telnyx]], problem: dict[str, str]
) -> None:
    server = Picky(lambda _: problem)

    with pytest.raises(TelnyxInvalidError):
        await (await picky(server)).chat.complete(asked())
    assert len(server.bodies) <= 2


@pytest.mark.parametrize(
    ("status", "detail", "too_long"),
    [
        (
            400,
            "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
            True,
        ),
        (400, "'max_tokens' is too large: 9000. This model's maximum context length is 8192 tokens", True),
        (422, "prompt is too long: 200001 tokens > 200000 maximum", True),
        (400, "Input is too long for requested model.", True),
        (400, "The input token count (9000) exceeds the maximum number of tokens allowed (8192).", True),
        (400, "Requested tokens (9001) exceed context window of 8192", True),
        (400, "code: context_length_exceeded", True),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 and 256", True),
        (400, "`inputs` must have less than 4096 tokens. Given: 5000", True),
        (400, "Range of input length should be [1, 6000]", True),
        (400, "Token limit exceeded: 9000 of 8192", True),
        (400, "max_tokens must be less than 512", False),
        (413, "", True),
        (400, "max_tokens is too large: 1024. This model supports at most 512 completion tokens.", False),
        (400, "roles must alternate", False),
        (429, "Too many input tokens per minute", False),
        (500, "maximum context length", False),
    ],
)
def test_words_about_the_context_are_known(status: int, detail: str, too_long: bool) -> None:
    error = status_error("chat.complete", status, {}, f'{{"detail": "{detail}"}}'.encode())

    assert isinstance(error, TelnyxStatusError)
    assert error.too_long is too_long
