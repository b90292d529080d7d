"""The audit log, newest first, ten a page."""

import pytest

from bot.services.access import EVERYTHING
from bot.services.audit import PAGE, Audit
from bot.store.database import Database
from bot.store.deeds import Deeds, Sought
from tests.unit.bot.conftest import Clock

WHO = {"team": "T", "channel": "C1", "user": "U0ADA", "user_team": "T"}


@pytest.fixture
def deeds(database: Database, clock: Clock) -> Deeds:
    return Deeds(database, clock)


async def test_each_page_goes_on_where_the_last_one_ended(deeds: Deeds, clock: Clock) -> None:
    for number in range(PAGE + 1):
        clock.now += 1
        await deeds.begin(f"do:{number:02}", verb="grant", given={}, **WHO)
    audit = Audit(deeds, clock)

    first, following = await audit.page(EVERYTHING, Sought("T"))
    second, after = await audit.page(EVERYTHING, Sought("T"), following)

    assert [one.id for one in first] == [f"do:{number:02}" for number in range(PAGE, 0, -1)]
    assert ([one.id for one in second], after) == (["do:00"], "")


async def test_each_change_says_what_came_of_it(deeds: Deeds, clock: Clock) -> None:
    until = clock.now + 60
    await deeds.begin("do:1", verb="grant", given={"who": "C1"}, **WHO)
    await deeds.begin("do:2", verb="grant", given=None, **WHO)
    await deeds.note("do:2", result="unknown")
    await deeds.ask("do:3", until=until, verb="docs disable", given={}, **WHO)
    await deeds.ask("do:4", until=until - 120, verb="docs disable", given={}, **WHO)

    page, _ = await Audit(deeds, clock).page(EVERYTHING, Sought("T"))

    assert {one.id: one.result for one in page} == {
        "do:1": "underway",
        "do:2": "unknown",
        "do:3": "asked",
        "do:4": "unanswered",
    }
    assert {one.id: one.given for one in page}["do:1"] == {"who": "C1"}
