"""Notes of a long reading outlive the process, and nothing else."""

from bot.services.condensing import Note
from bot.services.remembering import Remembering
from bot.store.database import Database
from bot.store.noted import Noted
from bot.store.turns import Turns

NOTE = Note("It was about ports.", None, 100, 10, estimated=False)


async def begin(database: Database) -> Remembering:
    await Turns(database).begin(
        boot="b", id="t", kind="summary", team="T", channel="C", root="", ts="", user="U", question="call-1"
    )
    return Remembering(Noted(database))


async def test_notes_that_were_kept_are_known_to_the_next_attempt(database: Database) -> None:
    remembering = await begin(database)
    first = await remembering.memory("t")

    await first.keep({"a": NOTE})

    assert first.known == {}
    assert (await remembering.memory("t")).known == {"a": NOTE}
    assert (await remembering.memory("another")).known == {}


async def test_of_a_turn_that_ended_or_was_forgotten_nothing_is_kept(database: Database) -> None:
    remembering = await begin(database)
    memory = await remembering.memory("t")

    await Turns(database).update("t", user="")
    await memory.keep({"a": NOTE})
    await Turns(database).update("t", user="U", state="done")
    await memory.keep({"a": NOTE})

    assert (await remembering.memory("t")).known == {}


async def test_what_cannot_be_kept_does_not_end_the_reading(database: Database) -> None:
    memory = await (await begin(database)).memory("t")
    database.close()

    await memory.keep({"a": NOTE})
