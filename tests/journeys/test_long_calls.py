"""Long calls: read in parts, with little memory, stopped and killed in the middle; all of it is read, once, or it is said what isn't."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.services.condensing import AT_ONCE
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL, Shown, words
from tests.journeys.telnyx_side import asked
from tests.journeys.test_call_summaries import ADA, PORTING, action, call, said, summarize, tidy
from tests.journeys.test_verbs import reply

__all__ = ["tidy"]  # a fixture

POCKET = "acme/pocket-1b"
"""A model that reads little at a time."""


def long_call(house: House, turns: int, name: str) -> str:
    """A call of so many turns, each with a number that no other has."""
    messages = [
        said("user" if n % 2 else "assistant", f"We agreed on point number {n:04} of the list.", 2.4 * n)
        for n in range(turns)
    ]
    return call(house, name, messages)


def kept_notes(bot: BotProcess) -> int:
    """How many parts of a summary that is not finished are noted."""
    with closing(sqlite3.connect(f"file:{bot.folder}/data/bot.sqlite3?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT trace FROM turns WHERE kind = 'summary' AND trace IS NOT NULL")
        return sum(len(json.loads(trace).get("notes") or ()) for (trace,) in rows)


async def test_killed_in_the_middle_it_is_finished_once_and_no_part_is_paid_for_twice(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ada = person(ADA)
    call_id, name = long_call(house, 160, "Killed"), "chat.completions"
    first = asked(house, name)
    await summarize(ada, call_id, f"--model {POCKET}")
    whole = asked(house, name) - first
    after = await ada.say(GENERAL, "Once more.")
    house.telnyx_fault(operation=name, kind="slow", seconds=1, count=0)
    await ada.command(GENERAL, "/telnyx", f"summarize {call_id} --model {POCKET}")
    until(lambda: kept_notes(own_bot) > AT_ONCE, "more parts that are noted than are read at once")

    own_bot.kill()
    house.calm()
    noted, paid = kept_notes(own_bot), asked(house, name)
    own_bot.start()

    def again(message: Shown) -> bool:
        return bool("Covers 160 of 160" in words(message) and message["ts"] > after)

    await ada.wait_for(again, 60, channel=GENERAL)
    further = asked(house, name) - paid
    # What was broken off by the kill may be counted late; what was noted is not asked for again.
    assert whole - noted <= further <= whole - noted + AT_ONCE < whole
    assert len([m for m in await ada.messages(GENERAL) if again(m)]) == 1


async def test_stopped_while_parts_are_read_it_says_so_and_asks_nothing_else(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ada = person(ADA)
    call_id, before = long_call(house, 160, "Stopped"), asked(house, "chat.completions")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=2, count=0)
    await ada.command(GENERAL, "/telnyx", f"summarize {call_id} --model {POCKET}")
    reading = await reply(ada, "Reading the call")

    await ada.click(GENERAL, reading["ts"], "stop_turn", action(reading, "stop_turn"))

    stopped = await reply(ada, "Stopped by")
    sent = asked(house, "chat.completions")
    await reply(ada, "Stopping")
    assert "before anything was written" in words(stopped)
    assert sent - before <= 2 * AT_ONCE, "what had begun, and nothing after it"
    assert asked(house, "chat.completions") == sent


def settled(bot: BotProcess) -> float:
    """Megabytes of the bot's memory now; what it has at most is counted from here."""
    assert bot.process is not None
    Path(f"/proc/{bot.process.pid}/clear_refs").write_text(
        "5", encoding="utf-8"
    )  # VmHWM begins anew (man 5 proc)
    return resident(bot, "VmRSS")


def resident(bot: BotProcess, name: str) -> float:
    """Megabytes of the bot's memory: now (VmRSS), or at most since it was looked at (VmHWM)."""
    assert bot.process is not None
    status = Path(f"/proc/{bot.process.pid}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(name))) / 1024


@pytest.mark.slow
async def test_a_call_of_two_hours_is_read_whole_in_little_memory(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ada = person(ADA)
    await summarize(ada, call(house, "Warm", PORTING))
    call_id = long_call(house, 3_000, "Two hours")
    before = settled(own_bot)
    after = await ada.say(GENERAL, "Now the long one.")
    await ada.command(GENERAL, "/telnyx", f"summarize {call_id} --model {POCKET}")

    summary = await reply(ada, "Covers", seconds=120, after=after)

    assert "Covers 3,000 of 3,000 messages, minutes 0–120 of 120," in words(summary)
    assert "parts because it's too long" in words(summary)
    assert resident(own_bot, "VmHWM") - before < 50
