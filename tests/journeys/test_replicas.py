"""Several bots on one PostgreSQL: each question is answered once, whoever dies, sleeps or starts twice."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from sandbox.slack.person import Person
from tests.databases import PostgresServer
from tests.journeys.conftest import People
from tests.journeys.house import WATCHFUL, BotProcess, House, until
from tests.journeys.screen import GENERAL, finished, from_bot, words
from tests.journeys.test_recovery import (
    LEAVE,
    PARENTAL,
    all_accepted,
    ask_many,
    each_answered_once,
    one_is_open,
    open_statuses,
)

Start = Callable[..., BotProcess]
"""A replica of this name, with more settings."""

TAKEN_OVER_SECONDS = 30.0
"""Far more than it takes, which is a few seconds: four tests at a time keep a machine busy. How long is measured, not tested."""


@pytest.fixture
def replica(house: House, postgres_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a replica with this id; ends all of them."""
    with replicas_on(postgres_url, house, tmp_path) as start:
        yield start


@pytest.fixture
def own_replica(house: House, own_postgres: PostgresServer, tmp_path: Path) -> Iterator[Start]:
    """``replica`` on a server that the test may end."""
    with replicas_on(own_postgres.address, house, tmp_path) as start:
        yield start


@contextmanager
def replicas_on(url: str, house: House, folder: Path) -> Iterator[Start]:
    key = Fernet.generate_key().decode()
    made: list[BotProcess] = []

    def start(name: str, **more: str) -> BotProcess:
        (folder / name).mkdir(exist_ok=True)
        settings = {"DATABASE_URL": url, "REPLICA_ID": name, "ENCRYPTION_KEYS": key, **more}
        bot = BotProcess(house, folder / name, **settings)
        made.append(bot)
        return bot.start()

    yield start
    for bot in made:
        if bot.process is not None and bot.process.poll() is None:
            bot.process.send_signal(signal.SIGCONT)
            bot.stop()


async def test_a_killed_replica_is_replaced_and_each_question_is_answered_once(
    replica: Start, person: People
) -> None:
    one, _two = replica("one"), replica("two")
    mia = person("U0MIA")
    asked = await ask_many(mia, 20)
    await all_accepted(mia, asked)
    assert one.process is not None
    one.process.kill()
    one.process.wait()

    await each_answered_once(mia, asked, TAKEN_OVER_SECONDS)


async def test_a_replica_that_slept_is_replaced_ends_itself_and_shows_nothing_twice(
    replica: Start, person: People, house: House
) -> None:
    one, two = replica("one", JOBS_CHANNEL=""), replica("two", JOBS_CHANNEL="")
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=12, count=20)
    asked = await ask_many(mia, 20)
    await all_accepted(mia, asked)
    # Nothing is on its way to Slack any more, no first word and no job news: no fence holds back what a process has half handed to its socket.
    await mia.wait_in(
        lambda: open_statuses(mia),
        lambda seen: {s["thread_ts"] for s in seen["open"]} >= {ts for _, ts in asked},
    )
    assert one.process is not None
    one.process.send_signal(signal.SIGSTOP)
    until(lambda: two.logged("work_taken_over"), "the take-over", 20)
    for channel, ts in asked:
        await mia.wait_for(finished, 30, channel=channel, thread_ts=ts)

    one.process.send_signal(signal.SIGCONT)

    assert one.process.wait(20) == 75
    await each_answered_once(mia, asked, 5)


@pytest.mark.matrix
async def test_a_database_that_is_away_for_ten_seconds_loses_nothing_and_nobody_is_taken_for_dead(
    own_replica: Start, own_postgres: PostgresServer, person: People, house: House
) -> None:
    both = [own_replica("one"), own_replica("two")]
    mia = person("U0MIA")
    house.telnyx_rests(2, 5)
    running = await ask_many(mia, 10)
    await one_is_open(mia, running)
    await asyncio.to_thread(own_postgres.kill)
    meanwhile = await ask_many(mia, 10)
    await asyncio.sleep(10)  # the length of the outage itself, not a wait for something
    await asyncio.to_thread(own_postgres.start)

    await each_answered_once(mia, running + meanwhile, 60)

    assert [bot.process.poll() for bot in both if bot.process is not None] == [None, None]
    assert not any(bot.logged("work_taken_over") for bot in both)


async def test_a_second_process_with_the_same_id_refuses_to_start(replica: Start) -> None:
    first = replica("one")
    second = BotProcess(first.house, first.folder)
    second.environment = first.environment | {"DATA_DIR": str(first.folder / "other")}
    second.log = first.folder / "second.log"

    process = second.launch()

    assert process.wait(30) == 2
    assert "REPLICA_ID one" in second.log.read_text()


async def test_the_same_events_five_times_at_once_to_both_and_again_after_the_end_are_answered_once(
    replica: Start, person: People
) -> None:
    replica("one")
    replica("two")
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    await asyncio.gather(*(mia.post("redeliver", ts=ts, times=1) for _ in range(4)))
    await mia.wait_for(finished, 15, channel=GENERAL, thread_ts=ts)
    await mia.post("redeliver", ts=ts, times=2)
    last = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, 15, channel=GENERAL, thread_ts=last)

    sent = {d["type"] for d in await mia.get("deliveries") if d["ts"] == ts}
    assert sent == {"app_mention", "message"}
    assert len([m for m in await mia.messages(GENERAL, ts) if from_bot(m)]) == 1


async def test_jobs_are_polled_once_a_slot_however_many_replicas_there_are(
    replica: Start, postgres_url: str, house: House
) -> None:
    before = polls_at(house)
    both = [replica("one", **WATCHFUL), replica("two", **WATCHFUL)]
    until(lambda: polls_at(house) >= before + 10, "ten polls")
    for bot in both:
        bot.stop()

    with psycopg.connect(postgres_url) as connection:
        (slots,) = connection.execute("SELECT slot FROM polls WHERE kind = 'embedding'").fetchone() or (0,)
    assert 10 <= polls_at(house) - before <= slots


def polls_at(house: House) -> int:
    """How often Telnyx was asked for its embedding tasks."""
    return int(house.ask("telnyx", "calls")["asked"].get("embeddings.tasks", 0))


async def test_questions_of_one_thread_are_answered_in_order_by_whichever_replica(
    replica: Start, person: People
) -> None:
    replica("one")
    replica("two")
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, 15, channel=GENERAL, thread_ts=root)
    first = await ben.say(GENERAL, "@bot How much notice do sick days need?", thread_ts=root)
    await mia.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)

    answers = await two_answers(mia, root, after=first)

    said = [words(answer) for answer in answers]
    assert ["arental" in text for text in said] == [False, True], said


async def two_answers(mia: Person, root: str, after: str) -> list[dict[str, Any]]:
    """The first two finished answers of a thread after a message, in the order of the screen."""

    async def look() -> list[dict[str, Any]]:
        return [{"found": [m for m in await mia.messages(GENERAL, root) if finished(m) and m["ts"] > after]}]

    seen = await mia.wait_in(look, lambda item: len(item["found"]) == 2, 15)
    answers: list[dict[str, Any]] = seen["found"]
    return answers
