"""Recurring jobs, on APScheduler: each by itself, whatever another does and however the time of day is set."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.scheduler import keep_time


class Ticks:
    """Counts how often it was called."""

    def __init__(self) -> None:
        self.count = 0
        self.called = asyncio.Event()

    async def tick(self) -> None:
        self.count += 1
        self.called.set()


class Clocks:
    """The time of day, and time."""

    def __init__(self) -> None:
        self.day = 1_700_000_000.0
        self.time = 50.0
        self.looked = asyncio.Event()

    def clock(self) -> float:
        return self.day

    def steady(self) -> float:
        self.looked.set()
        return self.time


@pytest.fixture
async def scheduler() -> AsyncIterator[AsyncIOScheduler]:
    running = AsyncIOScheduler(timezone=UTC)
    running.start()
    yield running
    running.shutdown(wait=False)


async def kept(clocks: Clocks, looks: int) -> None:
    for _ in range(looks):
        clocks.looked.clear()
        await clocks.looked.wait()


@pytest.mark.parametrize("moved", [-3_600.0, -10.0, 86_400.0])
async def test_jobs_run_at_once_when_the_time_of_day_is_set(
    scheduler: AsyncIOScheduler, moved: float
) -> None:
    ticks, clocks = Ticks(), Clocks()
    # As after the clock went back by an hour: the next run that was planned is an hour away.
    scheduler.add_job(ticks.tick, "interval", hours=1, id="late")
    keeping = asyncio.create_task(
        keep_time(scheduler, clock=clocks.clock, steady=clocks.steady, look_seconds=0)
    )
    await kept(clocks, 1)
    clocks.day += moved

    async with asyncio.timeout(10):
        await ticks.called.wait()
    await kept(clocks, 3)
    keeping.cancel()

    assert ticks.count == 1


async def test_a_clock_that_goes_on_or_is_corrected_by_little_runs_no_job(
    scheduler: AsyncIOScheduler,
) -> None:
    ticks, clocks = Ticks(), Clocks()
    scheduler.add_job(ticks.tick, "interval", hours=1, id="late")
    keeping = asyncio.create_task(
        keep_time(scheduler, clock=clocks.clock, steady=clocks.steady, look_seconds=0)
    )
    await kept(clocks, 1)
    clocks.day, clocks.time = clocks.day + 500.9, clocks.time + 500.0
    await kept(clocks, 3)
    keeping.cancel()

    assert ticks.count == 0
