"""The schedule, in memory: a stored one shared by two processes would fire every tick twice.

Pauses are measured by a clock that only goes on: one that follows the time of day pauses for an hour when that is set back.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.jobs.listening import Listening
from bot.jobs.watcher import Watcher
from bot.runtime import Runtime

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[object]]

SOON_SECONDS = 1.0
"""Before the first tick of what should not wait for its turn."""
TICK_SECONDS = 5.0
LISTEN_SECONDS = 2.0
"""Most ticks of it look at no database."""
HOUSEKEEPING_SECONDS = 300.0


class Scheduler:
    """Recurring jobs of this process: each waits for its own last tick, none for another."""

    def __init__(self) -> None:
        self._jobs: list[tuple[Tick, float, float]] = []
        self._running: list[asyncio.Task[None]] = []

    def add(self, tick: Tick, seconds: float, *, first: float | None = None) -> None:
        """Have ``tick`` called every ``seconds``, for the first time after ``first`` (or as many)."""
        self._jobs.append((tick, seconds, seconds if first is None else first))

    def start(self) -> None:
        """Begin."""
        self._running = [asyncio.create_task(_repeat(*job)) for job in self._jobs]

    def stop(self) -> None:
        """Break off what runs; what it began is durable, or is done at the next start."""
        for task in self._running:
            task.cancel()


async def _repeat(tick: Tick, seconds: float, first: float) -> None:
    await asyncio.sleep(first)
    while True:
        try:
            await tick()
        except Exception:
            log.exception("job_failed", job=tick.__qualname__)  # the next tick tries again
        await asyncio.sleep(seconds)


def schedule(runtime: Runtime) -> Scheduler:
    """Every recurring job of this process, not yet started."""
    scheduler = Scheduler()
    if channel := runtime.settings.jobs.channel:
        seconds = min(TICK_SECONDS, runtime.settings.jobs.poll_seconds)
        scheduler.add(Watcher(runtime, channel).tick, seconds, first=SOON_SECONDS)
    else:
        log.info(
            "no_jobs_channel",
            cure="set JOBS_CHANNEL to a channel id to hear about embedding and fine-tuning jobs",
        )
    for task in runtime.clock.housekeeping:
        scheduler.add(task, HOUSEKEEPING_SECONDS)
    scheduler.add(Listening(runtime).tick, LISTEN_SECONDS, first=SOON_SECONDS)
    return scheduler
