"""Who answers a question is told what people do to it, before it begins, while it runs, and by another process."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.services.access import Asker, Place
from bot.store.database import Database
from bot.store.interruptions import Interruption, Interruptions
from bot.store.turns import Turns
from bot.workflows.asked import Asked
from bot.workflows.interrupts import Interrupts

TURN: dict[str, Any] = {
    "id": "turn:1",
    "kind": "ask",
    "team": "T",
    "channel": "C",
    "root": "1.0",
    "ts": "1.0",
    "user": "U",
    "question": "how long?",
}


QUESTION = Asked(
    id="turn:1",
    kind="ask",
    text="how long?",
    ts="1.0",
    place=Place("T", "C", "1.0"),
    asker=Asker("U", "T"),
    private=False,
)


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def interrupts(database: Database, turns: Turns) -> Interrupts:
    return Interrupts(Interruptions(database), turns)


async def test_a_running_question_is_told_at_once(interrupts: Interrupts) -> None:
    async with interrupts.watching("turn:1", ask=False) as watch:
        work = asyncio.create_task(asyncio.Event().wait())
        with watch.breaking(work):
            await interrupts.change(QUESTION, "how short?", 1.0)
            await asyncio.wait({work}, timeout=5)

        assert work.cancelled()
        assert watch.take() == Interruption("turn:1", "edited", "U", "how short?")
        assert watch.pending is None


async def test_what_was_done_before_the_question_began_is_known_when_it_begins(
    interrupts: Interrupts,
) -> None:
    await interrupts.change(QUESTION, None, 2.0)

    async with interrupts.watching("turn:1", ask=False) as watch:
        assert watch.pending == Interruption("turn:1", "deleted", "U")


async def test_what_an_earlier_process_noted_is_known_when_asked_for(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    await Interrupts(Interruptions(database), turns).change(QUESTION, None, 3.0)

    async with interrupts.watching("turn:1", ask=True) as asked:
        assert asked.pending is not None
    async with interrupts.watching("turn:1", ask=False) as unasked:
        assert unasked.pending is None


async def test_what_another_process_notes_is_passed_on_once(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    following = asyncio.create_task(interrupts.follow())
    other = Interrupts(Interruptions(database), turns)
    async with interrupts.watching("turn:1", ask=True) as watch:
        work = asyncio.create_task(asyncio.Event().wait())
        with watch.breaking(work):
            await other.change(QUESTION, "how short?", 4.0)
            await asyncio.wait({work}, timeout=10)
        first = watch.take()
        watch.tell(Interruption("turn:1", "edited", "U", "how short?"))
    following.cancel()

    assert first is not None
    assert watch.pending is None


async def test_a_question_that_was_answered_is_left_alone(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    await turns.begin(boot="b", **TURN)
    await turns.update("turn:1", state="done")

    await interrupts.change(QUESTION, "how short?", 5.0)

    assert await Interruptions(database).of(["turn:1"]) == {}


async def test_stop_means_the_question_that_is_being_answered_in_the_thread(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    await turns.begin(boot="b", **TURN)
    await turns.update("turn:1", state="done")
    await turns.begin(boot="b", **TURN | {"id": "turn:2", "ts": "2.0"})
    await turns.begin(boot="b", **TURN | {"id": "turn:3", "ts": "3.0"})
    await turns.begin(boot="b", **TURN | {"id": "elsewhere", "root": "9.0"})

    await interrupts.stop("C", "1.0", "U0BEN", 9.0)
    await interrupts.stop("C", "7.0", "U0BEN", 9.0)

    noted = await Interruptions(database).of(["turn:1", "turn:2", "turn:3", "elsewhere"])
    assert noted == {"turn:2": Interruption("turn:2", "stopped", "U0BEN")}


async def test_stop_means_nobody_while_the_first_question_of_the_thread_is_about_to_be_shown(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    await turns.begin(boot="b", **TURN)
    await turns.update("turn:1", state="written")
    await turns.begin(boot="b", **TURN | {"id": "turn:2", "ts": "2.0"})

    await interrupts.stop("C", "1.0", "U0BEN", 9.0)

    assert await Interruptions(database).of(["turn:1", "turn:2"]) == {}


async def test_a_deletion_reaches_the_question_that_is_tried_again(
    interrupts: Interrupts, database: Database, turns: Turns
) -> None:
    await turns.begin(boot="b", **TURN)
    await turns.update("turn:1", state="done")
    await turns.begin(boot="b", **TURN | {"id": "again:turn:1"})

    await interrupts.change(QUESTION, None, 5.0)

    assert set(await Interruptions(database).of(["turn:1", "again:turn:1"])) == {"again:turn:1"}


async def test_an_older_edit_that_is_delivered_again_changes_nothing(interrupts: Interrupts) -> None:
    async with interrupts.watching("turn:1", ask=False) as watch:
        await interrupts.change(QUESTION, "newer", 5.0)
        await interrupts.change(QUESTION, "older", 4.0)
        newest = watch.take()
        await interrupts.change(QUESTION, "older", 4.0)

    assert newest is not None
    assert newest.text == "newer"
    assert watch.pending is None


async def test_what_deleted_a_question_before_it_began_is_not_undone_by_an_edit(
    interrupts: Interrupts,
) -> None:
    await interrupts.change(QUESTION, None, 5.0)
    await interrupts.change(QUESTION, "later?", 6.0)

    async with interrupts.watching("turn:1", ask=False) as watch:
        assert watch.deleted


@pytest.mark.parametrize(("root", "pressed_in"), [("", ""), ("1.0", "1.0"), ("", "1.0"), ("1.0", "")])
async def test_stop_reaches_no_private_answer_and_nothing_without_a_thread(
    interrupts: Interrupts, database: Database, turns: Turns, root: str, pressed_in: str
) -> None:
    await turns.begin(boot="b", private=1, **TURN | {"id": "cmd:1", "root": root, "ts": ""})
    await turns.begin(boot="b", **TURN | {"id": "cmd:2", "root": "", "ts": ""})
    await turns.begin(boot="b", **TURN | {"ts": "2.0"})

    await interrupts.stop("C", pressed_in, "U0BEN", 9.0)

    noted = await Interruptions(database).of(["cmd:1", "cmd:2", "turn:1"])
    assert set(noted) == ({"turn:1"} if pressed_in else set())


@pytest.mark.parametrize(("ts", "user"), [("", "U"), ("", "U0BEN"), ("1.0", "U0BEN")])
async def test_an_edit_reaches_only_questions_of_its_person_that_are_messages(
    interrupts: Interrupts, database: Database, turns: Turns, ts: str, user: str
) -> None:
    await turns.begin(boot="b", private=1, **TURN | {"id": "cmd:1", "ts": ""})
    await turns.begin(boot="b", **TURN)
    event = replace(QUESTION, id="turn:other", ts=ts, asker=replace(QUESTION.asker, user=user))

    await interrupts.change(event, None, 9.0)

    assert await Interruptions(database).of(["cmd:1", "turn:1"]) == {}
