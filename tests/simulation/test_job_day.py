"""A day of five hundred jobs in forty channels, with everything that goes wrong around them: each change is told once, and every card is true at last."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.store.database import Database
from tests.simulation.job_town import JOBS, PEOPLE, JobTown, opened, sqlite
from tests.simulation.job_truth import Truth
from tests.simulation.plans import CALL, CLUSTERS, EMBEDDING, FINE_TUNING, drawn
from tests.simulation.timelapse import live

pytestmark = pytest.mark.slow  # thousands of calls of a Slack on a socket

MINUTE, HOUR = 60.0, 3_600.0
SINGLES = {EMBEDDING: 240, CLUSTERS: 60, FINE_TUNING: 60, CALL: 30}
"""With the insights of the calls, and ten times eight files that are added at once, five hundred."""
ALL = ("one", "two", "three")


async def day(town: JobTown, random: Random) -> None:
    """Ten hours; jobs begin in the first nine."""
    plans = drawn(random, PEOPLE, hours=9, singles=SINGLES, bursts=10)
    assert len(plans) == 500
    assert {plan.starter for plan in plans} == {"", *PEOPLE}
    async with asyncio.TaskGroup() as going:
        going.create_task(town.live_through(plans))
        going.create_task(troubles(town))
    town.sky.clear_up()


async def troubles(town: JobTown) -> None:
    """What goes wrong, hour by hour; answers get lost, come late, and come once more all day long."""
    sky = town.sky
    sky.losing, sky.stale, sky.late, sky.failing = 0.02, 0.1, 0.03, 0.05
    await asyncio.sleep(0.5 * HOUR)
    await town.restart("one")
    await asyncio.sleep(0.5 * HOUR)
    sky.slack_away = True
    await asyncio.sleep(HOUR)
    sky.slack_away = False
    await asyncio.sleep(0.5 * HOUR)
    sky.telnyx_away = True
    await town.restart("two")
    await asyncio.sleep(0.5 * HOUR)
    sky.telnyx_away = False
    with town.out_of(JOBS):
        await asyncio.sleep(HOUR)
    await town.restart("three")
    for wrong in (HOUR, 0.0, -HOUR, 0.0):
        town.set_by = wrong
        await asyncio.sleep(0.6 * HOUR)
    await town.stop(*ALL)
    await asyncio.sleep(HOUR)
    town.start(*ALL)
    town.take_up()
    await asyncio.sleep(HOUR)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.matrix)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    made = Database.postgres(url) if url else sqlite(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.matrix) for seed in range(1, 6))])
def test_each_change_of_five_hundred_jobs_is_told_once_in_each_channel_whatever_happens_that_day(
    database: Database, seed: int
) -> None:
    async def story() -> None:
        async with opened(database, seed, *ALL) as town:
            await asyncio.sleep(2 * MINUTE)  # the first look ever
            await day(town, Random(seed))  # noqa: S311 - the same every time
            await town.settled(hours=6)

            truth = await Truth.of(town)
            truth.each_job_ended_as_it_did()
            truth.each_change_is_told_once_in_each_channel()
            truth.nothing_is_told_to_anyone_else()
            truth.each_card_is_true()
            truth.no_edit_changed_nothing(but=0.02)
            truth.slack_refused_no_more(than=0.05)
            town.assert_nothing_broke()

    live(story())
