import pytest

from bot.store.database import Database
from bot.store.interruptions import KEPT_SECONDS, Interruption, Interruptions
from tests.unit.bot.conftest import Clock

EDIT = Interruption("turn:1", "edited", "U0MIA", "and now?", at=1_000_000.0)


@pytest.fixture
def repository(either: Database, clock: Clock) -> Interruptions:
    return Interruptions(either, clock)


async def test_the_latest_edit_counts(repository: Interruptions) -> None:
    later = Interruption("turn:1", "edited", "U0MIA", "or rather?", at=EDIT.at + 1)
    await repository.note(EDIT)
    await repository.note(later)
    await repository.note(EDIT)

    assert await repository.of(["turn:1", "turn:2"]) == {"turn:1": later}


async def test_what_ended_a_question_stays_whatever_comes_after_it(repository: Interruptions) -> None:
    deleted = Interruption("turn:1", "deleted", "U0MIA")
    await repository.note(EDIT)
    await repository.note(deleted)
    await repository.note(EDIT)

    assert await repository.of(["turn:1"]) == {"turn:1": deleted}


async def test_what_nobody_asks_for_any_more_is_dropped(repository: Interruptions, clock: Clock) -> None:
    await repository.note(EDIT)
    clock.now += KEPT_SECONDS + 1
    young = Interruption("turn:2", "stopped", "U0BEN")
    await repository.note(young)

    dropped = await repository.drop_old()

    assert dropped == 1
    assert await repository.of(["turn:1", "turn:2"]) == {"turn:2": young}
