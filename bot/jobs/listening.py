"""Notes that someone listens to Slack, and sees when no one did for longer than Slack tries to deliver."""

import time
from collections.abc import Callable

import structlog

from bot.runtime import Runtime
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.missed import LONGEST_SECONDS, Gap

log = structlog.get_logger(__name__)

NOTE_SECONDS = 15.0
SET_BACK_SECONDS = 120.0
"""A note that lies further ahead than clocks of replicas differ was made before a clock was set back."""


class Listening:
    """One tick of it. Listening means that Slack can reach this process and that we know who we are there.

    Args:
        runtime: the running bot.
        clock: the time of day, which all processes share, and which may be set back.
        steady: seconds of this process, which only go on.
    """

    def __init__(
        self,
        runtime: Runtime,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runtime = runtime
        self._clock = clock
        self._steady = steady
        self._noted: tuple[float, float] | None = None
        """When this process noted it last, by both clocks."""

    async def tick(self) -> None:
        """Have a gap looked through, and only then note the time: a process that ends in between leaves the gap to see."""
        now, steady = self._clock(), self._steady()
        me = self._runtime.workspaces.only.me
        just_noted = self._noted is not None and steady - self._noted[1] < NOTE_SECONDS
        if me is None or not self._runtime.health.good("slack") or just_noted:
            return
        last = await self._runtime.clock.presence.last(me.team)
        gap = None
        if last is not None:
            silence = self._silence(last, now, steady)
            gap = Gap.after(last, now, team=me.team, bot_user=me.user, silence=silence)
        if gap is not None:
            log.warning("nobody_listened", seconds=round(now - gap.since), work=gap.id)
            self._runtime.workspaces.only.doubt()
            self._runtime.rights.doubt()
            try:
                await self._runtime.work.missed.start(gap)
            except NotDurableInTimeError:
                return  # the next tick joins it
        await self._runtime.clock.presence.note(me.team, now)
        self._noted = now, steady

    def _silence(self, last: float, now: float, steady: float) -> float:
        """Return seconds since someone listened."""
        if self._noted is not None and last == self._noted[0]:
            return steady - self._noted[1]  # no one else has since, and no one sets this clock
        if last > now + SET_BACK_SECONDS:
            return LONGEST_SECONDS  # the clock was set back, so no one can tell; what was answered stays answered
        return now - last
