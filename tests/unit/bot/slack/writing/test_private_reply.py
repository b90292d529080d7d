import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.render.blocks import Message, context
from bot.render.final import Final
from bot.slack.writing.private_reply import PrivateReply, respond
from bot.store.database import Database
from bot.store.response_urls import ResponseUrls, keys
from sandbox.slack.blocks import CHECKS
from tests.unit.bot.conftest import served
from tests.unit.bot.slack.conftest import SlackHouse

WORK = "cmd:T0ACME:1"


@pytest.fixture
async def urls(slack: SlackHouse, database: Database, tmp_path: Path) -> ResponseUrls:
    made = ResponseUrls(database, keys(None, tmp_path))
    known = slack.standin.workspace.response_urls.new("C0SUPPORT", "U0MIA")
    await made.keep(WORK, f"{slack.standin.root}/response/{known.token}")
    return made


@pytest.fixture
def reply(slack: SlackHouse, urls: ResponseUrls) -> PrivateReply:
    return PrivateReply(slack.api, slack.http, urls, work_id=WORK, user="U0MIA")


async def seen(slack: SlackHouse, channel: str) -> list[str]:
    return [str(m["blocks"] or m["text"]) for m in await slack.mia.messages(channel) if not m["deleted"]]


async def test_only_the_asker_sees_the_answer(slack: SlackHouse, reply: PrivateReply) -> None:
    ts = await reply.finish(Final("Twenty-five days."))

    (message,) = await slack.mia.messages("C0SUPPORT")
    assert (ts, message["only_for"]) == ("", "U0MIA")
    assert "Twenty-five days." in str(message["blocks"])


async def test_a_used_up_url_is_followed_by_a_direct_message(
    slack: SlackHouse, reply: PrivateReply, urls: ResponseUrls
) -> None:
    for _ in range(5):
        await urls.use(WORK)

    ts = await reply.finish(Final("Twenty-five days."))

    (message,) = await slack.mia.messages("D0MIA")
    assert message["ts"] == ts
    assert "Twenty-five days." in str(message["blocks"])
    assert await seen(slack, "C0SUPPORT") == []


async def test_a_url_that_slack_no_longer_takes_is_followed_by_a_direct_message(
    slack: SlackHouse, urls: ResponseUrls
) -> None:
    await urls.keep("other", f"{slack.standin.root}/response/R999999")

    await PrivateReply(slack.api, slack.http, urls, work_id="other", user="U0MIA").finish(Final("x"))

    assert len(await seen(slack, "D0MIA")) == 1


async def test_placeholders_and_growth_leave_one_use_for_the_end(
    slack: SlackHouse, reply: PrivateReply, urls: ResponseUrls
) -> None:
    for _ in range(6):
        await reply.placeholder("_Is looking…_")
    await reply.finish(Final("Twenty-five days."))

    assert "Twenty-five days." in (await seen(slack, "C0SUPPORT"))[-1]
    assert await seen(slack, "D0MIA") == []
    assert await urls.use(WORK) is None


async def test_the_answer_grows_where_the_asker_sees_it(slack: SlackHouse, reply: PrivateReply) -> None:
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: "Twenty" in str(m["blocks"]), channel="#support")
    reply.write("-five")
    await reply.finish(Final("Twenty-five."))

    assert reply.text == "Twenty-five"
    assert "Twenty-five." in (await seen(slack, "C0SUPPORT"))[-1]


LONG = "".join(f"Sentence {number} matters, \u0434\u0430. " for number in range(800))
"""Takes three messages."""


def text_of(messages: list[dict[str, Any]]) -> str:
    return "".join(b["text"] for m in messages for b in m["blocks"] if b["type"] == "markdown")


async def test_a_long_answer_goes_on_beside_it_in_order(slack: SlackHouse, reply: PrivateReply) -> None:
    await reply.placeholder("_Is looking…_")

    ts = await reply.finish(Final(LONG))

    shown = [m for m in await slack.mia.messages("C0SUPPORT") if not m["deleted"]]
    assert (ts, text_of(shown)) == ("", LONG)
    assert {m["only_for"] for m in shown} == {"U0MIA"}
    assert await seen(slack, "D0MIA") == []


@pytest.mark.parametrize("used", [3, 4, 5])
async def test_a_long_answer_for_which_the_url_is_not_enough_stands_in_a_direct_message_as_a_whole(
    slack: SlackHouse, reply: PrivateReply, urls: ResponseUrls, used: int
) -> None:
    for _ in range(used):
        await urls.use(WORK)

    ts = await reply.finish(Final(LONG))
    again = await reply.finish(Final(LONG))

    told = await slack.mia.messages("D0MIA")
    assert (ts, again, text_of(told)) == (told[0]["ts"], ts, LONG)
    assert ["direct message" in one for one in await seen(slack, "C0SUPPORT")] == [True] * min(1, 5 - used)


async def test_where_the_url_ends_in_the_middle_the_rest_is_a_direct_message(
    slack: SlackHouse, reply: PrivateReply
) -> None:
    await slack.fault("response_url", "slow")
    await slack.fault("response_url", "error", error="expired_url", count=100)

    await reply.finish(Final(LONG))

    beside, told = await slack.mia.messages("C0SUPPORT"), await slack.mia.messages("D0MIA")
    assert [bool(text_of(one)) for one in (beside, told)] == [True, True]
    assert text_of([*beside, *told]) == LONG


async def test_a_successor_goes_on_behind_the_last_message_that_was_shown(
    slack: SlackHouse, urls: ResponseUrls
) -> None:
    shown: list[int] = []

    async def on_part(count: int) -> None:
        shown.append(count)
        if count == 2:
            raise SystemExit  # as good as killed

    def begun(parts: int) -> PrivateReply:
        return PrivateReply(
            slack.api, slack.http, urls, work_id=WORK, user="U0MIA", parts=parts, on_part=on_part
        )

    with pytest.raises(SystemExit):
        await begun(0).finish(Final(LONG))
    await begun(shown[-1]).finish(Final(LONG))

    assert text_of(await slack.mia.messages("C0SUPPORT")) == LONG
    assert shown == [1, 2, 3]


async def test_what_grows_leaves_room_for_the_messages_of_its_end(
    slack: SlackHouse, reply: PrivateReply, urls: ResponseUrls
) -> None:
    reply.write(LONG)
    await slack.mia.wait_for(lambda m: "Sentence" in str(m["blocks"]), channel="#support")

    await reply.finish(Final(LONG))

    assert text_of(await slack.mia.messages("C0SUPPORT")) == LONG
    assert await urls.use(WORK, leave=1) is None


@pytest.mark.parametrize("refused", [["markdown"], ["context"], sorted(CHECKS)])
async def test_blocks_that_slack_refuses_cost_neither_text_nor_sources(
    slack: SlackHouse, reply: PrivateReply, refused: list[str]
) -> None:
    await slack.mia.post("blocks", refused=refused)
    body = "It is **twenty-five** days. " * 90

    await reply.finish(Final(body, [context("[1] *leave.md* \u00b7 A &amp; B")]))

    (shown,) = await seen(slack, "C0SUPPORT")
    assert shown.count("twenty-five") == 90
    assert "[1]" in shown
    assert "A &amp; B" in shown or "A & B" in shown


@pytest.mark.parametrize(("retry_after", "taken"), [("1", True), ("3600", False)])
async def test_a_url_that_slack_closes_is_used_again_when_slack_allows_it_unless_that_is_too_late(
    slack: SlackHouse, retry_after: str, taken: bool
) -> None:
    at: list[float] = []

    async def limited_once(_: web.Request) -> web.Response:
        at.append(asyncio.get_running_loop().time())
        if len(at) == 1:
            return web.Response(status=429, headers={"Retry-After": retry_after})
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/", limited_once)
    async with served(app) as root:
        slack.plays(root)
        sent = await respond(slack.api, slack.http, f"{root}/", Message("Twenty-five days."), replace=True)

    assert sent is taken
    assert [later - earlier >= 1 for earlier, later in pairwise(at)] == ([True] if taken else [])


async def test_nothing_is_sent_to_an_address_that_is_not_slacks_and_no_redirect_is_followed(
    slack: SlackHouse,
) -> None:
    came: list[str] = []

    async def note(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", note)
    async with served(app) as root:
        foreign = await respond(
            slack.api, slack.http, f"{root}/x", Message("Twenty-five days."), replace=True
        )
        slack.plays(root)
        led_on = await respond(
            slack.api, slack.http, f"{root}/own", Message("Twenty-five days."), replace=True
        )

    assert (foreign, led_on) == (False, False)
    assert came == ["/own"]


async def test_an_answer_whose_url_is_not_slacks_comes_as_a_direct_message(
    slack: SlackHouse, urls: ResponseUrls
) -> None:
    await urls.keep("other", "https://hooks.slack.com.evil.example/commands/1")

    await PrivateReply(slack.api, slack.http, urls, work_id="other", user="U0MIA").finish(Final("x"))

    assert len(await seen(slack, "D0MIA")) == 1


SAYS_NOTHING: list[dict[str, Any]] = [
    {"kind": "unreadable", "body": "html"},
    {"kind": "unreadable", "body": "html", "status": 403},
    {"kind": "unreadable_after_apply", "body": "cut"},
    {"kind": "error_after_apply", "error": "internal_error"},
]


@pytest.mark.parametrize("fault", SAYS_NOTHING, ids=str)
async def test_only_slacks_own_yes_says_that_a_message_is_shown(
    slack: SlackHouse, reply: PrivateReply, fault: dict[str, Any]
) -> None:
    below = [context("[1] leave.md")]
    await slack.fault("response_url", **fault)

    await reply.finish(Final("Twenty-five days.", below))

    (message,) = [m for m in await slack.mia.messages("C0SUPPORT") if not m["deleted"]]
    assert [block["type"] for block in message["blocks"]] == ["markdown", "context"]
    assert await seen(slack, "D0MIA") == []


@pytest.mark.parametrize("body", ["expired_url", '{"ok":false,"error":"expired_url"}'])
async def test_a_no_with_status_200_is_a_no(slack: SlackHouse, body: str) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.router.add_post("/", refuse)
    async with served(app) as root:
        slack.plays(root)
        assert not await respond(
            slack.api, slack.http, f"{root}/", Message("Twenty-five days."), replace=True
        )
