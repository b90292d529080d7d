"""Questions that are typed or filled in, and the buttons under an answer."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Annotated, Any

from pydantic import Field, field_validator

from bot import ids
from bot.render.ask import (
    AddMe,
    AskAbout,
    AskPrivately,
    Share,
    StopTurn,
    TryAgain,
    stopping,
)
from bot.render.blocks import SELECT_OPTIONS, Message
from bot.render.forms import Choice, Form, window
from bot.render.intent import Intent, Name, Text
from bot.render.outcomes import Modal, Refusal
from bot.render.refusal import CALLS, AskExpert, OtherBuckets, WithoutDocuments
from bot.render.unclear import FORM as MEANING
from bot.render.unclear import Mean, MeanThis, OtherMeaning, own_words
from bot.services.access import Right
from bot.slack.reading.contents import words_of
from bot.workflows.asked import FOLLOWED, WITHIN, Asked
from handlers import line
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect, Request, Shortcut, Verb


class Ask(Intent, verb="ask"):
    """A question."""

    question: Annotated[Text, Field(title="Your question", examples=["How many days of leave do I have?"])]
    bucket: tuple[Name, ...] = Field(
        default=(), max_length=20, title="Bucket", description="Search only this bucket."
    )
    top: int | None = Field(default=None, ge=1, le=50, description="Passages to read.")
    model: str | None = Field(default=None, max_length=200, description="Answer with this model.")
    no_docs: bool = Field(default=False, description="Answer from general knowledge.")
    calls: bool = Field(default=False, description="Answer from calls instead of documents.")

    @field_validator("bucket", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value  # a window's menu gives one name

    @property
    def options(self) -> dict[str, Any]:
        """Return what differs from a plain question, as a turn carries it."""
        chosen = {"buckets": [*self.bucket], "top": self.top, "model": self.model, CALLS: self.calls}
        said = {name: value for name, value in chosen.items() if value}
        return {**said, "documents": False} if self.no_docs else said


@lru_cache(maxsize=256)
def read_options(said: str) -> tuple[str, Mapping[str, Any]]:
    """Return the question and the options in what was said in a message: the same as behind a command.

    Remembered, since a turn reads its question for the status, for the search, and for those that follow in its thread.

    Raises:
        UsageError: an option is wrong.
    """
    typed = escape(said, quote=False)
    text, intent = line.spoken(Ask, typed, lex(typed))
    return text, intent.options


async def ask(request: Request[Ask]) -> Asked:
    """Return a durable turn, seen by the asker alone."""
    it = request.intent
    return Asked(
        id=request.id,
        kind="ask",
        text=it.question,
        ts="",
        place=request.place,
        asker=request.asker,
        private=True,
        options=it.options,
    )


async def share(request: Request[Share]) -> Message | Refusal:
    """Post the answer the button stands under."""
    return await request.services.sharing.share(request.intent.turn, request.place, request.asker, join=False)


async def add_me(request: Request[AddMe]) -> Message | Refusal:
    """Enter the channel, then share there: the button may stand in a direct message."""
    there = replace(request.place, channel=request.intent.channel)
    return await request.services.sharing.share(request.intent.turn, there, request.asker, join=True)


async def stop(request: Request[StopTurn]) -> Message:
    """End it, wherever it is made."""
    return stopping(ended=not await request.services.stopping.stop(request.intent.turn, request.asker))


async def try_again(request: Request[TryAgain]) -> Asked:
    """Return the same question as work of its own, under one id however often it is pressed."""
    turn = await request.services.answers.failed(request.intent.turn, request.asker)
    return Asked.again(turn, request.asker.user_team)


async def without_documents(request: Request[WithoutDocuments]) -> Asked:
    """Return the same question in the same place, answered from general knowledge; once, however often it is pressed."""
    turn = await request.services.answers.failed(request.intent.turn, request.asker)
    again = Asked.again(turn, request.asker.user_team)
    return replace(again, id=ids.without_documents(turn.id), options={**again.options, "documents": False})


async def ask_expert(request: Request[AskExpert]) -> Message | Refusal:
    """Put the question to the channel's experts, once."""
    turn = await request.services.answers.failed(request.intent.turn, request.asker)
    return await request.services.experts.ask(turn, request.asker)


async def mean(request: Request[Mean]) -> Asked:
    """Return the question again with what was meant by it, once, whichever button is pressed how often."""
    it = request.intent
    turn, meaning = await request.services.answers.meant(it.turn, it.number, request.asker)
    return Asked.as_meant(turn, meaning, request.asker.user_team)


async def mean_this(request: Request[MeanThis]) -> Asked:
    """Return it with the words of the asker."""
    it = request.intent
    turn, meaning = await request.services.answers.meant(it.turn, it.meaning, request.asker)
    return Asked.as_meant(turn, meaning, request.asker.user_team)


async def other_meaning(request: Request[OtherMeaning]) -> Modal:
    """Ask for the words."""
    turn = await request.services.answers.unclear(request.intent.turn, request.asker)
    return own_words(turn.id)


async def ask_privately(request: Request[AskPrivately]) -> Asked:
    """Return the same question for the person who presses: what they read alone, with the thread it was asked in."""
    turn = await request.services.answers.asked(request.intent.turn, request.place, request.asker)
    options = {**(turn.options or {}), WITHIN: [turn.root, turn.ts], FOLLOWED: False}
    return Asked(
        id=request.id,
        kind=turn.kind,
        text=turn.question,
        ts="",
        place=replace(request.place, channel=turn.channel, thread=""),
        asker=request.asker,
        private=True,
        bot_user=turn.bot_user or "",
        options=options,
    )


async def other_buckets(request: Request[OtherBuckets]) -> Modal:
    """Show the question again, with the buckets to choose from."""
    turn = await request.services.answers.asked(request.intent.turn, request.place, request.asker)
    return await _form(request, read_options(turn.question)[0])


async def ask_about(request: Request[AskAbout]) -> Modal:
    """Show a question about a passage, to be changed or sent as it is."""
    return await _form(request, request.intent.question, request.intent.bucket)


async def _form(request: Request[Any], question: str, bucket: str = "") -> Modal:
    """Return the form with a question and a choice of buckets, one of them chosen if it is theirs to read."""
    names = request.audience.buckets.among(await request.services.documents.buckets(request.audience))
    first = sorted(names, key=lambda name: name != bucket)[:SELECT_OPTIONS]
    return window(
        replace(FORM, fields=("question", "bucket")),
        Ask,
        given={"question": question, "bucket": bucket if bucket in names else None},
        choices={"bucket": [Choice(name) for name in first]},
    )


FORM = Form(
    "Ask the docs",
    "Ask",
    ("question",),
    "I'm searching the documents. I'll send you the answer in a direct message.",
    "ask_docs",
)
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
        form=FORM,
        shortcuts=(
            Shortcut("ask_docs", "Ask the docs", "Ask your team's documents from anywhere"),
            Shortcut(
                "ask_about",
                "Ask about this",
                "Ask the documents about this message",
                lambda m: {"question": words_of(m)},
            ),
        ),
        home="Ask the docs",
    ),
    Verb(Share, share, right=Right.ANSWERS, effect=Effect.CHANGE, scopes=POSTS, typed=False),
    Verb(AddMe, add_me, right=Right.ANSWERS, effect=Effect.CHANGE, scopes=POSTS, typed=False),
    Verb(StopTurn, stop, right=Right.MEMBERS, typed=False),
    Verb(TryAgain, try_again, effect=Effect.TURN, right=Right.EVERYONE, typed=False, replaces=True),
    Verb(AskPrivately, ask_privately, effect=Effect.TURN, typed=False),
    Verb(WithoutDocuments, without_documents, effect=Effect.TURN, typed=False),
    Verb(OtherBuckets, other_buckets, typed=False, window="Ask the docs"),
    Verb(AskAbout, ask_about, typed=False, window="Ask the docs"),
    Verb(AskExpert, ask_expert, effect=Effect.CHANGE, scopes=POSTS - {"channels:join"}, typed=False),
    Verb(Mean, mean, effect=Effect.TURN, typed=False, replaces=True),
    Verb(MeanThis, mean_this, effect=Effect.TURN, typed=False, form=MEANING),
    Verb(OtherMeaning, other_meaning, typed=False, window=MEANING.title),
)
