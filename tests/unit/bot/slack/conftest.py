"""The stand-in Slack on a loopback socket, and our own API object on the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api import SlackApi
from bot.slack.budget import Budget
from bot.slack.message import Place
from handlers.manifest import manifest
from sandbox.slack import Person, SlackStandIn
from tests.unit.bot.conftest import served

BOT = "U0BOT"


@dataclass
class SlackHouse:
    """Our API, the stand-in behind it, and a person who looks at it."""

    api: SlackApi
    standin: SlackStandIn
    mia: Person
    http: aiohttp.ClientSession

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        await self.mia.post("faults", method=method, kind=kind, **more)

    async def calls(self, method: str) -> int:
        """How often a method was called."""
        return sum(call["method"] == method for call in await self.mia.get("calls"))

    async def replies(self, thread: str, channel: str = "C0SUPPORT") -> list[dict[str, Any]]:
        """What stands in a thread below its first message."""
        return [m for m in await self.mia.messages(channel, thread) if m["ts"] != thread]

    async def until_called(self, method: str, times: int = 1) -> None:
        """Wait until the stand-in has answered a method so often."""

        async def look() -> list[dict[str, Any]]:
            return [{"count": await self.calls(method)}]

        await self.mia.wait_in(look, lambda seen: bool(seen["count"] >= times))


@pytest.fixture
async def slack() -> AsyncIterator[SlackHouse]:
    standin = SlackStandIn()
    app = web.Application()
    app.add_subapp("/slack", standin.app)
    async with served(app) as root, aiohttp.ClientSession() as http:
        standin.root = f"{root}/slack"
        standin.install(manifest())
        client = AsyncWebClient(
            token=standin.credentials.bot_token,
            base_url=f"{standin.root}/api/",
            session=http,
            retry_handlers=[],
        )
        async with Person(standin.root, "mia") as mia:
            yield SlackHouse(SlackApi(client, Budget()), standin, mia, http)


@pytest.fixture
async def question(slack: SlackHouse) -> str:
    return await slack.mia.say("#support", "question")


@pytest.fixture
def place(question: str) -> Place:
    return Place("C0SUPPORT", question, "U0MIA", "T0ACME", "turn:T0ACME:C0SUPPORT:1")
