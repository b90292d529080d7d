import asyncio

import pytest

from bot.services.access import Place
from bot.slack.api import SlackApi
from bot.slack.limits import SESSION, Limits
from bot.slack.writing.stop_button import StopButton
from tests.unit.bot.slack.conftest import SlackHouse, Time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def api(slack: SlackHouse, time: Time) -> SlackApi:
    """Its budget lives by ``time``."""
    return SlackApi(slack.api.client, Limits(time, sleep=time.sleep))


@pytest.fixture
def place(question: str) -> Place:
    return Place("T0ACME", "C0SUPPORT", question)


async def states(slack: SlackHouse) -> list[str]:
    """The states of all sessions."""
    return [session["status"] for session in (await slack.mia.get("state"))["sessions"]]


async def test_a_stop_button_is_taken_away_however_long_slack_makes_that_wait(
    slack: SlackHouse, api: SlackApi, time: Time, place: Place
) -> None:
    async def work() -> None:
        async with StopButton(api, quick=0).stoppable(place, private=False, left=False):
            await slack.until_called(SESSION)
            api.limits.allowance(SESSION).refused(60)

    working = asyncio.create_task(work())
    await slack.until_called(SESSION)
    shown = await states(slack)
    await time.until(working)

    assert shown == ["processing"]
    assert await states(slack) == ["active"]
    assert time.now >= 1_060
    assert api.limits.allowance(SESSION).reserved == 0


async def test_a_button_that_could_not_be_taken_away_is_not_shown(
    slack: SlackHouse, api: SlackApi, place: Place
) -> None:
    api.limits.allowance(SESSION).refused(0)  # one call is left, and a button needs two
    async with StopButton(api, quick=0).stoppable(place, private=False, left=False):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert await states(slack) == []
    assert api.limits.allowance(SESSION).reserved == 0


async def test_a_process_that_ends_does_not_wait_to_take_a_button_away(
    slack: SlackHouse, api: SlackApi, place: Place
) -> None:
    async def work() -> None:
        async with StopButton(api, quick=0).stoppable(place, private=False, left=False):
            await slack.until_called(SESSION)
            api.limits.allowance(SESSION).refused(60)
            working.cancel()
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await working

    assert await slack.calls(SESSION) == 1
    assert api.limits.allowance(SESSION).reserved == 0
