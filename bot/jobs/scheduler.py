"""The schedule, in memory: a stored one shared by two processes would fire every tick twice."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.listening import Listening
from bot.jobs.watcher import Watcher
from bot.runtime import Runtime

log = structlog.get_logger(__name__)

TICK_SECONDS = 5.0
LISTEN_SECONDS = 2.0
"""Most ticks of it look at no database."""
HOUSEKEEPING_SECONDS = 300.0
PLACES_SECONDS = 5.0
"""What is learned of places is written down together, so no question waits for it."""
LOOK_SECONDS = 2.0
"""Between two looks whether the time of day was set."""
SET_SECONDS = 2.0
"""A clock that went on by so much less or more than time did was set."""


def schedule(runtime: Runtime) -> AsyncIOScheduler:
    """Return every recurring job of this process, not yet started."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    soon = datetime.now(UTC) + timedelta(seconds=1)
    if channel := runtime.settings.jobs.channel:
        seconds = min(TICK_SECONDS, runtime.settings.jobs.poll_seconds)
        watcher = Watcher(runtime.clock.watch, runtime.work.notices, channel, runtime.health)
        scheduler.add_job(watcher.tick, "interval", seconds=seconds, id="watch", next_run_time=soon)
    else:
        log.info(
            "no_jobs_channel",
            fix="set JOBS_CHANNEL to a channel's ID to hear about embedding and fine-tuning jobs",
        )
    for task in runtime.clock.housekeeping:
        scheduler.add_job(task, "interval", seconds=HOUSEKEEPING_SECONDS, id=task.__qualname__)
    scheduler.add_job(runtime.rights.keep, "interval", seconds=PLACES_SECONDS, id="places")
    scheduler.add_job(
        Listening(runtime).tick, "interval", seconds=LISTEN_SECONDS, id="listening", next_run_time=soon
    )
    return scheduler


async def keep_time(
    scheduler: AsyncIOScheduler,
    *,
    clock: Callable[[], float] = time.time,
    steady: Callable[[], float] = time.monotonic,
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Run every job now when the time of day was set: the scheduler plans by it, and would pause for as long as it went back.

    Args:
        scheduler: a running one.
        clock: the time of day.
        steady: seconds that only go on.
        look_seconds: between two looks.
    """
    apart = clock() - steady()
    while True:
        await asyncio.sleep(look_seconds)
        moved = clock() - steady() - apart
        if abs(moved) > SET_SECONDS:
            apart += moved
            log.warning("clock_was_set", seconds=round(moved))
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
