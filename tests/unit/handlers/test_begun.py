"""Who starts a job from Slack is noted, by whichever verb, and a job that was started is never said not to be."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog

from bot.services.access import EVERYTHING, Place
from bot.store.jobs import Jobs
from handlers.begun import begun
from handlers.verb import Request
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.test_verbs import CASES
from tests.unit.handlers.verb_house import ADA, HERE, Bot, VerbHouse

STARTS = {
    "docs embed": "embedding",
    "docs add-url": "embedding",
    "docs keep": "embedding",
    "clusters compute": "clusters",
    "finetune create": "fine-tuning",
}
"""Verbs that start a job, each with its kind."""


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    async with telnyx_house() as telnyx:
        yield VerbHouse(telnyx, Bot(telnyx.client))


async def ids(house: VerbHouse, kind: str) -> set[str]:
    """The jobs of a kind at Telnyx."""
    if kind == "embedding":
        return {*house.telnyx.standin.library.tasks}
    if kind == "clusters":
        return {one.task_id async for one in house.telnyx.client.clusters.all()}
    return {one.id for one in await house.telnyx.client.fine_tuning.jobs()}


@pytest.mark.parametrize(("words", "kind"), STARTS.items())
async def test_a_verb_that_starts_a_job_notes_who_wanted_it_and_where(
    words: str, kind: str, house: VerbHouse
) -> None:
    before = await ids(house, kind)

    got = await house.get(*await house.read(CASES[words].wanted), work_id="cmd:1")
    await house.get(*await house.read(CASES[words].wanted), work_id="cmd:1", again=True)

    (made,) = await ids(house, kind) - before
    (start,) = await Jobs(house.bot.database).starts(kind, [made])
    assert (start.team, start.user, start.channel) == (HERE.team, ADA.user, HERE.channel)
    assert (
        words == "docs keep" or "I'll show its progress in <#C0JOBS> and in our direct messages." in got.words
    )


async def test_where_it_cannot_be_noted_the_job_was_started_all_the_same(house: VerbHouse) -> None:
    nothing: Any = None
    request: Request[Any] = Request(
        nothing, Place("T", "C0JOBS", ""), ADA, EVERYTHING, house.bot.services, "1"
    )
    with structlog.testing.capture_logs() as logs:
        told = await begun(request, nothing, "task-1")

    assert told == "I'll show its progress in <#C0JOBS>."
    assert [(one["event"], one["job"]) for one in logs] == [("starter_not_noted", "task-1")]
