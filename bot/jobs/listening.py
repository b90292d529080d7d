"""Notes that somebody listens to Slack, and sees when nobody did for longer than Slack tries to deliver."""

import time
from collections.abc import Callable

import structlog

from bot.runtime import Runtime
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.missed import Gap

log = structlog.get_logger(__name__)

NOTE_SECONDS = 15.0


class Listening:
    """One tick of it. Listening means that Slack can reach this process and that we know who we are there."""

    def __init__(self, runtime: Runtime, clock: Callable[[], float] = time.time) -> None:
        self._runtime = runtime
        self._clock = clock
        self._noted = float("-inf")

    async def tick(self) -> None:
        """Have a gap looked through, and only then note the time: a process that ends in between leaves the gap to see."""
        now = self._clock()
        me = self._runtime.workspace.me()
        if me is None or not self._runtime.health.good("slack") or now - self._noted < NOTE_SECONDS:
            return
        last = await self._runtime.clock.presence.last(me.team)
        gap = None if last is None else Gap.after(last, now, team=me.team, bot_user=me.user)
        if gap is not None:
            log.warning("nobody_listened", seconds=round(gap.until - (last or 0)), work=gap.id)
            try:
                await self._runtime.work.missed.start(gap)
            except NotDurableInTimeError:
                return  # the next tick joins it
        await self._runtime.clock.presence.note(me.team, now)
        self._noted = now
