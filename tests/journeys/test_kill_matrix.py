"""``kill -9`` at random moments of twenty answers: none lost, none twice, none stuck. ``make matrix`` runs it at length.

``MATRIX_SEED`` gives the moments of an earlier run again.
"""

import asyncio
import os
import random
import time

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.test_recovery import QUESTIONS, ask_many, each_answered_once

LIFE_SECONDS = 1.5
"""Twenty answers at once take about this long from the question to the last word."""
ANSWERED_SECONDS = 30.0


@pytest.fixture
def moments() -> random.Random:
    """Where the moments of the kills come from."""
    seed = int(os.environ.get("MATRIX_SEED") or random.SystemRandom().randrange(10**6))
    print(f"\nMATRIX_SEED={seed}")  # noqa: T201 - shown when a test fails, and by make matrix
    return random.Random(seed)  # noqa: S311 - not for secrets


async def test_killed_at_random_moments_it_loses_no_answer_and_repeats_none(
    either_bot: BotProcess, person: People, house: House, moments: random.Random
) -> None:
    await kill_rounds(either_bot, person("U0MIA"), house, moments, count=2)


@pytest.mark.matrix
async def test_killed_twenty_times_at_random_moments_it_loses_no_answer_and_repeats_none(
    either_bot: BotProcess, person: People, house: House, moments: random.Random
) -> None:
    await kill_rounds(either_bot, person("U0MIA"), house, moments, count=20)


async def kill_rounds(bot: BotProcess, mia: Person, house: House, moments: random.Random, count: int) -> None:
    """``count`` times twenty questions and a kill, in every third round another one while it recovers."""
    engine = "postgresql" if bot.environment.get("DATABASE_URL") else "sqlite"
    bot.start()
    began = time.monotonic()
    for number in range(1, count + 1):
        streams = moments.random() < 2 / 3
        if not streams:
            house.slack_fault(method="chat.startStream", kind="error", error="unknown_method")
        kills = [moments.uniform(0, LIFE_SECONDS) for _ in range(2 if number % 3 == 0 else 1)]
        asked = await ask_many(mia, QUESTIONS)
        shown = await killed(bot, mia, kills)
        house.calm()
        again = await delivered_again(mia, asked)

        await each_answered_once(mia, asked, ANSWERED_SECONDS)

        moment = " and ".join(f"{seconds:.2f} s" for seconds in kills)
        print(  # noqa: T201 - the report of make matrix
            f"{engine} {number:2}: killed after {moment} with {shown} of {QUESTIONS} shown as"
            f" {'streams' if streams else 'posts'}, {again} delivered again: each answered once"
        )
    print(f"{engine}: {count} rounds, {count * QUESTIONS} questions, {time.monotonic() - began:.0f} s")  # noqa: T201 - as above


async def killed(bot: BotProcess, mia: Person, after: list[float]) -> int:
    """Kill and start again after each of these times; how many replies were there at the first kill."""
    shown = 0
    for turn, seconds in enumerate(after):
        await asyncio.sleep(seconds)  # the moment itself, not a wait for something
        await asyncio.to_thread(bot.kill)
        shown = shown if turn else await replies_shown(mia)
        await asyncio.to_thread(bot.start)
    return shown


async def replies_shown(mia: Person) -> int:
    """How many of the latest questions' threads have a reply."""
    said = [m for m in await mia.messages() if m["user"] == "U0MIA"][-QUESTIONS:]
    latest = {m["ts"] for m in said}
    return len([m for m in await mia.messages() if m["thread_ts"] in latest and m["user"] == "U0BOT"])


async def delivered_again(mia: Person, asked: list[tuple[str, str]]) -> int:
    """Slack repeats after a minute what was not acknowledged; here it does so now. How many there were."""
    places = set(asked)
    lost = {
        d["ts"]
        for d in await mia.get("deliveries")
        if (d["channel"], d["ts"]) in places and d["type"] == "app_mention" and not d["acked"]
    }
    for ts in lost:
        await mia.post("redeliver", ts=ts, times=1)
    return len(lost)
