"""A user group is read once in five minutes, and one that can't be read holds no one."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.reading.groups import FRESH_SECONDS, Groups
from sandbox.slack.world import UserGroup
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

SUPPORT = "S0SUPPORT"


@pytest.fixture
def groups(slack: SlackHouse, clock: Clock) -> Groups:
    return Groups(slack.api, clock=clock)


async def test_only_groups_that_are_asked_about_are_read_and_each_once(
    slack: SlackHouse, groups: Groups, clock: Clock
) -> None:
    ben = [await groups.of("U0BEN", (SUPPORT, SUPPORT)) for _ in range(3)]
    ada, none = await groups.of("U0ADA", (SUPPORT,)), await groups.of("U0BEN", ())
    once = await slack.calls("usergroups.users.list")
    clock.now += FRESH_SECONDS
    await groups.of("U0BEN", (SUPPORT,))

    assert ben == [frozenset({SUPPORT})] * 3
    assert (ada, none, once) == (frozenset(), frozenset(), 1)
    assert await slack.calls("usergroups.users.list") == 2


async def test_who_is_in_a_group_is_said_or_not_known(slack: SlackHouse, groups: Groups) -> None:
    assert await groups.members(SUPPORT) == {"U0BEN", "U0MIA"}

    await slack.fault("usergroups.users.list", "error", error="missing_scope")
    with pytest.raises(SlackApiError):
        await groups.members("S0OTHER")


async def test_many_groups_are_read_in_one_call(slack: SlackHouse, groups: Groups) -> None:
    world = slack.standin.workspace.world
    many = [f"S0GROUP{number}" for number in range(40)]
    world.usergroups |= {name: UserGroup(name, name.lower(), name, ("U0MIA",)) for name in many}

    mia = await groups.of("U0MIA", (SUPPORT, *many))
    ben = await groups.of("U0BEN", (SUPPORT, *many))

    assert mia == frozenset({SUPPORT, *many})
    assert ben == frozenset({SUPPORT})
    assert (await slack.calls("usergroups.list"), await slack.calls("usergroups.users.list")) == (1, 0)


@pytest.mark.parametrize(
    "fault", [{"kind": "error", "error": "missing_scope"}, {"kind": "slow", "seconds": 0.2}]
)
async def test_a_group_that_slack_does_not_show_holds_no_one(
    slack: SlackHouse, fault: dict[str, Any]
) -> None:
    groups = Groups(slack.api, wait_seconds=0.05)
    await slack.fault("usergroups.users.list", count=2, **fault)

    assert await groups.of("U0BEN", (SUPPORT, "S0NONE")) == frozenset()
    await slack.until_called("usergroups.users.list", times=2)
    assert await Groups(slack.api).of("U0BEN", (SUPPORT, "S0NONE")) == {SUPPORT}


async def test_a_group_that_was_readable_counts_for_five_minutes_at_most(
    slack: SlackHouse, groups: Groups, clock: Clock
) -> None:
    await groups.of("U0BEN", (SUPPORT,))
    await slack.fault("usergroups.users.list", "error", error="missing_scope", count=9)
    clock.now += FRESH_SECONDS - 1
    old = await groups.of("U0BEN", (SUPPORT,))
    clock.now += 1

    assert (old, await groups.of("U0BEN", (SUPPORT,))) == (frozenset({SUPPORT}), frozenset())
