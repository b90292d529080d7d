import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.render.blocks import MESSAGE_BYTES, actions, button, context, size
from bot.render.final import Final
from bot.render.sources import ShowPassages
from bot.slack.api import SlackApi
from bot.slack.limits import APPEND, PER_MINUTE, POST, STOP, UPDATE, Limits, Opening
from bot.slack.writing.reply import STREAM_SECONDS, Reply
from bot.slack.writing.thread_message import Spot
from sandbox.slack.blocks import CHECKS
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

SOURCES = [context("source one")]


class Desk:
    """Makes replies as `Replies` does and remembers what they said about themselves."""

    def __init__(self, slack: SlackHouse, spot: Spot) -> None:
        self.slack, self.spot, self.clock = slack, spot, Clock()
        self.api = slack.api
        self.opened: list[tuple[str, str]] = []
        self.findable: tuple[str, bool] | None = None

    async def on_open(self, kind: str, ts: str) -> None:
        self.opened.append((kind, ts))

    async def find(self) -> tuple[str, bool] | None:
        return self.findable

    def reply(self, opening: Opening | None = None) -> Reply:
        budget = self.api.limits
        if opening == "post":
            budget.streams_work = False
        if opening == "whole":
            budget.streams_work = False
            budget.allowance(UPDATE).refused(600)
        return Reply(self.api, self.spot, self.on_open, self.find, clock=self.clock)

    def by_hand(self, opening: Opening | None = None) -> Reply:
        """The same, growing only when a test says so."""
        reply = self.reply(opening)
        reply._shower = asyncio.create_task(asyncio.sleep(0))
        return reply

    def count(self, *methods: str) -> Limits:
        """From here the budget lives by this desk's clock, and has heard a 429 for these methods two minutes ago."""
        self.api = SlackApi(self.slack.api.client, Limits(self.clock))
        for method in methods:
            self.api.limits.allowance(method, self.spot.channel).refused(1)
        self.clock.now += 120
        return self.api.limits

    async def first(self) -> tuple[str, bool]:
        """What a look into the thread finds."""
        return str((await self.shown())[0]["ts"]), True

    async def first_if_any(self) -> tuple[str, bool] | None:
        """The same while nothing may stand there."""
        shown = await self.shown()
        return (str(shown[0]["ts"]), True) if shown else None

    async def shown(self) -> list[dict[str, Any]]:
        return await self.slack.replies(self.spot.thread)


@pytest.fixture
def desk(slack: SlackHouse, spot: Spot) -> Desk:
    return Desk(slack, spot)


def reserved(api: SlackApi) -> dict[str, int]:
    return {name: api.limits.allowance(name).reserved for name in PER_MINUTE}


def words(message: dict[str, Any]) -> str:
    """What a message says as Markdown, streamed or in a block."""
    blocks = "".join(block["text"] for block in message["blocks"] if block["type"] == "markdown")
    return blocks or str(message["markdown"])


async def test_the_first_words_are_shown_at_once_and_grow(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    first = await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    reply.write("-five days")
    grown = await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty-five days", channel="#support")
    ts = await reply.finish(Final("Twenty-five days a year.", SOURCES))

    (message,) = await desk.shown()
    assert (first["streaming"], grown["streaming"], message["streaming"]) == (True, True, False)
    assert message["markdown"] == "Twenty-five days a year."
    assert [block["type"] for block in message["blocks"]] == ["context"]
    assert message["metadata"]["event_payload"] == {"turn": desk.spot.turn}
    assert desk.opened == [("stream", ts)]
    assert set(reserved(slack.api).values()) == {0}


@pytest.mark.parametrize("opening", ["whole", "post", None])
async def test_an_answer_that_never_grew_is_one_message(
    desk: Desk, slack: SlackHouse, opening: Opening | None
) -> None:
    ts = await desk.reply(opening).finish(Final("Whole.", SOURCES))

    (message,) = await desk.shown()
    assert (message["ts"], words(message)) == (ts, "Whole.")
    assert await slack.calls("chat.startStream") == 0
    assert set(reserved(slack.api).values()) == {0}


async def test_without_streaming_a_post_is_edited(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply("post")
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: words(m) == "Twenty", channel="#support")
    reply.write("-five")
    await slack.mia.wait_for(lambda m: words(m) == "Twenty-five", channel="#support")
    await reply.finish(Final("Twenty-five days.", SOURCES))

    (message,) = await desk.shown()
    assert words(message) == "Twenty-five days."
    assert message["edited"] == 2
    assert set(reserved(slack.api).values()) == {0}


async def test_a_refused_stream_becomes_a_post_and_is_not_tried_again(desk: Desk, slack: SlackHouse) -> None:
    await slack.fault("chat.startStream", "error", error="feature_not_enabled")
    reply = desk.reply()
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: words(m) == "Twenty", channel="#support")
    await reply.finish(Final("Twenty-five."))

    (message,) = await desk.shown()
    assert words(message) == "Twenty-five."
    assert not slack.api.limits.streams_work


async def test_a_stream_whose_start_got_no_answer_is_not_opened_twice(desk: Desk, slack: SlackHouse) -> None:
    await slack.fault("chat.startStream", "reset_after_apply")
    reply = desk.reply()
    reply._message._find = desk.first
    reply.write("Twenty")
    await slack.until_called("chat.startStream")
    await reply.finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert (words(message), message["streaming"]) == ("Twenty-five.", False)


async def test_a_stream_that_slack_ended_is_made_right_at_the_end(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    seen = await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    await slack.api.client.chat_stopStream(channel="C0SUPPORT", ts=seen["ts"])
    reply.write("-five")
    await slack.until_called("chat.appendStream")
    await reply.finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert words(message) == "Twenty-five."
    assert [block["type"] for block in message["blocks"]] == ["markdown", "context"]


async def test_before_slack_ends_a_stream_the_reply_goes_on_as_an_edited_message(
    desk: Desk, slack: SlackHouse
) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    desk.clock.now += STREAM_SECONDS + 1
    reply.write("-five")
    grown = await slack.mia.wait_for(lambda m: words(m) == "Twenty-five", channel="#support")
    await reply.finish(Final("Twenty-five days.", SOURCES))

    (message,) = await desk.shown()
    assert (grown["streaming"], grown["ts"]) == (False, message["ts"])
    assert words(message) == "Twenty-five days."
    assert await slack.calls("chat.startStream") == 1
    assert set(reserved(slack.api).values()) == {0}


async def test_a_roll_over_that_slack_refuses_does_not_lose_the_end(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    desk.clock.now += STREAM_SECONDS + 1
    await slack.fault("chat.stopStream", "error", error="internal_error")
    reply.write("-five")
    await slack.until_called("chat.stopStream")
    await reply.finish(Final("Twenty-five days."))

    (message,) = await desk.shown()
    assert (words(message), message["streaming"]) == ("Twenty-five days.", False)


@pytest.mark.parametrize("opening", [None, "post", "whole"])
async def test_a_text_that_is_too_long_goes_on_in_further_messages(
    desk: Desk, slack: SlackHouse, opening: Opening | None
) -> None:
    long = "".join(f"Sentence {number} matters, да. " for number in range(800))
    reply = desk.reply(opening)
    reply.write(long)
    if opening != "whole":
        await slack.mia.wait_for(lambda m: words(m).startswith("Sentence"), channel="#support")
    ts = await reply.finish(Final(long, SOURCES))

    shown = await desk.shown()
    assert shown[0]["ts"] == ts
    assert "".join(words(message) for message in shown) == long
    assert all(len(words(one).encode()) + size(one["blocks"][1:]) <= MESSAGE_BYTES for one in shown)
    assert ["source one" in str(one["blocks"]) for one in shown] == [False, False, True]


@pytest.mark.parametrize("lost", ["first", "second"])
async def test_what_goes_on_in_further_messages_stands_once_after_a_crash(
    desk: Desk, slack: SlackHouse, lost: str
) -> None:
    final = Final("".join(f"Sentence {number} matters. " for number in range(900)), SOURCES)
    await slack.fault("chat.postMessage", "reset_after_apply" if lost == "first" else "drop")
    reply = desk.reply()
    reply.write("Sentence 0")
    await reply._advance()
    ts = await reply.finish(final)
    (found,) = [one for one in await desk.shown() if one["ts"] == ts]
    again = Reply.found(desk.api, desk.spot, found["ts"], stream=True, on_open=desk.on_open, find=desk.find)
    await again.finish(final)

    shown = await desk.shown()
    assert "".join(words(message) for message in shown) == final.body
    await again.withdraw()
    assert [m for m in await desk.shown() if not m["deleted"]] == []


async def test_a_placeholder_on_its_way_and_the_first_words_are_one_message(
    desk: Desk, slack: SlackHouse
) -> None:
    await slack.fault("chat.postMessage", "slow", seconds=0.3)
    reply = desk.reply("post")
    waiting = reply.placeholder("_Is looking…_")
    reply.write("Twenty")
    await waiting
    await reply.finish(Final("Twenty-five."))

    assert [words(message) for message in await desk.shown()] == ["Twenty-five."]


async def test_a_429_while_growing_leaves_the_text_for_the_end(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    await slack.fault("chat.appendStream", "429", retry_after=30)
    reply.write("-five")
    await slack.until_called("chat.appendStream")
    await reply.finish(Final("Twenty-five days.", SOURCES))

    (message,) = await desk.shown()
    assert message["markdown"] == "Twenty-five days."


def said(message: dict[str, Any]) -> str:
    """All that a message says, in whatever form."""
    return f"{message['markdown']}\n{message['text']}\n{message['blocks']}"


LONG = "".join(f"Sentence {number} of it. " for number in range(100))


@pytest.mark.parametrize("opening", [None, "post", "whole"])
@pytest.mark.parametrize("refused", [["markdown"], ["context"], "all", "once"])
async def test_blocks_that_slack_refuses_cost_neither_text_nor_sources_and_buttons_only_where_they_must(
    desk: Desk, slack: SlackHouse, opening: Opening | None, refused: list[str] | str
) -> None:
    if refused == "once":
        for method in ("chat.stopStream", "chat.update", "chat.postMessage"):
            await slack.fault(method, "error", error="invalid_blocks")
    else:
        await slack.mia.post("blocks", refused=sorted(CHECKS) if refused == "all" else refused)
    source = context(
        "[1] <https://wiki.example.com/a?b=1&amp;c|leave &lt;new&gt;.md> \u00b7 handbook \u2014 *25* days"
    )
    reply = desk.reply(opening)
    if opening is None:
        reply.write("Sentence 0")
        await reply._advance()
    await reply.finish(Final(LONG, [source, actions(button("Show passages", ShowPassages(turn="t")))]))

    (message,) = await desk.shown()
    assert LONG.strip() in said(message).replace(
        "'}}, {'type': 'section', 'text': {'type': 'plain_text', 'text': '", ""
    )
    assert "[1]" in said(message)
    assert "wiki.example.com/a?b=1&" in said(message)
    assert ("show_passages" in said(message)) is (refused != "all")


@pytest.mark.parametrize("method", ["chat.stopStream", "chat.update", "chat.postMessage"])
async def test_what_slack_finds_too_long_comes_in_smaller_messages(
    desk: Desk, slack: SlackHouse, method: str
) -> None:
    opening: dict[str, Opening | None] = {
        "chat.stopStream": None,
        "chat.update": "post",
        "chat.postMessage": "whole",
    }
    reply = desk.reply(opening[method])
    body = LONG * 3
    if method != "chat.postMessage":
        reply.write("Sentence 0")
        await reply._advance()
    await slack.fault(method, "error", error="msg_too_long")

    await reply.finish(Final(body, SOURCES))

    assert "".join(words(one) for one in await desk.shown()) == body


UNREADABLE = [
    {"kind": kind, **more}
    for kind in ("unreadable", "unreadable_after_apply")
    for more in ({"body": "html"}, {"body": "html", "status": 403}, {"body": "empty"}, {"body": "cut"})
] + [{"kind": kind, "error": "internal_error"} for kind in ("error", "error_after_apply")]


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: ":".join(map(str, fault.values())))
async def test_an_answer_of_slacks_that_says_nothing_costs_neither_the_answer_nor_makes_two(
    desk: Desk, slack: SlackHouse, method: str, fault: dict[str, Any]
) -> None:
    await slack.fault(method, **fault)
    reply = desk.by_hand()
    reply._message._find = desk.first_if_any
    reply.write("Twenty")
    await reply._advance()
    reply.write("-five")
    await reply._advance()
    ts = await reply.finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert (message["ts"], words(message), message["streaming"]) == (ts, "Twenty-five.", False)
    assert "source one" in str(message["blocks"])
    assert set(reserved(slack.api).values()) == {0}


@pytest.mark.parametrize(
    "word", ["edit_window_closed", "cant_update_message", "message_not_found", "block_mismatch"]
)
async def test_a_reply_that_cannot_be_edited_is_posted_anew(desk: Desk, slack: SlackHouse, word: str) -> None:
    reply = desk.by_hand("post")
    reply.write("Twenty")
    await reply._advance()
    await slack.fault("chat.update", "error", error=word)
    ts = await reply.finish(Final("Twenty-five.", SOURCES))

    (message,) = [m for m in await desk.shown() if not m["deleted"]]
    assert (message["ts"], words(message)) == (ts, "Twenty-five.")
    assert desk.opened[-1] == ("post", ts)


async def test_a_refused_reply_gives_its_reservation_back(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    await slack.mia.post("leave", channel="#support")

    with pytest.raises(SlackApiError):
        await reply.finish(Final("Twenty-five."))

    assert set(reserved(slack.api).values()) == {0}


async def test_what_an_earlier_process_opened_is_ended_by_its_successor(
    desk: Desk, slack: SlackHouse
) -> None:
    lost = desk.reply()
    lost.write("Twen")
    seen = await slack.mia.wait_for(lambda m: m["markdown"] == "Twen", channel="#support")
    await lost.abandon()
    successor = Reply.found(
        slack.api, desk.spot, seen["ts"], stream=True, on_open=desk.on_open, find=desk.find
    )
    successor.write("Twenty-five.")
    before = await desk.shown()
    await successor.finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert [(words(one).split("\n")[0], one["streaming"]) for one in before] == [("Twen", False)]
    assert (words(message), message["streaming"]) == ("Twenty-five.", False)


async def test_a_reply_that_begins_again_says_only_the_new_words_in_the_same_message(
    desk: Desk, slack: SlackHouse
) -> None:
    reply = desk.reply()
    reply.write("Twenty")
    seen = await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    await reply.again()
    reply.write("Fourteen weeks")
    await slack.mia.wait_for(lambda m: words(m) == "Fourteen weeks", channel="#support")
    await reply.finish(Final("Fourteen weeks.", SOURCES))

    (message,) = await desk.shown()
    assert message["ts"] == seen["ts"]
    assert (words(message), message["streaming"]) == ("Fourteen weeks.", False)
    assert set(reserved(slack.api).values()) == {0}


@pytest.mark.parametrize("opening", ["stream", "post", None])
async def test_a_withdrawn_reply_leaves_nothing(
    desk: Desk, slack: SlackHouse, opening: Opening | None
) -> None:
    reply = desk.reply(opening)
    if opening is not None:
        reply.write("Twenty")
        await slack.mia.wait_for(lambda m: words(m) == "Twenty", channel="#support")

    await reply.withdraw()

    assert [m for m in await desk.shown() if not m["deleted"]] == []
    assert set(reserved(slack.api).values()) == {0}


async def test_open_replies_take_turns_when_slack_limits_how_they_grow(desk: Desk, slack: SlackHouse) -> None:
    desk.count(APPEND)
    replies = [desk.reply() for _ in range(3)]

    async def all_want_to_grow() -> int:
        for reply in replies:
            reply.write(" more")
            await reply._advance()
        return await slack.calls(APPEND)

    for reply in replies:
        reply.write("Twenty")
        await reply._advance()
    first, at_once = await all_want_to_grow(), await all_want_to_grow()
    desk.clock.now += 3 * 60 / PER_MINUTE[APPEND] + 0.01
    in_turn = await all_want_to_grow()
    await replies.pop().finish(Final("Twenty-five."))
    desk.clock.now += 2 * 60 / PER_MINUTE[APPEND] + 0.01
    shared_by_two = await all_want_to_grow()
    for reply in replies:
        await reply.finish(Final("Twenty-five."))

    assert (first, at_once, in_turn, shared_by_two) == (3, 3, 6, 8)


async def test_a_reply_for_which_there_was_no_room_opens_as_soon_as_there_is(
    desk: Desk, slack: SlackHouse
) -> None:
    desk.count(POST).streams_work = False
    desk.api.limits.allowance(POST, desk.spot.channel).refused(5)
    reply = desk.reply()
    reply.write("Twenty")
    await reply._advance()
    before = await desk.shown()
    desk.clock.now += 5
    await slack.mia.wait_for(lambda m: words(m) == "Twenty", channel="#support")
    await reply.finish(Final("Twenty-five."))

    assert before == []
    assert [words(message) for message in await desk.shown()] == ["Twenty-five."]
    assert reserved(desk.api)[UPDATE] == 0


async def test_a_placeholder_is_posted_only_if_the_edit_that_replaces_it_is_sure(desk: Desk) -> None:
    budget = desk.count(UPDATE)
    budget.streams_work = False
    seen = []
    for left in (1, 0):
        while budget.allowance(UPDATE).free > left:
            budget.allowance(UPDATE).may()
        reply = desk.reply()
        await reply.placeholder("_Is looking…_")
        seen.append([message["text"] for message in await desk.shown()])

    assert seen == [["_Is looking…_"], ["_Is looking…_"]]
    assert reserved(desk.api)[UPDATE] == 1


async def test_where_a_stream_can_open_no_placeholder_is_posted_and_nothing_stays_reserved(
    desk: Desk, slack: SlackHouse
) -> None:
    reply = desk.reply()
    await reply.placeholder("_Is looking…_")

    assert await desk.shown() == []
    assert reserved(slack.api)[STOP] == 0


async def test_a_placeholder_that_slack_refuses_leaves_nothing_reserved(
    desk: Desk, slack: SlackHouse
) -> None:
    await slack.fault("chat.postMessage", "429", retry_after=1)
    reply = desk.reply("post")
    with pytest.raises(SlackApiError):
        await reply.placeholder("_Is looking…_")

    assert reserved(slack.api)[UPDATE] == 0


async def test_an_open_reply_and_one_that_was_found_count_until_they_have_ended(
    desk: Desk, slack: SlackHouse
) -> None:
    lost = desk.reply()
    lost.write("Twen")
    seen = await slack.mia.wait_for(lambda m: m["markdown"] == "Twen", channel="#support")
    open_one = reserved(slack.api)
    await lost.abandon()
    abandoned = reserved(slack.api)
    successor = Reply.found(
        slack.api, desk.spot, seen["ts"], stream=True, on_open=desk.on_open, find=desk.find
    )
    found = reserved(slack.api)
    await successor.finish(Final("Twenty-five."))

    assert [(one[STOP], one[UPDATE]) for one in (open_one, abandoned, found, reserved(slack.api))] == [
        (1, 0), (0, 0), (1, 1), (0, 0),
    ]  # fmt: skip


GOES_WRONG: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nothing": ("", "", {}),
    "no streaming": ("chat.startStream", "error", {"error": "feature_not_enabled"}),
    "a stream refused here": ("chat.startStream", "error", {"error": "channel_type_not_supported"}),
    "too many streams": ("chat.startStream", "429", {"retry_after": 60}),
    "a start without answer": ("chat.startStream", "drop", {}),
    "a start done without answer": ("chat.startStream", "reset_after_apply", {}),
    "growth refused": ("chat.appendStream", "error", {"error": "message_not_in_streaming_state"}),
    "growth without answer": ("chat.appendStream", "reset_after_apply", {}),
    "a stop refused": ("chat.stopStream", "error", {"error": "channel_not_found"}),
    "a stop too late": ("chat.stopStream", "error", {"error": "message_not_in_streaming_state"}),
    "blocks refused": ("chat.stopStream", "error", {"error": "invalid_blocks"}),
}


@pytest.mark.parametrize("ends", ["finish", "cancelled", "abandon", "abandon, then finish"])
@pytest.mark.parametrize("wrong", list(GOES_WRONG))
async def test_however_a_reply_ends_nothing_stays_reserved(
    desk: Desk, slack: SlackHouse, wrong: str, ends: str
) -> None:
    method, kind, more = GOES_WRONG[wrong]
    if method:
        await slack.fault(method, kind, **more)
    reply = desk.reply()
    if "done" in wrong:
        reply._message._find = desk.first
    reply.write("Twenty")
    await reply._advance()
    reply.write("-five")
    await reply._advance()
    while_open = sum(reserved(slack.api).values())
    if "abandon" in ends:
        await reply.abandon()
    if "finish" in ends:
        await asyncio.gather(reply.finish(Final("Twenty-five.", SOURCES)), return_exceptions=True)
    elif ends == "cancelled":
        ending = asyncio.create_task(reply.finish(Final("Twenty-five.", SOURCES)))
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)

    assert while_open >= 1
    assert set(reserved(slack.api).values()) == {0}
