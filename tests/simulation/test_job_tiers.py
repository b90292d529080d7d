"""A thousand jobs run at once, and their files move: Slack is never asked for more than it takes."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.job_town import opened, sqlite
from tests.simulation.plans import EMBEDDING, Plan
from tests.simulation.timelapse import live

pytestmark = pytest.mark.slow  # hundreds of calls of a Slack on a socket

RUNNING = (("queued", 0.0), ("processing", 1.0), ("success", 1_200.0))
MINUTES = 5


def test_with_a_thousand_running_jobs_slack_is_never_asked_for_more_edits_than_it_takes(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        database = sqlite(tmp_path)
        plans = [Plan(EMBEDDING, 0.0, RUNNING, f"{EMBEDDING}-{n:03}", counted=True) for n in range(1_000)]
        async with opened(database, 0, "one", poll=15.0, tick=5.0) as town:
            town.ledger.luck.dropped = 0.0
            await asyncio.sleep(60)
            await town.live_through(plans)
            await asyncio.sleep(MINUTES * 60)

            calls = town.slack.workspace.calls.since(0)
            edits, refused = per_minute(calls, "chat.update"), refusals(calls)
            assert max(edits.values()) <= 50
            assert len(edits) >= MINUTES - 2, "cards whose count moved are drawn again all the time"
            assert refused["chat.update"] == 0
            # Until Slack's first no the bot doesn't know that it counts.
            assert refused["chat.postMessage"] <= 2
            # A notice and a look that draw one card at the same moment: who was overtaken repeats it.
            assert len(town.idle) <= 0.01 * town.edits.total(), town.idle
            town.assert_nothing_broke()
        database.close()

    live(story())


def per_minute(calls: list[dict[str, object]], method: str) -> Counter[int]:
    return Counter(int(float(str(call["time"])) // 60) for call in calls if call["method"] == method)


def refusals(calls: list[dict[str, object]]) -> Counter[str]:
    return Counter(str(call["method"]) for call in calls if call["status"] == 429)
