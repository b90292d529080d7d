"""Slack or Telnyx is away for a while: in the end each question has one message, the answer or a sentence, and nothing is stuck.

A few seconds here; ``make matrix`` takes a minute.
"""

import asyncio

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import SAID, answered_once, no_status, only_reply
from tests.journeys.screen import words
from tests.journeys.test_recovery import ask_many, each_answered_once, one_is_open

SHORT, LONG = 6.0, 60.0
FOREVER = 10**6


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        ("500", SHORT),
        pytest.param("500", LONG, marks=pytest.mark.matrix),
        pytest.param("drop", LONG, marks=pytest.mark.matrix),
    ],
)
async def test_while_slack_is_away_nothing_is_lost_and_afterwards_each_question_has_one_message(
    own_bot: BotProcess, person: People, house: House, kind: str, seconds: float
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    house.telnyx_rests(2, 5)
    asked = await ask_many(mia, 10)
    await one_is_open(mia, asked)
    house.slack_fault(method="*", kind=kind, count=FOREVER)
    house.ask("slack", "sockets/close", {"announce": False})
    unheard = await ask_many(mia, 5)
    await asyncio.sleep(seconds)  # the length of the outage itself, not a wait for something

    house.calm()
    until(lambda: house.sockets > 0, "a new socket")
    for _, ts in unheard:
        await mia.post("redeliver", ts=ts, times=1)  # as Slack does by itself a minute later

    await each_ended_once(mia, asked + unheard)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"kind": "status", "status": 503}, SHORT),
        pytest.param({"kind": "status", "status": 503}, LONG, marks=pytest.mark.matrix),
        pytest.param({"kind": "drop"}, LONG, marks=pytest.mark.matrix),
    ],
)
async def test_while_telnyx_is_away_each_question_gets_one_sentence_and_afterwards_there_are_answers(
    own_bot: BotProcess, person: People, house: House, fault: dict[str, object], seconds: float
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    house.telnyx_rests(2, 5)
    running = await ask_many(mia, 5)
    await one_is_open(mia, running)
    house.telnyx_fault(count=0, **fault)
    asked = await ask_many(mia, 5)
    await asyncio.sleep(seconds)  # the length of the outage itself, not a wait for something

    house.calm()

    await each_ended_once(mia, running + asked)
    await answered_once(mia)


async def test_started_with_a_token_that_slack_refuses_for_a_while_it_answers_and_ready_tells(
    own_bot: BotProcess, person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.slack_fault(method="auth.test", kind="error", error="invalid_auth", count=FOREVER)
    own_bot.start()
    until(lambda: "slack_token" in own_bot.probe("/ready")[1]["checks"], "the first look at the token")
    asked = await ask_many(mia, 5)
    await each_answered_once(mia, asked, 30)
    refused = own_bot.probe("/ready")

    house.calm()
    until(lambda: own_bot.probe("/ready")[1]["checks"]["slack_token"]["ok"], "a token that is taken again")

    assert refused[0] == 200, "what it accepts it keeps"
    assert refused[1]["checks"]["slack_token"] == {"ok": False, "detail": "invalid_auth"}


async def each_ended_once(mia: Person, asked: list[tuple[str, str]]) -> None:
    """Every question has one finished message: the whole answer, or a sentence about what went wrong."""
    for channel, ts in asked:
        shown = words(await only_reply(mia, channel, ts, 90))
        assert shown.count(SAID) == 1 or "Telnyx" in shown or "Slack" in shown, shown
    await no_status(mia)
