from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.services.access import Asker, Place
from bot.store.database import Database
from bot.store.turns import Turn, Turns
from bot.workflows.asked import Asked
from bot.workflows.checkpoints import Checkpoints

pytestmark = pytest.mark.slow  # a file that is full

ASKED = Asked(
    id="turn:1",
    kind="ask",
    text="How many?",
    ts="1.0",
    place=Place("T", "C", "1.0"),
    asker=Asker("U", "T"),
    private=False,
)
LONG = "x" * 20_000


@pytest.fixture
async def small(empty: Path) -> AsyncIterator[Database]:
    made = Database.sqlite(empty, megabytes=1)
    yield made
    made.close()


async def fill(database: Database) -> None:
    """Take all the room there is."""
    await database.run(lambda c: c.execute(sa.text("CREATE TABLE ballast (x BLOB)")))
    insert = sa.text("INSERT INTO ballast VALUES (zeroblob(:size))")
    for size in (50_000, 2_000):
        while await fits(database, insert.bindparams(size=size)):
            pass


async def fits(database: Database, insert: sa.TextClause) -> bool:
    try:
        await database.run(lambda c: c.execute(insert))
    except sa.exc.OperationalError as error:
        assert "full" in str(error)  # noqa: PT017 - any other error fails the test, this one is an answer
        return False
    return True


async def free(database: Database) -> None:
    """Give it back."""
    await database.run(lambda c: c.execute(sa.text("DROP TABLE ballast")))


async def begun(checkpoints: Checkpoints, asked: Asked = ASKED) -> Turn:
    return await checkpoints.begin(asked, boot="b")


async def test_a_checkpoint_that_found_no_room_goes_along_with_the_next(small: Database) -> None:
    turns = Turns(small)
    checkpoints = Checkpoints(turns)
    await begun(checkpoints)
    await fill(small)
    await checkpoints.note(ASKED.id, {"answer": LONG, "state": "written"})
    without = await turns.get(ASKED.id)
    await free(small)
    await checkpoints.note(ASKED.id, {"state": "done"})
    stored = await turns.get(ASKED.id)

    assert without is not None
    assert stored is not None
    assert (without.state, without.answer) == ("running", None)
    assert (stored.state, stored.answer) == ("done", LONG)


async def test_an_attempt_after_one_that_was_shown_but_not_written_knows_that_it_was_shown(
    small: Database,
) -> None:
    checkpoints = Checkpoints(Turns(small))
    await begun(checkpoints)
    await fill(small)
    await checkpoints.note(ASKED.id, {"answer": LONG, "state": "done"})

    again = await begun(checkpoints)

    assert (again.state, again.answer, again.attempts) == ("done", LONG, 2)


async def test_an_attempt_of_which_nothing_was_ever_written_says_so(small: Database) -> None:
    checkpoints = Checkpoints(Turns(small))
    await fill(small)

    with pytest.raises(sa.exc.OperationalError, match="full"):
        await begun(checkpoints, Asked(**{**{n: getattr(ASKED, n) for n in ASKED.__slots__}, "text": LONG}))
