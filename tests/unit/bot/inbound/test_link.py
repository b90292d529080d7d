"""One web socket, against a server that does what a test says."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.inbound.link import Link, NotOpenError
from tests.unit.bot.conftest import served

Connect = Callable[[dict[str, float]], Awaitable[Link]]


class Seen(dict[str, float]):
    """Tells when so many pings were answered that the limit for silence is long over."""

    def __init__(self) -> None:
        super().__init__()
        self.pings = 0
        self.enough = asyncio.Event()

    def __setitem__(self, sign: str, at: float) -> None:
        super().__setitem__(sign, at)
        self.pings += sign == "ping"
        if self.pings >= 9:
            self.enough.set()


class Server:
    """Says a few texts, then answers pings, or closes."""

    def __init__(self) -> None:
        self.texts: list[str] = [json.dumps({"type": "hello"})]
        self.closes = False

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        for text in self.texts:
            await response.send_str(text)
        if not self.closes:
            async for _ in response:
                pass
        await response.close()
        return response


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def connect(server: Server) -> AsyncIterator[Connect]:
    made: list[Link] = []
    app = web.Application()
    app.router.add_get("/link", server.answer)
    async with served(app) as root, aiohttp.ClientSession() as http:

        async def connected(seen: dict[str, float]) -> Link:
            socket = await http.ws_connect(f"{root}/link", autoping=False)
            made.append(Link(socket, _taken, seen=seen, silent_seconds=0.2, clock=time.monotonic))
            return made[-1]

        yield connected
        for link in made:
            await link.leave(0)


async def _taken(_: SocketModeRequest, __: AsyncBaseSocketModeClient) -> None:
    """Nothing comes of it."""


async def test_a_quiet_socket_that_answers_pings_is_kept(connect: Connect) -> None:
    seen = Seen()
    quiet = await connect(seen)
    await quiet.greeted()

    await seen.enough.wait()

    assert (quiet.listening, quiet.reason) == (True, "")


async def test_a_socket_that_ends_without_a_hello_was_not_open(server: Server, connect: Connect) -> None:
    server.texts, server.closes = [], True
    ended = await connect({})

    with pytest.raises(NotOpenError, match="closed"):
        await ended.greeted()

    assert not ended.listening


@pytest.mark.parametrize(
    "text", ["no JSON", "[]", '{"type": "events_api", "envelope_id": "1", "payload": null}']
)
async def test_what_it_cannot_read_does_not_end_it(server: Server, connect: Connect, text: str) -> None:
    server.texts = [text, *server.texts]
    listening = await connect({})

    await listening.greeted()

    assert listening.listening
