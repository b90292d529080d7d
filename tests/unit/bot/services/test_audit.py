"""The audit log: pages of the latest changes, for admins alone."""

from typing import Any

import pytest

from bot.errors import RefusedError
from bot.services.access import EVERYTHING, NOTHING
from bot.services.audit import Audit
from bot.store.database import Database
from bot.store.deeds import Deeds
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
    deeds = Deeds(database, clock)
    for number in range(5):
        clock.now += number % 2  # two in the same moment, too
        await deeds.begin(f"do:{number}", team="T", **WHAT)
    await deeds.begin("do:other", team="other", **WHAT)
    audit = Audit(deeds, clock)

    first = await audit.page(EVERYTHING, "T", count=2)
    second = await audit.page(EVERYTHING, "T", first.following, count=2)
    third = await audit.page(EVERYTHING, "T", second.following, count=2)

    assert [entry.id for page in (first, second, third) for entry in page.entries] == [
        f"do:{n}" for n in (4, 3, 2, 1, 0)
    ]
    assert third.following is None


async def test_an_entry_says_how_far_a_change_has_got(database: Database, clock: Clock) -> None:
    deeds = Deeds(database, clock)
    await deeds.ask("do:asked", until=clock.now + 10, team="T", **WHAT)
    await deeds.ask("do:late", until=clock.now - 10, team="T", **WHAT)
    await deeds.begin("do:begun", team="T", **WHAT)
    await deeds.begin("do:done", team="T", **WHAT)
    await deeds.note("do:done", result="done")

    page = await Audit(deeds, clock).page(EVERYTHING, "T")

    assert {entry.id: entry.result for entry in page.entries} == {
        "do:asked": "asked",
        "do:late": "unanswered",
        "do:begun": "underway",
        "do:done": "done",
    }
    assert {(e.user, e.channel, e.verb, str(e.given)) for e in page.entries} == {
        ("U", "C", "docs embed", "{'bucket': 'hr'}")
    }


async def test_only_admins_read_it(database: Database) -> None:
    with pytest.raises(RefusedError):
        await Audit(Deeds(database)).page(NOTHING, "T")
