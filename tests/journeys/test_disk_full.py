"""The disk is full: people read a sentence, what is written is shown, and with room again nothing is lost or said twice."""

import sqlite3
from contextlib import closing

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import error_id
from tests.journeys.screen import GENERAL, Shown, finished, from_bot, words
from tests.journeys.test_recovery import LEAVE, each_answered_once, one_is_open

MEGABYTES = "1"
LONG = f"{LEAVE} {'Thank you very much. ' * 300}"
"""Longer than a page of the database, so that no gap in it is large enough."""


def fill(bot: BotProcess, *names: str) -> None:
    """Let these databases grow to the limit."""
    for name in names:
        with closing(sqlite3.connect(bot.folder / "data" / name, isolation_level=None)) as file:
            file.execute(f"PRAGMA max_page_count={float(MEGABYTES) * 2**20 / 4096:.0f}")
            file.execute("CREATE TABLE ballast (x BLOB)")
            for size in (100_000, 2000):
                try:
                    while True:
                        file.execute("INSERT INTO ballast VALUES (zeroblob(?))", (size,))
                except sqlite3.OperationalError as error:
                    assert "full" in str(error)  # noqa: PT017 - any other error fails the test, this one ends the loop


def limited(bot: BotProcess) -> BotProcess:
    """Start with a limit that can be reached."""
    bot.environment["LIMITS_DATABASE_MEGABYTES"] = MEGABYTES
    return bot.start()


async def replies(mia: Person, ts: str) -> list[Shown]:
    return [m for m in await mia.messages(GENERAL, ts) if from_bot(m)]


async def test_a_question_that_cannot_be_written_down_is_told_so_once_and_answered_once_there_is_room(
    own_bot: BotProcess, person: People
) -> None:
    limited(own_bot)
    mia = person("U0MIA")
    fill(own_bot, "engine.sqlite3", "bot.sqlite3")
    ts = await mia.say(GENERAL, f"@bot {LONG}")
    told = await mia.wait_for(from_bot, channel=GENERAL, thread_ts=ts)
    await mia.post("redeliver", ts=ts, times=1)
    during = await replies(mia, ts)
    own_bot.stop()
    own_bot.environment["LIMITS_DATABASE_MEGABYTES"] = "8"
    own_bot.start()
    await mia.post("redeliver", ts=ts, times=1)

    answer = await mia.wait_for(
        lambda m: finished(m) and m["ts"] != told["ts"], channel=GENERAL, thread_ts=ts
    )

    assert len(during) == 1
    assert "couldn't save your question" in words(told)
    assert own_bot.logged(error_id(words(told)))
    assert "27 days" in words(answer)
    assert len(await replies(mia, ts)) == 2


async def test_a_command_that_cannot_be_written_down_is_told_so(own_bot: BotProcess, person: People) -> None:
    limited(own_bot)
    ben = person("U0BEN")
    said = await ben.say(GENERAL, "Let me ask the bot.")
    fill(own_bot, "engine.sqlite3", "bot.sqlite3")

    typed = await ben.command(GENERAL, "/ask", LONG)

    told = await ben.wait_for(lambda m: m["only_for"] == "U0BEN" and m["ts"] > said, channel=GENERAL)
    assert typed["ok"]
    assert own_bot.logged(error_id(told["text"]))


async def test_an_accepted_question_that_cannot_be_begun_ends_with_a_sentence(
    own_bot: BotProcess, person: People
) -> None:
    limited(own_bot)
    mia = person("U0MIA")
    first = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=first)
    fill(own_bot, "bot.sqlite3")
    ts = await mia.say(GENERAL, f"@bot {LONG}")

    told = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)

    assert own_bot.logged(error_id(words(told)))
    assert len(await replies(mia, ts)) == 1


async def test_an_answer_that_cannot_be_written_down_is_shown_whole_and_not_given_again(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment["ANSWERS_TOP"] = "20"  # so much to keep that no gap takes it
    limited(own_bot)
    mia = person("U0MIA")
    house.telnyx_rests(2, 1)
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    await one_is_open(mia, [(GENERAL, ts)])
    fill(own_bot, "engine.sqlite3", "bot.sqlite3")
    await each_answered_once(mia, [(GENERAL, ts)], 15)
    unwritten = own_bot.logged("checkpoint_not_written")
    own_bot.stop()
    own_bot.environment["LIMITS_DATABASE_MEGABYTES"] = "8"
    own_bot.start()
    await mia.post("redeliver", ts=ts, times=1)
    later = await mia.say(GENERAL, "@bot and for part-timers?", thread_ts=ts)
    await mia.wait_for(lambda m: finished(m) and m["ts"] > later, channel=GENERAL, thread_ts=ts)

    assert unwritten
    assert len(await replies(mia, ts)) == 2
