"""Socket Mode against the stand-in Slack: who listens when, and what becomes of each envelope."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any, cast

import aiohttp
import pytest
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.socket_mode import SocketMode, pause_seconds
from handlers.manifest import manifest
from sandbox.slack import Person, SlackStandIn, Timings
from tests.unit.bot.conftest import Clock, served

Json = dict[str, Any]
OPEN = "apps.connections.open"
NEVER = 60.0
"""A notice that no test outlives."""


class Slack:
    """The stand-in, a Bolt app that takes messages in while its gate is open, and what keeps it listening."""

    def __init__(self, standin: SlackStandIn, mia: Person, http: aiohttp.ClientSession) -> None:
        self.mia = mia
        self.gate = asyncio.Event()
        self.gate.set()
        self.taken: list[str] = []
        self.pauses: list[float] = []
        self.clock = Clock()
        self._standin, self._http = standin, http
        self._running: list[SocketMode] = []

    def socket_mode(self, **given: Any) -> SocketMode:
        """Not begun; without a limit for silence that matters here."""
        client = AsyncWebClient(
            token=self._standin.credentials.bot_token,
            base_url=f"{self._standin.root}/api/",
            session=self._http,
            retry_handlers=[],
        )
        app = AsyncApp(client=client, authorize=_authorize, request_verification_enabled=False)
        app.event("message", middleware=[self._take])(_nothing)
        made = SocketMode(app, self._http, self._standin.credentials.app_token, **given)
        self._running.append(made)
        return made

    async def listening(self, **given: Any) -> SocketMode:
        """Begun, and open."""
        made = self.socket_mode(**given)
        made.begin()
        await self.until(lambda seen: seen["open"] == 1)
        return made

    def pausing(self) -> dict[str, Any]:
        """Pauses that take no time: they are noted, and the clock is moved."""

        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)
            self.clock.now += seconds
            await asyncio.sleep(0)

        return {"pause": pause, "clock": self.clock}

    async def until(self, fits: Callable[[Json], bool]) -> Json:
        """Wait until the stand-in's sockets are so; what it shows of them."""
        return await self.mia.wait_in(self.sockets, fits)

    async def sockets(self) -> list[Json]:
        return [await self.mia.get("sockets")]

    async def delivered(self, count: int) -> list[Json]:
        """The fate of ``count`` events, once there is nothing more to be tried."""
        await self.mia.wait_in(
            self._all_deliveries,
            lambda d: len(d["all"]) == count and all(one["finished"] for one in d["all"]),
        )
        found: list[Json] = await self.mia.get("deliveries")
        return found

    async def end(self) -> None:
        self.gate.set()
        for running in self._running:
            await running.close()

    async def _all_deliveries(self) -> list[Json]:
        return [{"all": await self.mia.get("deliveries")}]

    async def _take(self, event: Json, next_: Callable[[], Awaitable[None]]) -> None:
        self.taken.append(event["text"])
        await self.gate.wait()
        await next_()


async def _authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_user_id="U0BOT", bot_token="xoxb-1")


async def _nothing() -> None:
    """Nothing is left to do."""


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    standin = SlackStandIn(timings=Timings(ack=1.0, retries=(0.0, 0.05, 0.05)))
    app = web.Application()
    app.add_subapp("/slack", standin.app)
    async with AsyncExitStack() as stack:
        standin.root = f"{await stack.enter_async_context(served(app))}/slack"
        standin.install(manifest())
        http = await stack.enter_async_context(aiohttp.ClientSession())
        made = Slack(standin, await stack.enter_async_context(Person(standin.root, "mia")), http)
        stack.push_async_callback(made.end)
        yield made


@pytest.fixture
def logged() -> Iterator[list[Json]]:
    with structlog.testing.capture_logs() as logs:
        yield cast("list[Json]", logs)


def named(logs: list[Json], event: str) -> list[Json]:
    return [line for line in logs if line["event"] == event]


# -------------------------------------------------------------------------------------------- successors
async def test_through_an_announced_refresh_something_is_always_open_and_each_event_is_taken_at_its_first_attempt(
    slack: Slack,
) -> None:
    await slack.listening()
    await slack.mia.post("sockets/mark")
    await slack.mia.post("sockets/refresh", seconds=0.3)
    said = [slack.mia.say("D0MIA", str(number)) for number in range(20)]
    await asyncio.gather(*said)
    replaced = await slack.until(lambda seen: len(seen["sockets"]) == 2 and seen["open"] == 1)
    await slack.mia.say("D0MIA", "afterwards")

    fates = await slack.delivered(21)

    assert (replaced["lowest"], replaced["sockets"][1]["closed"]) == (1, None)
    assert [(fate["acked"], fate["attempts"]) for fate in fates] == [(True, 1)] * 21
    assert sorted(slack.taken) == sorted([*map(str, range(20)), "afterwards"])


async def test_an_envelope_is_acknowledged_on_the_socket_that_carried_it_though_its_successor_is_open(
    slack: Slack,
) -> None:
    await slack.listening()
    slack.gate.clear()
    await slack.mia.say("D0MIA", "hello")
    await slack.until(lambda seen: seen["sockets"][0]["carried"] == 1)
    await slack.mia.post("sockets/refresh", seconds=0)
    await slack.until(lambda seen: seen["open"] == 2)
    slack.gate.set()

    [fate] = await slack.delivered(1)
    seen = await slack.until(lambda seen: seen["open"] == 1)

    assert (fate["acked"], fate["attempts"]) == (True, 1)
    assert [socket["acknowledged"] for socket in seen["sockets"]] == [1, 0]


async def test_a_deaf_socket_is_replaced_before_it_is_closed(slack: Slack, logged: list[Json]) -> None:
    socket_mode = await slack.listening(silent_seconds=0.4)
    await slack.mia.post("sockets/mark")
    await slack.mia.post("sockets/deafen")
    seen = await slack.until(lambda seen: seen["sockets"][0]["closed"] is not None)
    await slack.mia.say("D0MIA", "can you hear me?")

    [fate] = await slack.delivered(1)

    assert seen["lowest"] == 1
    assert (fate["acked"], fate["attempts"], socket_mode.listening) == (True, 1, True)
    assert [line["reason"] for line in named(logged, "socket_ending")] == ["silent"]


async def test_a_socket_that_slack_drops_without_a_word_is_replaced_at_once(slack: Slack) -> None:
    await slack.listening()
    await slack.mia.post("sockets/close", announce=False)

    seen = await slack.until(lambda seen: len(seen["sockets"]) == 2)

    assert seen["open"] == 1


async def test_a_socket_that_is_one_too_many_is_closed_before_the_next_is_opened(
    slack: Slack, logged: list[Json]
) -> None:
    await slack.listening(**slack.pausing())
    await slack.mia.post("sockets/refresh", reason="too_many_websockets", seconds=NEVER)

    seen = await slack.until(lambda seen: len(seen["sockets"]) == 2)

    first, second = seen["sockets"]
    assert first["closed"] <= second["opened"]
    assert "ten connections" in named(logged, "slack_refuses_the_socket")[0]["fix"]


# ---------------------------------------------------------------------------------------------- opening
async def test_what_slack_wants_to_be_waited_is_waited(slack: Slack) -> None:
    await slack.mia.post("faults", method=OPEN, kind="429", retry_after=70)

    await slack.listening(**slack.pausing())

    assert slack.pauses[0] == 0
    assert slack.pauses[1] >= 70


async def test_a_refused_token_is_named_once_with_its_cure_and_tried_again(
    slack: Slack, logged: list[Json]
) -> None:
    await slack.mia.post("faults", method=OPEN, kind="error", error="invalid_auth", count=8)

    await slack.listening(**slack.pausing())

    [refused] = named(logged, "slack_refuses_the_socket")
    assert refused["reason"] == "invalid_auth"
    assert "SLACK_APP_TOKEN" in refused["fix"]
    assert len(slack.pauses) == 9
    assert named(logged, "socket_not_open") == []


async def test_that_it_is_not_open_is_said_once_and_once_that_it_is_again(
    slack: Slack, logged: list[Json]
) -> None:
    await slack.mia.post("faults", method=OPEN, kind="500", count=8)

    await slack.listening(**slack.pausing())

    assert len(named(logged, "socket_not_open")) == 1
    assert len(named(logged, "socket_open_again")) == 1


async def test_a_short_trouble_is_not_worth_a_warning(slack: Slack, logged: list[Json]) -> None:
    await slack.mia.post("faults", method=OPEN, kind="500", count=1)

    await slack.listening(**slack.pausing())

    assert named(logged, "socket_not_open") == []
    assert len(named(logged, "socket_open")) == 1


async def test_with_socket_mode_switched_off_it_says_how_to_switch_it_on_and_tries_slowly(
    slack: Slack, logged: list[Json]
) -> None:
    await slack.listening(**slack.pausing())
    await slack.mia.post("sockets/refresh", reason="link_disabled", seconds=NEVER)

    await slack.until(lambda seen: len(seen["sockets"]) == 2)

    assert slack.pauses[-1] >= 60
    assert "switch Socket Mode on" in named(logged, "slack_refuses_the_socket")[0]["fix"]


async def test_where_there_is_no_room_for_a_successor_the_deaf_socket_goes_first(slack: Slack) -> None:
    listening = await slack.listening(silent_seconds=0.4)
    await slack.mia.post("sockets/deafen")
    for _ in range(9):
        slack.socket_mode().begin()

    await slack.until(lambda seen: seen["open"] == 10 and seen["sockets"][0]["closed"] is not None)

    assert listening.listening


async def test_a_full_house_is_entered_as_soon_as_somebody_leaves(slack: Slack, logged: list[Json]) -> None:
    others = [await slack.listening() if not number else slack.socket_mode() for number in range(10)]
    for other in others[1:]:
        other.begin()
    await slack.until(lambda seen: seen["open"] == 10)
    late = slack.socket_mode()
    late.begin()
    await slack.until(lambda _: bool(named(logged, "slack_refuses_the_socket")))
    await others[0].close()

    await slack.until(lambda seen: seen["open"] == 10 and len(seen["sockets"]) == 11)

    assert late.state()[0]


def test_pauses_grow_up_to_a_limit_and_are_never_quite_the_same() -> None:
    pauses = [pause_seconds(failures) for failures in range(1, 60)]

    assert pause_seconds(0) == 0
    assert 0.25 <= pauses[0] <= 0.5
    assert all(15 <= pause <= 30 for pause in pauses[7:])
    assert len(set(pauses)) == len(pauses)


# ------------------------------------------------------------------------------------------- what it tells
async def test_how_long_ago_slack_was_heard_is_told_at_the_moment_of_the_question(slack: Slack) -> None:
    socket_mode = slack.socket_mode(clock=slack.clock, silent_seconds=30)
    before = socket_mode.state()
    socket_mode.begin()
    await slack.until(lambda seen: seen["open"] == 1)
    await slack.mia.say("D0MIA", "hello")
    await slack.delivered(1)
    slack.clock.now += 2
    connected = socket_mode.state()
    slack.clock.now += 40
    deaf = socket_mode.state()

    assert before == (False, "not connected (connecting)")
    assert connected[0] is True
    assert connected[1].startswith("connected; last frame 2 s ago, last envelope 2 s ago")
    assert deaf[0] is False
    assert deaf[1].startswith("not connected (silent); last frame 42 s ago")


async def test_it_is_listening_from_hello_to_close(slack: Slack) -> None:
    socket_mode = slack.socket_mode()
    before = socket_mode.listening
    socket_mode.begin()
    await slack.mia.say("D0MIA", "hello")
    await slack.delivered(1)
    while_open = socket_mode.listening
    await socket_mode.close()

    assert (before, while_open, socket_mode.listening) == (False, True, False)


# ---------------------------------------------------------------------------------------------- stopping
async def test_told_to_stop_it_acknowledges_what_it_has_in_hand_and_leaves_the_rest_to_others(
    slack: Slack,
) -> None:
    socket_mode = await slack.listening()
    slack.gate.clear()
    await slack.mia.say("D0MIA", "in hand")
    await slack.until(lambda seen: seen["sockets"][0]["carried"] == 1)
    closing = asyncio.create_task(socket_mode.close())
    await asyncio.sleep(0)
    stopped = socket_mode.listening
    await slack.mia.say("D0MIA", "too late")
    await slack.until(lambda seen: seen["sockets"][0]["carried"] == 2)
    slack.gate.set()
    await closing

    in_hand, too_late = await slack.delivered(2)

    assert not stopped
    assert (in_hand["acked"], in_hand["attempts"]) == (True, 1)
    assert not too_late["acked"]
    assert slack.taken == ["in hand"]


async def test_what_is_not_taken_in_in_time_does_not_keep_it_from_ending(
    slack: Slack,
) -> None:
    socket_mode = await slack.listening(acknowledge_seconds=0.05)
    slack.gate.clear()
    await slack.mia.say("D0MIA", "in hand")
    await slack.until(lambda seen: seen["sockets"][0]["carried"] == 1)

    await socket_mode.close()

    assert (await slack.delivered(1))[0]["acked"] is False


async def test_told_to_stop_while_it_is_connecting_it_ends_at_once(slack: Slack) -> None:
    await slack.mia.post("faults", method=OPEN, kind="slow", seconds=5)
    socket_mode = slack.socket_mode()
    socket_mode.begin()
    await slack.sockets()  # once around, so that the question for an address is out

    async with asyncio.timeout(1):
        await socket_mode.close()

    assert (await slack.sockets())[0]["sockets"] == []


async def test_told_to_stop_while_it_waits_for_the_next_attempt_it_ends_at_once(slack: Slack) -> None:
    await slack.mia.post("faults", method=OPEN, kind="429", retry_after=600)
    socket_mode = slack.socket_mode()
    socket_mode.begin()
    await slack.mia.wait_in(lambda: slack.mia.get("calls"), lambda call: bool(call["method"] == OPEN))

    async with asyncio.timeout(1):
        await socket_mode.close()

    assert not socket_mode.listening
