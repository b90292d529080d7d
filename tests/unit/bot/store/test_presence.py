import asyncio

import pytest

from bot.store.database import Database
from bot.store.presence import Presence


@pytest.fixture
def presence(either: Database) -> Presence:
    return Presence(either)


async def test_nobody_listened_before_the_first_time(presence: Presence) -> None:
    assert await presence.last("T") is None


async def test_the_latest_time_of_any_process_counts(presence: Presence) -> None:
    for at in (100.5, 300.25, 200.0):
        await presence.note("T", at)
    await presence.note("T2", 900.0)

    assert await presence.last("T") == 300.25


async def test_processes_that_listen_for_the_first_time_together_leave_one_row(presence: Presence) -> None:
    await asyncio.gather(*(presence.note("T", float(at)) for at in range(100, 108)))

    last = await presence.last("T")

    assert last is not None
    assert 100 <= last <= 107


async def test_a_note_of_the_future_does_not_hide_those_of_now(presence: Presence) -> None:
    """The clock was set back."""
    await presence.note("T", 100_000.0)
    await presence.note("T", 100_000.0 - 3_600)

    assert await presence.last("T") == 100_000.0 - 3_600
