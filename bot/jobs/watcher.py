"""Watches Telnyx's embedding tasks and fine-tuning jobs and has each change told once."""

import time
from collections.abc import Callable

from bot.observability.health import Health
from bot.observability.outage import Outage
from bot.services.jobs import JobWatch
from bot.telnyx import TelnyxError
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.notify import NotifyWorkflow


class Watcher:
    """One tick of the watch.

    Args:
        watch: looks, and knows what no one was told of.
        notices: tell it.
        channel: where changes are told.
        health: hears whether Telnyx can be read.
        clock: the time of day, which all processes share.
    """

    def __init__(
        self,
        watch: JobWatch,
        notices: NotifyWorkflow,
        channel: str,
        health: Health,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._watch = watch
        self._notices = notices
        self._channel = channel
        self._health = health
        self._clock = clock
        self._unread = Outage("jobs_unreadable", "jobs_readable_again")

    async def tick(self) -> None:
        """Look if it is due; then make every untold change a durable notice, even while Telnyx is away."""
        await self._look()
        await self._tell()

    async def _look(self) -> None:
        try:
            readable = await self._watch.look(self._clock())
        except TelnyxError as error:
            self._unread.seen(error=str(error))
        else:
            if readable:  # a tick on which nothing was due says nothing about Telnyx
                self._unread.gone()
        down = self._unread.lasts
        self._health.set("jobs", not down, "Telnyx doesn't answer" if down else "watching")

    async def _tell(self) -> None:
        for change in await self._watch.changes():
            try:
                await self._notices.start(change, self._channel)
            except NotDurableInTimeError:
                return  # the next tick joins it
            await self._watch.told(change)
