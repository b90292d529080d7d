"""The client against the stand-in over a real socket, with time standing still."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp import AiohttpTransport

from bot.telnyx import RetryPolicy, Telnyx, Timeouts
from sandbox.clock import SandboxClock
from sandbox.seeding import seed_calls, seed_documents, seed_jobs
from sandbox.telnyx import Pace, TelnyxStandIn
from tests.loopback import PLAIN

KEY = "KEY-of-the-contract"


@dataclass
class Contract:
    """Both sides: our client, and the stand-in's control API."""

    telnyx: Telnyx
    stranger: Telnyx
    """With a key that the stand-in does not know."""
    control: httpx.AsyncClient

    async def fault(self, **fault: Any) -> None:
        """Set a fault of the stand-in."""
        answer = await self.control.post("/faults", json=fault)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def contract() -> AsyncIterator[Contract]:
    standin = TelnyxStandIn(keys=[KEY], clock=SandboxClock(scale=0), pace=Pace(first=0, word=0))
    seed_documents(standin)
    seed_calls(standin)
    seed_jobs(standin)
    app = web.Application()
    app.add_subapp("/telnyx", standin.app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}/telnyx"
    once = RetryPolicy(attempts=1)
    async with (
        httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False) as http,
        httpx.AsyncClient(verify=PLAIN, base_url=f"{root}/control", trust_env=False) as control,
    ):
        made = [
            Telnyx(http, api_key=key, base_url=f"{root}/v2", retry=once, timeouts=Timeouts())
            for key in (KEY, "KEY-unknown")
        ]
        yield Contract(made[0], made[1], control)
    await runner.cleanup()
