"""Where a model can be set, and whose job an attempt finds that was cut off."""

from collections.abc import AsyncIterator

import pytest

from bot.render.finetune import Tune, Tunings
from bot.render.models import Models
from bot.services.access import EVERYTHING, Audience, Place, Right
from handlers import finetune, models
from handlers.verb import Request
from handlers.verbs import BY_WORDS
from tests.unit.bot.conftest import telnyx_house, without
from tests.unit.handlers.verb_house import ADA, HERE, TUNABLE, Bot, VerbHouse

DIRECT, NOWHERE = Place(HERE.team, "D0ADA", ""), Place(HERE.team, "", "")


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    async with telnyx_house() as telnyx:
        yield VerbHouse(telnyx, Bot(telnyx.client))


@pytest.mark.parametrize(
    ("place", "audience", "offered"),
    [
        (HERE, EVERYTHING, True),
        (HERE, without(Right.ADMIN), False),
        (DIRECT, EVERYTHING, False),
        (NOWHERE, EVERYTHING, False),
    ],
)
async def test_a_model_is_offered_for_a_channel_to_those_who_may_set_it_and_only_there(
    house: VerbHouse, place: Place, audience: Audience, offered: bool
) -> None:
    services = house.bot.services

    table = await models.show(Request(Models(), place, ADA, audience, services, "cmd:1"))
    jobs = await finetune.overview(Request(Tunings(), place, ADA, audience, services, "cmd:1"))

    assert ("channel use" in str(table.buttons)) is offered
    assert ("channel use" in str(jobs.items)) is offered


async def test_a_cut_off_attempt_finds_its_own_job_among_others_with_the_same_arguments(
    house: VerbHouse,
) -> None:
    verb, intent = BY_WORDS["finetune create"], Tune(model=TUNABLE, bucket="handbook")
    first = await house.get(verb, intent, work_id="cmd:1")
    second = await house.get(verb, intent, work_id="cmd:2")

    again = await house.get(verb, intent, work_id="cmd:1", again=True)
    never = await house.get(verb, intent, work_id="cmd:3", again=True)

    assert again.shown == first.shown != second.shown
    assert (never.result, await house.telnyx.calls("fine_tuning.create")) == ("unknown", 2)
    assert "Type `/telnyx finetune` to check" in never.words
