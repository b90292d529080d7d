"""Search over calls: which parts of which calls are near to some words, and when in the call they were said.

Telnyx finds chunks of transcripts, and names neither the call nor the time. So a chunk is joined with the call that it is of, which also
says who may read it, and its words are looked for in what was said in that call. See docs/decisions/0025.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import UsageError
from bot.services import bm25
from bot.services.access import Audience, Right
from bot.services.call import CONTROL, Call, Line, Transcript
from bot.services.calls import Calls
from bot.services.phone_numbers import masked
from bot.telnyx import Chunk, Telnyx, TelnyxError, TelnyxInvalidError, TelnyxNotFoundError

MOST = 50
"""Chunks that Telnyx is asked for where not all of them may be shown: more than AI Search doesn't give."""
SEARCHED = 2_000
"""Characters of what is looked for."""
CALLS_AT_ONCE = 4
"""Transcripts that are read at the same time."""
PLACE_SECONDS = 4.0
"""How long places are looked for; without one a hit is still of a call."""
GAP = 2
"""Lines in the middle of a chunk that may not stand in it: tools, and numbers that are masked."""
AROUND = 1
"""Lines before and behind the one that is shown of a hit."""
SHORTEST = 12
"""Letters that have to be the same for a place to be sure."""
SWITCH_ON = (
    "I can't search calls yet: the person who runs the bot has to switch on *conversation persistence* for the SIP connections at "
    "Telnyx, or set `CALLS_COLLECTION` to a collection of AI Search with the source `voice`."
)
NO_COLLECTION = "There's no collection “{}” at Telnyx, so I can't search calls. Ask the person who runs the bot to correct `CALLS_COLLECTION`."
NO_SOURCE = (
    "The collection “{}” has no source that can be searched. Ask the person who runs the bot to add the source `voice` to it at "
    "Telnyx."
)
CONVERSATION = "conversation_id"
"""By which a record may say of which call it is; where it doesn't, its own id may."""
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of a transcript that a search found; masked, but for those who may see whole numbers."""

    text: str
    score: float
    call: Call | None
    """None where no one knows which it is of: it may have been no assistant's."""
    recorded: datetime | None
    lines: tuple[Line, ...] = ()
    """What was said there, as the call has it; none where that isn't known."""
    first: int = 0
    """Which line of the call the first of them is."""
    best: int = 0
    """Which of the lines says most of what was looked for."""

    @property
    def at(self) -> timedelta | None:
        """Return when in the call it was said, if anyone knows."""
        return self.lines[self.best].at if self.lines else None

    def around(self, more: int = AROUND) -> tuple[Line, ...]:
        """Return its best line, with so many before and behind."""
        return self.lines[max(self.best - more, 0) : self.best + more + 1]


class CallSearch:
    """The use case behind ``/telnyx calls search``, and what answers over calls are made from.

    Args:
        telnyx: the client.
        calls: who may read which, and what was said in it.
        collection: of AI Search, by its slug; conversation histories where there is none.
    """

    def __init__(self, telnyx: Telnyx, calls: Calls, collection: str | None = None) -> None:
        self._telnyx = telnyx
        self._calls = calls
        self._collection = collection

    async def near(
        self,
        words: str,
        audience: Audience,
        *,
        top: int,
        since: datetime | None = None,
        assistant: str | None = None,
    ) -> tuple[Hit, ...]:
        """Return the ``top`` parts of calls that are nearest to some words, best first: of those that this audience may read.

        Raises:
            RefusedError, UsageError: they may read no call; Telnyx searches none, and the sentence says what to switch on.
            TelnyxError: the search failed.
        """
        audience.require(Right.CALLS)
        limited = assistant is not None or not audience.calls.everything
        chunks = await self._chunks(words[:SEARCHED], MOST if limited else top, since)
        known = await self._calls.joined({name for chunk in chunks for name in _names(chunk)}, audience)
        hits = [_hit(chunk, known) for chunk in chunks]
        # What no one can say whose it is, is for those who may read all of it.
        seen = [hit for hit in hits if hit.call is not None or audience.calls.everything]
        wanted = [hit for hit in seen if assistant is None or (hit.call and hit.call.assistant == assistant)]
        return tuple(wanted[:top])

    async def placed(
        self, hits: Sequence[Hit], words: str, audience: Audience, *, neighbors: int = 0
    ) -> tuple[Hit, ...]:
        """Return the hits with what was said there, and when. One whose place isn't found in time stays as it is.

        Args:
            hits: what ``near`` found.
            words: what was looked for.
            audience: for whom.
            neighbors: lines before and behind that come along.
        """
        audience.require(Right.CALLS)
        gate = asyncio.Semaphore(CALLS_AT_ONCE)

        async def read(call: str) -> Transcript | None:
            try:
                async with gate:
                    return await self._calls.transcript(call, audience)
            except (UsageError, TelnyxError):  # it was deleted a moment ago, or Telnyx doesn't say
                return None

        calls = {hit.call.id for hit in hits if hit.call}
        reading = {call: asyncio.create_task(read(call)) for call in calls}
        try:
            if reading:
                await asyncio.wait(reading.values(), timeout=PLACE_SECONDS)
        finally:
            for task in reading.values():
                task.cancel()
        said = {call: task.result() for call, task in reading.items() if task.done() and not task.cancelled()}
        of = [said.get(hit.call.id) if hit.call else None for hit in hits]
        # In a thread, because there's a lot to look at in a long call.
        placed = await asyncio.to_thread(
            lambda: [_placed(hit, call, words, neighbors) for hit, call in zip(hits, of, strict=True)]
        )
        return tuple(placed)

    async def _chunks(self, words: str, top: int, since: datetime | None) -> tuple[Chunk, ...]:
        """Return what Telnyx finds.

        Raises:
            UsageError: it searches no calls.
        """
        if self._collection is None:
            try:
                page = await self._telnyx.conversation_histories.search(words, size=top, since=since)
            except (TelnyxNotFoundError, TelnyxInvalidError) as error:
                raise UsageError(SWITCH_ON) from error
            return page.data[:top]
        try:
            found = await self._telnyx.collections.documents(self._collection, words, top=top, since=since)
        except (TelnyxNotFoundError, TelnyxInvalidError) as error:
            there_is_none = isinstance(error, TelnyxNotFoundError)
            text = NO_COLLECTION if there_is_none else NO_SOURCE
            raise UsageError(text.format(self._collection)) from error
        return found[:top]


def _names(chunk: Chunk) -> list[str]:
    """Return by what the call of a chunk may be found, the surest first."""
    about = chunk.metadata or {}
    said = (about.get(CONVERSATION), about.get(CONTROL), chunk.record_id)
    return [one for one in said if isinstance(one, str) and one]


def _hit(chunk: Chunk, known: Mapping[str, Call]) -> Hit:
    call = next((known[name] for name in _names(chunk) if name in known), None)
    return Hit(masked(chunk.text), chunk.score, call, chunk.record_created_at)


def _placed(hit: Hit, transcript: Transcript | None, words: str, neighbors: int) -> Hit:
    """Return a hit with the lines of its call that stand in it, and their neighbors."""
    span = _span(transcript.lines, hit.text) if transcript else range(0)
    if transcript is None or not span:
        return hit
    first = max(span.start - neighbors, 0)
    lines = transcript.lines[first : span.stop + neighbors]
    scores = bm25.scores(words, [transcript.lines[at].text for at in span])
    best = max(range(len(span)), key=lambda at: (scores[at], -at)) + span.start - first
    return replace(hit, call=transcript.call, lines=lines, first=first, best=best)


def _span(lines: Sequence[Line], text: str) -> range:
    """Return which lines of a call a chunk of its transcript holds: those in a row that share most with it; none if too few do."""
    whole = _letters(text)
    shared = [len(said) if (said := _letters(line.text)) in whole else 0 for line in lines]
    best, most = range(0), SHORTEST - 1
    start = end = total = 0
    for at, size in enumerate(shared):
        if not size:
            continue
        if total and at - end > GAP:
            total = 0
        if not total:
            start = at
        total, end = total + size, at + 1
        if total > most:
            best, most = range(start, end), total
    return best


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
