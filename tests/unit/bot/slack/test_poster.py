from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import OutcomeUnknownError
from bot.render.blocks import Message, context
from bot.render.final import Final
from bot.services.access import Destination
from bot.slack.api import SlackApi
from bot.slack.poster import Poster
from bot.slack.writing.posts import metadata_for
from bot.store.database import Database
from bot.store.response_urls import ResponseUrls, keys
from bot.store.turns import Turn, Turns
from tests.unit.bot.slack.conftest import BOT, SlackHouse


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def poster(slack: SlackHouse, turns: Turns, database: Database, tmp_path: Path) -> Poster:
    return Poster(slack.api, slack.http, turns, ResponseUrls(database, keys(None, tmp_path)))


@pytest.fixture
def impatient(slack: SlackHouse, turns: Turns, database: Database, tmp_path: Path) -> Poster:
    """It gives up what fails once."""
    api = SlackApi(slack.api.client, slack.api.budget, patience=0)
    return Poster(api, slack.http, turns, ResponseUrls(database, keys(None, tmp_path)))


@pytest.fixture
def destination(question: str) -> Destination:
    return Destination("T0ACME", "C0SUPPORT", question, "U0MIA", "T0ACME", private=False, shared=False)


async def begun(turns: Turns, question: str, *, id: str = "turn:1", reply_kind: str = "stream") -> Turn:  # noqa: A002 - as the repository names it
    return await turns.begin(
        id=id, kind="ask", boot="b", team="T0ACME", channel="C0SUPPORT", root=question, ts=question,
        user="U0MIA", question="q", reply_kind=reply_kind,
    )  # fmt: skip


async def open_stream(slack: SlackHouse, question: str) -> str:
    started = await slack.api.call(
        "chat.startStream", channel="C0SUPPORT", thread_ts=question, markdown_text="Twen",
        recipient_team_id="T0ACME", recipient_user_id="U0MIA",
    )  # fmt: skip
    return str(started["ts"])


async def test_a_reply_that_nobody_noted_is_found_by_its_metadata(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    await begun(turns, destination.thread)
    metadata = metadata_for("turn:1")
    place: dict[str, Any] = {"channel": "C0SUPPORT", "thread_ts": destination.thread}
    ts = (await slack.api.call("chat.postMessage", text="Twen", metadata=metadata, **place))["ts"]
    await slack.api.call("chat.postMessage", text="somebody's", **place)

    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    shown = await poster.finish("turn:1", reply, Final("Twenty-five."), destination)

    assert shown == ts
    assert len(await slack.replies(destination.thread)) == 2


async def test_a_stream_that_nobody_noted_is_the_only_message_without_an_owner(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    question = destination.thread
    owned = await open_stream(slack, question)
    await begun(turns, question, id="turn:0")
    await turns.update("turn:0", reply_ts=owned)
    ours = await open_stream(slack, question)
    await begun(turns, question)

    reply = await poster.reply(await begun(turns, question), destination, BOT)
    shown = await poster.finish("turn:1", reply, Final("Twenty-five."), destination)

    assert shown == ours
    assert len(await slack.replies(question)) == 2


async def test_with_two_messages_without_an_owner_none_is_overwritten(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    streams = [await open_stream(slack, destination.thread) for _ in range(2)]
    await begun(turns, destination.thread)

    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    shown = await poster.finish("turn:1", reply, Final("Twenty-five."), destination)

    assert shown not in streams


async def test_a_noted_reply_is_finished_where_it_stands(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    ts = await open_stream(slack, destination.thread)
    await begun(turns, destination.thread)
    await turns.update("turn:1", reply_ts=ts)

    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    shown = await poster.finish("turn:1", reply, Final("Twenty-five."), destination)

    (message,) = await slack.replies(destination.thread)
    assert (shown, message["ts"], message["streaming"]) == (ts, ts, False)


async def test_a_new_reply_notes_its_message_as_soon_as_it_exists(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    turn = await begun(turns, destination.thread, reply_kind=poster.opening(destination))
    reply = await poster.reply(turn, destination, BOT)
    reply.write("Twenty")
    await slack.mia.wait_for(lambda m: m["markdown"] == "Twenty", channel="#support")
    ts = await poster.finish("turn:1", reply, Final("Twenty."), destination)

    noted = await turns.get("turn:1")
    assert noted is not None
    assert (noted.reply_kind, noted.reply_ts) == ("stream", ts)


async def test_where_the_bot_may_not_write_the_asker_is_told_directly(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    await slack.mia.post("leave", channel="#support")

    final = Final("Twenty-five.", [context("below")], elsewhere=[context("elsewhere")])
    await poster.finish("turn:1", reply, final, destination)

    (told,) = await slack.mia.messages("D0MIA")
    assert "invite me with /invite, then press *Share in channel*." in str(told["blocks"])
    assert "Twenty-five." in str(told["blocks"])
    assert told["blocks"][-1]["elements"][0]["text"] == "elsewhere"


async def test_a_post_whose_answer_was_lost_stands_once(poster: Poster, slack: SlackHouse) -> None:
    await slack.fault("chat.postMessage", "reset_after_apply")

    ts = await poster.post("C0JOBS", Message("news"), key="card:1")

    assert [m["ts"] for m in await slack.mia.messages("C0JOBS")] == [ts]
    assert await poster.posted("C0JOBS", "card:1") == ts
    assert await poster.posted("C0JOBS", "card:2") is None


async def test_a_message_that_was_deleted_cannot_be_edited(poster: Poster, slack: SlackHouse) -> None:
    ts = await poster.post("C0JOBS", Message("news"), key="card:1")
    edited = await poster.edit("C0JOBS", ts, Message("more"))
    await slack.api.client.chat_delete(channel="C0JOBS", ts=ts)

    assert (edited, await poster.edit("C0JOBS", ts, Message("again"))) == (True, False)


async def test_where_slack_has_no_status_it_is_asked_for_once(
    poster: Poster, slack: SlackHouse, destination: Destination
) -> None:
    await slack.fault("assistant.threads.setStatus", "error", error="feature_not_enabled")

    shown = [await poster.status(destination, "is looking…") for _ in range(3)]

    assert shown == [False, False, False]
    assert await slack.calls("assistant.threads.setStatus") == 1


async def test_a_private_answer_has_no_status(
    poster: Poster, slack: SlackHouse, destination: Destination
) -> None:
    assert not await poster.status(replace(destination, private=True), "is looking…")
    assert await slack.calls("assistant.threads.setStatus") == 0


async def test_a_long_answer_that_may_not_stand_there_is_told_directly_as_a_whole(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination
) -> None:
    body = "".join(f"Sentence {number} matters, \u0434\u0430. " for number in range(800))
    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    await slack.mia.post("leave", channel="#support")

    ts = await poster.finish("turn:1", reply, Final(body), destination)

    told = await slack.mia.messages("D0MIA")
    assert told[0]["ts"] == ts
    assert "".join(b["text"] for m in told for b in m["blocks"] if b["type"] == "markdown") == body
    assert ["/invite" in str(m["blocks"]) for m in told] == [True, *(False for _ in told[1:])]


@pytest.mark.parametrize("word", ["is_archived", "restricted_action", "no_permission"])
async def test_inviting_is_not_advised_where_it_does_not_help(
    poster: Poster, turns: Turns, slack: SlackHouse, destination: Destination, word: str
) -> None:
    reply = await poster.reply(await begun(turns, destination.thread), destination, BOT)
    await slack.fault("chat.postMessage", "error", error=word)

    await poster.finish("turn:1", reply, Final("Twenty-five."), destination)

    (told,) = await slack.mia.messages("D0MIA")
    assert "Twenty-five." in str(told["blocks"])
    assert "/invite" not in str(told["blocks"])


@pytest.mark.parametrize("word", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_a_message_that_cannot_be_changed_is_said_to_be_gone(
    poster: Poster, slack: SlackHouse, word: str
) -> None:
    ts = await poster.post("C0JOBS", Message("news"), key="card:1")
    await slack.fault("chat.update", "error", error=word)

    assert not await poster.edit("C0JOBS", ts, Message("more"))


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
    impatient: Poster, turns: Turns, slack: SlackHouse, destination: Destination, fault: dict[str, Any]
) -> None:
    await begun(turns, destination.thread)
    again = await begun(turns, destination.thread)
    await slack.fault("conversations.replies", **fault, count=2)

    with pytest.raises(OutcomeUnknownError):
        await impatient.reply(again, destination, BOT)
