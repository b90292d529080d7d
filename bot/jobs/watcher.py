"""Watches Telnyx's embedding tasks and fine-tuning jobs and has each change told once."""

import time

import structlog

from bot.runtime import Runtime
from bot.telnyx import TelnyxError
from bot.workflows.acceptance import NotDurableInTimeError

log = structlog.get_logger(__name__)


class Watcher:
    """One tick of the watch. Says once that Telnyx does not answer, and once that it does again."""

    def __init__(self, runtime: Runtime, channel: str) -> None:
        self._runtime = runtime
        self._channel = channel
        self._down = False

    async def tick(self) -> None:
        """Look if it is due; then make every untold change a durable notice."""
        try:
            due = await self._runtime.clock.watch.look(time.time())
        except TelnyxError as error:
            if not self._down:
                log.warning("jobs_unreadable", error=str(error))
            self._down = True
        else:
            if self._down and due:  # a tick on which nothing was due says nothing about Telnyx
                log.info("jobs_readable_again")
                self._down = False
        self._runtime.health.set(
            "jobs", not self._down, "Telnyx does not answer" if self._down else "watching"
        )
        for change in await self._runtime.clock.watch.changes():
            try:
                await self._runtime.work.notices.start(change, self._channel)
            except NotDurableInTimeError:
                return  # the next tick joins it
            await self._runtime.clock.watch.told(change)
