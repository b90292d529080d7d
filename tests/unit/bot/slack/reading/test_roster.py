"""A workspace is listed once, beside, in little memory; after a gap, or where others share it, anew."""

import json
import tracemalloc
from typing import Any

import pytest

from bot.services.access import Readers
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.reading.channels import LEFT, MOST, Channels
from bot.slack.reading.people import People
from bot.slack.reading.roster import (
    AGAIN_SECONDS,
    BELIEVED_SECONDS,
    BELIEVED_WITH_OTHERS_SECONDS,
)
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

TEAM = "T0ACME"
PEOPLE = 5_000


class Looker:
    """People and places over one API."""

    def __init__(self, slack: SlackHouse, clock: Clock, limits: Limits | None = None) -> None:
        self.slack = slack
        self.api = SlackApi(slack.api.client, limits or Limits())
        self.people = People(self.api, clock)
        self.channels = Channels(self.api, self.people, clock=clock)

    async def readers(self, channel: str) -> Readers:
        """Who reads a place, once the list is read that this needs."""
        await self.channels.readers(channel, TEAM)
        await self.people.roster.listed()
        return await self.channels.readers(channel, TEAM)

    async def listed(self) -> int:
        return await self.slack.calls("users.list")

    async def counted(self) -> int:
        return len(await self.slack.mia.get("calls"))


@pytest.fixture
def looker(slack: SlackHouse, clock: Clock) -> Looker:
    return Looker(slack, clock)


@pytest.fixture
async def large(slack: SlackHouse) -> None:
    """A workspace of 20,000, and a channel of 5,000 in it, and one of 900."""
    await slack.mia.post("limits", on=False)
    await slack.mia.post("crowd", count=14_100)
    await slack.mia.post("crowd", count=5_000, channel="#general")
    await slack.mia.post("crowd", count=900, channel="#jobs")


@pytest.mark.slow  # thousands of people
@pytest.mark.usefixtures("large")
async def test_a_workspace_of_twenty_thousand_is_listed_once_and_a_place_costs_one_call_more(
    looker: Looker,
) -> None:
    first = await looker.readers("C0JOBS")
    pages, before = await looker.listed(), await looker.counted()

    again = [await looker.channels.readers("C0JOBS", TEAM) for _ in range(10)]
    known = await looker.counted() - before
    support = await looker.channels.readers("C0SUPPORT", TEAM)
    new = await looker.counted() - before

    assert (first, set(again), support) == (Readers.MEMBERS, {Readers.MEMBERS}, Readers.OUTSIDERS)
    assert (pages, await looker.listed(), known, new) == (21, 21, 0, 1)
    assert await looker.slack.calls("users.info") == 0


class Pages:
    """Slack's list of many people, each with all that Slack says of them."""

    limits = Limits()

    async def call(self, _: str, *, limit: int, cursor: str = "0", **__: Any) -> dict[str, Any]:
        begin = int(cursor)
        people = [
            {
                "id": f"U1{n:06}",
                "team_id": TEAM,
                "name": f"p{n}",
                "profile": {"display_name": f"Person {n}", "fields": {}, "title": "colleague " * 9},
            }
            for n in range(begin, min(PEOPLE, begin + limit))
        ]
        following = str(begin + limit) if begin + limit < PEOPLE else ""
        page: dict[str, Any] = json.loads(
            json.dumps({"members": people, "response_metadata": {"next_cursor": following}})
        )
        return page


async def test_of_each_person_only_what_rights_and_names_need_is_kept() -> None:
    pages: Any = Pages()
    people = People(pages)
    tracemalloc.start()
    people.roster.begin()
    await people.roster.listed()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert await people.name("U1004999") == "Person 4999"
    assert size / PEOPLE < 400


@pytest.mark.slow  # thousands of people
@pytest.mark.usefixtures("large")
async def test_a_channel_of_five_thousand_is_not_looked_through(looker: Looker) -> None:
    await looker.readers("C0JOBS")
    before = await looker.counted()

    many = [await looker.channels.readers("C0GENERAL", TEAM) for _ in range(3)]

    assert many == [Readers.MANY] * 3
    assert await looker.counted() - before == 1


async def test_as_many_readers_as_are_allowed_are_looked_through_over_several_pages(
    slack: SlackHouse, looker: Looker
) -> None:
    await slack.mia.post("crowd", count=MOST + 500, channel="#general")
    members = len(slack.standin.workspace.world.channels["C0GENERAL"].members)
    told = []
    for most in (members - 1, members):
        channels = Channels(looker.api, looker.people, readers_max=most)
        told.append(await channels.readers("C0GENERAL", TEAM))
        channels.joined("C0GENERAL", "U0GUS")
        told.append(await channels.readers("C0GENERAL", TEAM))

    assert told == [Readers.MANY, Readers.MANY, Readers.MEMBERS, Readers.MANY]


@pytest.mark.slow  # thousands of people
async def test_a_guest_at_the_end_of_a_very_large_channel_is_found_where_so_many_readers_are_allowed(
    slack: SlackHouse, looker: Looker
) -> None:
    await slack.mia.post("limits", on=False)
    await slack.mia.post("crowd", count=25_500, channel="#general")
    await slack.mia.post("crowd", count=1, channel="#general", guests=True)
    channels = Channels(looker.api, looker.people, readers_max=100_000, wait_seconds=60)

    assert await channels.readers("C0GENERAL", TEAM) is Readers.OUTSIDERS


async def test_slack_that_lists_no_faster_holds_up_nobody_else(slack: SlackHouse, looker: Looker) -> None:
    await slack.fault("users.list", "429", retry_after=1)
    few = await looker.channels.readers("C0GENERAL", TEAM)
    person = await looker.people.person("U0MIA", team=TEAM)
    waiting = looker.people.roster.complete

    assert (few, person.guest, waiting) == (Readers.MEMBERS, False, False)
    assert await looker.people.roster.listed()
    assert await looker.listed() == 2


async def test_members_are_asked_for_one_by_one_only_while_others_have_room(
    slack: SlackHouse, looker: Looker
) -> None:
    await slack.fault("users.list", "error", error="missing_scope")
    looker.api.limits.allowance("users.info").refused(0)

    assert looker.api.limits.allowance("users.info").free <= LEFT
    assert await looker.channels.readers("C0GENERAL", TEAM) is Readers.UNKNOWN
    assert await slack.calls("users.info") == 0


async def test_after_a_gap_nothing_is_believed(slack: SlackHouse, looker: Looker) -> None:
    before = await looker.readers("C0GENERAL"), (await looker.people.person("U0BEN", team=TEAM)).guest
    await slack.mia.post("guest", user="ben", on=True)  # no one listens
    unheard = await looker.channels.readers("C0GENERAL", TEAM)

    looker.people.doubt()
    looker.channels.doubt()
    after = await looker.readers("C0GENERAL"), (await looker.people.person("U0BEN", team=TEAM)).guest

    assert (before, unheard) == ((Readers.MEMBERS, False), Readers.MEMBERS)
    assert after == (Readers.OUTSIDERS, True)
    assert await looker.listed() == 2


@pytest.mark.parametrize(("sharers", "seconds"), [(1, BELIEVED_SECONDS), (2, BELIEVED_WITH_OTHERS_SECONDS)])
async def test_a_list_is_read_anew_beside_sooner_where_others_hear_some_of_the_events(
    slack: SlackHouse, clock: Clock, sharers: int, seconds: float
) -> None:
    looker = Looker(slack, clock, Limits(sharers=lambda: sharers))
    await looker.readers("C0GENERAL")
    clock.now += seconds - 1
    await looker.channels.readers("C0GENERAL", TEAM)
    once = await looker.listed()
    clock.now += 1
    await looker.channels.readers("C0GENERAL", TEAM)
    await slack.until_called("users.list", times=2)

    assert once == 1


async def test_a_workspace_that_could_not_be_listed_is_tried_again_later(
    slack: SlackHouse, looker: Looker, clock: Clock
) -> None:
    await slack.fault("users.list", "error", error="missing_scope")
    await looker.readers("C0GENERAL")
    failed = looker.people.roster.complete
    clock.now += AGAIN_SECONDS
    await looker.readers("C0GENERAL")

    assert (failed, looker.people.roster.complete) == (False, True)


async def test_what_an_event_says_while_the_list_is_read_counts_more(
    slack: SlackHouse, looker: Looker
) -> None:
    await slack.fault("users.list", "slow", seconds=0.2)
    looker.people.roster.begin()
    await slack.until_called("users.list")
    looker.people.learn({"id": "U0BEN", "team_id": TEAM, "name": "ben", "is_restricted": True})
    await looker.people.roster.listed()

    assert await looker.channels.readers("C0GENERAL", TEAM) is Readers.OUTSIDERS
    assert (await looker.people.person("U0BEN", team=TEAM)).guest


async def test_a_colleague_of_another_workspace_of_the_organization_is_none_of_the_outsiders(
    slack: SlackHouse, looker: Looker
) -> None:
    before = await looker.readers("C0PARTNERS")
    await slack.mia.post("organization", team="T0OTHER")
    looker.people.doubt()
    looker.channels.doubt()

    assert (before, await looker.readers("C0PARTNERS")) == (Readers.OUTSIDERS, Readers.MEMBERS)
