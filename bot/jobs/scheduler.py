"""The schedule, in memory: a stored one shared by two processes would fire every tick twice."""

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


def schedule(runtime: Runtime) -> AsyncIOScheduler:
    """Every recurring job of this process, not yet started."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    soon = datetime.now(UTC) + timedelta(seconds=1)
    if channel := runtime.settings.jobs.channel:
        seconds = min(TICK_SECONDS, runtime.settings.jobs.poll_seconds)
        scheduler.add_job(
            Watcher(runtime, channel).tick, "interval", seconds=seconds, id="watch", next_run_time=soon
        )
    else:
        log.info(
            "no_jobs_channel",
            cure="set JOBS_CHANNEL to a channel id to hear about embedding and fine-tuning jobs",
        )
    for task in runtime.clock.housekeeping:
        scheduler.add_job(task, "interval", seconds=HOUSEKEEPING_SECONDS, id=task.__qualname__)
    scheduler.add_job(
        Listening(runtime).tick, "interval", seconds=LISTEN_SECONDS, id="listening", next_run_time=soon
    )
    return scheduler
