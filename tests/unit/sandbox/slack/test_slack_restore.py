"""Messages of the past are put back: for an app whose notes are older than the stand-in."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person
from sandbox.slack.person import ControlError

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]

QUESTION = {
    "channel": "C0SUPPORT",
    "ts": "1700000000.000100",
    "user": "U0MIA",
    "kind": "user",
    "text": "Why?",
}
STREAM = {
    "channel": "C0SUPPORT",
    "ts": "1700000001.000200",
    "thread_ts": "1700000000.000100",
    "user": "U0BOT",
    "kind": "stream",
    "markdown": "Because",
}
KEY = {"event_type": "turn", "event_payload": {"turn": "one"}}


async def test_what_was_restored_stands_before_what_came_later(client: AsyncWebClient, mia: Person) -> None:
    later = await mia.say("#support", "later")
    elsewhere = await mia.say("#general", "elsewhere")
    await mia.post("restore", **QUESTION)
    await mia.post("restore", **STREAM, metadata=KEY)

    seen = [m["ts"] for m in await mia.messages()]
    channel = await client.conversations_history(channel="C0SUPPORT")
    thread = await client.conversations_replies(
        channel="C0SUPPORT", ts=QUESTION["ts"], include_all_metadata=True
    )

    assert seen == [QUESTION["ts"], STREAM["ts"], later, elsewhere]
    assert [m["ts"] for m in channel["messages"]] == [later, QUESTION["ts"]]
    assert [(m["user"], m["text"]) for m in thread["messages"]] == [("U0MIA", "Why?"), ("U0BOT", "Because")]
    assert thread["messages"][1]["metadata"] == KEY


async def test_a_message_comes_back_as_it_was_shown(mia: Person) -> None:
    await mia.post("restore", **QUESTION)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Because*"}}]
    await mia.post("restore", **{**STREAM, "kind": "post", "text": "Because"}, blocks=blocks)

    shown = (await mia.messages("#support", QUESTION["ts"]))[1]

    assert (shown["text"], shown["markdown"], shown["blocks"]) == ("Because", "Because", blocks)
    assert (shown["kind"], shown["streaming"], shown["edited"]) == ("post", False, 0)


async def test_a_restored_message_is_no_news(mia: Person) -> None:
    await mia.post("restore", **QUESTION)
    await mia.post("restore", **STREAM)
    later = await mia.say("#support", "later")

    assert [delivery["ts"] for delivery in await mia.get("deliveries")] == [later]


async def test_an_open_stream_that_was_restored_can_be_stopped_once(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    await mia.post("restore", **QUESTION)
    await mia.post("restore", **STREAM, streaming=True)
    channel, ts = STREAM["channel"], STREAM["ts"]
    conflict = await refused(client.chat_update(channel=channel, ts=ts, text="x"))
    await client.chat_stopStream(channel=channel, ts=ts, markdown_text=" so.")

    again = await refused(client.chat_stopStream(channel=channel, ts=ts))

    assert conflict["error"] == "streaming_state_conflict"
    assert again["error"] == "message_not_in_streaming_state"
    assert (await mia.messages("#support", QUESTION["ts"]))[1]["markdown"] == "Because so."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"colour": "red"}, "unknown key colour"),
        ({"channel": "C0NOWHERE"}, "there is no channel"),
        ({"user": "U0NOBODY"}, "there is no person"),
        ({"ts": "yesterday"}, "ts must look like"),
        ({"ts": "9999999999.000100"}, "only a message of the past"),
        ({"ts": QUESTION["ts"]}, "there is a message"),
        ({"kind": "user"}, "kind of this author is one of post, stream"),
        ({"kind": "post", "streaming": True}, "only a stream can be streaming"),
        ({"thread_ts": "1600000000.000100"}, "thread_not_found"),
        ({"thread_ts": "1700000002.000100"}, "thread_not_found"),
        ({"markdown": ""}, "no_text"),
    ],
)
async def test_what_cannot_have_stood_in_slack_is_refused(
    mia: Person, change: dict[str, Any], reason: str
) -> None:
    await mia.post("restore", **QUESTION)

    with pytest.raises(ControlError, match=reason):
        await mia.post("restore", **{**STREAM, **change})
