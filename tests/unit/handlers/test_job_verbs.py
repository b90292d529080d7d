"""A job that is looked up: by buttons of earlier releases too, and with what was pressed where it's looked at."""

from collections.abc import AsyncIterator

import pytest

from bot.render.job_intents import ShowJob
from bot.services.access import EVERYTHING, Place
from bot.store.job_marks import Mark, Marks, What
from handlers import jobs
from handlers.verb import Request
from tests.unit.bot.conftest import telnyx_house
from tests.unit.bot.sightings import Account, sighting
from tests.unit.handlers.verb_house import ADA, HERE, Bot, VerbHouse


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    async with telnyx_house() as telnyx:
        yield VerbHouse(telnyx, Bot(telnyx.client))


def test_a_button_of_an_earlier_release_shows_its_task() -> None:
    assert ShowJob.unpack('{"task":"3fa85f64"}') == ShowJob(job="3fa85f64")
    assert ShowJob(job="3fa85f64").pack() == '{"job":"3fa85f64"}'


@pytest.mark.parametrize(
    ("place", "target"), [(HERE, HERE.channel), (Place(HERE.team, "D0ADA", ""), ADA.user)]
)
async def test_a_card_shows_what_was_pressed_where_it_is_looked_at(
    house: VerbHouse, place: Place, target: str
) -> None:
    await Account(house.bot.database).see(sighting("task-1", "processing", bucket="handbook"))
    await Marks(house.bot.database).put(Mark("embedding", "task-1", target, What.MUTED, "U0BEN", 1.0))

    def wanted(at: Place) -> Request[ShowJob]:
        return Request(ShowJob(job="task-1"), at, ADA, EVERYTHING, house.bot.services, "cmd:1")

    assert "Muted by <@U0BEN>" in str((await jobs.show(wanted(place))).blocks)
    assert "Muted" not in str((await jobs.show(wanted(Place(HERE.team, "C0OTHER", "")))).blocks)
