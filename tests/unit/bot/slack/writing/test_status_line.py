from dataclasses import replace

import pytest

from bot.services.access import Destination
from bot.slack.writing.status_line import StatusLine
from tests.unit.bot.slack.conftest import SlackHouse


@pytest.fixture
def line(slack: SlackHouse) -> StatusLine:
    return StatusLine(slack.api)


@pytest.fixture
def destination(question: str) -> Destination:
    return Destination("T0ACME", "C0SUPPORT", question, "U0MIA", "T0ACME", private=False, shared=False)


async def test_where_slack_has_no_status_it_is_asked_for_once(
    line: StatusLine, slack: SlackHouse, destination: Destination
) -> None:
    await slack.fault("assistant.threads.setStatus", "error", error="feature_not_enabled")

    shown = [await line.show(destination, "is looking…") for _ in range(3)]

    assert shown == [False, False, False]
    assert await slack.calls("assistant.threads.setStatus") == 1


async def test_a_private_answer_has_no_status(
    line: StatusLine, slack: SlackHouse, destination: Destination
) -> None:
    assert not await line.show(replace(destination, private=True), "is looking…")
    assert await slack.calls("assistant.threads.setStatus") == 0
