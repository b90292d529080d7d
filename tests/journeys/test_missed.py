"""What was asked while nobody listened for longer than Slack tries is found and answered once, marked late."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import BOT, GENERAL, JOBS, Shown, finished, words
from tests.journeys.test_recovery import LEAVE, PARENTAL
from tests.journeys.test_replicas import Start, replica

__all__ = ["replica"]  # a fixture

DIRECT = "D0MIA"
LATE = "Sorry for the delay"
HOUR = 3600.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A workspace of its own: a look back would find the questions of other tests."""
    running = House(tmp_path)
    running.ask("slack", "limits", {"on": False})
    yield running
    running.stop()


def listened_at(bot: BotProcess) -> float:
    """What the bot noted, 0 before the first time."""
    with closing(sqlite3.connect(bot.folder / "data" / "bot.sqlite3")) as connection:
        row = connection.execute("SELECT listened_at FROM presence").fetchone()
    return float(row[0]) if row else 0.0


def age(bot: BotProcess, seconds: float) -> None:
    """Let the bot have listened so long ago."""
    with closing(sqlite3.connect(bot.folder / "data" / "bot.sqlite3")) as connection, connection:
        connection.execute("UPDATE presence SET listened_at = ?", (time.time() - seconds,))


def started(bot: BotProcess) -> BotProcess:
    """Started, and noted as listening."""
    before = time.time()
    bot.start()
    until(lambda: listened_at(bot) > before, "the first note of listening")
    return bot


def long_gone(bot: BotProcess, house: House) -> None:
    """Slack has given up what it could not deliver, and the bot was away for an hour."""
    house.ask("slack", "deliveries/forget", {})
    age(bot, HOUR)


async def replies(mia: Person, channel: str, ts: str) -> list[Shown]:
    """What the bot wrote in the thread of a message, or below that message of a thread."""
    thread = next((m["thread_ts"] or ts for m in await mia.messages(channel) if m["ts"] == ts), ts)
    return [m for m in await mia.messages(channel, thread) if m["user"] == BOT and m["ts"] > ts]


async def only_answer(mia: Person, channel: str, ts: str) -> str:
    """The words of the one finished answer to a message."""
    thread = next(m["thread_ts"] or ts for m in await mia.messages(channel) if m["ts"] == ts)
    await mia.wait_for(lambda m: finished(m) and m["ts"] > ts, 30, channel=channel, thread_ts=thread)
    said = await replies(mia, channel, ts)
    assert len(said) == 1, [words(one) for one in said]
    assert not said[0]["streaming"]
    return words(said[0])


def marked(ts: str) -> str:
    """How the answer to a message says that it is late."""
    return f"Sorry for the delay: I was offline when you asked on <!date^{int(float(ts))}^"


async def test_what_was_asked_in_a_long_outage_is_answered_once_and_marked_late(
    own_bot: BotProcess, person: People, house: House
) -> None:
    started(own_bot)
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    own_bot.kill()
    mention = await mia.say(GENERAL, f"@bot {LEAVE}")
    in_thread = await ben.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)
    direct = await mia.say(DIRECT, LEAVE)
    chat = await mia.say(GENERAL, "Lunch, anybody?")
    aside = await ben.say(GENERAL, "Good to know.", thread_ts=root)
    regretted = await mia.say(GENERAL, f"@bot {PARENTAL}")
    await mia.delete(GENERAL, regretted)
    corrected = await mia.say(GENERAL, "@bot How mny days?")
    await mia.edit(GENERAL, corrected, f"@bot {LEAVE}")
    long_gone(own_bot, house)

    own_bot.start()

    for channel, ts in ((GENERAL, mention), (GENERAL, corrected), (DIRECT, direct)):
        said = await only_answer(mia, channel, ts)
        assert "27 days" in said
        assert marked(ts) in said
        assert LATE in said
    assert marked(in_thread) in await only_answer(mia, GENERAL, in_thread)
    until(lambda: own_bot.logged("missed_questions_taken_in"), "the end of the search")
    assert await replies(mia, GENERAL, chat) == await replies(mia, GENERAL, regretted) == []
    before = [m for m in await replies(mia, GENERAL, root) if m["ts"] < in_thread]
    assert len(before) == 1
    assert LATE not in words(before[0])
    assert len(await replies(mia, GENERAL, aside)) == 1, "the answer to the question before it"


@pytest.mark.matrix
async def test_killed_in_the_middle_of_late_answers_it_loses_none_and_repeats_none(
    own_bot: BotProcess, person: People, house: House
) -> None:
    started(own_bot).kill()
    mia, ben = person("U0MIA"), person("U0BEN")
    asked = [(channel, await mia.say(channel, f"@bot {LEAVE}")) for channel in (GENERAL, JOBS) * 4]
    asked += [(DIRECT, await mia.say(DIRECT, LEAVE)) for _ in range(3)]
    thread = asked[0][1]
    followed = [await ben.say(GENERAL, f"@bot {LEAVE}", thread_ts=thread) for _ in range(2)]
    long_gone(own_bot, house)
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=0.7, count=99)
    own_bot.start()
    await mia.wait_for(finished, channel=GENERAL, thread_ts=thread)

    own_bot.kill()
    taken_in = own_bot.logged("missed_questions_taken_in")
    house.calm()
    own_bot.start()

    assert not taken_in, "it was killed before it was through"
    for channel, ts in asked[1:]:
        assert LATE in await only_answer(mia, channel, ts)
    until(lambda: own_bot.logged("missed_questions_taken_in"), "the end of the search")
    in_thread = await answers_in(mia, GENERAL, thread, 1 + len(followed))
    assert all(LATE in words(answer) for answer in in_thread)
    assert len(await replies(mia, GENERAL, thread)) == 1 + len(followed)


async def answers_in(mia: Person, channel: str, thread: str, count: int) -> list[Shown]:
    """The finished answers of a thread, once there are so many."""

    async def look() -> list[Shown]:
        return [{"found": [m for m in await mia.messages(channel, thread) if finished(m)]}]

    seen = await mia.wait_in(look, lambda item: len(item["found"]) >= count, 30)
    found: list[Shown] = seen["found"]
    return found


async def test_a_first_start_and_a_short_outage_read_no_history(
    own_bot: BotProcess, person: People, house: House
) -> None:
    del own_bot.environment["JOBS_CHANNEL"]  # its cards are looked for in the history
    mia = person("U0MIA")
    before = await mia.say(GENERAL, f"@bot {LEAVE}")
    house.ask("slack", "deliveries/forget", {})
    started(own_bot).kill()
    age(own_bot, 240)

    started(own_bot)

    assert house.calls("users.conversations") == house.calls("conversations.history") == []
    assert await replies(mia, GENERAL, before) == []


async def test_what_was_asked_while_the_socket_was_away_is_answered_without_a_restart(
    own_bot: BotProcess, person: People, house: House
) -> None:
    started(own_bot)
    mia = person("U0MIA")
    house.slack_fault(method="apps.connections.open", kind="500", count=9_999)
    house.ask("slack", "sockets/close", {"announce": False})
    until(lambda: own_bot.probe("/ready")[0] == 503, "the end of the connection")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    long_gone(own_bot, house)

    house.calm()

    said = await only_answer(mia, GENERAL, ts)
    assert "27 days" in said
    assert marked(ts) in said


async def test_two_replicas_that_come_back_together_answer_each_missed_question_once(
    replica: Start, person: People, house: House, postgres_url: str
) -> None:
    both = [replica("one"), replica("two")]
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        until(lambda: _noted(connection) > 0, "the first note of listening")
        for bot in both:
            assert bot.process is not None
            bot.process.kill()
            bot.process.wait()
        asked = [(channel, await mia.say(channel, f"@bot {LEAVE}")) for channel in (GENERAL, JOBS) * 3]
        asked.append((DIRECT, await mia.say(DIRECT, LEAVE)))
        asked.append((GENERAL, await ben.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)))
        house.ask("slack", "deliveries/forget", {})
        connection.execute("UPDATE presence SET listened_at = listened_at - 3600")
        for bot in both:
            bot.launch()

        for channel, ts in asked:
            assert LATE in await only_answer(mia, channel, ts)
    assert sum(bot.logged("looking_for_missed_questions") for bot in both) == 1


def _noted(connection: psycopg.Connection) -> float:
    row = connection.execute("SELECT listened_at FROM presence").fetchone()
    return float(row[0]) if row else 0.0
