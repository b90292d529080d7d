"""One opinion per answer and person, on both databases; it goes with its answer."""

import time
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.feedback import Judged, Opinion, Opinions, Value
from bot.store.schema import feedback
from bot.store.turns import Turns


class Clock:
    """A time of day that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def opinions(database: Database) -> Opinions:
    return Opinions(database, Clock())


async def asked(database: Database, ts: str, **more: Any) -> str:
    """A question that was answered."""
    turns = Turns(database)
    key = f"turn:T:C:{ts}"
    place: Any = {"team": "T", "channel": "C", "root": "1.0", "ts": ts, "user": "U1"}
    await turns.begin(id=key, boot="b", kind="ask", question=f"q{ts}", **place)
    passages = [{"bucket": "b", "document": "d.md", "cited": True}]
    await turns.update(key, outcome="answered", passages=passages, model="m", **more)
    return key


async def judged(opinions: Opinions, since: float = 0.0, value: str | None = None) -> list[Judged]:
    return [one async for one in opinions.since(since, value)]


async def test_pressing_again_changes_the_one_row(database: Database, opinions: Opinions) -> None:
    key = await asked(database, "1.0")
    for value in (Value.UP, Value.DOWN, Value.DOWN):
        await opinions.give(Opinion(key, "U1", "T", value))
    await opinions.give(Opinion(key, "U2", "T", Value.UP))

    found = [(one.opinion.user, one.opinion.value, one.opinion.at) for one in await judged(opinions)]

    assert found == [("U1", "down", 1_003.0), ("U2", "up", 1_004.0)]


async def test_a_thumb_down_pressed_again_keeps_its_reason_and_a_thumb_up_drops_it(
    database: Database, opinions: Opinions
) -> None:
    key = await asked(database, "1.0")
    await opinions.give(Opinion(key, "U1", "T", Value.DOWN, "Wrong", "It's \x0027."))

    again = await opinions.give(Opinion(key, "U1", "T", Value.DOWN))
    up = await opinions.give(Opinion(key, "U1", "T", Value.UP))
    down = await opinions.give(Opinion(key, "U1", "T", Value.DOWN))

    assert (again.reason, again.comment) == ("Wrong", "It's 27.")
    assert (up.reason, up.comment) == (down.reason, down.comment) == (None, None)


async def test_what_was_judged_comes_with_its_answer_and_what_everyone_could_read_before(
    database: Database, opinions: Opinions
) -> None:
    await asked(database, "1.0")
    await asked(database, "2.0", private=1)
    key = await asked(database, "3.0")
    await opinions.give(Opinion(key, "U1", "T", Value.DOWN, "Incomplete", ""))

    (one,) = await judged(opinions, 0.0, "down")

    assert (one.question, one.history, one.outcome, one.model) == ("q3.0", ("q1.0",), "answered", "m")
    assert one.passages == [{"bucket": "b", "document": "d.md", "cited": True}]


@pytest.mark.slow  # hundreds of opinions
async def test_only_what_is_asked_for_is_read_page_by_page(database: Database, opinions: Opinions) -> None:
    key = await asked(database, "1.0")
    for number in range(230):
        value = Value.DOWN if number % 2 else Value.UP
        await opinions.give(Opinion(key, f"U{number}", "T", value))

    everyone = [one.opinion.user for one in await judged(opinions)]
    late = [one.opinion.user for one in await judged(opinions, since=1_201.0, value="down")]

    assert everyone == [f"U{number}" for number in range(230)]
    assert late == [f"U{number}" for number in range(201, 230, 2)]


async def test_feedback_goes_with_its_answer(database: Database, opinions: Opinions) -> None:
    key = await asked(database, "1.0")
    young = await asked(database, "2.0")
    for one in (key, young):
        await opinions.give(Opinion(one, "U1", "T", Value.UP))
        await Turns(database).update(one, state="done")
    await Turns(database).update(key, created_at=time.time() - 100)

    dropped = await Turns(database, kept_seconds=50).drop_old()

    left = await database.run(lambda c: c.execute(sa.select(feedback.c.turn)).scalars().all())
    assert dropped == 1
    assert left == [young]
