"""One contract, both ways of delivery: a real Bolt app behaves alike over Socket Mode and over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn

Json = dict[str, Any]


@pytest.fixture(params=["socket", "http"])
async def bolt(
    request: pytest.FixtureRequest, slack: SlackStandIn, client: AsyncWebClient, mia: Person
) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client, signing_secret=slack.credentials.signing_secret)
    if request.param == "socket":
        web_client = AsyncWebClient(base_url=f"{slack.root}/api/", session=client.session)
        handler = AsyncSocketModeHandler(app, slack.credentials.app_token, web_client=web_client)
        await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
        yield app
        await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
    else:
        runner = web.AppRunner(app.web_app(path="/slack/events"))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await mia.post("events_url", url=f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        yield app
        await runner.cleanup()


async def test_a_mention_is_answered_in_its_thread_by_a_stream(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    @bolt.event("app_mention")
    async def answer(event: Json) -> None:
        stream = await client.chat_stream(
            channel=event["channel"],
            thread_ts=event["ts"],
            recipient_team_id=event["team"],
            recipient_user_id=event["user"],
        )
        await stream.append(markdown_text="Twenty-five ")
        await stream.append(markdown_text="days.")
        await stream.stop(metadata={"event_type": "answer", "event_payload": {"turn": "1"}})

    @bolt.event("message")
    async def ignore() -> None:
        pass

    ts = await mia.say("#support", "@bot how many days of leave?")
    seen = await mia.wait_for(
        lambda m: m["kind"] == "stream" and not m["streaming"], channel="#support", thread_ts=ts
    )

    assert seen["markdown"] == "Twenty-five days."
    assert seen["metadata"]["event_payload"] == {"turn": "1"}


async def test_a_command_is_acknowledged_and_answered_later(bolt: AsyncApp, mia: Person) -> None:
    @bolt.command("/telnyx")
    async def run(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        await ack("one moment")
        await respond(f"{command['text']}: done", response_type="in_channel")

    seen = await mia.command("#support", "/telnyx", "jobs")
    answer = await mia.wait_for(lambda m: m["kind"] == "post")

    assert (seen["ok"], answer["text"]) == (True, "jobs: done")


async def test_a_failing_listener_means_a_repeated_event_with_the_retry_header(
    bolt: AsyncApp, mia: Person
) -> None:
    tries: list[str | None] = []

    @bolt.middleware
    async def fail_once(req: Any, next_: Any) -> None:
        tries.append((req.headers.get("x-slack-retry-num") or [None])[0])
        if len(tries) == 1:
            raise RuntimeError("the store is away")
        await next_()

    @bolt.event("message")
    async def hear() -> None:
        pass

    await mia.say("D0MIA", "hello")
    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: bool(d["finished"]))

    assert (record["attempts"], record["acked"], tries[-1]) == (2, True, "1")


async def test_a_direct_message_is_one_top_level_event_even_with_a_mention(
    bolt: AsyncApp, mia: Person
) -> None:
    heard: asyncio.Queue[Json] = asyncio.Queue()

    @bolt.event("message")
    async def hear(event: Json) -> None:
        heard.put_nowait(event)

    await mia.say("D0MIA", "@bot hello")
    event = await asyncio.wait_for(heard.get(), 5)

    assert (event["channel_type"], event["text"]) == ("im", "<@U0BOT> hello")
    assert "thread_ts" not in event
    assert [d["type"] for d in await mia.get("deliveries")] == ["message"]
