"""Rate limits and faults: what the app sees of a bad day at Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.person import ControlError

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]


async def test_a_channel_takes_five_posts_at_once_then_one_a_second(
    clock: Any, client: AsyncWebClient, refused: Refused
) -> None:
    for _ in range(5):
        await client.chat_postMessage(channel="C0SUPPORT", text="x")
    sixth = await refused(client.chat_postMessage(channel="C0SUPPORT", text="x"))
    elsewhere = await client.chat_postMessage(channel="C0JOBS", text="x")
    clock.now += 1
    later = await client.chat_postMessage(channel="C0SUPPORT", text="x")

    assert (sixth["error"], elsewhere["ok"], later["ok"]) == ("ratelimited", True, True)


async def test_twenty_streams_a_minute_may_be_started(
    client: AsyncWebClient, mia: Person, refused: Refused, clock: Any
) -> None:
    ts = await mia.say("D0MIA", "question")
    for _ in range(20):
        await client.chat_startStream(channel="D0MIA", thread_ts=ts, markdown_text="x")
    answer = await refused(client.chat_startStream(channel="D0MIA", thread_ts=ts, markdown_text="x"))
    clock.now += 3

    assert answer["error"] == "ratelimited"
    assert (await client.chat_startStream(channel="D0MIA", thread_ts=ts, markdown_text="x"))["ok"]


async def test_limits_can_be_switched_off(client: AsyncWebClient, mia: Person) -> None:
    await mia.post("limits", on=False)

    posted = [(await client.chat_postMessage(channel="C0SUPPORT", text="x"))["ok"] for _ in range(8)]

    assert posted == [True] * 8


async def test_an_armed_429_carries_its_retry_after(client: AsyncWebClient, mia: Person) -> None:
    await mia.post("faults", method="auth.test", kind="429", retry_after=7)

    with pytest.raises(Exception, match="ratelimited") as caught:
        await client.auth_test()

    assert caught.value.response.headers["Retry-After"] == "7"  # type: ignore[attr-defined] # SlackApiError's response
    assert (await client.auth_test())["ok"]


async def test_a_dropped_call_was_not_applied_and_a_reset_one_was(
    client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("faults", method="chat.postMessage", kind="drop")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0SUPPORT", text="dropped")
    await mia.post("faults", method="chat.postMessage", kind="reset_after_apply")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0SUPPORT", text="applied")

    assert [m["text"] for m in await mia.messages("#support")] == ["applied"]


async def test_a_call_that_hangs_was_applied_and_is_cut_once_the_faults_are_cleared(
    client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("faults", method="chat.postMessage", kind="hang_after_apply")
    posting = asyncio.create_task(client.chat_postMessage(channel="C0SUPPORT", text="applied"))

    call = await mia.wait_in(lambda: mia.get("calls"), lambda seen: seen["method"] == "chat.postMessage")
    shown = [m["text"] for m in await mia.messages("#support")]
    hung = not posting.done()
    await mia._call("DELETE", "faults")

    with pytest.raises(aiohttp.ClientError):
        await posting
    assert (call["status"], call["error"], shown, hung) == (0, "hang_after_apply", ["applied"], True)


async def test_a_call_can_hang_without_being_done_and_an_answer_can_come_late(
    client: AsyncWebClient, mia: Person
) -> None:
    await mia.post("faults", method="chat.postMessage", kind="hang")
    await mia.post("faults", method="chat.postMessage", kind="slow_after_apply", seconds=0.3)
    never = asyncio.create_task(client.chat_postMessage(channel="C0SUPPORT", text="never"))
    await mia.wait_in(lambda: mia.get("calls"), lambda seen: seen["error"] == "hang")
    late = asyncio.create_task(client.chat_postMessage(channel="C0JOBS", text="late"))
    await mia.wait_for(lambda message: message["text"] == "late")
    early = not late.done()
    await mia._call("DELETE", "faults")

    with pytest.raises(aiohttp.ClientError):
        await never
    assert (early, (await late)["ok"]) == (True, True)
    assert await mia.messages("#support") == []


@pytest.mark.parametrize("kind", ["slow", "slow_after_apply"])
async def test_what_is_slow_goes_on_once_the_faults_are_cleared(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person, kind: str
) -> None:
    await mia.post("faults", method="chat.postMessage", kind=kind, seconds=3600)
    posting = asyncio.create_task(client.chat_postMessage(channel="C0SUPPORT", text="slowly"))
    for _ in range(100):
        if not slack.workspace.faults.waiting:
            break
        await mia.get("state")
    waits = not (slack.workspace.faults.waiting or posting.done())
    await mia._call("DELETE", "faults")

    assert (waits, (await posting)["ok"]) == (True, True)
    assert [m["text"] for m in await mia.messages("#support")] == ["slowly"]


async def test_an_armed_error_and_a_500_hit_as_often_as_asked(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    await mia.post("faults", method="*", kind="error", error="fatal_error", count=2)
    errors = [(await refused(client.auth_test()))["error"] for _ in range(2)]
    await mia.post("faults", method="auth.test", kind="500")
    with pytest.raises(Exception, match="500"):
        await client.auth_test()

    assert errors == ["fatal_error", "fatal_error"]
    assert (await client.auth_test())["ok"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("error", {"error": "internal_error"}),
        ("unreadable", {"body": "html", "status": 403}),
        ("unreadable", {"body": "cut"}),
        ("unreadable", {"body": "empty"}),
    ],
)
@pytest.mark.parametrize("done", [False, True])
async def test_an_error_and_a_body_that_cannot_be_read_come_before_or_after_the_call_is_done(
    client: AsyncWebClient, mia: Person, kind: str, more: dict[str, Any], done: bool
) -> None:
    await mia.post("faults", method="chat.postMessage", kind=kind + ("_after_apply" if done else ""), **more)

    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0SUPPORT", text="x")

    assert len(await mia.messages("#support")) == done


async def test_the_call_log_tells_what_was_asked_but_no_token(client: AsyncWebClient, mia: Person) -> None:
    await client.chat_postMessage(channel="C0SUPPORT", text="x")

    calls = await mia.get("calls", since=0)

    assert [(call["n"], call["method"], call["channel"], call["status"]) for call in calls] == [
        (1, "chat.postMessage", "C0SUPPORT", 200)
    ]
    assert "xoxb" not in str(calls)


async def test_an_unknown_key_and_an_unknown_fault_are_refused_by_name(mia: Person) -> None:
    with pytest.raises(ControlError, match="unknown key colour"):
        await mia.post("say", user="mia", channel="#support", text="x", colour="red")
    with pytest.raises(ControlError, match="unknown kind of fault 'storm'"):
        await mia.post("faults", method="*", kind="storm")
    with pytest.raises(ControlError, match="unknown body 'xml'"):
        await mia.post("faults", method="*", kind="unreadable", body="xml")


async def test_a_change_wakes_whoever_waits_for_it(client: AsyncWebClient, mia: Person) -> None:
    before = (await mia.get("state"))["n"]
    await client.chat_postMessage(channel="C0SUPPORT", text="x")

    woken = await mia.get("changes", since=before, timeout=5)

    assert woken["n"] > before
    assert (await mia.get("changes", since=10_000, timeout=0))["n"] < 10_000
