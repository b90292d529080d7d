"""The way back of a delivery whose listener failed: Slack's own address, or none."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from handlers.errors import tell
from tests.unit.bot.conftest import served


class Addresses:
    """Servers of Slack and of someone else, and what comes to them."""

    def __init__(self) -> None:
        self.came: list[str] = []

    async def note(self, request: web.Request) -> web.Response:
        self.came.append(request.path)
        return web.Response(text="ok")

    async def told(self, body: dict[str, Any]) -> list[str]:
        """The paths that are called when a listener fails; ``{slack}`` and ``{other}`` stand for the two roots."""
        apps = [web.Application(), web.Application()]
        for app in apps:
            app.router.add_post("/{anything:.*}", self.note)
        async with served(apps[0]) as slack, served(apps[1]) as other, aiohttp.ClientSession() as http:
            client = AsyncWebClient(token="xoxb-1", base_url=f"{slack}/api/", session=http)
            runtime: Any = SimpleNamespace(workspaces=Workspaces(Workspace(SlackApi(client, Limits()), http)))
            await tell(runtime, RuntimeError("a fault"), _filled(body, slack=slack, other=other))
        return self.came


def _filled(value: Any, **roots: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, **roots) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, **roots) for inner in value]
    return value.format(**roots) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ({"response_url": "{slack}/command"}, ["/command"]),
        ({"response_urls": [{"response_url": "{slack}/form"}, {"response_url": "{slack}/2"}]}, ["/form"]),
        ({"response_url": "{other}/command"}, []),
        ({"response_urls": [{"response_url": "{other}/form"}]}, []),
        ({"response_urls": [{}, None, "x", {"response_url": "{slack}/second"}]}, ["/second"]),
        ({"response_urls": 5}, []),
        ({"response_urls": None}, []),
        ({"response_url": 5}, []),
        ({"response_url": {"x": "{slack}/x"}}, []),
        ({}, []),
    ],
    ids=str,
)
async def test_the_person_is_told_by_slacks_own_address_alone(
    body: dict[str, Any], called: list[str]
) -> None:
    assert await Addresses().told(body) == called
