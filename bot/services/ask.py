"""Answer a question from the team's documents: search, choose passages, ask the model, stop when they do not say."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.errors import UsageError
from bot.services.beside import PICTURE_TOKENS, SHARE, chosen, cost
from bot.services.citations import cited
from bot.services.draft import Draft
from bot.services.mark import Verdict
from bot.services.models import Models
from bot.services.passages import Passage, fenced, prompt_block
from bot.services.query import Query
from bot.services.retrieval import Found
from bot.services.room import HALF, TOO_LONG, Room, shared_out
from bot.services.rules import (
    ATTACHED_RULE,
    CALL_RULES,
    FILE_RULES,
    FOUND_NOTHING,
    FREE_RULES,
    RULES,
    UNCLEAR_RULE,
    toned,
)
from bot.services.tokens import tokens
from bot.telnyx import (
    ChatMessage,
    ChatPart,
    ChatRequest,
    EndPart,
    Telnyx,
    TelnyxError,
    TelnyxNotFoundError,
    TelnyxStatusError,
    TextPart,
    Usage,
    UsagePart,
    VoidPart,
    whole,
)


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer's text, as the model wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """The text so far is void: it was a thought of the model, or led to a refusal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The end: the whole text and what it rests on. A refusal has no text, nor has a question that is unclear."""

    text: str
    refused: bool
    model: str
    found: Found
    usage: Usage | None = None
    cited: tuple[int, ...] = field(default=())
    cut: str | None = None
    """Why the text may lack its end: `length`, `content_filter`, another word of Telnyx's, or `unknown`."""
    partly: bool = False
    """The passages answer only a part of the question."""
    meanings: tuple[str, ...] = ()
    """What an unclear question could mean, to be asked back."""
    request_id: str | None = None
    """Telnyx's name for the request to the model."""
    estimate: Usage | None = None
    """What it took by our count, where Telnyx sent none."""


class EmptyAnswerError(Exception):
    """The model ended without a word, as reasoning models do when their tokens run out; ``cut`` says why, if anything does."""

    def __init__(self, cut: str | None = None) -> None:
        super().__init__(f"the model wrote nothing ({cut})" if cut else "the model wrote nothing")
        self.cut = cut


class Looks(Protocol):
    """Finds what an answer is made from, as ``Retrieval`` does."""

    async def near(self, query: Query) -> Found:
        """See ``Retrieval.near``."""

    async def searched(self, query: Query) -> tuple[str, ...]:
        """See ``Retrieval.searched``."""

    async def others(self, query: Query, searched: Collection[str]) -> tuple[str, ...]:
        """See ``Retrieval.others``."""


class Ask:
    """The use case behind ``/ask``, a mention, a direct message and ``bot ask``."""

    def __init__(
        self,
        telnyx: Telnyx,
        retrieval: Looks,
        models: Models,
        *,
        temperature: float,
        max_tokens: int | None,
    ) -> None:
        self._telnyx = telnyx
        self._retrieval = retrieval
        self._models = models
        self._temperature = temperature
        self._max_tokens = max_tokens

    async def retrieve(self, query: Query) -> Found:
        """Search the buckets at the same time and keep what is near enough and fits into the model.

        Raises:
            UsageError: no question, an unknown bucket, or none at all.
            TelnyxError: every search failed.
        """
        found, _ = await self._fitted(await self._near(query), query)
        return found

    async def answer(self, query: Query) -> AsyncIterator[Found | Delta | Again | Answer]:
        """``Found`` first, then the text as it comes, then exactly one ``Answer``. ``Found`` comes again where less had to do.

        Raises:
            UsageError: see ``retrieve``; or more was asked than the model can read.
            TelnyxError: Telnyx could not be asked, or its stream broke.
            EmptyAnswerError: the model wrote nothing.
        """
        near = await self._near(query)
        for share in (1.0, HALF):
            found, room = await self._fitted(near, query, share)
            yield found
            if query.documents and not found.passages:
                yield Answer("", refused=True, model=query.model or self._models.default, found=found)
                return
            try:
                async with aclosing(self._written(query, found, room)) as parts:
                    async for part in parts:
                        yield part
            except TelnyxNotFoundError as error:
                raise await self._models.unknown(query.model or self._models.default) from error
            except TelnyxStatusError as error:
                if not error.too_long:
                    raise
            else:
                return
        raise UsageError(TOO_LONG)

    async def searched(self, query: Query) -> tuple[str, ...]:
        """See ``Retrieval.searched``."""
        return await self._retrieval.searched(query)

    async def others(self, query: Query, found: Found) -> tuple[str, ...]:
        """Return the buckets that could be searched too, see ``Retrieval.others``; none where Telnyx doesn't say."""
        try:
            return await self._retrieval.others(query, (*found.buckets, *found.unsearched))
        except TelnyxError:
            return ()

    async def _fitted(self, near: Found, query: Query, share: float = 1.0) -> tuple[Found, Room]:
        """Return what of the near passages fits into the model, and the room it has."""
        room = await self._room(query, share)
        most = int(room.passages * SHARE) if near.passages else room.passages
        files = chosen(query.beside, query.searched[0], most) if query.beside else ()
        return near.fitted(room.passages - sum(map(cost, files))).behind(files), room

    async def _near(self, query: Query) -> Found:
        """Return what a search finds; nothing where there is nothing to search and files came with the question."""
        try:
            return await self._retrieval.near(query)
        except UsageError:
            if query.buckets or not (query.beside and query.words):
                raise
            return Found((), ())

    async def _room(self, query: Query, share: float) -> Room:
        return shared_out(
            await self._models.context_tokens(query.model or self._models.default),
            query.words,
            history=[(one.question, one.answer.strip() or FOUND_NOTHING) for one in query.history],
            thread=query.thread,
            max_tokens=self._max_tokens,
            share=share,
        )

    async def _written(
        self, query: Query, found: Found, room: Room
    ) -> AsyncGenerator[Delta | Again | Answer, None]:
        """Yield what the model writes."""
        draft, request = Draft(marked=query.documents), self._request(query, found, room)
        async with aclosing(self._telnyx.chat.stream(request)) as parts:
            async for part in parts:
                if (heard := _heard(draft, part)) is not None:
                    yield heard
        cut = None if whole(draft.reason) else draft.reason or "unknown"
        rest = draft.close(cut=cut is not None)
        meant = draft.meanings if query.asks_back else ()
        refused = query.documents and not meant and draft.refuses(cut=cut is not None)
        if not (draft.text.strip() or refused):
            raise EmptyAnswerError(cut)
        partly = draft.verdict is Verdict.PARTLY and not refused
        if refused or meant:
            cut = None
            if draft.void():
                yield Again()
        elif rest:
            yield Delta(rest)
        model = draft.model or query.model or self._models.default
        used = tuple(cited(draft.text, len(found.passages)))
        estimate = None if draft.usage else _estimate(request, draft.text)
        done = Answer(draft.text, refused, model, found, draft.usage, used, cut, partly, meant)
        yield replace(done, request_id=draft.request_id, estimate=estimate)

    def _request(self, query: Query, found: Found, room: Room) -> ChatRequest:
        free = FILE_RULES if query.beside else FREE_RULES
        rules = free if not query.documents else CALL_RULES if query.calls else RULES
        if query.documents and query.asks_back:
            rules += UNCLEAR_RULE
        if query.beside:
            rules += ATTACHED_RULE
        rules += toned(query.tone)
        if query.cites:
            rules += f"\n\n{prompt_block(found.passages)}"
        messages = [ChatMessage(role="system", content=rules)]
        for question, answer in room.history:
            messages.append(ChatMessage(role="user", content=question))
            messages.append(ChatMessage(role="assistant", content=answer))
        # In one message: the templates of some models take no two of one role in a row.
        others = f"Others wrote in this thread:\n{fenced(room.thread)}\n\nQuestion: " if room.thread else ""
        words = others + query.words
        shown = [
            query.pictures[one.file] for one in found.passages if one.file and one.file in query.pictures
        ]
        pictures = tuple({"type": "image_url", "image_url": url} for url in shown)
        content = ({"type": "text", "text": words}, *pictures) if pictures else words
        messages.append(ChatMessage(role="user", content=content))
        return ChatRequest(
            messages=messages,
            model=query.model or self._models.default,
            temperature=self._temperature,
            max_tokens=room.answer,
        )


def _estimate(request: ChatRequest, text: str) -> Usage:
    """Return about what an answer took, rather too much than too little."""
    read = sum(
        tokens(one.content)
        if isinstance(one.content, str)
        else sum(tokens(part["text"]) if "text" in part else PICTURE_TOKENS for part in one.content)
        for one in request.messages
    )
    return Usage(read, written := tokens(text), read + written)


def _heard(draft: Draft, part: ChatPart) -> Delta | Again | None:
    """Return what a part of the stream means for the one who reads along."""
    if isinstance(part, TextPart):
        ready = draft.more(part.text)
        return Delta(ready) if ready else None
    if isinstance(part, VoidPart):
        return Again() if draft.void() else None
    if isinstance(part, UsagePart):
        draft.usage = part.usage
    elif isinstance(part, EndPart):
        draft.model, draft.reason, draft.request_id = part.model, part.finish_reason, part.request_id
    return None


def sources(answer: Answer) -> Sequence[tuple[int, Passage]]:
    """Return the passages the answer cites, with their numbers, in order of first use."""
    return [(number, answer.found.passages[number - 1]) for number in answer.cited]
