"""*Stop* of a private answer: by the one who asked, while it is made."""

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker
from bot.store.database import Database
from bot.store.interruptions import Interruptions
from bot.store.turns import Turns
from bot.workflows.interrupts import Interrupts
from bot.workflows.stopping import Stopping

ADA, BEN = Asker("U0ADA", "T"), Asker("U0BEN", "T")


async def stopping(database: Database) -> Stopping:
    turns = Turns(database)
    about = {"team": "T", "channel": "C", "root": "", "ts": "", "user": ADA.user, "question": "call-1"}
    await turns.begin(boot="b", id="t", kind="summary", private=1, **about)  # type: ignore[arg-type] # texts
    return Stopping(turns, Interrupts(Interruptions(database), turns))


async def test_the_asker_stops_it_while_it_is_made(database: Database) -> None:
    stop = await stopping(database)

    assert await stop.stop("t", ADA)
    noted = (await Interruptions(database).of(["t"]))["t"]
    assert (noted.kind, noted.user) == ("stopped", ADA.user)

    await Turns(database).update("t", state="written")
    assert not await stop.stop("t", ADA)


async def test_no_one_else_stops_it(database: Database) -> None:
    stop = await stopping(database)

    with pytest.raises(RefusedError):
        await stop.stop("t", BEN)
    with pytest.raises(UsageError):
        await stop.stop("another", ADA)
    assert await Interruptions(database).of(["t"]) == {}
