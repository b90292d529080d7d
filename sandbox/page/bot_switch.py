"""The bot's switch: start it, kill it as a power cut would, start it again, say how it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from sandbox.bot_process import BotProcess

CONFLICT = 409


class BotSwitch:
    """Owns the bot's process, of which there is at most one.

    Args:
        wanted: False when the sandbox was started with --no-bot.
        sockets: how many Socket Mode connections are open.
        changed: called whenever the bot's state may look different.
        say: for people, a line each.
    """

    def __init__(
        self,
        *,
        wanted: bool,
        sockets: Callable[[], int],
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._wanted, self._sockets, self._changed, self._say = wanted, sockets, changed, say
        self._command: Sequence[str] = ()
        self._environment: Mapping[str, str] = {}
        self._process: BotProcess | None = None
        self._watch: asyncio.Task[None] | None = None
        self._switching = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """`/control/bot`: GET says how it is; POST kill and start switch it. 409 says why that cannot be."""
        return [
            web.get("/control/bot", self._look),
            web.post("/control/bot/kill", self._kill),
            web.post("/control/bot/start", self._start),
        ]

    @property
    def ended(self) -> bool:
        """Whether there was a bot and it is gone."""
        return self._process is not None and self._process.ended.is_set()

    @property
    def state(self) -> str:
        """`off (--no-bot)`, `starting`, `connected` or `stopped`."""
        if not self._wanted:
            return "off (--no-bot)"
        if self.ended:
            return "stopped"
        return "connected" if self._sockets() else "starting"

    async def begin(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the first bot; later ones are started in the same way."""
        self._command, self._environment = command, environment
        await self._launch()

    async def end(self) -> None:
        """Stop the bot politely; returns once it has ended."""
        if self._process is not None:
            await self._process.stop()
        if self._watch is not None:
            await self._watch

    def shown(self) -> dict[str, Any]:
        """What the page shows of the bot; `sockets` counts bots started by hand as well."""
        pid = self._process.pid if self._process is not None and not self.ended else None
        return {"bot": self.state, "pid": pid, "sockets": self._sockets(), "here": self._wanted}

    async def _launch(self) -> None:
        self._process = BotProcess(self._command, self._environment, self._say)
        await self._process.start()
        self._watch = asyncio.create_task(self._tell_of_the_end(self._process))
        self._changed()

    async def _tell_of_the_end(self, process: BotProcess) -> None:
        await process.ended.wait()
        self._changed()

    async def _look(self, _request: web.Request) -> web.Response:
        return web.json_response(self.shown())

    async def _kill(self, _request: web.Request) -> web.Response:
        async with self._switching:
            if self._process is None or self.ended:
                return self._no("no bot runs here" + ("" if self._wanted else " (--no-bot)"))
            self._say("The bot is killed from the page.")
            await self._process.kill()
        return web.json_response(self.shown())

    async def _start(self, _request: web.Request) -> web.Response:
        async with self._switching:
            if self._process is None:
                return self._no(
                    "no bot runs here" + ("; it is not up yet" if self._wanted else " (--no-bot)")
                )
            if not self.ended:
                return self._no("the bot is running already")
            self._say("The bot is started again from the page.")
            await self._launch()
        return web.json_response(self.shown())

    @staticmethod
    def _no(reason: str) -> web.Response:
        return web.json_response({"ok": False, "error": reason}, status=CONFLICT)
