"""The real door with the real Bolt app behind it on a loopback socket, and raw requests to it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.slack import bolt_app
from bot.inbound import http as web
from bot.inbound.connections import Connections
from bot.inbound.refusals import Refusals
from bot.observability.health import Health
from bot.services.rate import Rate
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from bot.workflows.asked import Asked
from config.load import load

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def signed(
    body: bytes, more: dict[str, str] | None = None, *, secret: str = SECRET, stamp: int | None = None
) -> dict[str, str]:
    """The headers of a request as Slack makes it, and more or others."""
    at = str(int(time.time()) if stamp is None else stamp)
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
        **(more or {}),
    }


def mention(text: str = "how long?", ts: str = "1700000000.000100") -> bytes:
    """A question."""
    event = {"type": "app_mention", "user": "U0MIA", "channel": "C0GENERAL", "ts": ts, "event_ts": ts}
    body = {"type": "event_callback", "team_id": "T0", "api_app_id": "A0", "event_id": f"Ev{ts}"}
    return json.dumps({**body, "event": {**event, "text": f"<@U0BOT> {text}"}}).encode()


@dataclass
class Door:
    """A bot that is reached over HTTP, and what came through to it."""

    listener: web.Listener
    connections: Connections
    asked: list[Asked] = field(default_factory=list)
    lines: list[MutableMapping[str, Any]] = field(default_factory=list)
    """What was logged."""

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection of one's own."""
        return await asyncio.open_connection("127.0.0.1", self.listener.port)

    async def raw(self, sent: bytes) -> int:
        """The status of the answer to these bytes; 0 if the connection is closed without one."""
        reader, writer = await self.open()
        try:
            writer.write(sent)
            return await status(reader)
        finally:
            writer.close()

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """The status of the answer to a request; the headers are Slack's own unless others are given."""
        return await self.raw(request(body, signed(body) if headers is None else headers))

    async def alive(self) -> bool:
        """Does ``/live`` answer?"""
        return await self.raw(b"GET /live HTTP/1.1\r\nHost: bot\r\n\r\n") == 200

    def logged(self, event: str) -> list[MutableMapping[str, Any]]:
        """The lines about an event."""
        return [line for line in self.lines if line["event"] == event]


async def status(reader: asyncio.StreamReader) -> int:
    """The status of the answer that comes; 0 if none does."""
    try:
        line = await reader.readline()
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


def request(body: bytes, headers: dict[str, str]) -> bytes:
    """A request as bytes, whatever stands in it."""
    length = (
        {}
        if any(name.lower() == "content-length" for name in headers)
        else {"Content-Length": str(len(body))}
    )
    lines = [f"{name}: {value}" for name, value in {"Host": "bot", **length, **headers}.items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode("utf-8") + body


@asynccontextmanager
async def standing(connections: Connections) -> AsyncIterator[Door]:
    """A door with these limits."""
    settings = load((), Path("no.env"))
    settings = settings.model_copy(
        update={"slack": settings.slack.model_copy(update={"signing_secret": SECRET})}
    )

    taken: list[Asked] = []

    async def start(asked: Asked, _url: str | None = None) -> None:
        taken.append(asked)

    async def noted(*_: object, **__: object) -> None:
        """An edit, a deletion, a stop, what a place is."""

    async def mode(*_: object) -> str:
        return "mention"

    def seen(*_: object) -> None:
        """An event of a shared channel."""

    async with aiohttp.ClientSession() as http:
        client = AsyncWebClient(
            token="xoxb-1", base_url="http://127.0.0.1:1/api/", session=http, retry_handlers=[]
        )
        runtime: Any = SimpleNamespace(
            settings=settings,
            rate=Rate(1_000_000),
            services=None,
            workspaces=Workspaces(Workspace(SlackApi(client, Limits()), http)),
            rights=SimpleNamespace(of=None, changed=noted, seen_shared=seen, mode=mode),
            work=SimpleNamespace(
                turns=SimpleNamespace(start=start),
                deeds=None,
                interrupts=SimpleNamespace(change=noted, stop=noted),
            ),
        )
        app = bolt_app(settings, runtime)
        made = Door(await web.serve(Health(), app, SECRET, 0, connections), connections, taken)
        with structlog.testing.capture_logs() as lines:
            made.lines = lines
            try:
                yield made
            finally:
                await made.listener.close()


@pytest.fixture
async def door(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Door]:
    """A door with the limits of the program. No library may have anything to say at its end."""
    with caplog.at_level(logging.WARNING):
        async with standing(Connections(Refusals())) as made:
            yield made
    assert caplog.records == []
