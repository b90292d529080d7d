"""Rows that may be there already, on both databases: what each of them counts as changed differs."""

import pytest

from bot.store.channels import Channel, Channels
from bot.store.database import Database
from bot.store.messages import Messages
from bot.store.turn_columns import Question
from bot.store.turns import Turns
from tests.unit.bot.conftest import Clock


@pytest.fixture
def database(either: Database) -> Database:
    return either


async def test_attempts_and_crashes_of_a_turn_are_counted(database: Database) -> None:
    turns = Turns(database)
    asked: Question = {
        "id": "t",
        "kind": "ask",
        "team": "T",
        "channel": "C",
        "root": "1.0",
        "ts": "1.0",
        "user": "U",
        "question": "q",
    }
    for _ in range(2):
        await turns.accept(**asked)
    begun = [await turns.begin(boot=boot, **asked) for boot in ("b1", "b2")]
    await turns.update("t", state="written", answer="42")
    begun.append(await turns.begin(boot="b3", **asked))

    assert [(one.state, one.attempts, one.crashes, one.answer) for one in begun] == [
        ("running", 1, 0, None),
        ("running", 2, 1, None),
        ("written", 3, 2, "42"),
    ]


async def test_a_message_that_stands_is_noted_once_with_where_it_stands_now(database: Database) -> None:
    messages = Messages(database)
    await messages.expect("k", "C", "1.0", kind="post", holder="mine")
    for ts, kind in (("2.0", "stream"), ("3.0", "post")):
        await messages.opened("k", "C", "1.0", team="T", kind=kind, ts=ts)
    await messages.opened("k", "C", "9.0", team="T", kind="post", ts="4.0")

    found = await messages.get("k", "C", "1.0")

    assert found is not None
    assert (found.ts, found.kind, found.holder) == ("3.0", "post", "mine")
    assert await messages.standing("C", "9.0") == {"4.0"}


async def test_what_slack_said_of_places_gives_way_to_what_was_told_later(
    database: Database, clock: Clock
) -> None:
    channels = Channels(database, clock)
    await channels.set("T", "C1", tone="short")
    await channels.told("T", "C2", {"shared": True})
    asked_at = {"C1": clock.now, "C2": clock.now - 10, "C3": clock.now}
    for kind in ("public", "private"):
        await channels.learn([Channel("T", name, kind, known_at=at) for name, at in asked_at.items()])

    known = [await channels.get("T", name) for name in asked_at]

    assert [(one.kind, one.shared, one.tone) for one in known] == [
        ("private", False, "short"),
        ("", True, None),
        ("private", False, None),
    ]
