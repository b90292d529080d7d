"""Questions that are typed or filled in, and the buttons under an answer."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from bot.render.ask import AddMe, Share, ShowPassages, TryAgain, passages
from bot.render.blocks import Message
from bot.render.forms import Form
from bot.render.intent import Intent, Name, Text
from bot.render.outcomes import Modal, Refusal
from bot.services.access import Right
from bot.slack.markup import as_written
from bot.workflows.asked import Asked
from handlers.verb import AnyVerb, Effect, Request, Shortcut, Verb


class Ask(Intent, verb="ask"):
    """A question."""

    question: Annotated[Text, Field(title="Your question", examples=["How many days of leave do I have?"])]
    bucket: tuple[Name, ...] = Field(
        default=(), max_length=20, description="Search only this bucket; may be repeated."
    )
    top: int | None = Field(default=None, ge=1, le=50, description="Passages to read from each bucket.")
    model: str | None = Field(default=None, max_length=200, description="Answer with this model.")
    no_docs: bool = Field(default=False, description="Answer from general knowledge.")


async def ask(request: Request[Ask]) -> Asked:
    """A durable turn, seen by the asker alone."""
    it = request.intent
    options = {"buckets": list(it.bucket), "top": it.top, "model": it.model, "documents": not it.no_docs}
    return Asked(id=request.id, kind="ask", text=it.question, ts="", destination=request.by, options=options)


async def show_passages(request: Request[ShowPassages]) -> Modal:
    """Rights are asked anew each time."""
    turn = await request.services.answers.get(request.intent.turn, request.audience)
    return passages(turn, request.intent.page)


async def share(request: Request[Share]) -> Message | Refusal:
    """Post the answer the button stands under."""
    return await request.services.sharing.share(request.intent.turn, request.by, join=False)


async def add_me(request: Request[AddMe]) -> Message | Refusal:
    """Enter the channel, then share there: the button may stand in a direct message."""
    there = replace(request.by, channel=request.intent.channel)
    return await request.services.sharing.share(request.intent.turn, there, join=True)


async def try_again(request: Request[TryAgain]) -> Asked:
    """The same question as work of its own, under one id however often it is pressed."""
    turn = await request.services.answers.failed(request.intent.turn, request.by.user)
    return Asked.again(turn, request.by.user_team)


POSTS = frozenset(
    {"chat:write", "channels:read", "groups:read", "channels:join", "channels:history", "groups:history"}
)
VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Ask,
        ask,
        help="Answer a question from the documents; only you see it.",
        example="How many days of leave do I have? --bucket handbook",
        effect=Effect.TURN,
        operations=("embeddings.similarity_search", "chat.completions", "embeddings.buckets.list"),
        scopes=frozenset({"users:read", "chat:write", "im:write"}),
        form=Form(
            "Ask the docs",
            "Ask",
            ("question",),
            "I'm searching the documents. I'll send you the answer in a direct message.",
            "ask_docs",
        ),
        shortcuts=(
            Shortcut("ask_docs", "Ask the docs", "Ask your team's documents from anywhere"),
            Shortcut(
                "ask_about",
                "Ask about this",
                "Ask the documents about this message",
                lambda m: {"question": as_written(m.get("text") or "")},
            ),
        ),
        home="Ask the docs",
    ),
    Verb(ShowPassages, show_passages, typed=False, window="Passages"),
    Verb(Share, share, effect=Effect.CHANGE, scopes=POSTS, typed=False),
    Verb(AddMe, add_me, effect=Effect.CHANGE, scopes=POSTS, typed=False),
    Verb(TryAgain, try_again, effect=Effect.TURN, right=Right.EVERYONE, typed=False, replaces=True),
)
