"""What was accepted is finished, once: through kill -9, a locked database, a polite end."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import SAID
from tests.journeys.screen import GENERAL, JOBS, Shown, finished, from_bot, words

LEAVE = "How many days of paid annual leave do full-timers have?"
PARENTAL = "How many weeks of parental leave do I get?"
QUESTIONS = 20


async def ask_many(mia: Person, count: int) -> list[tuple[str, str]]:
    """``count`` questions at once, each a thread of its own: channel and ts of each."""
    channels = [GENERAL if number % 2 else JOBS for number in range(count)]
    said = await asyncio.gather(*(mia.say(channel, f"@bot {LEAVE}") for channel in channels))
    return list(zip(channels, said, strict=True))


async def each_answered_once(mia: Person, asked: list[tuple[str, str]], seconds: float) -> None:
    """Every question has exactly one message of the bot, whole and finished, and no status is left."""
    for channel, ts in asked:
        await mia.wait_for(whole, seconds, channel=channel, thread_ts=ts)
    for channel, ts in asked:
        replies = [m for m in await mia.messages(channel, ts) if m["user"] == "U0BOT" and not m["deleted"]]
        assert len(replies) == 1, [words(reply) for reply in replies]
        assert not replies[0]["streaming"]
        assert whole(replies[0])
    await mia.wait_in(lambda: open_statuses(mia), lambda seen: seen["open"] == [])


async def one_is_open(mia: Person, asked: list[tuple[str, str]]) -> None:
    """An answer to one of these is on the screen and is still being written."""
    roots = {ts for _, ts in asked}
    await mia.wait_for(lambda m: m["streaming"] and m["thread_ts"] in roots)


def whole(message: Shown) -> bool:
    """The finished answer: the statement stands once in it."""
    return finished(message) and words(message).count(SAID) == 1


async def all_accepted(mia: Person, asked: list[tuple[str, str]]) -> None:
    """Slack has heard that each of these was taken in."""
    for channel, ts in asked:
        await mia.wait_in(
            lambda: mia.get("deliveries"),
            lambda d, channel=channel, ts=ts: d["channel"] == channel and d["ts"] == ts and d["acked"],  # type: ignore[misc] # defaults bind the loop's values
        )


async def open_statuses(mia: Person) -> list[dict[str, Any]]:
    """One item, so that it can be waited for: all statuses that are still shown."""
    return [{"open": [status for status in await mia.get("statuses") if status.get("status")]}]


async def test_killed_in_the_middle_of_twenty_answers_it_loses_none_and_repeats_none(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    house.telnyx_rests(60, QUESTIONS // 4)
    asked = await ask_many(mia, QUESTIONS)
    await one_is_open(mia, asked)

    either_bot.kill()
    house.calm()
    either_bot.start()

    await each_answered_once(mia, asked, 30)


@pytest.mark.matrix  # the other moments are those of test_kill_matrix.py
async def test_killed_before_anything_was_shown_it_answers_after_the_restart(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=1.5, count=QUESTIONS)
    asked = await ask_many(mia, QUESTIONS)
    await all_accepted(mia, asked)

    either_bot.kill()
    house.calm()
    either_bot.start()

    await each_answered_once(mia, asked, 30)


@contextmanager
def locked(either_bot: BotProcess, *names: str) -> Iterator[None]:
    """Nobody else may write to (or read from) these databases."""
    with ExitStack() as stack:
        for name in names:
            holder = sqlite3.connect(either_bot.folder / "data" / name, isolation_level=None)
            stack.callback(holder.close)
            holder.execute("BEGIN EXCLUSIVE")
            stack.callback(holder.execute, "ROLLBACK")
        yield


async def test_questions_that_arrive_while_the_databases_are_locked_are_answered_once_without_a_restart(
    own_bot: BotProcess, person: People
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    with locked(own_bot, "engine.sqlite3", "bot.sqlite3"):
        asked = await ask_many(mia, QUESTIONS)
        await asyncio.sleep(10)  # the length of the lock itself, not a wait for something

    await each_answered_once(mia, asked, 30)


async def test_questions_of_one_thread_are_answered_in_the_order_they_were_asked(
    either_bot: BotProcess, person: People
) -> None:
    either_bot.start()
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    first = await ben.say(GENERAL, "@bot How much notice do sick days need?", thread_ts=root)
    second = await mia.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)
    await mia.wait_for(
        lambda m: finished(m) and "arental" in words(m) and m["ts"] > second, channel=GENERAL, thread_ts=root
    )

    answers = [m["ts"] for m in await mia.messages(GENERAL, root) if from_bot(m) and m["ts"] > first]

    assert len(answers) == 2
    assert answers == sorted(answers)
    assert "arental" in words(next(m for m in await mia.messages(GENERAL, root) if m["ts"] == answers[1]))


async def test_told_to_stop_it_ends_with_status_zero_and_the_rest_is_finished_at_the_next_start(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.environment["LIMITS_STOP_SECONDS"] = "0.2"
    either_bot.start()
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=1.5, count=5)
    asked = await ask_many(mia, 5)
    await all_accepted(mia, asked)

    status = either_bot.stop()
    house.calm()
    either_bot.start()

    assert status == 0
    await each_answered_once(mia, asked, 30)


async def test_told_to_stop_it_lets_running_answers_end(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment["LIMITS_STOP_SECONDS"] = "10"
    own_bot.start()
    mia = person("U0MIA")
    house.telnyx_rests(2, 3)
    asked = await ask_many(mia, 3)
    await one_is_open(mia, asked)

    status = own_bot.stop()

    assert status == 0
    await each_answered_once(mia, asked, 1)


async def test_a_second_process_on_the_same_folder_refuses_to_start(own_bot: BotProcess) -> None:
    own_bot.start()
    second = BotProcess(own_bot.house, own_bot.folder)
    second.log = own_bot.folder / "second.log"
    second.environment["DATA_DIR"] = own_bot.environment["DATA_DIR"]

    process = second.launch()

    assert process.wait(30) == 2
    assert "Another bot already works in" in second.log.read_text()


async def test_an_old_question_delivered_again_after_a_restart_is_not_answered_again_and_blocks_nothing(
    either_bot: BotProcess, person: People
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    either_bot.kill()
    either_bot.start()
    await mia.post("redeliver", ts=root, times=2)
    later = await mia.say(GENERAL, "@bot and for part-timers?", thread_ts=root)

    await mia.wait_for(lambda m: finished(m) and m["ts"] > later, channel=GENERAL, thread_ts=root)

    answers = [m for m in await mia.messages(GENERAL, root) if from_bot(m)]
    assert len(answers) == 2
