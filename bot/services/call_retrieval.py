"""Where an answer looks: in the documents, or in what was said in calls. Parts of calls are passages, as those of documents are."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.errors import UsageError
from bot.services.call_search import CallSearch, Hit
from bot.services.calls import stamp
from bot.services.ids import short
from bot.services.passages import Heard, Passage
from bot.services.query import Query
from bot.services.retrieval import Found, Retrieval
from bot.services.steps import Plan

WRITE_A_QUESTION = "Write a question, and I'll look for the answer in your calls."
CALLS_ALONE = "With `--calls` I look in calls alone, so leave out `--bucket` and `--no-docs`."
EXAMPLE = "Why do customers cancel? --calls"
NEIGHBORS = 3
"""Lines before and behind a part of a call that an answer reads along: what was said to a question stands there."""
UNKNOWN = "Recorded call"
"""A call that no assistant took: no one knows its name."""


class Everywhere:
    """Looks where a question is to be looked for.

    Args:
        documents: looks in the buckets.
        search: looks in the calls.
        plan: how many passages go to the model.
    """

    def __init__(self, documents: Retrieval, search: CallSearch, plan: Plan) -> None:
        self._documents = documents
        self._search = search
        self._plan = plan

    async def near(self, query: Query) -> Found:
        """Return the passages that are near to a question, best first; see ``Retrieval.near``.

        Raises:
            RefusedError, UsageError: they may not; there is no question; or there is nothing to search.
            TelnyxError: the search failed.
        """
        if not query.calls:
            return await self._documents.near(query)
        if query.buckets or not query.documents:
            raise UsageError(CALLS_ALONE)
        if not query.words:
            raise UsageError(WRITE_A_QUESTION, example=EXAMPLE)
        words, audience = query.searched[0], query.audience
        hits = await self._search.near(words, audience, top=query.top or self._plan.kept)
        placed = await self._search.placed(hits, words, audience, neighbors=NEIGHBORS)
        return Found(tuple(map(_passage, _apart(placed))), ())

    async def searched(self, query: Query) -> tuple[str, ...]:
        """Return the names of the buckets that a question would be looked for in; see ``Retrieval.searched``."""
        return () if query.calls else await self._documents.searched(query)

    async def others(self, query: Query, searched: Collection[str]) -> tuple[str, ...]:
        """Return the buckets that could be searched too; see ``Retrieval.others``."""
        return () if query.calls else await self._documents.others(query, searched)


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits, those of one call that share lines as one: in the place of the better one, and with its best line."""
    apart: list[Hit] = []
    for hit in hits:
        for at, other in enumerate(apart):
            if hit.lines and other.lines and hit.call == other.call and _touch(hit, other):
                apart[at] = _together(other, hit)
                break
        else:
            apart.append(hit)
    return apart


def _touch(one: Hit, two: Hit) -> bool:
    return one.first <= two.first + len(two.lines) and two.first <= one.first + len(one.lines)


def _together(one: Hit, two: Hit) -> Hit:
    front, back = sorted((one, two), key=lambda hit: hit.first)
    lines = front.lines + back.lines[max(front.first + len(front.lines) - back.first, 0) :]
    return replace(one, lines=lines, first=front.first, best=one.first + one.best - front.first)


def _passage(hit: Hit) -> Passage:
    call, at = hit.call, hit.at
    started = call.started if call else hit.recorded
    return Passage(
        bucket="",
        document=call.name or f"Call {short(call.id)}" if call else UNKNOWN,
        text="\n".join(map(str, hit.lines)) or hit.text,
        distance=1 - hit.score,
        place=None if at is None else stamp(at),
        heard=Heard(
            call=call.id if call else "",
            assistant=call.assistant if call else "",
            at=None if at is None else int(at.total_seconds()),
            when=None if started is None else started.timestamp(),
        ),
    )
