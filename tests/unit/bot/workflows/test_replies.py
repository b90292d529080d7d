from pathlib import Path
from typing import Any

import pytest

from bot.errors import OutcomeUnknownError
from bot.render.blocks import context
from bot.render.final import Final
from bot.services.access import Asker, Place
from bot.slack.api import SlackApi
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.posts import metadata_for
from bot.store.database import Database
from bot.store.messages import Messages
from bot.store.response_urls import ResponseUrls, keys
from bot.store.turns import Turn, Turns
from bot.workflows.asked import Asked
from bot.workflows.replies import Replies
from tests.unit.bot.slack.conftest import BOT, SlackHouse, question, slack

__all__ = ["question", "slack"]


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def messages(database: Database) -> Messages:
    return Messages(database)


@pytest.fixture
def urls(database: Database, tmp_path: Path) -> ResponseUrls:
    return ResponseUrls(database, keys(None, tmp_path))


@pytest.fixture
def replies(slack: SlackHouse, turns: Turns, urls: ResponseUrls, messages: Messages) -> Replies:
    return Replies(slack.workspaces, turns, urls, messages)


@pytest.fixture
def impatient(slack: SlackHouse, turns: Turns, urls: ResponseUrls, messages: Messages) -> Replies:
    """It gives up what fails once."""
    api = SlackApi(slack.api.client, slack.api.limits, patience=0)
    return Replies(Workspaces(Workspace(api, slack.http)), turns, urls, messages)


@pytest.fixture
def asked(question: str) -> Asked:
    place, mia = Place("T0ACME", "C0SUPPORT", question), Asker("U0MIA", "T0ACME")
    return Asked("turn:1", "ask", "q", question, place, mia, private=False, bot_user=BOT)


async def begun(turns: Turns, question: str, *, id: str = "turn:1") -> Turn:  # noqa: A002 - as the repository names it
    return await turns.begin(
        id=id, kind="ask", boot="b", team="T0ACME", channel="C0SUPPORT", root=question, ts=question,
        user="U0MIA", question="q",
    )  # fmt: skip


async def noted(messages: Messages, question: str, ts: str, *, id: str = "turn:1") -> None:  # noqa: A002 - as above
    await messages.opened(id, "C0SUPPORT", question, team="T0ACME", kind="stream", ts=ts)


async def open_stream(slack: SlackHouse, question: str) -> str:
    started = await slack.api.call(
        "chat.startStream", channel="C0SUPPORT", thread_ts=question, markdown_text="Twen",
        recipient_team_id="T0ACME", recipient_user_id="U0MIA",
    )  # fmt: skip
    return str(started["ts"])


async def test_a_reply_that_nobody_noted_is_found_by_its_metadata(
    replies: Replies, turns: Turns, slack: SlackHouse, asked: Asked
) -> None:
    await begun(turns, asked.place.thread)
    metadata = metadata_for("turn:1")
    place: dict[str, Any] = {"channel": "C0SUPPORT", "thread_ts": asked.place.thread}
    ts = (await slack.api.call("chat.postMessage", text="Twen", metadata=metadata, **place))["ts"]
    await slack.api.call("chat.postMessage", text="somebody's", **place)

    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    shown = await replies.finish(asked, reply, Final("Twenty-five."))

    assert shown == ts
    assert len(await slack.replies(asked.place.thread)) == 2


async def test_a_stream_that_nobody_noted_is_the_only_message_without_an_owner(
    replies: Replies, turns: Turns, messages: Messages, slack: SlackHouse, asked: Asked
) -> None:
    question = asked.place.thread
    owned = await open_stream(slack, question)
    await begun(turns, question, id="turn:0")
    await noted(messages, question, owned, id="turn:0")
    ours = await open_stream(slack, question)
    await begun(turns, question)

    reply = await replies.reply(await begun(turns, question), asked)
    shown = await replies.finish(asked, reply, Final("Twenty-five."))

    assert shown == ours
    assert len(await slack.replies(question)) == 2


async def test_with_two_messages_without_an_owner_none_is_overwritten(
    replies: Replies, turns: Turns, slack: SlackHouse, asked: Asked
) -> None:
    streams = [await open_stream(slack, asked.place.thread) for _ in range(2)]
    await begun(turns, asked.place.thread)

    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    shown = await replies.finish(asked, reply, Final("Twenty-five."))

    assert shown not in streams


async def test_a_noted_reply_is_finished_where_it_stands(
    replies: Replies, turns: Turns, messages: Messages, slack: SlackHouse, asked: Asked
) -> None:
    ts = await open_stream(slack, asked.place.thread)
    await begun(turns, asked.place.thread)
    await noted(messages, asked.place.thread, ts)

    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    shown = await replies.finish(asked, reply, Final("Twenty-five."))

    (message,) = await slack.replies(asked.place.thread)
    assert (shown, message["ts"], message["streaming"]) == (ts, ts, False)


async def test_a_new_reply_notes_its_message_as_soon_as_it_exists(
    replies: Replies, turns: Turns, messages: Messages, slack: SlackHouse, asked: Asked
) -> None:
    turn = await begun(turns, asked.place.thread)
    reply = await replies.reply(turn, asked)
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    ts = await replies.finish(asked, reply, Final("Twenty."))

    own = await messages.get("turn:1", "C0SUPPORT", asked.place.thread)
    assert own is not None
    assert (own.kind, own.ts) == ("stream", ts)


async def test_where_the_bot_may_not_write_the_asker_is_told_directly(
    replies: Replies, turns: Turns, slack: SlackHouse, asked: Asked
) -> None:
    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    await slack.mia.post("leave", channel="#support")

    final = Final("Twenty-five.", [context("below")], elsewhere=lambda: [context("elsewhere")])
    await replies.finish(asked, reply, final)

    (told,) = await slack.mia.messages("D0MIA")
    assert "invite me with /invite, then press *Share in channel*." in str(told["blocks"])
    assert "Twenty-five." in str(told["blocks"])
    assert told["blocks"][-1]["elements"][0]["text"] == "elsewhere"


async def test_a_long_answer_that_may_not_stand_there_is_told_directly_as_a_whole(
    replies: Replies, turns: Turns, slack: SlackHouse, asked: Asked
) -> None:
    body = "".join(f"Sentence {number} matters, \u0434\u0430. " for number in range(800))
    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    await slack.mia.post("leave", channel="#support")

    ts = await replies.finish(asked, reply, Final(body))

    told = await slack.mia.messages("D0MIA")
    assert told[0]["ts"] == ts
    assert "".join(b["text"] for m in told for b in m["blocks"] if b["type"] == "markdown") == body
    assert ["/invite" in str(m["blocks"]) for m in told] == [True, *(False for _ in told[1:])]


@pytest.mark.parametrize("word", ["is_archived", "restricted_action", "no_permission"])
async def test_inviting_is_not_advised_where_it_does_not_help(
    replies: Replies, turns: Turns, slack: SlackHouse, asked: Asked, word: str
) -> None:
    reply = await replies.reply(await begun(turns, asked.place.thread), asked)
    await slack.fault("chat.postMessage", "error", error=word)

    await replies.finish(asked, reply, Final("Twenty-five."))

    (told,) = await slack.mia.messages("D0MIA")
    assert "Twenty-five." in str(told["blocks"])
    assert "/invite" not in str(told["blocks"])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "error": "token_revoked"},
        {"kind": "error", "error": "internal_error"},
        {"kind": "unreadable", "body": "html", "status": 403},
        {"kind": "500"},
        {"kind": "429", "retry_after": 60},
    ],
    ids=str,
)
async def test_while_slack_does_not_show_a_thread_nothing_is_posted_beside_an_earlier_reply(
    impatient: Replies, turns: Turns, slack: SlackHouse, asked: Asked, fault: dict[str, Any]
) -> None:
    await begun(turns, asked.place.thread)
    again = await begun(turns, asked.place.thread)
    await slack.fault("conversations.replies", **fault, count=2)

    with pytest.raises(OutcomeUnknownError):
        await impatient.reply(again, asked)
