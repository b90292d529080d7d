"""``/telnyx summarize``, of a call, a file, or a thread, and *Summarize thread*."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import ids
from bot.errors import UsageError
from bot.render.calls import Summarize
from bot.render.forms import Form
from bot.render.summarize_thread import JOIN, JoinAndSummarize
from bot.services.access import Place, Right
from bot.slack.permalinks import Permalink, is_address, of_message
from bot.workflows.asked import Asked
from handlers.verb import AnyVerb, Effect, Request, Shortcut, Verb

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}/\S.*", re.DOTALL)
"""A bucket, of whose name a call's can't be part before a slash, and a file."""
EXAMPLE = "/telnyx summarize handbook/leave.md"
NO_MESSAGE = "This link leads to no message of Slack's. In a message's … menu, choose *Copy link*; I read the thread that it stands in."
NO_PROMPT = "A call's summary has fixed headings, so leave out `--prompt`."
NO_MODEL = "For a file Telnyx chooses the model itself, so leave out `--model`."
NOT_POSTED = "Only a thread's summary can be posted in the thread. Leave out `--post`."


async def summarize(request: Request[Summarize]) -> Asked:
    """Return a durable turn of the kind that the form of the words tells: a link, ``BUCKET/FILE``, or else a call."""
    it, place = request.intent, request.place
    link = Permalink.read(it.what)
    if link is None and is_address(it.what):
        raise UsageError(NO_MESSAGE)
    kind = "thread_summary" if link else "file_summary" if _FILE.fullmatch(it.what) else "summary"
    _fits(it, kind)
    here = it.post == "in the thread" and link is not None
    if here and link is not None:
        place = Place(place.team, link.channel, link.root)
    wanted = {"model": it.model, "prompt": it.prompt}
    return Asked(
        id=request.id,
        kind=kind,
        text=str(link or it.what),
        ts=f"{time.time():.6f}" if here else "",  # its place among the messages of the thread
        place=place,
        asker=request.asker,
        private=not here,
        options={name: value for name, value in wanted.items() if value},
    )


async def join_and_summarize(request: Request[JoinAndSummarize]) -> Asked:
    """Return the same summary as work that enters the channel first; once, however often it is pressed."""
    turn = await request.services.answers.failed(request.intent.turn, request.asker)
    again = Asked.again(turn, request.asker.user_team)
    return replace(again, id=ids.joined(turn.id), options={**again.options, JOIN: True})


def of_thread(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the form that a message fills in."""
    return {"what": of_message(message, message["channel"], message["domain"]), "post": "only me"}


def _fits(it: Summarize, kind: str) -> None:
    """Raise ``UsageError`` for an option that means nothing for what is summarized."""
    wrong = {
        NO_PROMPT: it.prompt and kind == "summary",
        NO_MODEL: it.model and kind == "file_summary",
        NOT_POSTED: it.post != "only me" and kind != "thread_summary",
    }
    for why, is_so in wrong.items():
        if is_so:
            raise UsageError(why, example=EXAMPLE)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Summarize,
        summarize,
        help="Summarize a call, a file of a bucket, or a thread by a link to it.",
        example='handbook/leave.md --prompt "What is new?"',
        right=Right.EVERYONE,
        takes={"a call": Right.CALLS, "a file": Right.DOCUMENTS, "a thread": Right.MEMBERS},
        effect=Effect.TURN,
        operations=(
            "conversations.retrieve",
            "conversations.messages",
            "conversations.insights_results",
            "insights.list",
            "chat.completions",
            "summarize",
        ),
        form=Form(
            "Summarize",
            "Summarize",
            ("what", "prompt", "post"),
            "I'm reading it. You'll get the summary in a direct message, or in the thread if you chose that.",
        ),
        shortcuts=(
            Shortcut(
                "summarize_thread", "Summarize thread", "Summarize the thread of this message", of_thread
            ),
        ),
        home="Summarize",
    ),
    Verb(
        JoinAndSummarize,
        join_and_summarize,
        right=Right.EVERYONE,
        effect=Effect.TURN,
        operations=("chat.completions",),
        scopes=frozenset({"channels:join"}),
        typed=False,
    ),
)
