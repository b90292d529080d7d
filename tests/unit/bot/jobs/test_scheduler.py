"""Recurring jobs: each by itself, whatever another does and whatever the time of day is."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from bot.jobs.scheduler import Scheduler


class Ticks:
    """Counts how often it was called; may fail, or take for ever."""

    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self.count = 0
        self.enough = asyncio.Event()
        self._fails = fails
        self._hangs = hangs

    async def tick(self) -> None:
        self.count += 1
        if self.count >= 3:
            self.enough.set()
        if self._hangs:
            await asyncio.Event().wait()
        if self._fails:
            raise RuntimeError("no")


async def test_a_job_that_fails_or_hangs_holds_up_no_other_and_one_that_fails_comes_again() -> None:
    failing, hanging, well = Ticks(fails=True), Ticks(hangs=True), Ticks()
    scheduler = Scheduler()
    for ticks in (failing, hanging, well):
        scheduler.add(ticks.tick, 0.0)

    with capture_logs() as logs:
        scheduler.start()
        async with asyncio.timeout(10):
            await asyncio.gather(failing.enough.wait(), well.enough.wait())
        scheduler.stop()

    assert hanging.count == 1
    assert {entry["job"] for entry in logs if entry["event"] == "job_failed"} == {"Ticks.tick"}


async def test_jobs_go_on_while_the_time_of_day_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks, scheduler = Ticks(), Scheduler()
    scheduler.add(ticks.tick, 0.001, first=0.0)
    scheduler.start()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 3_600)

    async with asyncio.timeout(10):
        await ticks.enough.wait()
    scheduler.stop()


async def test_what_was_stopped_ticks_no_more() -> None:
    ticks, scheduler = Ticks(), Scheduler()
    scheduler.add(ticks.tick, 3_600.0, first=0.0)
    scheduler.start()
    scheduler.stop()
    await asyncio.sleep(0)

    assert ticks.count == 0
