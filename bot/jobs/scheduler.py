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
LEARNED_SECONDS = 5.0
"""What is learned of places and of blocks is written down together, so no question waits for it."""
SNOOZED_SECONDS = 30.0
"""A card says no longer that it's snoozed after its hour."""
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
    watcher = _watcher(runtime)
    seconds = min(TICK_SECONDS, runtime.settings.jobs.poll_seconds)
    scheduler.add_job(watcher.tick, "interval", seconds=seconds, id="watch", next_run_time=soon)
    for task in runtime.clock.housekeeping:
        scheduler.add_job(task, "interval", seconds=HOUSEKEEPING_SECONDS, id=task.__qualname__)
    scheduler.add_job(
        runtime.services.job_cards.end_snoozes, "interval", seconds=SNOOZED_SECONDS, id="snoozes"
    )
    scheduler.add_job(runtime.rights.keep, "interval", seconds=LEARNED_SECONDS, id="places")
    scheduler.add_job(runtime.clock.remembering, "interval", seconds=LEARNED_SECONDS, id="blocks")
    scheduler.add_job(
        Listening(runtime).tick, "interval", seconds=LISTEN_SECONDS, id="listening", next_run_time=soon
    )
    return scheduler


def _watcher(runtime: Runtime) -> Watcher:
    channel = runtime.settings.jobs.channel
    if channel is None:
        log.info(
            "no_jobs_channel",
            meaning="subscribed channels and who starts a job from Slack hear about it",
            fix="set JOBS_CHANNEL to a channel's ID, or type /telnyx jobs subscribe in one, to hear about all jobs there",
        )

    clock, cards = runtime.clock, runtime.services.job_cards
    return Watcher(
        clock.watch,
        runtime.work.notices,
        targets=cards.targets.of,
        redraw=cards.redraw,
        elsewhere=cards.stands_elsewhere,
        health=runtime.health,
    )


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
