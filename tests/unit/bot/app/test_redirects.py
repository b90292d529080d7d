"""The session of everything that goes to Slack follows no redirect, whichever way it is used."""

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.slack import no_redirects
from tests.unit.bot.conftest import served


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_token_and_no_message_is_led_elsewhere(status: int) -> None:
    came: list[str] = []

    async def lead(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", lead)
    async with served(app) as root, aiohttp.ClientSession(middlewares=[no_redirects]) as http:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{root}/api/", session=http, retry_handlers=[])
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.chat_postMessage(channel="C1", text="a secret")
        with pytest.raises(aiohttp.ClientConnectionError):
            await http.ws_connect(f"{root}/link")

    assert came == ["/api/chat.postMessage", "/link"]
