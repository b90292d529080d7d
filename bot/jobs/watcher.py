"""Watches Telnyx's embedding tasks and fine-tuning jobs and has each change told once."""

import time
from collections.abc import Callable

from bot.observability.outage import Outage
from bot.runtime import Runtime
from bot.telnyx import TelnyxError
from bot.workflows.acceptance import NotDurableInTimeError


class Watcher:
    """One tick of the watch.

    Args:
        runtime: the running bot.
        channel: where changes are told.
        clock: the time of day, which all processes share.
    """

    def __init__(self, runtime: Runtime, channel: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._runtime = runtime
        self._channel = channel
        self._unread = Outage("jobs_unreadable", "jobs_readable_again")

    async def tick(self) -> None:
        """Look if it is due; then make every untold change a durable notice."""
        try:
            due = await self._runtime.clock.watch.look(self._clock())
        except TelnyxError as error:
            self._unread.seen(error=str(error))
        else:
            if due:  # a tick on which nothing was due says nothing about Telnyx
                self._unread.gone()
        down = self._unread.lasts
        self._runtime.health.set("jobs", not down, "Telnyx doesn't answer" if down else "watching")
        for change in await self._runtime.clock.watch.changes():
            try:
                await self._runtime.work.notices.start(change, self._channel)
            except NotDurableInTimeError:
                return  # the next tick joins it
            await self._runtime.clock.watch.told(change)
