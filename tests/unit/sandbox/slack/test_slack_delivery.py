"""Events reach the app over sockets or HTTP, and come again when nobody acknowledged them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn, Timings
from sandbox.slack.person import ControlError

Json = dict[str, Any]


class Socket:
    """A bare Socket Mode client that acknowledges only what a test tells it to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> Json:
        """The next envelope."""
        received: Json = await self.socket.receive_json(timeout=5)
        return received

    async def ack(self, envelope: Json, payload: Any = None) -> None:
        """Acknowledge an envelope."""
        said = {"payload": payload} if payload is not None else {}
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], **said})


async def _url(slack: SlackStandIn, session: aiohttp.ClientSession) -> str:
    headers = {"Authorization": f"Bearer {slack.credentials.app_token}"}
    async with session.post(f"{slack.root}/api/apps.connections.open", headers=headers) as response:
        return str((await response.json())["url"])


@pytest.fixture
async def connect(slack: SlackStandIn) -> AsyncIterator[Callable[[], Any]]:
    async with aiohttp.ClientSession() as session:

        async def connected() -> Socket:
            socket = Socket(await session.ws_connect(await _url(slack, session)))
            hello = await socket.next()
            assert hello["type"] == "hello"
            return socket

        yield connected


async def test_a_mention_comes_as_two_events_with_slacks_fields(
    connect: Callable[[], Any], mia: Person
) -> None:
    socket = await connect()
    ts = await mia.say("#support", "@bot 5 < 6 & <@U0BEN>?")

    envelopes = [await socket.next(), await socket.next()]
    for envelope in envelopes:
        await socket.ack(envelope)

    mention, message = (envelope["payload"] for envelope in envelopes)
    assert [mention["event"]["type"], message["event"]["type"]] == ["app_mention", "message"]
    assert mention["event"]["ts"] == message["event"]["ts"] == ts
    assert mention["event"]["text"] == "<@U0BOT> 5 &lt; 6 &amp; <@U0BEN>?"
    assert "channel_type" not in mention["event"]
    assert message["event"]["channel_type"] == "channel"
    assert mention["event_id"] != message["event_id"]
    assert mention["authorizations"][0]["user_id"] == "U0BOT"
    assert envelopes[0]["retry_attempt"] == 0


async def test_an_unacknowledged_event_comes_again_with_the_same_id(
    connect: Callable[[], Any], mia: Person
) -> None:
    socket = await connect()
    await mia.say("D0MIA", "hello")

    first = await socket.next()
    second = await socket.next()
    await socket.ack(second)

    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert first["payload"] == second["payload"]
    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: bool(d["finished"]))
    assert (record["attempts"], record["acked"]) == (2, True)


async def test_an_event_is_given_up_after_three_repetitions(mia: Person) -> None:
    await mia.say("D0MIA", "is anybody there?")

    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: bool(d["finished"]))

    assert (record["attempts"], record["acked"], record["reason"]) == (4, False, "connection_failed")


async def whichever(sockets: list[Any]) -> tuple[Any, dict[str, Any]]:
    """The socket that gets the next envelope, and the envelope."""
    waiting = {asyncio.create_task(socket.next()): socket for socket in sockets}
    done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    (got,) = done
    return waiting[got], got.result()


async def test_each_event_goes_to_one_socket_and_each_socket_gets_some(
    connect: Callable[[], Any], mia: Person
) -> None:
    sockets = [await connect(), await connect()]
    said, carried = [f"number {number}" for number in range(12)], []
    for text in said:
        await mia.say("D0MIA", text)
        socket, envelope = await whichever(sockets)
        await socket.ack(envelope)
        carried.append((sockets.index(socket), envelope["payload"]["event"]["text"]))

    assert [text for _, text in carried] == said
    assert {socket for socket, _ in carried} == {0, 1}


async def test_what_a_lost_socket_carried_goes_to_another(connect: Callable[[], Any], mia: Person) -> None:
    sockets = [await connect(), await connect()]
    await mia.say("D0MIA", "hello")
    lost, _ = await whichever(sockets)
    await lost.socket.close()

    (other,) = [socket for socket in sockets if socket is not lost]
    again = await other.next()
    await other.ack(again)

    assert (again["payload"]["event"]["text"], again["retry_attempt"]) == ("hello", 1)


async def test_a_ticket_lets_one_socket_in(slack: SlackStandIn) -> None:
    async with aiohttp.ClientSession() as session:
        url = await _url(slack, session)
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(url)

    assert caught.value.status == 403


async def test_an_eleventh_socket_is_sent_away(
    connect: Callable[[], Any], slack: SlackStandIn, mia: Person
) -> None:
    connected = [await connect() for _ in range(10)]
    async with aiohttp.ClientSession() as session, session.ws_connect(await _url(slack, session)) as socket:
        refusal = await socket.receive_json()

    assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")
    assert (await mia.get("state"))["sockets"] == len(connected)


async def test_closing_the_sockets_is_announced(connect: Callable[[], Any], mia: Person) -> None:
    socket = await connect()

    closed = await mia.post("sockets/close")

    assert closed["closed"] == 1
    assert (await socket.next())["reason"] == "refresh_requested"
    assert (await socket.socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_announced_socket_is_used_until_its_time_is_over_and_closed_once_all_is_acknowledged(
    connect: Callable[[], Any], mia: Person
) -> None:
    socket = await connect()
    told = await mia.post("sockets/refresh", seconds=0.2)
    announced = await socket.next()
    await mia.say("D0MIA", "hello")
    envelope = await socket.next()
    await mia.wait_in(_shown(mia), lambda seen: seen["sockets"][0]["ending"])
    await socket.ack(envelope)

    closing = await socket.socket.receive()
    seen = await mia.wait_in(_shown(mia), lambda seen: seen["open"] == 0)

    assert (told["told"], announced["type"], announced["reason"]) == (1, "disconnect", "warning")
    assert closing.type is aiohttp.WSMsgType.CLOSE
    assert (seen["sockets"][0]["carried"], seen["sockets"][0]["acknowledged"]) == (1, 1)


async def test_a_deaf_socket_stays_open_and_says_and_answers_nothing(
    connect: Callable[[], Any], mia: Person
) -> None:
    deaf = await connect()
    await mia.post("sockets/deafen")
    await deaf.socket.ping(b"are you there?")
    await mia.say("D0MIA", "hello")
    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: d["attempts"] > 1)
    well = await connect()
    await mia.say("D0MIA", "once more")
    await well.ack(await well.next())

    seen = await mia.get("sockets")

    assert record["reason"] == "timeout"
    assert [socket["deaf"] for socket in seen["sockets"]] == [True, False]
    assert (seen["open"], seen["sockets"][0]["closed"]) == (2, None)
    with pytest.raises(TimeoutError):
        await deaf.socket.receive(timeout=0.01)


async def test_the_fewest_open_sockets_since_a_mark_are_told(connect: Callable[[], Any], mia: Person) -> None:
    first = await connect()
    await mia.post("sockets/mark")
    second = await connect()
    await first.socket.close()
    replaced = await mia.wait_in(_shown(mia), lambda seen: seen["sockets"][0]["closed"] is not None)
    await second.socket.close()

    lost = await mia.wait_in(_shown(mia), lambda seen: seen["open"] == 0)

    assert (replaced["lowest"], lost["lowest"]) == (1, 0)


def _shown(mia: Person) -> Callable[[], Any]:
    """What the stand-in says of its sockets, as one item that can be waited for."""

    async def look() -> list[Json]:
        return [await mia.get("sockets")]

    return look


async def test_the_bot_hears_nothing_where_it_is_no_member_and_the_person_is_told(mia: Person) -> None:
    ts = await mia.say("#random", "@bot hello?")

    seen = await mia.messages("#random")

    assert [(m["user"], m["kind"]) for m in seen] == [("U0MIA", "user"), ("USLACKBOT", "ephemeral")]
    assert "not in this channel" in seen[1]["text"]
    assert (seen[0]["ts"], await mia.get("deliveries")) == (ts, [])


async def test_only_subscribed_events_are_delivered(
    slack: SlackStandIn, mia: Person, make_manifest: Callable[..., Json]
) -> None:
    slack.install(make_manifest(events=["app_mention"]))
    await mia.say("#support", "no mention")
    await mia.say("#support", "@acme-answers hello")

    assert [d["type"] for d in await mia.get("deliveries")] == ["app_mention"]


async def test_a_strangers_message_says_whose_they_are(connect: Callable[[], Any], eve: Person) -> None:
    socket = await connect()
    await eve.say("#partners", "hello")

    envelope = await socket.next()
    await socket.ack(envelope)

    payload = envelope["payload"]
    assert payload["is_ext_shared_channel"] is True
    assert (payload["team_id"], payload["event"]["user_team"]) == ("T0ACME", "T0OTHER")


async def test_edits_deletions_and_joins_are_events(connect: Callable[[], Any], mia: Person) -> None:
    socket = await connect()
    ts = await mia.say("#support", "one")
    await socket.ack(await socket.next())
    await mia.edit("#support", ts, "two")
    changed = await socket.next()
    await socket.ack(changed)
    await mia.delete("#support", ts)
    deleted = await socket.next()
    await socket.ack(deleted)
    await mia.post("invite", user="mia", channel="#random")
    joined = await socket.next()
    await socket.ack(joined)

    events = [envelope["payload"]["event"] for envelope in (changed, deleted, joined)]
    assert (events[0]["subtype"], events[0]["message"]["text"]) == ("message_changed", "two")
    assert (events[1]["subtype"], events[1]["deleted_ts"]) == ("message_deleted", ts)
    assert (events[2]["type"], events[2]["user"], events[2]["inviter"]) == (
        "member_joined_channel",
        "U0BOT",
        "U0MIA",
    )


async def test_the_app_hears_its_own_words_as_a_bots(
    connect: Callable[[], Any], client: AsyncWebClient
) -> None:
    socket = await connect()
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="one"))["ts"]
    posted = await socket.next()
    await socket.ack(posted)
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="two")
    changed = await socket.next()
    await socket.ack(changed)

    first, second = (envelope["payload"]["event"] for envelope in (posted, changed))
    assert (first["bot_id"], first["text"]) == ("B0BOT", "one")
    assert (second["message"]["bot_id"], second["message"]["text"]) == ("B0BOT", "two")
    assert second["previous_message"]["text"] == "one"


async def test_an_event_can_be_sent_again_on_request(connect: Callable[[], Any], mia: Person) -> None:
    socket = await connect()
    ts = await mia.say("D0MIA", "once")
    first = await socket.next()
    await socket.ack(first)
    asked = asyncio.create_task(mia.post("redeliver", ts=ts, times=2))
    copies = [await socket.next()]
    await socket.ack(copies[0])
    copies.append(await socket.next())
    await socket.ack(copies[1])

    assert (await asked)["acked"] == [True, True]
    assert [copy["payload"]["event_id"] for copy in copies] == [first["payload"]["event_id"]] * 2


async def test_what_is_forgotten_does_not_come_again(
    slack: SlackStandIn, connect: Callable[[], Any], mia: Person
) -> None:
    slack.workspace.timings = Timings(retries=(60.0,))
    await mia.say("D0MIA", "asked while nobody listened")
    await mia.wait_in(lambda: mia.get("deliveries"), lambda d: d["attempts"] > 0)
    forgotten = await mia.post("deliveries/forget")
    again = await mia.post("deliveries/forget")
    socket = await connect()
    await mia.say("D0MIA", "asked now")

    envelope = await socket.next()

    assert (forgotten["forgotten"], again["forgotten"]) == (1, 0)
    assert envelope["payload"]["event"]["text"] == "asked now"
    record = (await mia.get("deliveries"))[0]
    assert (record["finished"], record["acked"]) == (True, False)


class FixedClock(SignatureClock):
    """Tells the verifier the time of the stand-in."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now


class Endpoint:
    """An app's HTTP endpoint on loopback that keeps what it got and answers as a test says."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer the challenge, or the next status of the script."""
        text = await request.text()
        said = json.loads(text) if request.content_type == "application/json" else {}
        if "challenge" in said:
            return web.Response(text=said["challenge"])
        self.requests.append(({name.lower(): value for name, value in request.headers.items()}, text))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    made = Endpoint()
    app = web.Application()
    app.router.add_post("/slack/events", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield made
    await runner.cleanup()


async def test_without_a_socket_events_are_posted_signed_and_repeated(
    slack: SlackStandIn, clock: Any, endpoint: Endpoint, mia: Person
) -> None:
    endpoint.statuses = [500, 200]
    await mia.post("events_url", url=endpoint.url)
    await mia.say("D0MIA", "hello")
    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: bool(d["finished"]))

    first, second = endpoint.requests
    assert SignatureVerifier(slack.credentials.signing_secret, FixedClock(clock.now)).is_valid_request(
        first[1], first[0]
    )
    assert "x-slack-retry-num" not in first[0]
    assert (second[0]["x-slack-retry-num"], second[0]["x-slack-retry-reason"]) == ("1", "http_error")
    assert (json.loads(first[1]), record["acked"]) == (json.loads(second[1]), True)


async def test_an_app_can_decline_repetitions_over_http(endpoint: Endpoint, mia: Person) -> None:
    endpoint.statuses, endpoint.headers = [500], {"x-slack-no-retry": "1"}
    await mia.post("events_url", url=endpoint.url)
    await mia.say("D0MIA", "hello")

    record = await mia.wait_in(lambda: mia.get("deliveries"), lambda d: bool(d["finished"]))

    assert (record["attempts"], record["acked"]) == (1, False)


async def test_a_url_that_fails_the_challenge_is_not_used(endpoint: Endpoint, mia: Person) -> None:
    with pytest.raises(ControlError, match="did not answer the challenge"):
        await mia.post("events_url", url=endpoint.url + "/elsewhere")

    assert (await mia.get("state"))["events_url"] == ""
