"""The argument tables agree with Slack's published method pages, and the look-ups answer in Slack's shapes."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person
from sandbox.slack.limits import LIMITS
from sandbox.slack.web_api import METHODS

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]
#: Arguments of the published method pages and whether they are required.
VENDORED = Path(__file__).parent / "published_arguments.json"
#: The pages themselves, where they lie beside the checkout; they then keep the file above honest.
METHOD_PAGES = Path(__file__).parents[5] / "shared/slack/methods.json"

#: Methods whose page lies only at https://docs.slack.dev/reference/methods.
WITHOUT_A_KEPT_PAGE = {"users.conversations"}
#: Arguments the method pages do not list yet but slack_sdk and the release notes do.
NEWER = {"chat.stopStream": {"session_status"}}
#: Arguments left out on purpose: drafts and unfurls are for other kinds of app.
LEFT_OUT = {"chat.postMessage": {"current_draft_last_updated_ts"}, "chat.update": {"unfurled_attachments"}}
#: Required on the page, but alternatives (chunks), or documented elsewhere as optional (agent views).
OPTIONAL_AFTER_ALL = {
    "chat.appendStream": {"markdown_text"},
    "assistant.threads.setSuggestedPrompts": {"thread_ts"},
}


def test_every_method_has_a_rate_limit() -> None:
    assert set(METHODS) == set(LIMITS)


def test_arguments_are_those_of_the_method_pages() -> None:
    published = json.loads(VENDORED.read_text())
    if METHOD_PAGES.exists():
        pages = json.loads(METHOD_PAGES.read_text())
        kept = {name: page for name, page in published.items() if name not in WITHOUT_A_KEPT_PAGE}
        assert kept == {name: {k: v["required"] for k, v in pages[name]["args"].items()} for name in kept}

    for name in published:
        ours, page = METHODS[name].arguments, published[name]
        required = {key for key, needed in page.items() if needed} - OPTIONAL_AFTER_ALL.get(name, set())
        assert set(ours) - NEWER.get(name, set()) == set(page) - LEFT_OUT.get(name, set()), name
        assert {key for key, argument in ours.items() if argument.required} == required, name


def test_only_methods_without_a_page_are_unchecked() -> None:
    assert set(METHODS) - set(json.loads(VENDORED.read_text())) == {
        "agents.sessions.setStatus",
        "agents.sessions.rename",
    }


async def test_people_are_told_apart(client: AsyncWebClient) -> None:
    users = {
        name: (await client.users_info(user=f"U0{name}"))["user"] for name in ("MIA", "ADA", "GUS", "EVE")
    }

    assert (users["ADA"]["is_admin"], users["MIA"]["is_admin"]) == (True, False)
    assert users["GUS"]["is_restricted"] is True
    assert (users["EVE"]["team_id"], users["EVE"]["is_stranger"]) == ("T0OTHER", True)


async def test_a_private_channel_without_the_bot_looks_like_nothing(
    client: AsyncWebClient, refused: Refused
) -> None:
    info = await refused(client.conversations_info(channel="C0FINANCE"))
    listed = await client.conversations_list(types="public_channel,private_channel")

    assert info["error"] == "channel_not_found"
    assert "C0FINANCE" not in {channel["id"] for channel in listed["channels"]}


async def test_a_public_channel_can_be_looked_at_joined_and_then_read(
    client: AsyncWebClient, refused: Refused
) -> None:
    before = await client.conversations_info(channel="C0RANDOM")
    unread = await refused(client.conversations_history(channel="C0RANDOM"))
    await client.conversations_join(channel="C0RANDOM")
    after = await client.conversations_info(channel="C0RANDOM")

    assert (before["channel"]["is_member"], after["channel"]["is_member"]) == (False, True)
    assert unread["error"] == "not_in_channel"
    assert (await client.conversations_history(channel="C0RANDOM"))["messages"] == []


async def test_the_app_finds_the_conversations_it_is_in_page_by_page(client: AsyncWebClient) -> None:
    found: list[dict[str, Any]] = []
    cursor = None
    while cursor != "":
        answer = await client.users_conversations(types="public_channel,im", limit=3, cursor=cursor)
        found += answer["channels"]
        cursor = answer["response_metadata"]["next_cursor"]

    assert {c["id"] for c in found if not c["is_im"]} == {"C0GENERAL", "C0SUPPORT", "C0JOBS", "C0PARTNERS"}
    assert {c["user"] for c in found if c["is_im"]} == {"U0MIA", "U0BEN", "U0ADA", "U0GUS", "U0EVE"}
    assert [c["id"] for c in found if c["is_ext_shared"]] == ["C0PARTNERS"]
    assert not any("is_member" in c for c in found)


async def test_an_admin_becomes_a_member_and_an_admin_again(client: AsyncWebClient, mia: Person) -> None:
    found = []
    for on in (False, True):
        await mia.post("admin", user="ada", on=on)
        found.append((await client.users_info(user="U0ADA"))["user"]["is_admin"])

    assert found == [False, True]


async def test_archived_conversations_and_those_of_others_are_left_out_on_request(
    client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("archive", channel="#jobs")

    mine = await client.users_conversations(exclude_archived=True)
    with_gus = await client.users_conversations(user="U0GUS")

    assert "C0JOBS" not in {c["id"] for c in mine["channels"]}
    assert {c["id"] for c in with_gus["channels"]} == {"C0SUPPORT"}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"types": "mpim"}, "missing_scope"),
        ({"types": "channel"}, "invalid_types"),
        ({"user": "U0NOBODY"}, "user_not_found"),
        ({"limit": 2000}, "invalid_limit"),
        ({"cursor": "?"}, "invalid_cursor"),
        ({"exclude_muted": True}, "invalid_arguments"),
    ],
)
async def test_what_users_conversations_does_not_know_is_refused(
    asked: dict[str, Any], error: str, client: AsyncWebClient, refused: Refused
) -> None:
    assert (await refused(client.users_conversations(**asked)))["error"] == error


async def test_a_thread_is_read_in_pages_oldest_first(client: AsyncWebClient, mia: Person) -> None:
    ts = await mia.say("#support", "root")
    for n in range(3):
        await mia.say("#support", f"reply {n}", thread_ts=ts)

    first = await client.conversations_replies(channel="C0SUPPORT", ts=ts, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(channel="C0SUPPORT", ts=ts, limit=2, cursor=cursor)

    assert [m["text"] for m in first["messages"]] == ["root", "reply 0"]
    assert ([m["text"] for m in second["messages"]], second["has_more"]) == (["reply 1", "reply 2"], False)
    root = first["messages"][0]
    assert (root["reply_count"], root["reply_users"], root["reply_users_count"]) == (3, ["U0MIA"], 1)
    assert root["latest_reply"] == second["messages"][-1]["ts"]


async def test_history_shows_no_replies_and_keeps_to_the_span(client: AsyncWebClient, mia: Person) -> None:
    first = await mia.say("#support", "one")
    second = await mia.say("#support", "two")
    await mia.say("#support", "reply", thread_ts=first)

    everything = await client.conversations_history(channel="C0SUPPORT")
    later = await client.conversations_history(channel="C0SUPPORT", oldest=first)
    including = await client.conversations_history(
        channel="C0SUPPORT", oldest=first, latest=second, inclusive=True
    )

    assert [m["text"] for m in everything["messages"]] == ["two", "one"]
    assert [m["text"] for m in later["messages"]] == ["two"]
    assert [m["text"] for m in including["messages"]] == ["two", "one"]


async def test_an_unknown_thread_is_not_found(client: AsyncWebClient, refused: Refused) -> None:
    answer = await refused(client.conversations_replies(channel="C0SUPPORT", ts="1.000001"))

    assert answer["error"] == "thread_not_found"


async def test_members_groups_team_and_bot_are_known(client: AsyncWebClient) -> None:
    members = await client.conversations_members(channel="C0PARTNERS")
    groups = await client.usergroups_list(include_users=True)
    team, bot = await client.team_info(), await client.bots_info(bot="B0BOT")

    assert {"U0EVE", "U0BOT"} <= set(members["members"])
    assert groups["usergroups"][0]["users"] == ["U0BEN", "U0MIA"]
    assert (team["team"]["name"], bot["bot"]["user_id"]) == ("Acme Telecom", "U0BOT")


async def test_reactions_are_added_once_and_removed(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    ts = await mia.say("#support", "hello")
    await client.reactions_add(channel="C0SUPPORT", name="eyes", timestamp=ts)
    twice = await refused(client.reactions_add(channel="C0SUPPORT", name="eyes", timestamp=ts))
    [seen] = await mia.messages("#support")
    await client.reactions_remove(channel="C0SUPPORT", name="eyes", timestamp=ts)

    assert (twice["error"], seen["reactions"]) == ("already_reacted", {"eyes": ["U0BOT"]})
    assert (await mia.messages("#support"))[0]["reactions"] == {}


async def test_a_permalink_of_a_reply_names_its_thread(client: AsyncWebClient, mia: Person) -> None:
    root = await mia.say("#support", "root")
    reply = await mia.say("#support", "reply", thread_ts=root)

    link = await client.chat_getPermalink(channel="C0SUPPORT", message_ts=reply)

    assert link["permalink"].endswith(f"/C0SUPPORT/p{reply.replace('.', '')}?thread_ts={root}&cid=C0SUPPORT")
