"""A stand-in Telnyx on a free loopback port, with the sandbox's own example data and a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.seeding import seed_calls, seed_documents, seed_jobs
from sandbox.telnyx import Pace, TelnyxStandIn
from sandbox.telnyx.vectors import Vectors, lacking
from tests.loopback import PLAIN

KEY = "KEY-of-these-tests"


@dataclass
class Running:
    """The stand-in, and clients of its API and of its control API."""

    standin: TelnyxStandIn
    api: httpx.AsyncClient
    control: httpx.AsyncClient

    async def search(self, bucket: str, query: str, limit: int = 3) -> list[dict[str, Any]]:
        body = {"bucket_name": bucket, "query": query, "num_of_docs": limit}
        answer = await self.api.post("/ai/embeddings/similarity-search", json=body)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    async def say(self, *messages: tuple[str, str], **more: Any) -> str:
        body = {"messages": [{"role": role, "content": text} for role, text in messages], **more}
        answer = await self.api.post("/ai/chat/completions", json=body)
        assert answer.status_code == 200, answer.text
        text: str = answer.json()["choices"][0]["message"]["content"]
        return text

    async def add(self, **document: Any) -> str:
        """Add a document; its task's id once it's embedded, which the task says as soon as its time has passed."""
        answer = await self.control.post("/documents", json=document)
        assert answer.status_code == 200, answer.text
        if self.standin.library.embedder is not None:
            await asyncio.to_thread(self.standin.library.embedder.settle)
        task_id: str = answer.json()["task_id"]
        return task_id

    async def task(self, task_id: str) -> dict[str, Any]:
        row: dict[str, Any] = (await self.api.get(f"/ai/embeddings/{task_id}")).json()["data"]
        return row

    async def fault(self, **fault: Any) -> None:
        assert (await self.control.post("/faults", json=fault)).status_code == 200


@asynccontextmanager
async def running(vectors: Vectors | None) -> AsyncIterator[Running]:
    standin = TelnyxStandIn(
        keys=[KEY], clock=SandboxClock(scale=0), pace=Pace(first=0, word=0), vectors=vectors
    )
    seed_documents(standin)
    seed_calls(standin)
    seed_jobs(standin)
    app = web.Application()
    app.add_subapp("/telnyx", standin.app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}/telnyx"
    async with (
        httpx.AsyncClient(
            verify=PLAIN, base_url=f"{root}/v2", headers={"Authorization": f"Bearer {KEY}"}
        ) as api,
        httpx.AsyncClient(verify=PLAIN, base_url=f"{root}/control") as control,
    ):
        yield Running(standin, api, control)
    await runner.cleanup()


@pytest.fixture
async def telnyx() -> AsyncIterator[Running]:
    """Where search goes by words: for whatever needs no model."""
    async with running(None) as started:
        yield started


@pytest.fixture(scope="session")
def vectors() -> Vectors:
    """The model, with the vectors of the sandbox's own documents; the tests that ask for it are skipped where it can't run."""
    opened = Vectors.open(None)
    if opened is None:
        pytest.skip(str(lacking()))
    return opened


@pytest.fixture
async def dense(vectors: Vectors) -> AsyncIterator[Running]:
    """Where search goes by vectors, as in the sandbox."""
    async with running(vectors) as started:
        yield started
