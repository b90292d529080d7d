"""Insight groups: which one is meant, and an insight that is put into one exactly once."""

from typing import Any

import pytest
import pytest_asyncio

from bot.errors import OutcomeUnknownError, UsageError
from bot.services.access import EVERYTHING
from bot.services.groups import Groups, member
from bot.telnyx import Insight, InsightGroup, TelnyxUnreachableError
from tests.unit.bot.conftest import TelnyxHouse

ASSIGN, GET = "insight_groups.assign", "insight_groups.get"


class Desk:
    """The service, with a group and two insights of which one is in it."""

    def __init__(self, telnyx: TelnyxHouse, mood: Insight, pace: Insight) -> None:
        self.telnyx, self.mood, self.pace = telnyx, mood, pace
        self.groups = Groups(telnyx.client)

    async def group(self) -> InsightGroup:
        """The group as it is now."""
        return await self.groups.find("Support", EVERYTHING)

    async def inside(self) -> list[str]:
        """The names of what is in it."""
        return [one.name for one in await self.groups.inside("Support", EVERYTHING)]

    async def asked(self, operation: str) -> int:
        """How often Telnyx was asked for an operation."""
        calls: list[dict[str, Any]] = (
            await self.telnyx.http.get(f"{self.telnyx.root}/telnyx/control/calls")
        ).json()["calls"]
        return [call["operation"] for call in calls].count(operation)


@pytest_asyncio.fixture
async def desk(telnyx: TelnyxHouse) -> Desk:
    client = telnyx.client
    mood, pace = (
        await client.insights.create("Mood", "How?"),
        await client.insights.create("pace", "How fast?"),
    )
    group = await client.insight_groups.create("Support")
    await client.insight_groups.assign(group.id, pace.id)
    return Desk(telnyx, mood, pace)


# ---------------------------------------------------------------------------------------- which one is meant
async def test_a_group_is_found_by_its_name_its_id_and_eight_characters_of_it(desk: Desk) -> None:
    group = await desk.group()

    for given in ("support", group.id, group.id[:8]):
        assert (await desk.groups.find(given, EVERYTHING)).id == group.id
    with pytest.raises(UsageError, match="no insight group"):
        await desk.groups.find("Sales", EVERYTHING)


async def test_two_groups_of_a_name_are_asked_about(desk: Desk) -> None:
    other = await desk.groups.create("Support", None, None, EVERYTHING, key="1")

    with pytest.raises(UsageError, match=other.id):
        await desk.group()


async def test_groups_are_listed_by_name_over_all_pages(desk: Desk) -> None:
    for number in range(101):
        await desk.telnyx.client.insight_groups.create(f"team {number:03}")

    names = [group.name for group in await desk.groups.all(EVERYTHING)]

    assert len(names) == 102
    assert names == sorted(names, key=str.casefold)
    assert await desk.asked("insight_groups.page") == 2


async def test_an_insight_of_a_group_is_meant_before_others_of_its_name(desk: Desk) -> None:
    await desk.telnyx.client.insights.create("Pace", "Another one of that name")
    group = await desk.group()

    assert member(group, "Pace") == desk.pace
    assert member(group, "Mood") is None


async def test_what_can_be_added_is_outside_and_what_can_be_removed_inside(desk: Desk) -> None:
    outside = await desk.groups.outside("Support", EVERYTHING)
    anything = await desk.groups.outside("", EVERYTHING)
    in_any = await desk.groups.inside("", EVERYTHING)

    assert [one.name for one in outside] == ["Mood"]
    assert [one.name for one in anything] == ["Mood", "pace"]
    assert [one.name for one in in_any] == await desk.inside() == ["pace"]


# ------------------------------------------------------------------------------------------------ done once
async def test_what_is_in_a_group_is_not_put_into_it_again(desk: Desk) -> None:
    before = await desk.asked(ASSIGN)
    results = [
        await desk.groups.assign(await desk.group(), desk.mood, EVERYTHING, again=again)
        for again in (False, False, True)
    ]

    assert results == [True, False, False]
    assert await desk.asked(ASSIGN) == before + 1
    assert await desk.inside() == ["Mood", "pace"]


async def test_an_answer_that_was_lost_is_looked_up(desk: Desk) -> None:
    await desk.telnyx.fault(operation=ASSIGN, kind="cut", count=1)

    assert await desk.groups.assign(await desk.group(), desk.mood, EVERYTHING, again=False)
    assert await desk.inside() == ["Mood", "pace"]


@pytest.mark.parametrize("look", ["well", "status"])
async def test_what_no_one_can_tell_is_not_said_to_be_done(desk: Desk, look: str) -> None:
    group = await desk.group()
    await desk.telnyx.fault(operation=ASSIGN, kind="drop", count=1)
    if look == "status":
        await desk.telnyx.fault(operation=GET, kind="status", status=500, count=1)

    with pytest.raises(TelnyxUnreachableError):
        await desk.groups.assign(group, desk.mood, EVERYTHING, again=False)


async def test_where_telnyx_does_not_say_what_is_in_a_group_a_cut_off_attempt_stays_unknown(
    desk: Desk,
) -> None:
    silent = (await desk.group()).model_copy(update={"insights": None})
    before = await desk.asked(ASSIGN)

    with pytest.raises(OutcomeUnknownError):
        await desk.groups.assign(silent, desk.mood, EVERYTHING, again=True)

    assert await desk.asked(ASSIGN) == before
    assert await desk.groups.assign(silent, desk.mood, EVERYTHING, again=False)


async def test_what_is_not_in_a_group_cannot_be_taken_out_of_it(desk: Desk) -> None:
    group = await desk.group()
    with pytest.raises(UsageError, match="“Mood” isn't in the group “Support”"):
        await desk.groups.unassign(group, desk.mood, EVERYTHING, again=False)
    await desk.groups.unassign(group, desk.pace, EVERYTHING, again=False)
    await desk.groups.unassign(group, desk.pace, EVERYTHING, again=True)

    assert await desk.inside() == []


async def test_a_group_that_is_deleted_leaves_its_insights(desk: Desk) -> None:
    group = await desk.group()

    assert await desk.groups.delete(group.id, EVERYTHING, again=False) == "Support"
    assert await desk.groups.delete(group.id, EVERYTHING, again=True) == ""
    assert [one.name for one in await desk.groups.outside("", EVERYTHING)] == ["Mood", "pace"]


async def test_a_change_leaves_what_it_does_not_name(desk: Desk) -> None:
    made = await desk.groups.create(
        "Sales", "After each call", "https://crm.example.com/x", EVERYTHING, key="1"
    )

    changed = await desk.groups.edit(made, {"webhook": ""}, EVERYTHING)

    assert changed == made.model_copy(update={"webhook": ""})
    assert await desk.groups.edit(changed, {}, EVERYTHING) is changed
