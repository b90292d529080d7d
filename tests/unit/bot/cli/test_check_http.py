"""The signing secret and the clock, as far as they can be looked at before Slack sends anything."""

import pytest

from bot.cli.check_http import clock_trouble, secret_trouble
from config.settings import SLACK_API_URL

NOON, NOON_SECONDS = "Wed, 25 Nov 2026 12:00:00 GMT", 1_795_608_000.0


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (0, ""),
        (-40, ""),
        (900, "15 minutes ahead of Slack's"),
        (-900, "15 minutes behind Slack's"),
        (61, "1 minute ahead of Slack's"),
        (-86_400, "1440 minutes behind"),
    ],
)
def test_the_clock_is_compared_with_slacks(ahead: float, said: str) -> None:
    trouble = clock_trouble(NOON, NOON_SECONDS + ahead)

    assert (said in trouble) if said else trouble == ""
    assert bool(said) == ("timedatectl" in trouble)


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Nov 2026 12:00:00 GMT"])
def test_an_answer_without_a_date_says_nothing(date: str) -> None:
    assert clock_trouble(date, NOON_SECONDS) == ""


@pytest.mark.parametrize(
    ("secret", "api", "right"),
    [
        ("0123456789abcdef0123456789abcdef", SLACK_API_URL, True),
        ("xoxb-1-2", SLACK_API_URL, False),
        ("0123456789ABCDEF0123456789ABCDEF", SLACK_API_URL, False),
        ("0123456789abcdef0123456789abcde", SLACK_API_URL, False),
        ("", SLACK_API_URL, False),
        ("sandbox-signing-secret", "http://127.0.0.1:3100/slack/api/", True),
    ],
)
def test_a_secret_that_cannot_be_one_is_seen(secret: str, api: str, *, right: bool) -> None:
    trouble = secret_trouble(secret, api)

    assert bool(trouble) != right
    assert secret not in trouble or not secret
