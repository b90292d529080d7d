"""The stand-in Slack on a loopback socket, and our own API object on the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.thread_message import Spot
from handlers.manifest import manifest
from sandbox.slack import Person, SlackStandIn
from tests.unit.bot.conftest import served

BOT = "U0BOT"


class Time:
    """A clock that a test moves on, and a sleep that ends by it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and everybody run who then can."""
        self.now = round(self.now + seconds, 1)
        due = [woken for end, woken in self._sleepers if end <= self.now + 1e-6]
        self._sleepers = [(end, woken) for end, woken in self._sleepers if end > self.now + 1e-6]
        for woken in due:
            if not woken.done():
                woken.set_result(None)
        await self.settle()

    async def until(self, *waiting: asyncio.Task[Any]) -> None:
        """Let time pass until these tasks have ended."""
        await self.settle()
        while not all(task.done() for task in waiting):
            await self.pass_by(0.1)

    async def settle(self) -> None:
        """Let everybody run who can."""
        for _ in range(5):
            await asyncio.sleep(0)


@dataclass
class SlackHouse:
    """Our API, the stand-in behind it, and a person who looks at it."""

    api: SlackApi
    standin: SlackStandIn
    mia: Person
    http: aiohttp.ClientSession

    @cached_property
    def workspaces(self) -> Workspaces:
        """What a process has of this Slack."""
        return Workspaces(Workspace(self.api, self.http))

    def plays(self, root: str) -> None:
        """Another server stands in for Slack from now on."""
        self.api.client.base_url = f"{root}/api/"

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
            yield SlackHouse(SlackApi(client, Limits()), standin, mia, http)


@pytest.fixture
async def question(slack: SlackHouse) -> str:
    return await slack.mia.say("#support", "question")


@pytest.fixture
def spot(question: str) -> Spot:
    return Spot("C0SUPPORT", question, "U0MIA", "T0ACME", "turn:T0ACME:C0SUPPORT:1")
