import pytest

from bot.services.access import Place
from bot.slack.writing.status_line import StatusLine
from tests.unit.bot.slack.conftest import SlackHouse


@pytest.fixture
def line(slack: SlackHouse) -> StatusLine:
    return StatusLine(slack.api)


@pytest.fixture
def place(question: str) -> Place:
    return Place("T0ACME", "C0SUPPORT", question)


async def test_where_slack_has_no_status_it_is_asked_for_once(
    line: StatusLine, slack: SlackHouse, place: Place
) -> None:
    await slack.fault("assistant.threads.setStatus", "error", error="feature_not_enabled")

    shown = [await line.show(place, "is looking…", private=False) for _ in range(3)]

    assert shown == [False, False, False]
    assert await slack.calls("assistant.threads.setStatus") == 1


async def test_a_private_answer_has_no_status(line: StatusLine, slack: SlackHouse, place: Place) -> None:
    assert not await line.show(place, "is looking…", private=True)
    assert await slack.calls("assistant.threads.setStatus") == 0
