import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.app.telnyx import TelnyxSeen, telnyx_client
from bot.telnyx import Exchange
from config.settings import Settings
from tests.unit.bot.conftest import KEY, served


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


async def test_no_cookie_of_telnyx_is_sent_back() -> None:
    came: list[str | None] = []

    async def models(request: web.Request) -> web.Response:
        came.append(request.headers.get("Cookie"))
        return web.json_response({"data": []}, headers={"Set-Cookie": "session=1; Path=/"})

    app = web.Application()
    app.router.add_get("/v2/ai/models", models)
    async with served(app) as root:
        # Under a name: aiohttp keeps no cookie of a bare address.
        base_url = root.replace("127.0.0.1", "localhost") + "/v2"
        settings = Settings(_env_file=None, telnyx={"api_key": KEY, "base_url": base_url})
        async with telnyx_client(settings) as telnyx:
            await telnyx.models.all()
            await telnyx.models.all()

    assert came == [None, None]
