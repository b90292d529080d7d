"""The audit log: pages of the latest changes, for admins alone."""

from itertools import chain
from typing import Any

import pytest

from bot.errors import RefusedError
from bot.services.access import EVERYTHING, NOTHING
from bot.services.audit import PAGE, Audit
from bot.store.database import Database
from bot.store.deeds import Deeds, Sought
from tests.unit.bot.conftest import Clock

WHAT: dict[str, Any] = {
    "verb": "docs embed",
    "given": {"bucket": "hr"},
    "channel": "C",
    "user": "U",
    "user_team": "T",
}


async def test_pages_are_the_latest_changes_of_a_workspace_newest_first(
    database: Database, clock: Clock
) -> None:
    deeds, count = Deeds(database, clock), 2 * PAGE + 5
    for number in range(count):
        clock.now += number % 2  # two in the same moment, too
        await deeds.begin(f"do:{number:02}", team="T", **WHAT)
    await deeds.begin("do:other", team="other", **WHAT)
    audit, following, found = Audit(deeds, clock), "", []

    for _ in range(3):
        page, following = await audit.page(EVERYTHING, Sought("T"), following)
        found.append([entry.id for entry in page])

    assert [len(page) for page in found] == [PAGE, PAGE, 5]
    assert [*chain(*found)] == [f"do:{number:02}" for number in reversed(range(count))]
    assert following == ""


async def test_a_page_that_is_full_is_the_last_where_nothing_is_older(
    database: Database, clock: Clock
) -> None:
    deeds = Deeds(database, clock)
    for number in range(PAGE):
        await deeds.begin(f"do:{number}", team="T", **WHAT)

    page, following = await Audit(deeds, clock).page(EVERYTHING, Sought("T"))

    assert (len(page), following) == (PAGE, "")


async def test_an_entry_says_how_far_a_change_has_got(database: Database, clock: Clock) -> None:
    deeds = Deeds(database, clock)
    await deeds.ask("do:asked", until=clock.now + 10, team="T", **WHAT)
    await deeds.ask("do:late", until=clock.now - 10, team="T", **WHAT)
    await deeds.begin("do:begun", team="T", **WHAT)
    await deeds.begin("do:done", team="T", **WHAT)
    await deeds.note("do:done", result="done")

    page, _ = await Audit(deeds, clock).page(EVERYTHING, Sought("T"))

    assert {entry.id: entry.result for entry in page} == {
        "do:asked": "asked",
        "do:late": "unanswered",
        "do:begun": "underway",
        "do:done": "done",
    }
    assert {(e.user, e.channel, e.verb, str(e.given)) for e in page} == {
        ("U", "C", "docs embed", "{'bucket': 'hr'}")
    }


async def test_only_admins_read_it(database: Database) -> None:
    with pytest.raises(RefusedError):
        await Audit(Deeds(database)).page(NOTHING, Sought("T"))
