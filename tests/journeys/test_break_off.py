"""Told to stop while answers are far from their end, the bot leaves nothing open on the screen and goes on at its next start."""

from bot.workflows.producing import MAX_CRASHES
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import LEAVE, only_reply
from tests.journeys.screen import GENERAL, words
from tests.journeys.telnyx_side import asked

MODEL = "chat.completions"


async def test_told_to_stop_in_the_middle_it_closes_the_stream_and_finishes_the_same_message_later(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment |= {"LIMITS_STOP_SECONDS": "0.2", "TELNYX_FIRST_BYTE_SECONDS": "60"}
    house.telnyx_fault(operation=MODEL, kind="stall", seconds=60, after_chunks=4)
    own_bot.start()
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await mia.wait_for(
        lambda m: m["streaming"] and bool(m["markdown"]), channel=GENERAL, thread_ts=root
    )

    status = own_bot.stop()

    (left,) = [m for m in await mia.messages(GENERAL, root) if m["ts"] == shown["ts"]]
    own_bot.start()
    answer = await only_reply(mia, GENERAL, root)
    assert status == 0
    assert not left["streaming"]
    assert "I'm restarting" in words(left)
    assert answer["ts"] == shown["ts"]
    assert "27 days" in words(answer)
    assert "I'm restarting" not in words(answer)


async def test_told_to_stop_before_anything_was_shown_it_takes_its_status_away(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment |= {"LIMITS_STOP_SECONDS": "0.2", "TELNYX_FIRST_BYTE_SECONDS": "60"}
    house.telnyx_fault(operation=MODEL, kind="slow", seconds=60, count=0)
    own_bot.start()
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_in(lambda: mia.get("statuses"), lambda s: s["thread_ts"] == root and bool(s["status"]))

    own_bot.stop()

    left = [s for s in await mia.get("statuses") if s["thread_ts"] == root and s["status"]]
    house.calm()
    own_bot.start()
    answer = await only_reply(mia, GENERAL, root)
    assert left == []
    assert "27 days" in words(answer)


async def test_restarts_by_its_own_will_are_no_attempts(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment |= {"LIMITS_STOP_SECONDS": "0.1", "TELNYX_FIRST_BYTE_SECONDS": "60"}
    house.telnyx_fault(operation=MODEL, kind="slow", seconds=60, count=0)
    mia, root, before = person("U0MIA"), "", asked(house, MODEL)
    for attempt in range(
        1, MAX_CRASHES + 1
    ):  # were they attempts that crashed, the next one would be given up
        own_bot.start()
        root = root or await mia.say(GENERAL, f"@bot {LEAVE}")
        until(lambda: asked(house, MODEL) == before + attempt, f"attempt {attempt}")  # noqa: B023 - called at once
        own_bot.stop()
    house.calm()
    own_bot.start()

    answer = await only_reply(mia, GENERAL, root)

    assert "27 days" in words(answer)
