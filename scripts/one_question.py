"""One question to the whole bot in this process, with the sandbox's stand-ins beside it. Each thing waits for what comes before it in life."""

import asyncio
import json
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from aiohttp import web

from bot.app.process import Bot
from bot.workflows import answer
from config.load import load
from config.settings import variables
from handlers.manifest import manifest
from sandbox import joining
from sandbox.seeding import seed_documents
from sandbox.slack import Credentials, Person, SlackStandIn, default_world
from sandbox.telnyx import TelnyxStandIn, Upstream

QUESTION = "@bot How many days of paid annual leave do full-timers have?"
CHANNEL = "C0GENERAL"
BOT = "U0BOT"
PIECES = ("Full-timers have", " 27 days [1].")


class Model:
    """Says nothing before people see that it is searched, and its last word only when they see its first ones.

    A real model is slow; one that is not would race with Slack, and the way of a question would differ from run to run.
    """

    def __init__(self) -> None:
        self.mia: Person | None = None

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Write the answer."""
        model = (await request.json())["model"]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if (mia := self.mia) is None:
            raise AssertionError("no one has asked")
        await mia.wait_in(lambda: mia.get("statuses"), lambda one: bool(one["status"]))
        await response.write(_event(model, PIECES[0], None))
        await mia.wait_for(of_the_bot, channel=CHANNEL)
        await response.write(_event(model, PIECES[1], "stop"))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def of_the_bot(message: dict[str, Any]) -> bool:
    """Is this what the bot said?"""
    return bool(message["user"] == BOT)


def ended(message: dict[str, Any]) -> bool:
    """Has the answer its sources?"""
    return of_the_bot(message) and PIECES[1] in str(message) and "leave.md" in str(message)


async def answered() -> None:
    """Start the bot, ask, wait for the whole answer, and let the bot end.

    Raises:
        TimeoutError: there was none.
    """
    answer.STATUS_SECONDS = 60.0  # it looks for names however busy this machine is
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    model = Model()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        slack = await stack.enter_async_context(_stand_ins(model, Path(folder)))
        model.mia = mia = await stack.enter_async_context(Person(slack.root, "mia"))
        running = asyncio.ensure_future(Bot(load(env_file=Path(folder) / "none")).run())
        await mia.wait_in(lambda: _once(mia.get("state")), lambda state: bool(state["sockets"]))
        asked = await mia.say(CHANNEL, QUESTION)
        await mia.wait_for(ended, channel=CHANNEL, thread_ts=asked)
        signal.raise_signal(signal.SIGTERM)  # it ends well, and with it the turn
        await running


async def _once(look: Any) -> list[Any]:
    return [await look]


@asynccontextmanager
async def _stand_ins(model: Model, folder: Path) -> AsyncIterator[SlackStandIn]:
    """Both services on one port, and an environment that names them and nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        addresses = joining.Addresses(f"http://127.0.0.1:{listener.getsockname()[1]}")
        slack = SlackStandIn(default_world(), Credentials())
        slack.root = addresses.slack
        slack.install(manifest())
        telnyx = TelnyxStandIn(keys=[joining.TELNYX_KEY], upstream=Upstream(f"{addresses.root}/v1"))
        seed_documents(telnyx)
        app = web.Application()
        app.router.add_post("/v1/chat/completions", model.complete)
        app.add_subapp("/slack", slack.app)
        app.add_subapp("/telnyx", telnyx.app)
        for name in variables():
            os.environ.pop(name, None)
        os.environ.update(joining.variables(addresses, slack.credentials, folder), JOBS_CHANNEL="")
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            yield slack
        finally:
            await runner.cleanup()


def _event(model: str, text: str, reason: str | None) -> bytes:
    """Return a piece of an answer, as a model's server sends it."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()
