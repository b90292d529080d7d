"""Whatever word Slack answers with, an accepted question ends visibly, or is kept and tried again: never in silence."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.render.blocks import context
from bot.render.errors import slack_words
from bot.render.final import Final
from bot.services.access import Asker, Place
from bot.slack.api import SlackApi
from bot.slack.codes import WORDS, Kind, kind_of, kind_of_word
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.reply import Reply
from bot.slack.writing.thread_message import Spot
from bot.workflows.asked import Asked
from bot.workflows.replies import Replies

LISTED = Path(__file__).parents[3] / "fixtures" / "slack" / "error_words.txt"
IN_PLACE = (
    "assistant.threads.setStatus",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.update",
    "chat.postMessage",
    "conversations.replies",
)
DIRECTLY = ("conversations.open", "conversations.history", "chat.postMessage")
TEXT, SOURCE = "Twenty-five days.", "source one"


def words_of(method: str) -> list[str]:
    """What a method may say, as Slack lists it."""
    lines = [line.split() for line in LISTED.read_text().splitlines()]
    by_method = {name: words for name, *words in lines}
    return by_method["*"] + by_method.get(method, [])


@dataclass
class Slack:
    """Keeps messages, and says one word to one method so many times; before or after it was done."""

    method: str = ""
    word: str = ""
    times: int = 0
    done: bool = False
    shut: bool = False
    """Is the channel one that the bot may not write in?"""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def call(**given: Any) -> SimpleNamespace:
            hit = name == self.method.replace(".", "_") and self.times > 0
            if hit:
                self.times -= 1
                if not self.done:
                    raise said(self.word)
            answer = self._do(name, given)
            if hit:
                raise said(self.word)
            return SimpleNamespace(data={"ok": True, **answer}, headers={})

        return call

    def _do(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        if self.shut and given.get("channel") == "C" and name.startswith("chat_"):
            raise said("not_in_channel")
        if name in ("chat_startStream", "chat_postMessage"):
            ts = f"{len(self.messages) + 1}.0"
            self.messages[ts] = {**given, "ts": ts, "user": "B", "open": name == "chat_startStream"}
            return {"ts": ts}
        if name in ("conversations_replies", "conversations_history"):
            return {"messages": [m for m in self.messages.values() if m["channel"] == given["channel"]]}
        if name in ("chat_appendStream", "chat_stopStream", "chat_update", "chat_delete"):
            self._change(name, given)
        return {"channel": {"id": "D"}}

    def _change(self, name: str, given: dict[str, Any]) -> None:
        message = self.messages.get(given["ts"])
        if message is None:
            raise said("message_not_found")
        if name == "chat_delete":
            del self.messages[given["ts"]]
        elif name == "chat_update":
            if message["open"]:
                raise said("streaming_state_conflict")
            message.update({"markdown_text": "", "blocks": [], **given})
        elif not message["open"]:
            raise said("message_not_in_streaming_state")
        else:
            text = message["markdown_text"] + (given.get("markdown_text") or "")
            message.update({**given, "markdown_text": text, "open": name != "chat_stopStream"})

    def whole(self) -> list[str]:
        """Where the finished answer stands, with its source."""
        return [m["channel"] for m in self.messages.values() if not m["open"] and all(
            words in f"{m.get('markdown_text')}{m.get('blocks')}" for words in (TEXT, SOURCE)
        )]  # fmt: skip

    def pieces(self) -> int:
        """How many messages in the channel hold something of it."""
        return sum(m["channel"] == "C" for m in self.messages.values())


def said(word: str) -> SlackApiError:
    """Slack's no."""
    return SlackApiError("no", {"ok": False, "error": word})  # type: ignore[no-untyped-call] # slack_sdk has no type there


async def answered(slack: Slack, *, streams: bool) -> Exception | None:
    """Show an answer as the bot does; what is raised when it could not be shown."""
    client: Any = slack
    nothing: Any = None
    api = SlackApi(client, Limits(), patience=0.05, backoff=Backoff(first=0.01, most=0.01))
    api.limits.streams_work = streams
    workspace = Workspace(api, nothing)
    line, replies = workspace.status_line, Replies(Workspaces(workspace), nothing, nothing, nothing)
    place = Place("T", "C", "0.1")
    asked = Asked("turn:1", "ask", "How many?", "0.1", place, Asker("U", "T"), private=False)

    async def on_open(kind: str, ts: str) -> None:
        """``Turns.update``."""

    async def find() -> tuple[str, bool] | None:
        seen = (await api.call("conversations.replies", channel="C", ts="0.1"))["messages"]
        return (seen[0]["ts"], True) if seen else None

    reply = Reply(api, Spot("C", "0.1", "U", "T", "turn:1"), on_open, find)
    try:
        await line.show(place, "is looking…", private=False)
        reply.write("Twenty")
        await reply._advance()
        reply.write("-five")
        await reply._advance()
        await replies.finish(asked, reply, Final(TEXT, [context(SOURCE)]))
    except (SlackApiError, OutcomeUnknownError) as error:
        return error
    return None


def cases() -> Iterator[tuple[bool, bool, Slack]]:
    """Every word to every method on the way, once and for good, while the channel is open and while it is not."""
    for streams in (True, False):
        for method in IN_PLACE:
            if not streams and "Stream" in method:
                continue
            for word in words_of(method):
                yield streams, True, Slack(method, word, 1)
                yield streams, False, Slack(method, word, 1_000)
                if kind_of_word(word) is Kind.PASSING:
                    yield streams, True, Slack(method, word, 1, done=True)
    for method in DIRECTLY:
        for word in words_of(method):
            yield True, False, Slack(method, word, 1_000, shut=True)


@pytest.mark.slow  # 1,600 answers
async def test_no_error_word_of_slacks_ends_accepted_work_silently() -> None:
    tried = list(cases())
    ends = await asyncio.gather(*(answered(slack, streams=streams) for streams, _, slack in tried))

    wrong = []
    for (streams, once, slack), end in zip(tried, ends, strict=True):
        shown = slack.whole()
        nobody = isinstance(end, SlackApiError) and kind_of(end) is Kind.NOBODY and not once
        closed = kind_of_word(slack.word) is Kind.TOO_FAST  # for longer than this test waits
        kept = isinstance(end, OutcomeUnknownError) and (not once or closed)
        if len(shown) > 1 or not (shown or nobody or kept):
            wrong.append((slack.method, slack.word, slack.times, slack.done, streams, shown, repr(end)))
        elif slack.done and slack.pieces() > 1:
            wrong.append((slack.method, slack.word, slack.times, slack.done, streams, shown, "twice"))
    assert len(tried) > 1_000
    assert wrong == []


def test_each_word_means_one_thing() -> None:
    words = [word for kind in WORDS.values() for word in kind]

    assert len(words) == len(set(words))


def test_a_word_that_is_said_to_people_is_said_in_words_of_our_own() -> None:
    silent = {Kind.STREAM_ENDED, Kind.STREAMING, Kind.WINDOW_GONE, Kind.SOCKETS_OFF, Kind.SOCKETS_FULL}

    raw = [
        word for kind in WORDS.keys() - silent for word in WORDS[kind] if word in slack_words(word, kind.name)
    ]

    assert raw == []
