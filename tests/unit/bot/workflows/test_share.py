"""A private answer is shared where its asker is, and nowhere else."""

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import RefusedError
from bot.render.ask import SHARED, final
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.services.access import EVERYTHING, NONE, Asker, Audience, Place, Public, Rights, Some
from bot.slack.reading.channels import Channels
from bot.slack.workspace import Workspaces
from bot.slack.writing.private_reply import PrivateReply
from bot.store.database import Database
from bot.store.messages import Messages
from bot.store.response_urls import ResponseUrls, keys
from bot.store.turns import Turns
from bot.workflows.share import Sharing
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.handlers.verb_house import ADA, HERE, KEPT, Kept

__all__ = ["slack"]  # a fixture


class Channel(Kept):
    """A kept answer, and a channel with these members, page by page."""

    def __init__(self, *pages: list[str]) -> None:
        super().__init__()
        self._pages = pages

    async def call(self, method: str, *, cursor: str = "0", **more: Any) -> dict[str, Any]:
        if method != "conversations.members":
            return await super().call(method, **more)
        number = int(cursor)
        following = {"next_cursor": str(number + 1)} if number + 1 < len(self._pages) else {}
        return {"members": self._pages[number], "response_metadata": following}


async def everything(_place: Place, _asker: Asker, *, private: bool) -> Audience:
    assert not private
    return EVERYTHING


def sharing(channel: Channel) -> Sharing:
    slack: Any = channel
    posts = SimpleNamespace(post=channel.post, posted=channel.posted_)
    workspace: Any = SimpleNamespace(api=slack, posts=posts, channels=Channels(slack, slack))
    rights: Any = SimpleNamespace(of=everything)
    return Sharing(workspaces=Workspaces(workspace), turns=slack, messages=slack, rights=rights)


async def test_the_sharer_is_looked_for_on_every_page_of_a_large_channel() -> None:
    channel = Channel(["U1", "U2"], ["U3", ADA.user])

    await sharing(channel).share(KEPT, HERE, ADA, join=False)

    assert [place for place, _ in channel.posted] == [f"{HERE.channel}:{KEPT}"]


async def test_whoever_has_left_the_channel_shares_nothing_there() -> None:
    channel = Channel(["U1", "U2"], ["U3"])

    with pytest.raises(RefusedError, match="no longer in this channel"):
        await sharing(channel).share(KEPT, HERE, ADA, join=False)

    assert channel.posted == []


# ------------------------------------------------------------------------------------------- against the stand-in
SUPPORT, MIA = Place("T0ACME", "C0SUPPORT", ""), Asker("U0MIA", "T0ACME")
WORK = "cmd:T0ACME:7"


class House:
    """A private answer of Mia's, and what she sees of it."""

    def __init__(self, slack: SlackHouse, database: Database, folder: Path) -> None:
        self.slack = slack
        self.turns = Turns(database)
        self.urls = ResponseUrls(database, keys(None, folder))
        self.clock = Clock()
        rights: Any = SimpleNamespace(of=everything)
        self.messages = Messages(database, surely=self.clock)
        self.sharing = Sharing(
            workspaces=slack.workspaces, turns=self.turns, messages=self.messages, rights=rights
        )

    async def asked(self, channel: str = SUPPORT.channel, answer: str = "Twenty-five days.") -> None:
        await self.turns.begin(
            id=WORK, kind="ask", boot="b", team="T0ACME", channel=channel, root="", ts="", user="U0MIA",
            question="How long?", private=1,
        )  # fmt: skip
        await self.turns.update(WORK, state="done", outcome="answered", answer=answer)

    async def share(self, place: Place = SUPPORT, *, join: bool = False) -> Message:
        told = await self.sharing.share(WORK, place, MIA, join=join)
        return told.message if isinstance(told, Refusal) else told

    async def posts(self, channel: str = SUPPORT.channel) -> list[dict[str, Any]]:
        seen = await self.slack.mia.messages(channel)
        return [m for m in seen if m["kind"] == "post" and m["user"] == "U0BOT" and not m["deleted"]]


@pytest.fixture
def house(slack: SlackHouse, database: Database, tmp_path: Path) -> House:
    return House(slack, database, tmp_path)


async def test_an_answer_that_came_in_a_direct_message_is_shared_where_it_was_asked(house: House) -> None:
    await house.asked()
    turn = await house.turns.get(WORK)
    assert turn is not None
    reply = PrivateReply(house.slack.api, house.slack.http, house.urls, work_id=WORK, user="U0MIA")
    await reply.finish(final(turn))  # there is no address that works

    told = await house.share(replace(SUPPORT, channel="D0MIA"))

    assert told == SHARED
    assert ["asked:" in str(m["blocks"]) for m in await house.posts()] == [True]
    assert ["Twenty-five" in str(m["blocks"]) for m in await house.posts("D0MIA")] == [True]


@pytest.mark.parametrize(
    "pressed", [SUPPORT, replace(SUPPORT, channel=""), replace(SUPPORT, channel="D0MIA", thread="1.0")]
)
async def test_an_answer_is_shared_once_however_much_is_said_and_however_often_it_is_pressed(
    house: House, pressed: Place
) -> None:
    await house.asked()

    await house.share()
    for number in range(101):
        await house.slack.mia.say("#support", f"{number}")
    told = await house.share(pressed)

    assert told == SHARED
    assert len(await house.posts()) == 1


async def test_a_post_that_was_cut_off_is_found_below_whatever_was_said_since(house: House) -> None:
    await house.asked()
    await house.slack.fault("chat.postMessage", "hang_after_apply")
    cut_off = asyncio.create_task(house.share())
    await house.slack.until_called("chat.postMessage")
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)
    for number in range(101):
        await house.slack.mia.say("#support", f"{number}")

    await house.share()

    assert len(await house.posts()) == 1


async def test_it_is_noted_when_sharing_was_first_tried_and_that_stays(house: House) -> None:
    await house.asked()
    begun = house.clock.now
    await house.share()
    house.clock.now += 3_600
    await house.share()

    noted = await house.messages.get(WORK, SUPPORT.channel)
    assert noted is not None
    (post,) = await house.posts()
    assert (noted.tried_at, noted.ts) == (begun, post["ts"])


async def test_a_shared_answer_that_was_deleted_can_be_shared_again(house: House) -> None:
    await house.asked()
    await house.share()
    (first,) = await house.posts()
    await house.slack.api.client.chat_delete(channel=SUPPORT.channel, ts=first["ts"])

    await house.share()

    assert len(await house.posts()) == 1


@pytest.mark.parametrize(
    ("word", "words", "buttons"),
    [
        ("not_in_channel", "Add me, and I'll share it", 1),
        ("channel_not_found", "/invite", 0),
        ("is_archived", "archived", 0),
        ("restricted_action_read_only_channel", "Only some people can post", 0),
    ],
)
async def test_how_to_get_the_bot_there_depends_on_what_slack_says(
    house: House, word: str, words: str, buttons: int
) -> None:
    await house.asked("C0SUPPORT")  # the id of a private channel begins with C too
    await house.slack.fault("chat.postMessage", "error", error=word)

    told = await house.share()

    assert words in told.text
    assert [block["type"] for block in told.blocks].count("actions") == buttons


@pytest.mark.parametrize("word", ["method_not_supported_for_channel_type", "channel_not_found"])
async def test_where_the_bot_cannot_add_itself_it_says_how_to_invite_it(house: House, word: str) -> None:
    await house.asked()
    await house.slack.fault("conversations.join", "error", error=word)

    told = await house.share(join=True)

    assert "/invite" in told.text
    assert told.blocks == []


async def test_a_long_answer_is_shared_whole_and_what_goes_on_stands_in_its_thread_once(house: House) -> None:
    answer = "".join(f"Sentence {number} matters, \u0434\u0430. " for number in range(800))
    await house.asked(answer=answer)

    await house.slack.fault("chat.postMessage", "reset_after_apply")
    await house.share()
    await house.share()

    first, *further = await house.posts()
    text = "".join(b["text"] for m in (first, *further) for b in m["blocks"] if b["type"] == "markdown")
    assert text == answer
    assert {m["thread_ts"] for m in further} == {first["ts"]}
    assert ["asked:" in str(m["blocks"]) for m in (first, *further)] == [True, *(False for _ in further)]


# ------------------------------------------------------------------------------------------------- summaries
LEAVE_AS_FILE = {"kind": "file_summary", "question": "handbook/leave.md"}


async def summed(house: House, *, answer: str = "## Decisions\nThe new carrier.", **more: Any) -> None:
    """A private summary of Mia's, which came in a direct message."""
    row = {"boot": "b", "team": "T0ACME", "channel": "", "root": "", "ts": "", "user": "U0MIA", "private": 1}
    await house.turns.begin(**{**row, "id": WORK, **more})
    columns: Any = {"buckets": ["handbook"]} if more["kind"] == "file_summary" else {}
    await house.turns.update(
        WORK, state="done", outcome="answered", answer=answer, note="Covers it.", **columns
    )


def link_to(root: str, channel: str = "C0SUPPORT") -> str:
    return f"https://acme-telecom.slack.com/archives/{channel}/p{root.replace('.', '')}"


@pytest.mark.parametrize("times", [1, 2])
async def test_a_summary_of_a_thread_is_posted_in_that_thread_once(times: int, house: House) -> None:
    root = await house.slack.mia.say("#support", "Which carrier?")
    await summed(house, kind="thread_summary", question=link_to(root))

    told = [await house.share(replace(SUPPORT, channel="D0MIA")) for _ in range(times)]

    (posted,) = await house.posts()
    assert {one.text for one in told} == {"Posted in the thread."}
    assert posted["thread_ts"] == root
    assert "<@U0MIA> had this thread summarized." in str(posted["blocks"])


async def test_a_long_summary_of_a_thread_stays_in_it_in_order(house: House) -> None:
    root = await house.slack.mia.say("#support", "Which carrier?")
    await summed(house, kind="thread_summary", question=link_to(root), answer="word " * 4_000)

    await house.share(replace(SUPPORT, channel="D0MIA"))

    posts = await house.posts()
    assert len(posts) > 1
    assert {one["thread_ts"] for one in posts} == {root}


async def test_a_summary_is_not_posted_in_a_thread_of_a_channel_that_one_is_not_in(house: House) -> None:
    root = str((await house.slack.mia.post("say", user="ben", channel="C0JOBS", text="Which?"))["ts"])
    await house.slack.mia.post("leave", who="mia", channel="C0JOBS")
    await summed(house, kind="thread_summary", question=link_to(root, "C0JOBS"))

    with pytest.raises(RefusedError):
        await house.share(replace(SUPPORT, channel="D0MIA"))

    assert await house.posts("C0JOBS") == []


async def test_a_summary_of_a_file_is_shared_where_everyone_may_read_its_bucket(house: House) -> None:
    await summed(house, **LEAVE_AS_FILE)

    told = await house.share()

    (posted,) = await house.posts()
    assert told == SHARED
    assert "handbook/leave.md" in str(posted["blocks"])


async def test_a_summary_of_a_file_is_not_shared_with_those_who_may_not_read_its_bucket(house: House) -> None:
    await summed(house, **LEAVE_AS_FILE)

    async def others(_place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert not private
        return replace(EVERYTHING, buckets=Some(frozenset({"manual"})))

    rights: Any = SimpleNamespace(of=others)
    shares = Sharing(
        workspaces=house.slack.workspaces, turns=house.turns, messages=house.messages, rights=rights
    )

    with pytest.raises(RefusedError, match="may see the documents"):
        await shares.share(WORK, SUPPORT, MIA, join=False)

    assert await house.posts() == []


# --------------------------------------------------------------------------------------------- summaries of calls
def summed_up(channel: Channel, *, sees: Audience) -> Sharing:
    """The sharing of a call's summary, in a channel whose readers together see this much."""
    beside = {"call": "call-1", "assistant": "sales", "places": [], "items": []}
    channel.turn = replace(channel.turn, kind="summary", passages=None, options={"summary": beside})

    async def of(_place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert not private
        return Public(**{name: getattr(sees, name) for name in Audience.__slots__}, asker=EVERYTHING)

    made = sharing(channel)
    made._rights = cast("Rights", SimpleNamespace(of=of))
    return made


async def test_a_summary_is_shared_where_everyone_may_see_its_call() -> None:
    channel = Channel([ADA.user])

    told = await summed_up(channel, sees=EVERYTHING).share(KEPT, HERE, ADA, join=False)

    assert told == SHARED
    assert len(channel.posted) == 1


@pytest.mark.parametrize("calls", [NONE, Some(frozenset({"support"}))])
async def test_a_summary_is_not_shared_where_someone_may_not_see_its_call(calls: Some) -> None:
    channel = Channel([ADA.user])

    with pytest.raises(RefusedError):
        await summed_up(channel, sees=replace(EVERYTHING, calls=calls)).share(KEPT, HERE, ADA, join=False)

    assert channel.posted == []
