from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.render.blocks import context
from bot.render.final import CUT, Final
from bot.slack.budget import PER_MINUTE, UPDATE, Opening
from bot.slack.replies import SHOWN_CHARACTERS, STREAM_SECONDS, Place, Reply
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

SOURCES = [context("source one")]


class Desk:
    """Makes replies as the poster does and remembers what they said about themselves."""

    def __init__(self, slack: SlackHouse, place: Place) -> None:
        self.slack, self.place, self.clock = slack, place, Clock()
        self.opened: list[tuple[str, str]] = []
        self.findable: tuple[str, bool] | None = None

    async def on_open(self, kind: str, ts: str) -> None:
        self.opened.append((kind, ts))

    async def find(self) -> tuple[str, bool] | None:
        return self.findable

    def reply(self, opening: Opening | None = None) -> Reply:
        budget = self.slack.api.budget
        if opening == "post":
            budget.streams_work = False
        if opening == "whole":
            budget.streams_work = False
            budget.allowance(UPDATE).refused(600)
        return Reply(self.slack.api, self.place, self.on_open, self.find, clock=self.clock)

    async def shown(self) -> list[dict[str, Any]]:
        return await self.slack.replies(self.place.thread)


@pytest.fixture
def desk(slack: SlackHouse, place: Place) -> Desk:
    return Desk(slack, place)


def reserved(slack: SlackHouse) -> dict[str, int]:
    return {name: slack.api.budget.allowance(name).reserved for name in PER_MINUTE}


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
    assert message["metadata"]["event_payload"] == {"turn": desk.place.turn}
    assert desk.opened == [("stream", ts)]
    assert set(reserved(slack).values()) == {0}


@pytest.mark.parametrize("opening", ["whole", "post", None])
async def test_an_answer_that_never_grew_is_one_message(
    desk: Desk, slack: SlackHouse, opening: Opening | None
) -> None:
    ts = await desk.reply(opening).finish(Final("Whole.", SOURCES))

    (message,) = await desk.shown()
    assert (message["ts"], words(message)) == (ts, "Whole.")
    assert await slack.calls("chat.startStream") == 0
    assert set(reserved(slack).values()) == {0}


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
    assert set(reserved(slack).values()) == {0}


async def test_a_refused_stream_becomes_a_post_and_is_not_tried_again(desk: Desk, slack: SlackHouse) -> None:
    await slack.fault("chat.startStream", "error", error="feature_not_enabled")
    reply = desk.reply()
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: words(m) == "Twenty", channel="#support")
    await reply.finish(Final("Twenty-five."))

    (message,) = await desk.shown()
    assert words(message) == "Twenty-five."
    assert not slack.api.budget.streams_work


async def test_a_stream_whose_start_got_no_answer_is_not_opened_twice(desk: Desk, slack: SlackHouse) -> None:
    await slack.fault("chat.startStream", "reset_after_apply")
    reply = desk.reply()

    async def look() -> tuple[str, bool] | None:
        (found,) = await desk.shown()
        return str(found["ts"]), True

    reply._find = look
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
    assert set(reserved(slack).values()) == {0}


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
async def test_a_text_that_is_too_long_is_cut_and_says_so(
    desk: Desk, slack: SlackHouse, opening: Opening | None
) -> None:
    long = "All of it matters. " * 700
    reply = desk.reply(opening)
    reply.write(long)
    if opening != "whole":
        await slack.mia.wait_for(lambda m: words(m).startswith("All of it"), channel="#support")
    await reply.finish(Final(long, SOURCES))

    (message,) = await desk.shown()
    assert 5_000 < len(words(message)) <= SHOWN_CHARACTERS
    assert [CUT in str(block) for block in message["blocks"]] == [False, True, False]


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


async def test_blocks_that_slack_refuses_do_not_cost_the_text(desk: Desk, slack: SlackHouse) -> None:
    await slack.fault("chat.postMessage", "error", error="invalid_blocks")

    await desk.reply("whole").finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert message["text"] == "Twenty-five."


async def test_a_refused_reply_gives_its_reservation_back(desk: Desk, slack: SlackHouse) -> None:
    reply = desk.reply()
    await slack.mia.post("leave", channel="#support")

    with pytest.raises(SlackApiError):
        await reply.finish(Final("Twenty-five."))

    assert set(reserved(slack).values()) == {0}


async def test_what_an_earlier_process_opened_is_ended_by_its_successor(
    desk: Desk, slack: SlackHouse
) -> None:
    lost = desk.reply()
    lost.write("Twen")
    seen = await slack.mia.wait_for(lambda m: m["markdown"] == "Twen", channel="#support")
    await lost.abandon()
    successor = Reply.found(
        slack.api, desk.place, seen["ts"], stream=True, on_open=desk.on_open, find=desk.find
    )
    successor.write("Twenty-five.")
    before = await desk.shown()
    await successor.finish(Final("Twenty-five.", SOURCES))

    (message,) = await desk.shown()
    assert [words(one) for one in before] == ["Twen"]
    assert (words(message), message["streaming"]) == ("Twenty-five.", False)
