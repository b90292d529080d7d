"""The line that says that a question was heard, and that its work goes on. Beside the work: nothing waits for it."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

from bot.render.numbers import MINUTE, counted
from bot.services.access import Place
from bot.slack.writing.growing import Growing
from bot.slack.writing.status_line import StatusLine

log = structlog.get_logger(__name__)

MOVES = (20.0, 20.0, 60.0)
"""Pauses before the line says anew that the work goes on; the last comes again. Slack itself takes a status away after two minutes."""
CLEAR_SECONDS = 3.0
"""How long the end waits for a line that is on its way, and then for taking it away."""


class Announcing:
    """Shows the line of one turn, and lets it move until there are words to read.

    Args:
        line: shows a status.
        reply: shows a placeholder, where Slack has no status.
        place: where.
        moves: see ``MOVES``.
        private: only the asker sees it, and Slack has no status for that.
        steady: seconds that only go on.
        pause: waits.
        clear_seconds: how long the end waits for a line that is on its way, and for taking it away.
    """

    def __init__(
        self,
        line: StatusLine,
        reply: Growing,
        place: Place,
        moves: Sequence[float] = MOVES,
        *,
        private: bool,
        steady: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clear_seconds: float = CLEAR_SECONDS,
    ) -> None:
        self._line = line
        self._reply = reply
        self._place = place
        self._private = private
        self._moves = moves
        self._steady = steady
        self._pause = pause
        self._clear_seconds = clear_seconds
        self._begun = steady()
        self._placing: list[asyncio.Task[None]] = []
        self._telling: asyncio.Task[bool] | None = None
        self._uncertain = False
        self._left = False

    @asynccontextmanager
    async def during(self, status: Callable[[], Awaitable[str]]) -> AsyncIterator[None]:
        """Say the ``status``, such as "Reading the call…", while the work inside lasts.

        At its end only a placeholder that is on its way is waited for: it becomes the reply's own message.
        """
        moving = asyncio.create_task(self._move(status))
        try:
            yield
        finally:
            moving.cancel()
            await asyncio.gather(moving, return_exceptions=True)
            await asyncio.gather(*self._placing, return_exceptions=True)

    async def say(self, text: str) -> None:
        """Show ``text`` instead, once; another status may follow."""
        await self._show(text)

    async def leave(self) -> None:
        """Say nothing else, and take away what is shown: the answer goes elsewhere."""
        self._left = self._uncertain = True
        await self.settle()

    async def settle(self) -> None:
        """Take away what may have been shown after the end: Slack takes a call that it was sent, however late."""
        if not self._uncertain:
            return
        if self._telling is not None:
            await asyncio.wait({self._telling}, timeout=self._clear_seconds)
            self._telling.cancel()
        try:
            async with asyncio.timeout(self._clear_seconds):
                await self._line.show(self._place, "", private=self._private)
        except TimeoutError:
            log.info("status_left")

    async def _move(self, status: Callable[[], Awaitable[str]]) -> None:
        try:
            await self._show(await status())
            if self._reply.text:  # the first words came before the status, and then nothing takes it away
                self._uncertain = True
                self._uncertain = not await self._line.show(self._place, "", private=self._private)
            for pause in itertools.chain(self._moves, itertools.repeat(self._moves[-1])):
                await self._pause(pause)
                if self._reply.text:
                    return
                await self._show(f"Still working on this, {_since(self._steady() - self._begun)} so far…")
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer itself will tell
            log.info("not_announced", error=type(error).__name__)

    async def _show(self, text: str) -> None:
        if self._left:
            return
        self._uncertain = True
        self._telling = asyncio.create_task(self._line.show(self._place, text, private=self._private))
        shown = await asyncio.shield(self._telling)
        self._uncertain = False
        if not shown:
            placing = asyncio.create_task(self._reply.placeholder(f"_{text}_"))
            self._placing.append(placing)
            await asyncio.shield(placing)


def _since(seconds: float) -> str:
    nearly_a_minute = 55
    if seconds < nearly_a_minute:
        return counted(round(seconds), "second")
    return counted(round(seconds / MINUTE), "minute")
