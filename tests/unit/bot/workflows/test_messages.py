"""Each message of ours stands once before the stand-in Slack, whatever was killed when, and however long ago."""

import asyncio
import time
from typing import Any

import pytest

from bot.render.blocks import Message
from bot.slack.writing.posts import METADATA_TYPE, Posts
from bot.store.database import Database
from bot.store.messages import Messages, Owned
from bot.workflows.messages import OwnMessages
from tests.unit.bot.slack.conftest import BOT, SlackHouse, slack

__all__ = ["slack"]  # a fixture

CHANNEL = "C0JOBS"
KEY = "card:1"
NEWS = Message("news")


class Ours:
    """What a process has; a second one is the same after a restart."""

    def __init__(self, slack: SlackHouse, database: Database) -> None:
        self.slack = slack
        self.messages = Messages(database)
        self.own = OwnMessages(Posts(slack.api), self.messages)

    async def post(self, message: Message = NEWS, **more: Any) -> Owned:
        return await self.own.once(message, key=KEY, channel=CHANNEL, kind="share", **more)

    async def card(self, message: Message) -> bool:
        own = await self.own.held(key=KEY, channel=CHANNEL, kind="card", holder="me")
        return await self.own.show(own, message, anew=f"{KEY}:{message.text}", since=time.time())

    async def screen(self) -> list[str]:
        return [m["text"] for m in await self.slack.mia.messages(CHANNEL) if not m["deleted"]]

    async def cut_off(self, **more: Any) -> None:
        """It is posted, and its process is killed before it hears of that."""
        calls = await self.slack.calls("chat.postMessage")
        await self.slack.fault("chat.postMessage", "hang_after_apply")
        posting = asyncio.create_task(self.post(**more))
        await self.slack.until_called("chat.postMessage", calls + 1)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)

    async def deleted(self, ts: str) -> None:
        await self.slack.api.client.chat_delete(channel=CHANNEL, ts=ts)


@pytest.fixture
def ours(slack: SlackHouse, database: Database) -> Ours:
    return Ours(slack, database)


async def test_it_is_posted_once_and_nobody_looks_for_what_cannot_be_there(ours: Ours) -> None:
    first = await ours.post()
    second = await ours.post()

    assert (first.ts, first.new) == (second.ts, True)
    assert await ours.screen() == ["news"]
    assert await ours.slack.calls("conversations.history") == 0


async def test_what_a_killed_process_posted_is_found_however_much_was_said_since(ours: Ours) -> None:
    await ours.cut_off()
    for number in range(201):
        await ours.slack.mia.say(CHANNEL, f"{number}")

    found = await ours.post()

    assert (await ours.screen()).count("news") == 1
    assert (await ours.messages.get(KEY, CHANNEL) or found).ts == found.ts != ""


async def test_a_reply_that_a_killed_process_posted_is_found_in_its_thread(ours: Ours) -> None:
    root = await ours.slack.mia.say(CHANNEL, "what?")
    await ours.cut_off(thread=root)

    await ours.post(thread=root)

    assert [m["text"] for m in await ours.slack.replies(root, CHANNEL)] == ["news"]


async def test_what_an_older_row_knows_of_is_looked_for_although_nothing_is_noted(ours: Ours) -> None:
    began = time.time()
    before = await Posts(ours.slack.api).post(CHANNEL, NEWS, key=KEY)

    found = await ours.post(since=began)

    assert found.ts == before
    assert await ours.screen() == ["news"]


async def test_nothing_older_than_the_note_is_read(ours: Ours, database: Database) -> None:
    old = time.time() - 3_600
    ts = f"{old:.6f}"
    metadata = {"event_type": METADATA_TYPE, "event_payload": {"turn": KEY}}
    shown = {"channel": CHANNEL, "ts": ts, "user": BOT, "kind": "post", "text": "old", "metadata": metadata}
    await ours.slack.mia.post("restore", **shown)
    later = Messages(database, surely=lambda: old + 1_800)
    await later.expect(KEY, CHANNEL, kind="share")
    await ours.slack.api.call("auth.test")  # its answer tells the time

    await ours.post()

    assert await ours.screen() == ["old", "news"]


async def test_a_time_that_a_wrong_clock_noted_hides_nothing(ours: Ours, database: Database) -> None:
    before = await Posts(ours.slack.api).post(CHANNEL, NEWS, key=KEY)
    await Messages(database, surely=lambda: time.time() + 3_600).expect(KEY, CHANNEL, kind="share")

    found = await ours.post()

    assert found.ts == before


async def test_what_someone_deleted_is_known_to_be_gone_and_posted_again_only_when_asked(ours: Ours) -> None:
    first = await ours.post()
    await ours.deleted(first.ts)

    left = await ours.post()
    gone = await ours.screen()
    again = await ours.post(again=True)
    stood = await ours.post(again=True)

    assert (left.ts, gone) == (first.ts, [])
    assert again.ts == stood.ts != first.ts
    assert await ours.screen() == ["news"]


async def test_a_message_that_is_gone_or_cannot_be_changed_is_posted_anew(ours: Ours) -> None:
    moved = [await ours.card(Message("one")), await ours.card(Message("two"))]
    own = await ours.messages.get(KEY, CHANNEL)
    assert own is not None
    await ours.deleted(own.ts)

    moved.append(await ours.card(Message("three")))

    assert moved == [True, True, True]
    assert await ours.screen() == ["three"]
    assert (await ours.messages.get(KEY, CHANNEL) or own).ts != own.ts


async def test_who_was_overtaken_is_told(ours: Ours) -> None:
    await ours.card(Message("one"))
    own = await ours.own.held(key=KEY, channel=CHANNEL, kind="card", holder="other")
    await ours.card(Message("two"))

    assert not await ours.own.show(own, Message("one and a half"), anew="a", since=time.time())
