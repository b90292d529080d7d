"""What happened to jobs while the bot was down, or out of its channel, is told once each when it's back, with its time."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import WATCHFUL, BotProcess, House, until
from tests.journeys.screen import JOBS, words

DOWN = [f"down-{number:02}" for number in range(20)]
OUT = [f"out-{number:02}" for number in range(3)]
HOUR = 3_600.0
LATE = "Sorry for the delay"


@pytest.fixture(autouse=True)
def still(house: House) -> Iterator[None]:
    """Telnyx's time stands still, so that jobs move only when a test moves them."""
    house.ask("telnyx", "clock", {"scale": 0})
    yield
    house.ask("telnyx", "clock", {"scale": 1})


def an_hour_ago(house: House) -> float:
    """Seconds before Telnyx's now, which other tests moved on, that were an hour ago by the bot's clock."""
    theirs = datetime.fromisoformat(house.ask("telnyx", "clock", {})["now"])
    return HOUR + (theirs - datetime.now(theirs.tzinfo)).total_seconds()


def begin(house: House, buckets: list[str]) -> None:
    """A file is added to each: embedding tasks begin."""
    for bucket in buckets:
        about = {"bucket": bucket, "filename": "colour.md", "text": f"The colour of {bucket} is octarine."}
        house.ask("telnyx", "documents", about)


def end(house: House, buckets: list[str]) -> None:
    """Their tasks ended an hour ago."""
    for bucket in buckets:
        ended = {"bucket": bucket, "status": "success", "ago": an_hour_ago(house)}
        house.ask("telnyx", "tasks", ended)


async def cards(mia: Person, buckets: list[str]) -> dict[str, str]:
    """The cards of these buckets' tasks, once all stand: the ``ts`` of each."""
    return {bucket: await _card(mia, bucket) for bucket in buckets}


async def _card(mia: Person, bucket: str) -> str:
    card = await mia.wait_for(lambda m: bucket in words(m) and m["thread_ts"] is None, channel=JOBS)
    return str(card["ts"])


async def told(mia: Person, card: str) -> None:
    """The end stands below its card, which says it a moment before."""
    await mia.wait_for(lambda m: "succeeded" in words(m) and m["ts"] != card, channel=JOBS, thread_ts=card)


@contextlib.contextmanager
def out_of_the_channel(house: House) -> Iterator[None]:
    house.ask("slack", "leave", {"channel": JOBS})
    try:
        yield
    finally:
        house.ask("slack", "invite", {"user": "U0MIA", "channel": JOBS})


async def test_what_ended_while_the_bot_was_down_or_out_of_its_channel_is_told_once_each_and_late(
    own_bot: BotProcess, person: People, house: House
) -> None:
    mia = person("U0MIA")
    own_bot.environment |= WATCHFUL
    own_bot.start()
    until(lambda: own_bot.logged("job_told"), "the first look")
    begin(house, DOWN + OUT)
    standing = await cards(mia, DOWN + OUT)
    own_bot.kill()
    end(house, DOWN)
    own_bot.start()
    for bucket in DOWN:
        await told(mia, standing[bucket])

    with out_of_the_channel(house):
        end(house, OUT)
        until(lambda: own_bot.logged("invite me to that channel"), "a try")
    for bucket in OUT:
        await told(mia, standing[bucket])

    shown = await mia.messages(JOBS)
    for bucket, ts in standing.items():
        lines = [words(m) for m in await mia.messages(JOBS, ts) if m["ts"] != ts]
        assert [("succeeded" in line, LATE in line) for line in lines] == [(True, True)], (bucket, lines)
    top = Counter(
        bucket for bucket in standing for m in shown if m["thread_ts"] is None and bucket in words(m)
    )
    assert top == dict.fromkeys(standing, 1)
