"""Who reads a place is known before anything is shown there, and costs nothing most of the time."""

import asyncio

import pytest

from bot.services.access import Readers
from bot.slack.reading.channels import AT_ONCE, FRESH_SECONDS, SINGLY, Channels
from bot.slack.reading.people import People
from sandbox.slack.world import Channel, Human
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import BOT, SlackHouse

TEAM = "T0ACME"


@pytest.fixture
def people(slack: SlackHouse, clock: Clock) -> People:
    return People(slack.api, clock)


@pytest.fixture
def places(slack: SlackHouse, people: People, clock: Clock) -> Channels:
    return Channels(slack.api, people, clock=clock)


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
    places: Channels, channel: str, who: Readers
) -> None:
    assert await places.readers(channel, TEAM) is who


async def test_a_place_is_looked_through_once_in_five_minutes_and_who_comes_counts_at_once(
    places: Channels, slack: SlackHouse, clock: Clock
) -> None:
    for _ in range(3):
        await places.readers("C0GENERAL", TEAM)
    once = await slack.calls("conversations.members")
    await slack.mia.post("invite", user="U0MIA", channel="C0GENERAL", who="U0GUS")
    assert await places.readers("C0GENERAL", TEAM) is Readers.MEMBERS

    places.joined("C0GENERAL", "U0GUS")
    told = await places.readers("C0GENERAL", TEAM)
    again = await slack.calls("conversations.members")
    clock.now += FRESH_SECONDS
    await places.readers("C0GENERAL", TEAM)

    assert (once, told, again) == (1, Readers.OUTSIDERS, 1)
    assert await slack.calls("conversations.members") == 2


async def test_where_questions_are_asked_often_the_members_are_read_beside_before_they_are_old(
    places: Channels, slack: SlackHouse, clock: Clock
) -> None:
    await places.readers("C0GENERAL", TEAM)
    await slack.mia.post("invite", user="U0MIA", channel="C0GENERAL", who="U0GUS")  # no one is told
    await slack.fault("conversations.members", "slow", seconds=0.2)
    clock.now += FRESH_SECONDS - 1

    assert await places.readers("C0GENERAL", TEAM) is Readers.MEMBERS
    clock.now += 1
    assert await places.readers("C0GENERAL", TEAM) is Readers.OUTSIDERS
    assert await slack.calls("conversations.members") == 2


async def test_a_slow_look_up_counts_as_unknown_and_is_there_for_the_next_question(slack: SlackHouse) -> None:
    places = Channels(slack.api, People(slack.api), wait_seconds=0.01)
    await slack.fault("conversations.members", "slow", seconds=0.2)

    first = await places.readers("C0GENERAL", TEAM)
    await slack.until_called("conversations.members", times=1)
    patient = Channels(slack.api, People(slack.api))

    assert first is Readers.UNKNOWN
    assert await patient.readers("C0GENERAL", TEAM) is Readers.MEMBERS


async def test_many_people_are_read_from_the_list_of_the_workspace(
    slack: SlackHouse, places: Channels
) -> None:
    world = slack.standin.workspace.world
    crowd = [Human(f"U1{number:04}", f"p{number}", f"P {number}", TEAM) for number in range(SINGLY + 5)]
    world.people |= {human.id: human for human in crowd}
    world.channels["C0GENERAL"].members |= {human.id for human in crowd}

    assert await places.readers("C0GENERAL", TEAM) is Readers.MEMBERS
    assert await slack.calls("users.list") == 1
    assert await slack.calls("users.info") == 0


def send_guests_home(slack: SlackHouse) -> None:
    """From now on nobody in the workspace is a guest or from elsewhere."""
    world = slack.standin.workspace.world
    for human in [human for human in world.people.values() if human.is_restricted or human.team != TEAM]:
        del world.people[human.id]
        for channel in world.channels.values():
            channel.members.discard(human.id)


async def test_in_a_workspace_without_guests_no_channel_is_looked_through(
    slack: SlackHouse, places: Channels, people: People
) -> None:
    send_guests_home(slack)
    await places.readers("C0GENERAL", TEAM)
    await slack.until_called("users.list", times=1)
    await people.roster.listed()

    told = [await places.readers(channel, TEAM) for channel in ("C0GENERAL", "C0SUPPORT", "C0RANDOM")]

    assert told == [Readers.MEMBERS] * 3
    assert await slack.calls("conversations.members") == 1
    assert await slack.calls("users.list") == 1


async def test_a_guest_who_is_new_in_the_workspace_is_seen_when_they_come(
    slack: SlackHouse, places: Channels, people: People
) -> None:
    send_guests_home(slack)
    await places.readers("C0GENERAL", TEAM)
    await people.roster.listed()
    assert await places.readers("C0SUPPORT", TEAM) is Readers.MEMBERS

    world = slack.standin.workspace.world
    world.people["U0NEW"] = Human("U0NEW", "new", "New Guest", TEAM, is_restricted=True)
    world.channels["C0SUPPORT"].members.add("U0NEW")
    places.joined("C0SUPPORT", "U0NEW")

    assert await places.readers("C0SUPPORT", TEAM) is Readers.OUTSIDERS
    await people.roster.listed()
    assert await places.readers("C0SUPPORT", TEAM) is Readers.OUTSIDERS


async def test_a_workspace_that_may_not_be_listed_is_looked_at_place_by_place(
    slack: SlackHouse, places: Channels, people: People
) -> None:
    send_guests_home(slack)
    await slack.fault("users.list", "error", error="missing_scope")
    for channel in ("C0GENERAL", "C0RANDOM"):
        assert await places.readers(channel, TEAM) is Readers.MEMBERS
        await people.roster.listed()

    assert await slack.calls("conversations.members") == 2
    assert await slack.calls("users.list") == 1


async def test_a_guest_who_joins_while_the_members_are_read_is_among_them(
    places: Channels, slack: SlackHouse
) -> None:
    await slack.fault("conversations.members", "slow_after_apply", seconds=0.2)
    asking = asyncio.ensure_future(places.readers("C0GENERAL", TEAM))
    await slack.until_called("conversations.members")
    await slack.mia.post("invite", user="U0MIA", channel="C0GENERAL", who="U0GUS")
    places.joined("C0GENERAL", "U0GUS")

    assert await asking is Readers.OUTSIDERS
    assert await slack.calls("conversations.members") == 2


async def test_many_places_at_once_leave_room_for_the_one_who_shares(
    people: People, slack: SlackHouse
) -> None:
    places = Channels(slack.api, people, wait_seconds=60)
    world = slack.standin.workspace.world
    more = [f"C0MORE{number}" for number in range(30)]
    world.channels |= {name: Channel(name, name.lower(), "public", {"U0MIA", BOT}) for name in more}
    await slack.fault("conversations.members", "hang", count=AT_ONCE)
    asking = [asyncio.ensure_future(places.readers(name, TEAM)) for name in more]
    await slack.until_called("conversations.members", times=AT_ONCE)

    assert await places.holds("C0GENERAL", "U0MIA")
    assert await slack.calls("conversations.members") == AT_ONCE + 1
    slack.standin.workspace.faults.clear()
    assert set(await asyncio.gather(*asking)) == {Readers.MEMBERS}
