"""Time per call of our client against raw httpx and against Telnyx's own package, in one run over loopback.

    .venv/bin/python benchmarks/client.py [ROUNDS]

The three take turns, block by block, against one server in a process of its own; each figure is the median of the blocks. Raw httpx
does what anyone must: send, check the status, read the JSON. Promise: ours is at most 1.5 times that, and less than the package.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402 - the root has to be on the path first
from aiohttp import web  # noqa: E402 - as above
from httpx_aiohttp import AiohttpTransport  # noqa: E402 - as above
from telnyx import AsyncTelnyx  # noqa: E402 - as above

from bot.telnyx import Telnyx  # noqa: E402 - as above

WHEN = "2025-04-15T13:07:28.764Z"
ROWS = [{"id": f"c-{n}", "created_at": WHEN, "last_message_at": WHEN, "metadata": {"assistant_id": "a"}} for n in range(10)]  # fmt: skip
METADATA = {"source": "s", "checksum": "c", "embedding": "e", "filename": "f.md", "certainty": 0.9, "loader_metadata": {}}  # fmt: skip
MATCHES = [{"document_chunk": "words " * 100, "distance": 0.2, "metadata": METADATA} for _ in range(3)]
BLOCK = 60
Ask = Callable[[], Awaitable[object]]


def serve() -> None:
    """Answer two operations until the process is ended; the port is written first."""

    async def run() -> None:
        application = web.Application()
        bodies = {"GET /v2/ai/conversations": ROWS, "POST /v2/ai/embeddings/similarity-search": MATCHES}
        for route, rows in bodies.items():
            body = json.dumps({"data": rows}).encode()

            async def give(request: web.Request, body: bytes = body) -> web.Response:
                await request.read()
                return web.Response(body=body, content_type="application/json")

            verb, path = route.split(" ")
            application.router.add_route(verb, path, give)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


async def milliseconds(ask: Ask) -> float:
    """Per call, over one block."""
    began = time.perf_counter()
    for _ in range(BLOCK):
        await ask()
    return (time.perf_counter() - began) * 1000 / BLOCK


async def compare(name: str, askers: dict[str, Ask], rounds: int) -> None:
    """Let them take turns and print the medians as a table."""
    for ask in askers.values():
        await milliseconds(ask)
    times: dict[str, list[float]] = {who: [] for who in askers}
    for _ in range(rounds):
        for who, ask in askers.items():
            times[who].append(await milliseconds(ask))
    medians = {who: statistics.median(values) for who, values in times.items()}
    reference = medians["raw httpx"]
    print(f"\n{name}")
    for who, median in medians.items():
        print(f"  {who:<28} {median:6.3f} ms   {median / reference:5.2f} x raw httpx")


async def main(base_url: str, rounds: int) -> None:
    """Both operations, one after another."""
    headers = {"Authorization": "Bearer KEY"}
    wish = {"bucket_name": "docs", "query": "who?", "num_of_docs": 3}
    async with (
        httpx.AsyncClient(trust_env=False) as raw,
        httpx.AsyncClient(trust_env=False) as http,
        httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False) as faster,
        AsyncTelnyx(api_key="KEY", base_url=base_url) as package,
    ):
        ours, quick = (Telnyx(client, api_key="KEY", base_url=base_url) for client in (http, faster))

        async def raw_page() -> object:
            answer = await raw.get(f"{base_url}/ai/conversations", params={"limit": 10}, headers=headers)
            return answer.raise_for_status().json()["data"]

        async def raw_search() -> object:
            url = f"{base_url}/ai/embeddings/similarity-search"
            return (await raw.post(url, json=wish, headers=headers)).raise_for_status().json()["data"]

        pages: dict[str, Ask] = {
            "raw httpx": raw_page,
            "ours on httpx": lambda: ours.conversations.page(limit=10),
            "ours on httpx-aiohttp (bot)": lambda: quick.conversations.page(limit=10),
            "package telnyx 4.167.0": lambda: package.ai.conversations.list(limit=10),
        }
        searches: dict[str, Ask] = {
            "raw httpx": raw_search,
            "ours on httpx": lambda: ours.embeddings.search("docs", "who?"),
            "ours on httpx-aiohttp (bot)": lambda: quick.embeddings.search("docs", "who?"),
            "package telnyx 4.167.0": lambda: package.ai.embeddings.similarity_search(
                bucket_name="docs", query="who?", num_of_docs=3
            ),
        }
        await compare("conversations.page, 10 rows", pages, rounds)
        await compare("embeddings.search, 3 passages", searches, rounds)


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        with subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None  # noqa: S101 - it was asked for
            try:
                port = int(server.stdout.readline())
                asyncio.run(main(f"http://127.0.0.1:{port}/v2", int((sys.argv[1:] or ["15"])[0])))
            finally:
                server.terminate()
