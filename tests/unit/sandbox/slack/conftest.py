"""A running stand-in on a free loopback port, with an app installed from a full manifest."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn, Timings

SCOPES = (
    "app_mentions:read assistant:write channels:history channels:join channels:read chat:write commands files:read "
    "files:write groups:history "
    "groups:read im:history im:read im:write reactions:write team:read usergroups:read users:read"
)
EVENTS = "app_home_opened agent_session_stopped app_mention message.channels message.groups message.im member_joined_channel"


def manifest(**changes: Any) -> dict[str, Any]:
    """A manifest with a command, shortcuts, an agent view and the usual scopes and events."""
    return {
        "display_information": {"name": "Acme Answers"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "acme-answers"},
            "agent_view": {"agent_description": "Answers."},
            "slash_commands": [{"command": "/telnyx", "description": "Ask", "should_escape": True}],
            "shortcuts": [
                {"name": "Summarise", "type": "message", "callback_id": "summarise", "description": "d"},
                {"name": "Ask", "type": "global", "callback_id": "ask_global", "description": "d"},
            ],
        },
        "oauth_config": {"scopes": {"bot": changes.get("scopes", SCOPES.split())}},
        "settings": {
            "event_subscriptions": {"bot_events": changes.get("events", EVENTS.split())},
            "interactivity": {"is_enabled": True},
        },
    }


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def make_manifest() -> Callable[..., dict[str, Any]]:
    return manifest


@pytest.fixture
def refused() -> Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]:
    """Await a Web API call that must fail, and return Slack's answer."""

    async def answer(call: Awaitable[Any]) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as caught:
            await call
        data: dict[str, Any] = caught.value.response.data
        return data

    return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(timings=Timings(ack=0.5, retries=(0.0, 0.05, 0.05)), clock=clock)
    outer = web.Application()
    outer.add_subapp("/slack", standin.app)
    runner = web.AppRunner(outer, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    standin.root = f"http://{host}:{port}/slack"
    standin.install(manifest())
    yield standin
    await runner.cleanup()


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.credentials.bot_token,
            base_url=f"{slack.root}/api/",
            session=session,
            retry_handlers=[],
        )


@pytest.fixture
async def mia(slack: SlackStandIn) -> AsyncIterator[Person]:
    async with Person(slack.root, "mia") as person:
        yield person


@pytest.fixture
async def ben(slack: SlackStandIn) -> AsyncIterator[Person]:
    async with Person(slack.root, "ben") as person:
        yield person


@pytest.fixture
async def eve(slack: SlackStandIn) -> AsyncIterator[Person]:
    async with Person(slack.root, "eve") as person:
        yield person
