"""Find the passages of the team's documents that are near to a question."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.errors import UsageError
from bot.services.buckets import Buckets
from bot.services.passages import SENTENCE_ENDS, Passage, pack, passage_of
from bot.services.query import Query
from bot.services.rewriting import alone
from bot.services.steps import Course, Hit, Plan, choosing, ranking
from bot.telnyx import Match, Telnyx, TelnyxError

WRITE_A_QUESTION = "Write a question, and I'll look for the answer in the documents."
EXAMPLE = "How many days of leave do I have?"
BEHIND = 8
"""Passages that a search for what comes behind the best one asks for."""
SHOWN = 200
"""Characters of a candidate that its trace keeps."""


class Candidate(NamedTuple):
    """What became of a passage that a search found. Ranks count from 1."""

    bucket: str
    document: str
    text: str
    """Its first characters."""
    distance: float
    dense: int
    """Its rank by distance."""
    words: int | None
    """Its rank by the words of the question; None where it holds none of them."""
    fused: int | None
    """Its rank by both."""
    kept: int | None
    """The number in the prompt of the passage that it is, or is a part of."""
    dropped: str | None
    """The name of the step that let go of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that go to the model, numbered from 1 in this order, and the buckets that were searched."""

    passages: tuple[Passage, ...]
    buckets: tuple[str, ...]
    unsearched: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    """Buckets that the settings name and that are not embedded."""
    trace: tuple[Candidate, ...] = ()
    """Everything that the searches found, by distance, with what became of it."""

    def fitted(self, budget_tokens: int) -> "Found":
        """Return what of the passages fits into a model's room, with new numbers."""
        packed = pack(self.passages, budget_tokens)
        numbers = {before: now for now, (before, _) in enumerate(packed, 1)}
        trace = self.trace
        if len(packed) < len(self.passages):
            trace = tuple(
                one._replace(kept=numbers[one.kept])
                if one.kept in numbers
                else one._replace(kept=None, dropped=one.dropped or "pack")
                for one in trace
            )
        return replace(self, passages=tuple(passage for _, passage in packed), trace=trace)

    def behind(self, first: Sequence[Passage]) -> "Found":
        """Return the same with other passages before its own, whose numbers grow."""
        if not first:
            return self
        trace = tuple(
            one if one.kept is None else one._replace(kept=one.kept + len(first)) for one in self.trace
        )
        return replace(self, passages=(*first, *self.passages), trace=trace)


class Retrieval:
    """Similarity search over buckets, and the steps that choose among what it finds.

    Args:
        telnyx: the client.
        buckets: which of them a question is looked for in.
        plan: which steps are taken, and their numbers.
        model: the one that says what a follow-up means, where the question names none.
    """

    def __init__(self, telnyx: Telnyx, buckets: Buckets, plan: Plan, model: str | None = None) -> None:
        self._telnyx = telnyx
        self._buckets = buckets
        self._plan = plan
        self._model = model

    async def near(self, query: Query) -> Found:
        """Search the buckets at the same time, and return the passages that the steps leave, best first.

        Raises:
            RefusedError: the audience may read no document.
            UsageError: no question, an unknown bucket, or none at all.
            TelnyxError: every search failed.
        """
        if not query.words:
            raise UsageError(WRITE_A_QUESTION, example=EXAMPLE)
        if not query.documents:
            return Found((), ())
        buckets = await self.searched(query)
        lacking = () if query.buckets else self._buckets.lacking(query.audience, buckets, query.here)
        kept = query.top or self._plan.kept
        texts = await self._texts(query)
        found, failed = await self._search(buckets, texts, max(self._plan.candidates, kept))
        course = Course(_hits(found))
        course.walk(ranking(self._plan, texts[0]))
        if "neighbors" in self._plan.taken and course.left:
            course.add(await self._behind(course.left[0]))
        chosen = course.walk(choosing(self._plan, kept))
        return Found(
            tuple(hit.passage for hit in chosen),
            tuple(found),
            tuple(failed.keys() - found.keys()),
            lacking,
            _trace(course),
        )

    async def searched(self, query: Query) -> tuple[str, ...]:
        """Return the names of the buckets that a question would be looked for in.

        Raises:
            RefusedError, UsageError, TelnyxError: see ``near``.
        """
        return await self._buckets.chosen(query.audience, query.buckets, query.here)

    async def others(self, query: Query, searched: Collection[str]) -> tuple[str, ...]:
        """Return the buckets that everyone who will read the answer may read, besides those that were ``searched``.

        Raises:
            TelnyxError: Telnyx doesn't say which buckets there are.
        """
        names = query.audience.buckets.among(await self._buckets.names())
        return tuple(name for name in names if name not in searched)

    async def _texts(self, query: Query) -> tuple[str, ...]:
        """Return what is looked for; a follow-up also as the model understands it, if the plan says so."""
        if "rewrite" not in self._plan.taken or not query.history:
            return query.searched
        return tuple(filter(None, (*query.searched, await alone(self._telnyx, query, self._model))))

    async def _behind(self, best: Hit) -> list[Hit]:
        """Return passages of the same document that are near to the end of this one."""
        bucket, document, text = best.passage.bucket, best.passage.document, best.passage.text
        last = [part for part in SENTENCE_ENDS.split(text) if part.strip()][-1:]
        try:
            found, _ = await self._search((bucket,), last, BEHIND)
        except TelnyxError:
            return []
        return [hit for hit in _hits(found) if hit.passage.document == document]

    async def _search(
        self, buckets: Sequence[str], texts: Sequence[str], most: int
    ) -> tuple[dict[str, list[Match]], dict[str, TelnyxError]]:
        """Return the matches of each bucket that answered, for all texts, and the error of each that did not.

        Raises:
            TelnyxError: none answered.
        """
        wanted = [(bucket, text) for bucket in buckets for text in texts]
        searches = [self._telnyx.embeddings.search(bucket, text, num_of_docs=most) for bucket, text in wanted]
        results = await asyncio.gather(*searches, return_exceptions=True)
        found: dict[str, list[Match]] = {}
        failed: dict[str, TelnyxError] = {}
        for (bucket, _), result in zip(wanted, results, strict=True):
            if isinstance(result, TelnyxError):
                failed[bucket] = result
            elif isinstance(result, BaseException):
                raise result
            else:
                found.setdefault(bucket, []).extend(result[:most])
        if failed and not found:
            raise next(iter(failed.values()))
        return found, failed


def _hits(found: Mapping[str, Iterable[Match]]) -> list[Hit]:
    """Return every passage that was found, once: at its smallest distance where several searches found it."""
    nearest: dict[tuple[str, str, str], tuple[Passage, str]] = {}
    for bucket, matches in found.items():
        for match in matches:
            passage = passage_of(bucket, match)
            key = bucket, passage.document, passage.text
            if key not in nearest or passage.distance < nearest[key][0].distance:
                nearest[key] = passage, match.metadata.embedding or ""
    return [Hit(passage, (place,), model) for place, (passage, model) in enumerate(nearest.values())]


def _trace(course: Course) -> tuple[Candidate, ...]:
    """Return what became of every hit, nearest first."""
    numbers = {place: number for number, hit in enumerate(course.left, 1) for place in hit.places}
    return tuple(
        Candidate(
            bucket=hit.passage.bucket,
            document=hit.passage.document,
            text=hit.passage.text[:SHOWN],
            distance=hit.passage.distance,
            dense=hit.dense,
            words=hit.words,
            fused=hit.fused,
            kept=numbers.get(place),
            dropped=course.dropped.get(place),
        )
        for place, hit in sorted(course.hits.items(), key=lambda item: item[1].dense)
    )
