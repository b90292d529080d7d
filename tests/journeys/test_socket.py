"""The bot's ear: always open through refreshes, replaced when deaf, and closed before anything else when it is told to stop."""

import asyncio
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import answered_once
from tests.journeys.test_recovery import all_accepted, ask_many, each_answered_once

Asked = list[tuple[str, str]]
OPEN = "apps.connections.open"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox of its own: what nobody acknowledged here is sent again a minute later, to whoever is connected then."""
    running = House(tmp_path_factory.mktemp("sandbox"))
    running.ask("slack", "limits", {"on": False})
    yield running
    running.stop()


async def fates(mia: Person, asked: Asked) -> list[dict[str, Any]]:
    """What became of the deliveries of these questions, in their order."""
    found = {(d["channel"], d["ts"]): d for d in await mia.get("deliveries")}
    return [found[where] for where in asked]


async def sockets(mia: Person) -> list[dict[str, Any]]:
    """What the stand-in says of its sockets, as one item that can be waited for."""
    return [await mia.get("sockets")]


async def tried(mia: Person, asked: Asked) -> None:
    """Each of these was acknowledged, or tried twice in vain."""

    async def look() -> list[dict[str, Any]]:
        return [{"all": await fates(mia, asked)}]

    await mia.wait_in(look, lambda seen: all(fate["acked"] or fate["attempts"] > 1 for fate in seen["all"]))


async def test_through_a_refresh_among_many_questions_each_is_taken_at_its_first_delivery_and_a_socket_is_always_open(
    own_bot: BotProcess, person: People
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    await mia.post("sockets/mark")
    asked = await ask_many(mia, 10)
    await mia.post("sockets/refresh", seconds=2)
    asked += await ask_many(mia, 5)
    both = await mia.wait_in(lambda: sockets(mia), lambda s: s["open"] == 2)
    asked += await ask_many(mia, 5)
    seen = await mia.wait_in(lambda: sockets(mia), lambda s: s["open"] == 1)
    asked += await ask_many(mia, 2)
    await each_answered_once(mia, asked, 30)

    took = await fates(mia, asked)

    assert seen["lowest"] >= 1
    assert seen["sockets"][-1]["number"] == both["sockets"][-1]["number"]
    assert [(fate["acked"], fate["attempts"]) for fate in took] == [(True, 1)] * 22
    assert seen["sockets"][-2]["carried"] == seen["sockets"][-2]["acknowledged"]


async def test_a_deaf_socket_is_noticed_and_replaced_and_what_it_swallowed_is_answered_once(
    own_bot: BotProcess, person: People
) -> None:
    own_bot.environment["SLACK_SILENT_SECONDS"] = "1"
    own_bot.start()
    mia = person("U0MIA")
    await mia.post("sockets/mark")
    await mia.post("sockets/deafen")
    asked = await ask_many(mia, 3)
    await each_answered_once(mia, asked, 30)

    [seen] = await sockets(mia)

    assert seen["lowest"] >= 1
    assert seen["sockets"][-1]["deaf"] is False
    assert own_bot.logged("silent")
    assert own_bot.probe("/ready")[0] == 200


async def test_told_to_stop_among_arriving_questions_it_takes_no_more_ends_what_runs_and_answers_the_rest_after_the_restart(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.environment["LIMITS_STOP_SECONDS"] = "15"
    own_bot.start()
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=1.5, count=0)
    before = await ask_many(mia, 5)
    await all_accepted(mia, before)
    process = own_bot.process
    assert process is not None

    arriving = asyncio.create_task(ask_many(mia, 10))
    process.send_signal(signal.SIGTERM)
    await mia.wait_in(lambda: sockets(mia), lambda seen: seen["open"] == 0)
    still_running = process.poll() is None
    too_late = await ask_many(mia, 3)
    status = await asyncio.to_thread(process.wait, 20)
    meanwhile = await arriving
    await each_answered_once(mia, before, 1)
    await tried(mia, meanwhile + too_late)
    missed = [fate["ts"] for fate in await fates(mia, meanwhile + too_late) if not fate["acked"]]
    house.calm()
    own_bot.start()
    for ts in missed:
        await mia.post("redeliver", ts=ts)

    assert still_running, "the socket is closed first, running answers end later"
    assert status == 0
    assert {ts for _, ts in too_late} <= set(missed)
    await each_answered_once(mia, before + meanwhile + too_late, 30)


async def test_told_to_stop_while_it_is_connecting_it_ends_at_once_with_status_zero(
    own_bot: BotProcess, house: House
) -> None:
    house.slack_fault(method=OPEN, kind="429", retry_after=600)
    called = len(house.calls(OPEN))
    own_bot.launch()
    until(lambda: len(house.calls(OPEN)) > called, "the attempt to connect")

    assert own_bot.stop() == 0


async def test_ready_tells_how_long_ago_slack_was_heard(own_bot: BotProcess, person: People) -> None:
    own_bot.start()
    await answered_once(person("U0MIA"))

    status, ready = own_bot.probe("/ready")

    assert status == 200
    assert re.fullmatch(
        r"connected; last frame \d+ s ago, last envelope \d+ s ago, last ping \d+ s ago",
        ready["checks"]["slack"]["detail"],
    )


async def test_while_slack_lets_nobody_in_ready_and_the_log_say_why_and_what_to_do(
    own_bot: BotProcess, house: House
) -> None:
    own_bot.start()
    house.slack_fault(method=OPEN, kind="error", error="invalid_auth", count=1000)
    house.ask("slack", "sockets/close", {"announce": False})
    until(lambda: own_bot.probe("/ready")[0] == 503, "the report that nobody is listening")
    until(lambda: own_bot.logged("slack_refuses_the_socket"), "a word in the log")
    refused = own_bot.probe("/ready")[1]["checks"]["slack"]["detail"]
    house.calm()
    until(lambda: own_bot.probe("/ready")[0] == 200, "the next connection")

    assert "not connected (invalid_auth)" in refused
    assert own_bot.logged("SLACK_APP_TOKEN")
    assert own_bot.logged("socket_open_again")
