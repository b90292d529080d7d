"""What a workspace lacks or Slack refuses for good: each test has a bot of its own, because the bot remembers it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.telnyx import Pace, TelnyxStandIn
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import LEAVE, LONG, answered_once, error_id, only_reply
from tests.journeys.screen import GENERAL, from_bot, words

EMPTY_KEY = "KEY-without-documents"


@pytest.mark.parametrize(
    "code", ["feature_not_enabled", pytest.param("unknown_method", marks=pytest.mark.matrix)]
)
async def test_a_workspace_without_streaming_gets_its_answers_as_edited_posts(
    own_bot: BotProcess, person: People, house: House, code: str
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    house.slack_fault(method="chat.startStream", kind="error", error=code, count=100)

    answer = await answered_once(mia)

    assert answer["kind"] == "post"


async def test_without_the_scope_for_a_status_the_answer_comes_all_the_same(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    house.slack_fault(method="assistant.threads.setStatus", kind="error", error="missing_scope", count=100)

    await answered_once(person("U0MIA"))


async def test_somebody_whom_slack_does_not_describe_gets_a_sentence_and_no_answer(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    house.slack_fault(method="users.info", kind="error", error="user_not_visible", count=100)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await only_reply(mia, GENERAL, root)

    assert "27 days" not in words(told)
    assert own_bot.logged(error_id(words(told)))


async def test_auth_test_refused_all_the_time_keeps_nobody_from_an_answer(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    house.slack_fault(method="auth.test", kind="error", error="invalid_auth", count=1000)
    mia = person("U0MIA")

    first = await answered_once(mia)
    await answered_once(mia)

    assert first["kind"] == "stream"


@pytest.fixture
async def empty_telnyx() -> AsyncIterator[str]:
    """A Telnyx account without any document; its base URL."""
    standin = TelnyxStandIn(keys=[EMPTY_KEY], clock=SandboxClock(scale=0), pace=Pace(first=0, word=0))
    app = web.Application()
    app.add_subapp("/telnyx", standin.app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/telnyx/v2"
    await runner.cleanup()


async def test_without_any_bucket_people_are_told_how_to_get_one(
    own_bot: BotProcess, person: People, empty_telnyx: str
) -> None:
    own_bot.environment |= {"TELNYX_BASE_URL": empty_telnyx, "TELNYX_API_KEY": EMPTY_KEY}
    await asyncio.to_thread(own_bot.start)
    mia = person("U0MIA")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await only_reply(mia, GENERAL, root)

    assert "bucket" in words(told)
    assert "Storage" in words(told) or "portal" in words(told).lower()


async def test_try_again_shows_no_documents_where_another_organisation_reads(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ben = person("U0BEN")
    house.slack_fault(method="users.info", kind="error", error="user_not_visible", count=1000)
    root = await ben.say("C0PARTNERS", f"@bot {LEAVE}")
    failed = await ben.wait_for(
        lambda m: from_bot(m) and bool(m["blocks"]), LONG, channel="C0PARTNERS", thread_ts=root
    )
    house.calm()  # whoever else was looked up meanwhile
    await ben.click("C0PARTNERS", failed["ts"], "try_again")

    told = await ben.wait_for(
        lambda m: from_bot(m) and m["ts"] != failed["ts"] and bool(m["blocks"]),
        LONG,
        channel="C0PARTNERS",
        thread_ts=root,
    )

    assert "shared with another organization" in words(told)
    assert "27 days" not in words(told)
