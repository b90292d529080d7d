"""A real model behind the sandbox: chat goes to an OpenAI-compatible server, and its bytes come back as they are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from .completions import ChatBody
from .gate import SENT
from .refusals import refusal

_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=10, sock_read=300)


@dataclass(frozen=True)
class Upstream:
    """Where the real model lives; `model` replaces the model that the bot asked for."""

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """SANDBOX_LLM_BASE_URL, SANDBOX_LLM_API_KEY, SANDBOX_LLM_MODEL; None without the first."""
        base_url = environment.get("SANDBOX_LLM_BASE_URL", "").rstrip("/")
        if not base_url:
            return None
        return cls(
            base_url,
            environment.get("SANDBOX_LLM_API_KEY") or None,
            environment.get("SANDBOX_LLM_MODEL") or None,
        )


class Forwarder:
    """Sends chat requests on. `session` is opened and closed with the application."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._session: aiohttp.ClientSession | None = None

    async def opened(self, _app: web.Application) -> AsyncIterator[None]:
        """Cleanup context of the application."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as self._session:
            yield

    async def forward(self, request: web.Request, body: ChatBody) -> web.StreamResponse:
        """The upstream's answer with its status; 502 in Telnyx's shape when it cannot be reached."""
        if self._session is None:
            raise RuntimeError("the application has not been started")
        data: dict[str, Any] = body.model_dump(exclude_unset=True, exclude_none=True)
        if self._upstream.model:
            data["model"] = self._upstream.model
        headers = {"Content-Type": "application/json"}
        if self._upstream.api_key:
            headers["Authorization"] = f"Bearer {self._upstream.api_key}"
        url = f"{self._upstream.base_url}/chat/completions"
        try:
            async with self._session.post(url, data=json.dumps(data), headers=headers) as answer:
                return await _relay(request, answer)
        except aiohttp.ClientConnectionError:
            raise refusal(502, "The model server named by SANDBOX_LLM_BASE_URL can't be reached.") from None


async def _relay(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    kind = answer.headers.get("Content-Type", "application/json")
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": kind})
    await response.prepare(request)
    async for piece in answer.content.iter_any():
        await response.write(piece)
        request[SENT] += len(piece)
    await response.write_eof()
    return response
