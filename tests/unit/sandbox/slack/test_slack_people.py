"""People and places change as in Slack: the app hears of it, and look-ups say the same, in a workspace of any size."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.person import ControlError

HEARD = (
    "user_change team_join member_joined_channel member_left_channel channel_archive channel_unarchive channel_left "
    "group_left channel_shared channel_unshared subteam_members_changed subteam_updated"
)


@pytest.fixture
def events(slack: SlackStandIn, make_manifest: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """What the app is told from now on."""
    slack.install(make_manifest(events=HEARD.split()))
    heard: list[dict[str, Any]] = []
    publish = slack.workspace.publish

    def noted(event: dict[str, Any], channel: Any, cause: str) -> None:
        installed = slack.workspace.installation
        assert installed is not None
        if event["type"] in installed.events and (channel is None or "U0BOT" in channel.members):
            heard.append(event)
        publish(event, channel, cause)

    slack.workspace.publish = noted
    return heard


async def test_a_person_comes_and_becomes_a_guest_and_goes(
    events: list[dict[str, Any]], client: AsyncWebClient, mia: Person
) -> None:
    made = (await mia.post("person", name="zoe"))["user"]
    await mia.post("invite", user="mia", channel="#support", who="zoe")
    for change in ("guest", "removed"):
        await mia.post(change, user="zoe", on=True)

    told = [
        (event["type"], event["user"]["is_restricted"], event["user"]["deleted"])
        for event in events
        if isinstance(event["user"], dict)
    ]
    assert told == [
        ("team_join", False, False),
        ("user_change", True, False),
        ("user_change", True, True),
    ]
    assert events[1]["type"] == "member_joined_channel"
    assert (await client.users_info(user=made))["user"] == events[-1]["user"]
    assert made not in (await client.conversations_members(channel="C0SUPPORT"))["members"]
    assert made in {one["id"] for one in (await client.users_list())["members"]}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"name": "mia"}, "there is a person 'mia' already"),
        ({"name": "zoe", "team": "T9"}, "there is no team 'T9'"),
    ],
)
async def test_a_person_who_cannot_be_is_refused_in_words(
    mia: Person, said: dict[str, str], problem: str
) -> None:
    with pytest.raises(ControlError, match=problem):
        await mia.post("person", **said)


async def test_channels_are_left_archived_and_shared(
    events: list[dict[str, Any]], client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("leave", channel="#support", who="gus")
    for what in ("archive", "share"):
        for on in (True, False):
            await mia.post(what, channel="#support", on=on)
    await mia.post("leave", channel="#support")
    await mia.post("archive", channel="#support")  # where the app is no longer

    assert [event["type"] for event in events] == [
        "member_left_channel",
        "channel_archive",
        "channel_unarchive",
        "channel_shared",
        "channel_unshared",
        "channel_left",
    ]
    assert {event["channel"] for event in events} == {"C0SUPPORT"}
    assert events[0]["user"] == "U0GUS"
    assert (await client.conversations_info(channel="C0SUPPORT"))["channel"]["is_archived"]


async def test_a_user_group_changes_and_is_switched_off(
    events: list[dict[str, Any]], client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("usergroup", group="@support", add=["ada"], remove=["ben"])
    users = (await client.usergroups_users_list(usergroup="S0SUPPORT"))["users"]
    await mia.post("usergroup", group="@support", off=True)

    assert users == ["U0MIA", "U0ADA"]
    assert [event["type"] for event in events] == [
        "subteam_members_changed",
        "subteam_updated",
        "subteam_updated",
    ]
    assert (events[0]["added_users"], events[0]["removed_users"]) == (["U0ADA"], ["U0BEN"])
    assert events[1]["subteam"]["users"] == users
    assert events[2]["subteam"]["date_delete"] > 0
    assert (await client.usergroups_users_list(usergroup="S0SUPPORT"))["users"] == []
    assert (await client.usergroups_list())["usergroups"] == []


async def test_only_what_the_app_subscribes_to_is_delivered(
    slack: SlackStandIn, make_manifest: Callable[..., dict[str, Any]], mia: Person
) -> None:
    slack.install(make_manifest(events=["user_change"]))
    await mia.post("guest", user="ben", on=True)
    await mia.post("archive", channel="#support")

    assert [delivery["type"] for delivery in await mia.get("deliveries")] == ["user_change"]


@pytest.mark.slow  # thousands of people
async def test_twenty_thousand_people_are_made_at_once_and_handed_out_in_pages(
    client: AsyncWebClient, mia: Person
) -> None:
    begun = time.perf_counter()
    await mia.post("crowd", count=15_000)
    crowd = await mia.post("crowd", count=5_000, channel="#general")
    seconds = time.perf_counter() - begun

    pages: list[int] = []
    cursor = ""
    while not pages or cursor:
        page = await client.users_list(limit=1000, cursor=cursor)
        pages.append(len(page["members"]))
        cursor = page["response_metadata"]["next_cursor"]
        if len(pages) == 20:  # Tier 2: no more of them in this minute
            break
    members = await client.conversations_members(channel="C0GENERAL", limit=1000)

    assert (crowd, seconds < 5) == ({"first": "U1015000", "last": "U1019999"}, True)
    assert pages == [1000] * 20
    assert len(members["members"]) == 1000
    assert members["response_metadata"]["next_cursor"]
    state = await mia.get("state")
    assert not any(one["crowd"] for one in state["people"])
    assert (await client.conversations_open(users="U1019999"))["channel"]["id"] == "D0019999"


@pytest.mark.parametrize("method", ["users_list", "usergroups_users_list"])
async def test_people_and_groups_are_read_twenty_times_a_minute(
    client: AsyncWebClient, refused: Callable[[Any], Any], method: str
) -> None:
    more = {"usergroup": "S0SUPPORT"} if method.startswith("usergroups") else {}
    for _ in range(20):
        await getattr(client, method)(**more)

    assert (await refused(getattr(client, method)(**more)))["error"] == "ratelimited"


async def test_a_page_is_never_longer_than_slacks(
    client: AsyncWebClient, refused: Callable[[Any], Any]
) -> None:
    for call in (
        client.users_list(limit=1001),
        client.conversations_members(channel="C0GENERAL", limit=1001),
    ):
        assert (await refused(call))["error"] == "invalid_limit"
