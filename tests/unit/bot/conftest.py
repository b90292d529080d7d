"""What the bot's inner parts are tested against: a database in a file, and both stand-ins on loopback sockets."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp import AiohttpTransport

from bot.services.access import EVERYTHING, NONE, Audience, Right, Role
from bot.services.query import Query
from bot.store.database import Database, sqlite_engine
from bot.store.migrate import upgrade
from bot.telnyx import RetryPolicy, Telnyx
from sandbox.clock import SandboxClock
from sandbox.seeding import seed_calls, seed_documents, seed_jobs
from sandbox.telnyx import Pace, TelnyxStandIn
from sandbox.telnyx.faults import Fault
from sandbox.telnyx.upstream import Upstream
from sandbox.telnyx.vectors import Vectors
from tests.loopback import PLAIN

KEY = "KEY-of-these-tests"


def asking(text: str, audience: Audience = EVERYTHING, **more: Any) -> Query:
    """A question of someone who may see everything."""
    return Query(text, audience, **more)


def without(*rights: Right) -> Audience:
    """Someone who may see and do everything but this."""
    lacking: dict[Right, dict[str, Any]] = {
        Right.MEMBERS: {"member": False},
        Right.DOCUMENTS: {"buckets": NONE, "named": NONE},
        Right.BUCKETS: {"buckets": NONE, "named": NONE},
        Right.CALLS: {"calls": NONE},
        Right.ANSWERS: {"buckets": NONE, "calls": NONE},
        Right.JOBS: {"buckets": NONE, "named": NONE, "calls": NONE},
        Right.OPERATOR: {"roles": frozenset()},
        Right.ADMIN: {"roles": frozenset({Role.OPERATOR})},
    }
    less = {name: value for right in rights for name, value in lacking[right].items()}
    return replace(EVERYTHING, **less, reasons=dict.fromkeys(Right, "You may not."))


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The root URL of a real server on a free loopback port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class TelnyxHouse:
    """A client of ours and the stand-in it talks to."""

    client: Telnyx
    standin: TelnyxStandIn
    http: httpx.AsyncClient
    root: str

    async def fault(self, **fault: Any) -> None:
        answer = await self.http.post(f"{self.root}/telnyx/control/faults", json=Fault(**fault).model_dump())
        assert answer.status_code == 200, answer.text

    async def calls(self, operation: str) -> int:
        """How often an operation was called."""
        answer = await self.http.get(f"{self.root}/telnyx/control/calls")
        return sum(call["operation"] == operation for call in answer.json()["calls"])


@asynccontextmanager
async def telnyx_house(
    upstream: Upstream | None = None, *, seeded: bool = True, vectors: Vectors | None = None
) -> AsyncIterator[TelnyxHouse]:
    """The stand-in, with its example data or as a new account has it, on a clock that stands still."""
    standin = TelnyxStandIn(
        keys=[KEY],
        clock=SandboxClock(scale=0),
        pace=Pace(first=0, word=0),
        upstream=upstream,
        vectors=vectors,
    )
    if seeded:
        seed_documents(standin)
        seed_calls(standin)
        seed_jobs(standin)
    app = web.Application(client_max_size=200_000_000)
    app.add_subapp("/telnyx", standin.app)
    app.add_subapp("/storage", standin.storage_app)
    # As the bot has it; httpx's own transport takes twice the time.
    over = AiohttpTransport(verify=PLAIN, trust_env=False)
    async with served(app) as root, httpx.AsyncClient(transport=over, trust_env=False) as http:
        once = RetryPolicy(attempts=1)
        base, storage = f"{root}/telnyx/v2", f"{root}/storage"
        client = Telnyx(http, api_key=KEY, base_url=base, storage_url=storage, retry=once)
        yield TelnyxHouse(client, standin, http, root)


@pytest.fixture
async def telnyx() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as house:
        yield house


@dataclass
class Model:
    """A model server that says what a test wrote down, piece by piece, and remembers what it was asked."""

    replies: list[list[str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    going_on: asyncio.Event | None = None
    """If there is one, the model waits for it after the first piece."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Why single replies end, by their place."""

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """One completion, whole or as events. More questions than replies is an error of the test."""
        body = await request.json()
        self.asked.append(body)
        if not self.replies:
            return web.json_response({"error": {"message": "no reply is written down"}}, status=500)
        pieces = self.replies.pop(0)
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(pieces)}
            choice = {
                "index": 0,
                "message": message,
                "finish_reason": self.reasons.get(len(self.asked) - 1, "stop"),
            }
            return web.json_response(_head(body) | {"object": "chat.completion", "choices": [choice]})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            await response.write(_event(_head(body) | {"choices": [choice]}))
            if self.going_on is not None:
                await self.going_on.wait()
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        await response.write(_event(_head(body) | {"choices": [end]}))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def _head(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
async def scripted(model: Model) -> AsyncIterator[TelnyxHouse]:
    """The stand-in with ``model`` behind its chat."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.complete)
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(served(app))
        yield await stack.enter_async_context(telnyx_house(Upstream(f"{root}/v1")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to copy: making the tables takes longer than most of what is done with them."""
    path = tmp_path_factory.mktemp("prepared") / "bot.sqlite3"
    engine = sqlite_engine(path)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture
def empty(prepared: Path, tmp_path: Path) -> Path:
    """An empty database that no other test has."""
    return Path(shutil.copy(prepared, tmp_path))


@pytest.fixture
async def database(empty: Path) -> AsyncIterator[Database]:
    made = Database.sqlite(empty)
    yield made
    made.close()
