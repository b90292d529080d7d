"""A real server on loopback and a real HTTP client, of both kinds that the bot may run with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp import AiohttpTransport

from tests.loopback import PLAIN

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(params=["httpx", "aiohttp"])
async def http(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    transport = AiohttpTransport(verify=PLAIN) if request.param == "aiohttp" else None
    async with httpx.AsyncClient(transport=transport, verify=PLAIN, trust_env=False) as client:
        yield client


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Mapping[str, Handler]], Awaitable[str]]]:
    """Serve handlers by "VERB /path"; any other route answers 404 as aiohttp does. Gives the base URL."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(handlers: Mapping[str, Handler]) -> str:
            application = web.Application()
            for route, handler in handlers.items():
                verb, path = route.split(" ", 1)
                application.router.add_route(verb, path, handler)
            runner = web.AppRunner(application, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}/v2"

        yield start


@pytest.fixture
async def serve_bytes() -> AsyncIterator[Callable[[Talk], Awaitable[str]]]:
    """Serve a conversation of bytes, after the head of the request was read, for what no good server does."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(talk: Talk) -> str:
            async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                    await reader.readuntil(b"\r\n\r\n")
                    await talk(reader, writer)
                writer.close()

            server = await asyncio.start_server(connected, "127.0.0.1", 0)
            stack.push_async_callback(server.wait_closed)
            stack.callback(server.close)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2"

        yield start
