"""Three processes on one PostgreSQL watch the same jobs: each change is told once, even if one of them is killed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.screen import JOBS, words
from tests.journeys.test_job_lateness import begin, cards
from tests.journeys.test_replicas import replicas_on

BUCKETS = [f"three-{number}" for number in range(6)]


@pytest.fixture(autouse=True)
def still(house: House) -> Iterator[None]:
    """Telnyx's time stands still, so that jobs move only when a test moves them."""
    house.ask("telnyx", "clock", {"scale": 0})
    yield
    house.ask("telnyx", "clock", {"scale": 1})


async def test_three_processes_tell_each_change_once_though_one_of_them_is_killed(
    house: House, postgres_url: str, tmp_path: Path, person: People
) -> None:
    mia = person("U0MIA")
    with replicas_on(postgres_url, house, tmp_path) as start:
        three = await asyncio.gather(*(asyncio.to_thread(start, name) for name in ("one", "two", "three")))
        until(lambda: house.sockets == len(three), "the start of all three")
        begin(house, BUCKETS)
        standing = await cards(mia, BUCKETS)
        move(house, "processing")
        until(lambda: any(bot.logged('"number": 2') for bot in three), "the first line")
        # The one that has most on its hands.
        busiest = max(three, key=lambda bot: bot.log.read_text(errors="replace").count("job_told"))
        assert busiest.process is not None
        busiest.process.kill()
        busiest.process.wait()
        move(house, "success")
        for ts in standing.values():
            await mia.wait_for(lambda m: "→ succeeded" in words(m), channel=JOBS, thread_ts=ts)
            await mia.wait_for(lambda m: "queued →" in words(m), channel=JOBS, thread_ts=ts)

    shown = await mia.messages(JOBS)
    for bucket, ts in standing.items():
        lines = [words(m) for m in await mia.messages(JOBS, ts) if m["ts"] != ts]
        assert len([line for line in lines if "→ succeeded" in line]) == 1, lines
        # What no look saw is no news: the jobs may have gone on before another process looked.
        assert len([line for line in lines if "→ processing" in line]) <= 1, lines
        (card,) = [words(m) for m in shown if m["thread_ts"] is None and bucket in words(m)]
        assert "*: succeeded" in card


def move(house: House, status: str) -> None:
    for bucket in BUCKETS:
        house.ask("telnyx", "tasks", {"bucket": bucket, "status": status})
