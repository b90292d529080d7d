import pytest
from structlog.testing import capture_logs

from bot.app.telnyx import TelnyxSeen
from bot.telnyx import Call


def call(status: int | None, error: str | None = None) -> Call:
    return Call("chat.stream", "POST", "/ai/chat/completions", status, 0.1, 1, None, error)


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        (call(None, "TelnyxUnreachableError"), "no answer"),
        (call(429, "TelnyxRateLimitError"), "status 429"),
        (call(503, "TelnyxServerError"), "status 503"),
        (call(401, "TelnyxAuthenticationError"), "status 401"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_outage_of_telnyx_is_told_once_and_its_end_once(failing: Call, reason: str) -> None:
    seen = TelnyxSeen()
    before = seen.state()

    with capture_logs() as lines:
        for _ in range(40):
            seen.note(failing)
        during = seen.state()
        seen.note(call(200))
        seen.note(call(200))

    told = [line["event"] for line in lines if line["log_level"] != "debug"]
    assert told == ["telnyx_fails", "telnyx_works_again"]
    assert before == (True, "not called yet")
    assert during == (False, reason)
    assert seen.state() == (True, "answers")


def test_a_no_to_one_call_is_no_outage() -> None:
    seen = TelnyxSeen()

    with capture_logs() as lines:
        seen.note(call(404, "TelnyxNotFoundError"))
        seen.note(call(422, "TelnyxInvalidError"))

    assert seen.state()[0]
    assert [line for line in lines if line["log_level"] != "debug"] == []


def test_a_call_that_was_ended_here_says_nothing_of_telnyx() -> None:
    seen = TelnyxSeen()

    with capture_logs() as lines:
        seen.note(call(None, "CancelledError"))
        at_first = seen.state()
        seen.note(call(503, "TelnyxServerError"))
        seen.note(call(None, "CancelledError"))

    assert at_first == (True, "not called yet")
    assert seen.state() == (False, "status 503")
    assert [line["event"] for line in lines if line["log_level"] != "debug"] == ["telnyx_fails"]
