"""Posting, changing and deleting: what Slack would refuse is refused with Slack's words."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]
LONG_SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C0FINANCE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0SUPPORT", "text": ""}, "no_text"),
        ({"channel": "C0SUPPORT", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": "C0SUPPORT", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "C0SUPPORT", "markdown_text": "\u0436" * 5_501}, "msg_too_long"),
        ({"channel": "C0SUPPORT", "markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0SUPPORT", "text": "x", "username": "Boss"}, "missing_scope"),
        ({"channel": "C0SUPPORT", "text": "x", "as_user": True}, "as_user_not_supported"),
        ({"channel": "C0SUPPORT", "text": "x", "blocks": [{"type": "divider"}] * 51}, "msg_blocks_too_many"),
        ({"channel": "C0SUPPORT", "text": "x", "colour": "red"}, "invalid_arguments"),
        (
            {"channel": "C0SUPPORT", "text": "x", "blocks": [{"type": "markdown", "text": "x" * 7000}] * 2},
            "msg_blocks_too_long",
        ),
        ({"channel": "C0SUPPORT", "text": "x", "blocks": [LONG_SECTION] * 4}, "msg_blocks_too_long"),
        (
            {"channel": "C0SUPPORT", "text": "x", "blocks": [{"type": "markdown", "text": "\u0436" * 5_501}]},
            "msg_blocks_too_long",
        ),
        ({"channel": "C0SUPPORT", "text": "x", "blocks": [{"type": "sparkle"}]}, "invalid_blocks"),
        ({"channel": "C0SUPPORT", "text": "x", "blocks": "no JSON"}, "invalid_blocks_format"),
        (
            {
                "channel": "C0SUPPORT",
                "text": "x",
                "metadata": {"event_type": "e", "event_payload": {"k": "v" * 4096}},
            },
            "metadata_too_large",
        ),
        ({"channel": "C0SUPPORT", "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
    ],
)
async def test_a_wrong_post_is_refused_with_slacks_code(
    client: AsyncWebClient, refused: Refused, fields: dict[str, Any], error: str
) -> None:
    answer = await refused(client.api_call("chat.postMessage", json=fields))

    assert answer["error"] == error


async def test_an_unknown_argument_and_an_unknown_method_are_named(
    client: AsyncWebClient, refused: Refused
) -> None:
    argument = await refused(client.api_call("users.info", params={"user": "U0MIA", "colour": "red"}))
    method = await refused(client.api_call("chat.sing", json={}))

    assert argument["response_metadata"]["messages"] == ["[ERROR] unknown argument colour"]
    assert (method["error"], method["req_method"]) == ("unknown_method", "chat.sing")


async def test_a_missing_scope_says_which_and_what_there_is(
    slack: SlackStandIn,
    client: AsyncWebClient,
    refused: Refused,
    make_manifest: Callable[..., dict[str, Any]],
) -> None:
    slack.install(make_manifest(scopes=["users:read"]))

    answer = await refused(client.chat_postMessage(channel="C0SUPPORT", text="x"))

    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "chat:write",
        "users:read",
    )


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-wrong", "invalid_auth"),
        ("xapp-1-sandbox-app-token", "not_allowed_token_type"),
    ],
)
async def test_only_the_apps_own_bot_token_works(
    slack: SlackStandIn, refused: Refused, token: str, error: str
) -> None:
    client = AsyncWebClient(token=token, base_url=f"{slack.root}/api/")

    answer = await refused(client.auth_test())

    assert answer["error"] == error


async def test_metadata_is_shown_only_when_asked_for_and_survives_an_update(client: AsyncWebClient) -> None:
    metadata = {"event_type": "turn", "event_payload": {"id": "7"}}
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="one", metadata=metadata))["ts"]
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="two")

    plain = await client.conversations_history(channel="C0SUPPORT")
    full = await client.conversations_history(channel="C0SUPPORT", include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert (full["messages"][0]["metadata"], full["messages"][0]["text"]) == (metadata, "two")


async def test_an_update_with_text_alone_removes_the_blocks(client: AsyncWebClient, mia: Person) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "old"}}]
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="old", blocks=blocks))["ts"]
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="new")

    [seen] = await mia.messages("#support")

    assert (seen["text"], seen["blocks"], seen["edited"]) == ("new", [], 1)


async def test_other_peoples_messages_cannot_be_changed(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    ts = await mia.say("#support", "mine")

    changed = await refused(client.chat_update(channel="C0SUPPORT", ts=ts, text="x"))
    deleted = await refused(client.chat_delete(channel="C0SUPPORT", ts=ts))
    long = await refused(client.chat_update(channel="C0SUPPORT", ts="1.000001", text="x"))

    assert [changed["error"], deleted["error"], long["error"]] == [
        "cant_update_message",
        "cant_delete_message",
        "message_not_found",
    ]


async def test_an_ephemeral_message_is_seen_by_its_person_alone_and_cannot_be_updated(
    client: AsyncWebClient, mia: Person, ben: Person, refused: Refused
) -> None:
    posted = await client.chat_postEphemeral(channel="C0SUPPORT", user="U0MIA", text="psst")

    assert [m["text"] for m in await mia.messages("#support")] == ["psst"]
    assert await ben.messages("#support") == []
    answer = await refused(client.chat_update(channel="C0SUPPORT", ts=posted["message_ts"], text="x"))
    assert answer["error"] == "message_not_found"


async def test_a_persons_id_as_channel_means_their_direct_message(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="U0MIA", text="hello")
    opened = await client.conversations_open(users=["U0MIA"])

    assert posted["channel"] == opened["channel"]["id"] == "D0MIA"


async def test_a_status_ends_with_the_apps_next_message_or_after_two_minutes(
    slack: SlackStandIn, clock: Any, client: AsyncWebClient, mia: Person
) -> None:
    first, second = await mia.say("#support", "one"), await mia.say("#support", "two")
    for ts in (first, second):
        await client.assistant_threads_setStatus(channel_id="C0SUPPORT", thread_ts=ts, status="is thinking…")
    shown = [status["thread_ts"] for status in await mia.get("statuses")]
    await client.chat_postMessage(channel="C0SUPPORT", thread_ts=first, text="answer")
    after_answer = [status["thread_ts"] for status in await mia.get("statuses")]
    clock.now += slack.workspace.timings.status

    assert (shown, after_answer, await mia.get("statuses")) == ([first, second], [second], [])


async def test_suggested_prompts_with_a_thread_are_lost_silently_in_an_agent_view(
    client: AsyncWebClient, mia: Person
) -> None:
    ts = await mia.say("D0MIA", "hello")
    prompts = [{"title": "Leave", "message": "How many days?"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id="D0MIA", thread_ts=ts, prompts=prompts)
    lost = (await mia.get("state"))["prompts"]
    await client.assistant_threads_setSuggestedPrompts(channel_id="D0MIA", prompts=prompts)

    assert lost == {}
    assert (await mia.get("state"))["prompts"]["D0MIA"]["prompts"] == prompts
