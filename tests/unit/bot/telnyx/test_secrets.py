"""The API key in an answer of the other side: no error, log or answer carries it on."""

from __future__ import annotations

import base64
import json
import pickle
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, unquote

import httpx
import pytest
from aiohttp import web

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    Exchange,
    RetryPolicy,
    Telnyx,
    TelnyxInvalidError,
    TelnyxStreamError,
)
from bot.telnyx._secrets import STRUCK, Secrets

Serve = Callable[[Mapping[str, Any]], Awaitable[str]]
KEY = "KEYqzjx+A/BC_Secret-word=="
QUOTED = {
    "as it is": KEY,
    "as a header": f"Authorization: Bearer {KEY}",
    "in other letters": KEY.lower(),
    "percent-encoded": quote(KEY, safe=""),
    "percent-encoded in part": KEY.replace("+", "%2b"),
    "in base64": base64.b64encode(KEY.encode()).decode(),
    "in base64 behind a name": base64.b64encode(f"me:{KEY}".encode()).decode(),
    "in base64 as a header": base64.urlsafe_b64encode(f"Bearer {KEY}\n".encode()).decode(),
    "in hex": KEY.encode().hex(),
    "in pairs of hex": KEY.encode().hex(":"),
    "percent-encoded twice": quote(quote(KEY, safe=""), safe=""),
    "escaped as JSON": KEY.replace("+", "\\u002b").replace("/", "\\/"),
    "escaped as HTML": KEY.replace("+", "&#43;").replace("=", "&#x3D;"),
    "escaped as Python": "".join(f"\\x{ord(letter):02x}" for letter in KEY),
    "on two lines": f"{KEY[:12]}\r\n  {KEY[12:]}",
    "in base64 on many lines": base64.encodebytes(f"key: {KEY * 4}".encode()).decode(),
    "with invisible signs": "\u200b".join(KEY),
    "in full width": "".join(chr(ord(letter) + 0xFEE0) for letter in KEY),
    "in letters set apart": " ".join(KEY),
    "far behind": "x" * 1_990 + KEY,
}
BODIES: list[Callable[[str], Any]] = [
    lambda said: {"errors": [{"code": "10015", "title": "Bad Request", "detail": f"refused: {said}"}]},
    lambda said: {"errors": [{"code": said, "title": said, "detail": said}]},
    lambda said: {"error": {"message": said, "type": said}},
    lambda said: {"detail": said},
    lambda said: {"detail": [{"loc": ["header", said], "msg": said, "type": "x"}]},
]
QUESTION = ChatRequest(messages=(ChatMessage(role="user", content="?"),), model="m")


def leaks(text: str) -> bool:
    """Return whether a part of the key is in there, by another road than the code under test."""
    inner = base64.b64encode(KEY.encode()).decode()[4:20]
    read = unquote(unquote(unescape(normalize("NFKC", text))))
    read = re.sub(r"\\+(?:x|u00)([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), read)
    joined = "".join(letter for letter in read.lower() if letter.isalnum())
    parts = ("qzjx", "secretword", KEY.encode().hex()[:20], inner.lower())
    return any(part in text.lower() or part in joined for part in parts)


@pytest.mark.parametrize("said", QUOTED.values(), ids=QUOTED)
@pytest.mark.parametrize("body", BODIES)
async def test_an_error_that_quotes_the_key_does_not_carry_it_on(
    http: httpx.AsyncClient, serve: Serve, said: str, body: Callable[[str], Any]
) -> None:
    exchanges: list[Exchange] = []

    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response(
            body(said), status=400, headers={"x-request-id": " ".join(said[:200].split())}
        )

    base = await serve({"POST /v2/ai/chat/completions": give})
    client = Telnyx(
        http, api_key=KEY, base_url=base, retry=RetryPolicy(attempts=1), on_exchange=[exchanges.append]
    )
    with pytest.raises(TelnyxInvalidError) as caught:
        await client.chat.complete(QUESTION)

    error = caught.value
    told = f"{error!r} {error} {vars(error)} {pickle.loads(pickle.dumps(error)).__dict__} {exchanges}"  # noqa: S301  # our own
    assert not leaks(told)


async def test_an_error_chunk_does_not_carry_it_on(http: httpx.AsyncClient, serve: Serve) -> None:
    async def give(_: web.Request) -> web.StreamResponse:
        chunk = json.dumps({"error": {"message": f"no: Bearer {KEY}", "code": 500}})
        return web.Response(text=f"data: {chunk}\n\n", content_type="text/event-stream")

    client = Telnyx(http, api_key=KEY, base_url=await serve({"POST /v2/ai/chat/completions": give}))
    with pytest.raises(TelnyxStreamError) as caught:
        [part async for part in client.chat.stream(QUESTION)]

    assert caught.value.detail == f"no: Bearer {STRUCK}"


async def test_the_reason_of_a_file_does_not_carry_it_on(http: httpx.AsyncClient, serve: Serve) -> None:
    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"data": [{"filename": "a", "status": "failed", "error_reason": f"401 for {KEY}"}]}
        )

    client = Telnyx(http, api_key=KEY, base_url=await serve({"GET /v2/ai/embeddings/buckets/b": give}))

    assert [file.error_reason for file in await client.embeddings.files("b")] == [f"401 for {STRUCK}"]


@pytest.mark.parametrize(
    "said",
    [
        "Use a bearer token to log in.",
        "The bearer of this is known.",
        "KEY",
        "50 % off",
        "A key is needed: see KEYS.",
    ],
)
def test_other_words_stay(said: str) -> None:
    assert Secrets(KEY).strike(said) == said
    assert Secrets("KEY").strike(said) == said


def test_another_bearer_token_goes_too() -> None:
    assert Secrets(KEY).strike("got Bearer abc-123456, want none") == f"got Bearer {STRUCK}, want none"
