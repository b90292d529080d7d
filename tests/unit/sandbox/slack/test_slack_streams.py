"""Streams grow, end, expire and can be stopped by the person; Slack's refusals come at the right moments."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]
FOR_MIA: dict[str, Any] = {"recipient_team_id": "T0ACME", "recipient_user_id": "U0MIA"}


@pytest.fixture
async def question(mia: Person) -> str:
    return await mia.say("#support", "question")


@pytest.fixture
async def stream(client: AsyncWebClient, question: str) -> str:
    started = await client.chat_startStream(
        channel="C0SUPPORT", thread_ts=question, markdown_text="Twenty", **FOR_MIA
    )
    return str(started["ts"])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "missing_recipient_team_id"),
        ({"recipient_team_id": "T0ACME"}, "missing_recipient_user_id"),
        ({"recipient_team_id": "T0OTHER", "recipient_user_id": "U0MIA"}, "team_not_found"),
        (FOR_MIA | {"markdown_text": "x" * 12_001}, "msg_too_long"),
        (FOR_MIA | {"metadata": {"event_type": "e", "event_payload": {}}}, "invalid_arguments"),
        (FOR_MIA | {"chunks": [{"type": "poem", "text": "x"}]}, "invalid_chunks"),
        (FOR_MIA | {"thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
async def test_a_stream_that_slack_would_not_start_is_refused(
    client: AsyncWebClient, question: str, refused: Refused, fields: dict[str, Any], error: str
) -> None:
    call = {"channel": "C0SUPPORT", "thread_ts": question, **fields}

    answer = await refused(client.api_call("chat.startStream", json=call))

    assert answer["error"] == error


async def test_a_direct_message_needs_no_recipient(client: AsyncWebClient, mia: Person) -> None:
    ts = await mia.say("D0MIA", "question")

    started = await client.chat_startStream(channel="D0MIA", thread_ts=ts, markdown_text="x")

    assert started["channel"] == "D0MIA"


async def test_text_grows_and_ends_with_blocks_and_metadata(
    client: AsyncWebClient, stream: str, mia: Person
) -> None:
    metadata = {"event_type": "turn", "event_payload": {"id": "1"}}
    blocks = [{"type": "divider"}]
    await client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="-five")
    growing = await mia.wait_for(lambda m: m["ts"] == stream)
    await client.chat_stopStream(
        channel="C0SUPPORT",
        ts=stream,
        markdown_text=" days",
        blocks=blocks,
        metadata=metadata,
        session_status="active",
    )

    ended = await mia.wait_for(lambda m: m["ts"] == stream)
    assert (growing["markdown"], growing["streaming"]) == ("Twenty-five", True)
    assert (ended["markdown"], ended["streaming"], ended["blocks"]) == ("Twenty-five days", False, blocks)
    assert ended["metadata"] == metadata


async def test_an_open_stream_cannot_be_updated_but_an_ended_one_can(
    client: AsyncWebClient, stream: str, refused: Refused
) -> None:
    early = await refused(client.chat_update(channel="C0SUPPORT", ts=stream, text="x"))
    await client.chat_stopStream(channel="C0SUPPORT", ts=stream)
    late = await client.chat_update(channel="C0SUPPORT", ts=stream, text="x")
    append = await refused(client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x"))

    assert (early["error"], late["text"]) == ("streaming_state_conflict", "x")
    assert append["error"] == "message_not_in_streaming_state"


async def test_a_stream_ends_by_itself_after_five_minutes(
    clock: Any, client: AsyncWebClient, stream: str, refused: Refused
) -> None:
    clock.now += 299
    await client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x")
    clock.now += 1

    append = await refused(client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x"))
    stop = await refused(client.chat_stopStream(channel="C0SUPPORT", ts=stream))

    assert append["error"] == stop["error"] == "message_not_in_streaming_state"


async def test_after_the_stop_button_no_text_is_taken_but_the_stream_can_be_closed(
    client: AsyncWebClient, stream: str, mia: Person, refused: Refused
) -> None:
    pressed = await mia.stop("#support", stream)

    append = await refused(client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x"))
    stopped = await client.chat_stopStream(channel="C0SUPPORT", ts=stream, session_status="active")
    event = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: d["type"] == "agent_session_stopped")

    assert (pressed["streams"], append["error"]) == ([stream], "stopped_by_user")
    assert (stopped["ts"], event["channel"]) == (stream, "C0SUPPORT")


async def test_a_persons_message_is_no_stream_of_the_app(
    client: AsyncWebClient, question: str, refused: Refused
) -> None:
    answer = await refused(client.chat_appendStream(channel="C0SUPPORT", ts=question, markdown_text="x"))

    assert answer["error"] == "message_not_owned_by_app"


async def test_processing_without_the_stop_event_earns_slacks_warning(
    slack: SlackStandIn, client: AsyncWebClient, question: str, make_manifest: Callable[..., dict[str, Any]]
) -> None:
    heard = await client.agents_sessions_setStatus(
        channel_id="C0SUPPORT", thread_ts=question, status="processing"
    )
    slack.install(make_manifest(events=["app_mention"]))
    deaf = await client.agents_sessions_setStatus(
        channel_id="C0SUPPORT", thread_ts=question, status="processing"
    )

    assert "warning" not in heard.data
    assert deaf["warning"] == "missing_agent_session_stopped_event_subscription"


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "markdown_text", "text": "ä" * 600},
        {"type": "task_update", "id": "1", "title": "Search", "status": "complete", "details": "x" * 600},
        {
            "type": "blocks",
            "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}] * 8,
        },
    ],
)
async def test_a_stream_is_limited_as_a_whole_and_in_bytes(
    client: AsyncWebClient, stream: str, mia: Person, refused: Refused, chunk: dict[str, Any]
) -> None:
    await client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x" * 9_850)

    too_much = await refused(client.chat_appendStream(channel="C0SUPPORT", ts=stream, chunks=[chunk]))
    still_fits = await client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="y" * 1_000)
    stopped = await client.chat_stopStream(channel="C0SUPPORT", ts=stream)
    message = (await mia.messages("#support"))[-1]

    assert (too_much["error"], still_fits["ok"], stopped["ok"]) == ("msg_too_long", True, True)
    assert len(message["markdown"]) == len("Twenty") + 10_850


async def test_blocks_at_the_end_count_too(client: AsyncWebClient, stream: str, refused: Refused) -> None:
    await client.chat_appendStream(channel="C0SUPPORT", ts=stream, markdown_text="x" * 9_000)
    section = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2_500}}

    refusal = await refused(client.chat_stopStream(channel="C0SUPPORT", ts=stream, blocks=[section]))

    assert refusal["error"] == "msg_too_long"
    assert (await client.chat_stopStream(channel="C0SUPPORT", ts=stream))["ok"]
