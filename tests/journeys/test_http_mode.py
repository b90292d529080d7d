"""The bot without Socket Mode: Slack's signed requests come in over HTTP, with the same answers."""

import hashlib
import hmac
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
import pytest

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL, finished, words

OVER_HTTP = {"SLACK_APP_TOKEN": "", "LIMITS_STOP_SECONDS": "15"}
LEAVE = "How many days of paid annual leave do full-timers have?"


def address(bot: BotProcess) -> str:
    """Where Slack sends to."""
    return f"http://127.0.0.1:{bot.environment['PORT']}/slack/events"


def listens(bot: BotProcess) -> bool:
    """Does anybody answer there?"""
    try:
        return bot.probe("/live")[0] == HTTPStatus.OK
    except OSError:
        return False


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """A bot that Slack can reach over HTTP only."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), **OVER_HTTP).start()
    yield running
    running.stop()


@pytest.fixture
def http_bot(bot: BotProcess, house: House) -> Iterator[BotProcess]:
    """The bot to which Slack sends."""
    with reached(house, bot):
        yield bot


@pytest.fixture
def own_http_bot(own_bot: BotProcess, house: House) -> Iterator[BotProcess]:
    """The same for tests that end it."""
    own_bot.environment |= OVER_HTTP
    with reached(house, own_bot.start()):
        yield own_bot


@contextmanager
def reached(house: House, bot: BotProcess) -> Iterator[None]:
    """Slack sends to this bot."""
    house.ask("slack", "events_url", {"url": address(bot)})
    yield
    house.ask("slack", "events_url", {"url": ""})


async def send(bot: BotProcess, body: str, *, secret: str, stamp: int | None = None) -> int:
    """One request to the bot as Slack makes it; the HTTP status of its answer."""
    at = str(stamp or int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(address(bot), data=body, headers=headers) as answer,
    ):
        return answer.status


def event(kind: str, **more: str) -> str:
    """An event's body."""
    inner = {"type": kind, "event_ts": "1700000000.000100", **more}
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0SANDBOX",
            "api_app_id": "A0SANDBOX",
            "event_id": f"Ev{kind}",
            "event_time": 1_700_000_000,
            "event": inner,
        }
    )


def mention(text: str) -> str:
    """A mention that nobody wrote."""
    return event(
        "app_mention", user="U0MIA", channel=GENERAL, ts="1700000000.000100", text=f"<@U0BOT> {text}"
    )


def begun(house: House) -> int:
    """How many messages the bot began in #general; elsewhere it may tell of jobs meanwhile."""
    calls = house.calls("chat.startStream") + house.calls("chat.postMessage")
    return len([call for call in calls if call["channel"] == GENERAL])


@pytest.mark.usefixtures("http_bot")
async def test_mention_command_and_button_work_over_http(person: People, house: House) -> None:
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    await mia.click(GENERAL, answer["ts"], "show_passages")
    view = await mia.wait_in(mia.views, lambda v: v["type"] == "modal" and "leave.md" in str(v))
    await mia.command(GENERAL, "/ask", LEAVE)
    private = await mia.wait_for(
        lambda m: m["kind"] == "ephemeral" and m["ts"] > answer["ts"] and finished(m), channel=GENERAL
    )

    assert house.sockets == 0
    assert "27 days" in words(answer)
    assert "leave.md" in str(view["blocks"])
    assert "27 days" in words(private)
    assert "leave.md" in words(private)


async def test_a_wrong_signature_is_refused_and_nothing_happens(
    http_bot: BotProcess, person: People, house: House
) -> None:
    mia = person("U0MIA")
    calls = begun(house)
    forged = await send(http_bot, mention(LEAVE), secret="not-the-signing-secret")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)

    assert forged == 401
    assert begun(house) == calls + 1, "only the real question was answered"
    assert http_bot.logged("slack_signature_does_not_match")


async def test_a_request_from_long_ago_is_refused(http_bot: BotProcess) -> None:
    secret = http_bot.environment["SLACK_SIGNING_SECRET"]

    replayed = await send(http_bot, mention(LEAVE), secret=secret, stamp=int(time.time()) - 3600)

    assert replayed == 401
    assert http_bot.logged("slack_signature_of_another_time")


async def test_events_that_need_no_work_are_answered_200(http_bot: BotProcess) -> None:
    secret = http_bot.environment["SLACK_SIGNING_SECRET"]

    statuses = [
        await send(http_bot, event(kind, user="U0MIA"), secret=secret)
        for kind in ("team_join", "emoji_changed", "an_event_of_next_year")
    ]

    assert statuses == [200, 200, 200]


async def test_the_probes_say_that_it_is_alive_and_ready(http_bot: BotProcess) -> None:
    live, ready = http_bot.probe("/live"), http_bot.probe("/ready")

    assert live[0] == 200
    assert ready[0] == 200
    assert ready[1]["ok"] is True


async def test_told_to_stop_it_listens_no_more_and_lets_running_answers_end(
    own_http_bot: BotProcess, person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="slow", seconds=1.5)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_in(lambda: mia.get("deliveries"), lambda d: d["ts"] == root and d["acked"])
    assert own_http_bot.process is not None
    own_http_bot.process.send_signal(signal.SIGTERM)
    until(lambda: not listens(own_http_bot), "the end of listening")
    still_running = own_http_bot.process.poll() is None

    status = own_http_bot.process.wait(20)

    assert still_running
    assert status == 0
    assert "27 days" in words(await mia.wait_for(finished, 1, channel=GENERAL, thread_ts=root))


async def test_told_to_stop_it_ends_with_status_zero(own_http_bot: BotProcess) -> None:
    assert own_http_bot.stop() == 0
