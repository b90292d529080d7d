"""People change their minds while an answer is being written: they press stop, edit the question, delete it."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import no_status, only_reply, replies
from tests.journeys.screen import GENERAL, buttons, finished, from_bot, words

LEAVE = "How many days of paid annual leave do full-timers have?"
PARENTAL = "How many weeks of parental leave do I get?"

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """A bot with patience for a model that rests."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), TELNYX_FIRST_BYTE_SECONDS="60").start()
    yield running
    running.stop()


@pytest.fixture
def own_bot(bot: BotProcess, own_bot: BotProcess) -> BotProcess:
    """Alone: the module's bot would answer too."""
    bot.stop()
    own_bot.environment["TELNYX_FIRST_BYTE_SECONDS"] = "60"
    return own_bot


@pytest.fixture
def either_bot(bot: BotProcess, either_bot: BotProcess) -> BotProcess:
    """As ``own_bot``."""
    bot.stop()
    either_bot.environment["TELNYX_FIRST_BYTE_SECONDS"] = "60"
    return either_bot


def stalled(house: House, count: int = 1, **more: Any) -> None:
    """The model writes a few words and then rests for a minute."""
    house.telnyx_fault(
        operation="chat.completions", kind="stall", seconds=60, after_chunks=4, count=count, **more
    )


async def growing(mia: Person, channel: str, root: str) -> dict[str, Any]:
    """The reply as soon as it is open on the screen."""
    return await mia.wait_for(
        lambda m: m["streaming"] and bool(m["markdown"]), channel=channel, thread_ts=root
    )


async def session(house: House, mia: Person, channel: str, root: str, status: str) -> None:
    """The thread's agent session gets to a status."""

    async def look() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = house.ask("slack", "state")["sessions"]
        return found

    await mia.wait_in(
        look, lambda s: s["channel"] == channel and s["thread_ts"] == root and s["status"] == status
    )


async def test_stop_ends_an_answer_that_is_being_written_and_says_who_stopped_it(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    stalled(house)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, GENERAL, root)

    await mia.stop(GENERAL, shown["ts"])

    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    assert "Stopped by <@U0MIA>." in words(answer)
    assert shown["markdown"].strip() in words(answer)
    assert len(await replies(mia, GENERAL, root)) == 1


async def test_stop_before_the_first_word_leaves_one_sentence_and_no_stop_button(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(path="/ai/embeddings/similarity-search", kind="slow", seconds=20, count=0)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await session(house, mia, GENERAL, root, "processing")

    await mia.stop(GENERAL, root)

    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    assert "before anything was written" in words(answer)
    await session(house, mia, GENERAL, root, "active")
    await no_status(mia, root)


async def test_a_quick_answer_costs_no_stop_button(person: People, house: House) -> None:
    mia = person("U0MIA")
    sessions = []
    for _ in range(3):  # on a busy machine not each of them is quick
        root = await mia.say(GENERAL, "@bot What may a hotel cost a night?")
        await only_reply(mia, GENERAL, root)
        sessions.append([s for s in house.ask("slack", "state")["sessions"] if s["thread_ts"] == root])

    assert [] in sessions


async def test_a_question_edited_before_its_answer_is_answered_as_it_is_now_in_one_message(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    stalled(house)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, GENERAL, root)

    await mia.edit(GENERAL, root, f"@bot {PARENTAL}")

    answer = await only_reply(mia, GENERAL, root)
    assert answer["ts"] == shown["ts"]
    assert "arental" in words(answer)
    assert "27 days" not in words(answer)


async def test_a_question_edited_after_its_answer_is_left_as_it_is(person: People) -> None:
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    before = await only_reply(mia, GENERAL, root)

    await mia.edit(GENERAL, root, f"@bot {PARENTAL}")
    later = await mia.say(GENERAL, "@bot and for part-timers?", thread_ts=root)
    await mia.wait_for(lambda m: finished(m) and m["ts"] > later, channel=GENERAL, thread_ts=root)

    assert words((await replies(mia, GENERAL, root))[0]) == words(before)


async def test_a_message_that_becomes_a_question_by_an_edit_is_answered(person: People) -> None:
    mia = person("U0MIA")
    root = await mia.say(GENERAL, LEAVE)

    await mia.edit(GENERAL, root, f"@bot {LEAVE}")

    assert "27 days" in words(await only_reply(mia, GENERAL, root))


async def test_a_deleted_question_is_not_answered_and_what_was_shown_goes_with_it(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    stalled(house)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, GENERAL, root)

    await mia.delete(GENERAL, root)

    await mia.wait_for(lambda m: m["ts"] == shown["ts"] and m["deleted"], channel=GENERAL)
    await no_status(mia, root)
    assert await replies(mia, GENERAL, root) == []


async def test_a_question_deleted_while_it_waits_behind_another_is_never_begun(
    person: People, house: House
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await only_reply(mia, GENERAL, root)
    stalled(house)
    first = await mia.say(GENERAL, f"@bot {LEAVE}", thread_ts=root)
    shown = await mia.wait_for(lambda m: m["streaming"], channel=GENERAL, thread_ts=root)
    second = await ben.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)
    await ben.delete(GENERAL, second)
    await mia.wait_in(
        lambda: mia.get("deliveries"), lambda d: d["type"] == "message" and d["ts"] > second and d["acked"]
    )

    await mia.stop(GENERAL, shown["ts"])

    third = await mia.say(GENERAL, "@bot How much notice do sick days need?", thread_ts=root)
    await mia.wait_for(lambda m: finished(m) and m["ts"] > third, channel=GENERAL, thread_ts=root)
    after = [words(m) for m in await mia.messages(GENERAL, root) if from_bot(m) and m["ts"] > first]
    assert len(after) == 2
    assert not [text for text in after if "arental" in text]


async def test_an_edit_outlives_a_kill(own_bot: BotProcess, person: People, house: House) -> None:
    own_bot.start()
    mia = person("U0MIA")
    stalled(house, count=2)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, GENERAL, root)
    await mia.edit(GENERAL, root, f"@bot {PARENTAL}")
    await mia.wait_in(
        lambda: mia.get("deliveries"),
        lambda d: d["type"] == "message" and d["ts"] > shown["ts"] and d["acked"],
    )

    own_bot.kill()
    house.calm()
    own_bot.start()

    answer = await only_reply(mia, GENERAL, root)
    assert answer["ts"] == shown["ts"]
    assert "arental" in words(answer)


async def test_a_deleted_question_stays_unanswered_after_a_kill(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    stalled(house)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, GENERAL, root)
    await mia.delete(GENERAL, root)
    await mia.wait_for(lambda m: m["ts"] == shown["ts"] and m["deleted"], channel=GENERAL)

    own_bot.kill()
    own_bot.start()

    later = await mia.say(GENERAL, f"@bot {LEAVE}")
    await only_reply(mia, GENERAL, later)
    assert await replies(mia, GENERAL, root) == []


async def test_a_question_that_kills_the_process_three_times_is_given_up_and_blocks_nothing(
    either_bot: BotProcess, person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="stall", seconds=60, after_chunks=4, count=0)
    either_bot.start()
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await growing(mia, GENERAL, root)
    for attempt in (2, 3, 4):
        either_bot.kill()
        either_bot.start()
        until(lambda attempt=attempt: either_bot.logged(f'"attempt": {attempt}'), "the next attempt")  # type: ignore[misc] # binds the loop's value

    notice = await only_reply(mia, GENERAL, root)
    house.calm()
    later = await mia.say(GENERAL, f"@bot {PARENTAL}", thread_ts=root)
    answer = await mia.wait_for(lambda m: finished(m) and m["ts"] > later, channel=GENERAL, thread_ts=root)

    assert "I was interrupted three times" in words(notice)
    assert buttons(notice) == ["Try again"]
    assert "arental" in words(answer)
