import pytest
from structlog.testing import capture_logs

from bot.app.telnyx import TelnyxSeen
from bot.telnyx import Exchange


def exchange(status: int | None, error: str | None = None) -> Exchange:
    return Exchange("chat.stream", "POST", "/ai/chat/completions", status, 0.1, 1, None, error)


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        (exchange(None, "TelnyxUnreachableError"), "no answer"),
        (exchange(429, "TelnyxRateLimitError"), "status 429"),
        (exchange(503, "TelnyxServerError"), "status 503"),
        (exchange(401, "TelnyxAuthenticationError"), "status 401"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_outage_of_telnyx_is_told_once_and_its_end_once(failing: Exchange, reason: str) -> None:
    seen = TelnyxSeen()
    before = seen.state()

    with capture_logs() as lines:
        for _ in range(40):
            seen.note(failing)
        during = seen.state()
        seen.note(exchange(200))
        seen.note(exchange(200))

    told = [line["event"] for line in lines if line["log_level"] != "debug"]
    assert told == ["telnyx_fails", "telnyx_works_again"]
    assert before == (True, "no request yet")
    assert during == (False, reason)
    assert seen.state() == (True, "answers")


def test_a_no_to_one_call_is_no_outage() -> None:
    seen = TelnyxSeen()

    with capture_logs() as lines:
        seen.note(exchange(404, "TelnyxNotFoundError"))
        seen.note(exchange(422, "TelnyxInvalidError"))

    assert seen.state()[0]
    assert [line for line in lines if line["log_level"] != "debug"] == []


def test_a_call_that_was_ended_here_says_nothing_of_telnyx() -> None:
    seen = TelnyxSeen()

    with capture_logs() as lines:
        seen.note(exchange(None, "CancelledError"))
        at_first = seen.state()
        seen.note(exchange(503, "TelnyxServerError"))
        seen.note(exchange(None, "CancelledError"))

    assert at_first == (True, "no request yet")
    assert seen.state() == (False, "status 503")
    assert [line["event"] for line in lines if line["log_level"] != "debug"] == ["telnyx_fails"]
