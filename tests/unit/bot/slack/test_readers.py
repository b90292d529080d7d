"""Who reads a place is known before anything is shown there, and costs nothing most of the time."""

import pytest

from bot.services.access import Readers
from bot.slack.people import People
from bot.slack.readers import FRESH_SECONDS, SINGLY, Places
from sandbox.slack.world import Human
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

TEAM = "T0ACME"


@pytest.fixture
def places(slack: SlackHouse, clock: Clock) -> Places:
    return Places(slack.api, People(slack.api, clock), clock=clock)


@pytest.mark.parametrize(
    ("channel", "who"),
    [
        ("C0GENERAL", Readers.MEMBERS),
        ("C0SUPPORT", Readers.OUTSIDERS),  # a guest
        ("C0PARTNERS", Readers.OUTSIDERS),  # someone of another organization
        ("C0FINANCE", Readers.UNKNOWN),  # the bot can't see it
    ],
)
async def test_guests_and_strangers_among_the_members_are_found(
    places: Places, channel: str, who: Readers
) -> None:
    assert await places.readers(channel, TEAM) is who


async def test_a_place_is_looked_through_once_in_five_minutes_and_anew_when_someone_comes(
    places: Places, slack: SlackHouse, clock: Clock
) -> None:
    for _ in range(3):
        await places.readers("C0GENERAL", TEAM)
    once = await slack.calls("conversations.members")
    await slack.mia.post("invite", user="U0MIA", channel="C0GENERAL", who="U0GUS")
    assert await places.readers("C0GENERAL", TEAM) is Readers.MEMBERS

    places.forget("C0GENERAL", TEAM)
    told = await places.readers("C0GENERAL", TEAM)
    clock.now += FRESH_SECONDS
    await places.readers("C0GENERAL", TEAM)

    assert (once, told) == (1, Readers.OUTSIDERS)
    assert await slack.calls("conversations.members") == 3


async def test_a_slow_look_up_counts_as_unknown_and_is_there_for_the_next_question(slack: SlackHouse) -> None:
    places = Places(slack.api, People(slack.api), wait_seconds=0.01)
    await slack.fault("conversations.members", "slow", seconds=0.2)

    first = await places.readers("C0GENERAL", TEAM)
    await slack.until_called("users.info", times=1)
    patient = Places(slack.api, People(slack.api))

    assert first is Readers.UNKNOWN
    assert await patient.readers("C0GENERAL", TEAM) is Readers.MEMBERS


async def test_many_people_are_read_from_the_list_of_the_workspace(slack: SlackHouse, places: Places) -> None:
    world = slack.standin.workspace.world
    crowd = [Human(f"U1{number:04}", f"p{number}", f"P {number}", TEAM) for number in range(SINGLY + 5)]
    world.people |= {human.id: human for human in crowd}
    world.channels["C0GENERAL"].members |= {human.id for human in crowd}

    assert await places.readers("C0GENERAL", TEAM) is Readers.MEMBERS
    assert await slack.calls("users.list") == 1
    assert await slack.calls("users.info") == 0
