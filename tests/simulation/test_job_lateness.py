"""An hour without a process, and an hour outside the channel: what happened to jobs meanwhile is told once each, and said to be late."""

import asyncio
from pathlib import Path

import pytest

from bot import ids
from tests.simulation.job_town import JOBS, JobTown, opened, sqlite
from tests.simulation.job_truth import Truth
from tests.simulation.plans import EMBEDDING, Plan
from tests.simulation.timelapse import live

pytestmark = pytest.mark.slow  # hundreds of calls of a Slack on a socket

LATE = "Sorry for the delay"
SOON, DOWN, OUT = 900.0, 3_000.0, 8_000.0
"""When jobs end: at once told; while no process runs; while the bot isn't in the channel."""


def jobs() -> list[Plan]:
    """Five end while all is well, twenty each in one of the bad hours; every fourth one fails."""
    ends = [*[SOON] * 5, *[DOWN] * 20, *[OUT] * 20]
    return [
        Plan(
            EMBEDDING,
            float(number),
            (("queued", 0.0), ("processing", 100.0), ("success" if number % 4 else "failure", end + number)),
            f"{EMBEDDING}-{number:03}",
        )
        for number, end in enumerate(ends)
    ]


async def bad_hours(town: JobTown) -> None:
    await asyncio.sleep(2_000)
    await town.stop("one")
    await asyncio.sleep(3_600)
    town.start("one")
    town.take_up()
    await asyncio.sleep(1_400)
    with town.out_of(JOBS):
        await asyncio.sleep(3_600)


def test_what_ended_in_an_hour_without_a_process_or_outside_the_channel_is_told_once_each_and_late(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        database = sqlite(tmp_path)
        async with opened(database, 0, "one", poll=60.0, tick=60.0) as town:
            await asyncio.sleep(60)
            async with asyncio.TaskGroup() as going:
                going.create_task(town.live_through(jobs()))
                going.create_task(bad_hours(town))
            await town.settled(hours=1)

            truth = await Truth.of(town)
            truth.each_job_ended_as_it_did()
            truth.each_change_is_told_once_in_each_channel()
            truth.nothing_is_told_to_anyone_else()
            truth.each_card_is_true()
            truth.no_edit_changed_nothing()
            for plan, job in town.account.ids.items():
                last = truth.changes[EMBEDDING, job][-1].number  # some are said to be stalled before
                (line,) = truth.said[ids.notice(EMBEDDING, job, last, JOBS)]
                said = f"{line.text} {line.blocks}"
                ended = int(
                    town.account.standin.library.tasks[job].course.began.timestamp() + plan.steps[-1][1]
                )
                assert (LATE in said) == (plan.ends > 1_000), (plan, said)
                assert LATE not in said or f"<!date^{ended}^" in said, (ended, said)
        database.close()

    live(story())
