"""Find the passages of the team's documents that are near to a question."""

import asyncio
from dataclasses import dataclass

from bot.errors import UsageError
from bot.services.buckets import Buckets
from bot.services.passages import Passage, merge, of_each, passage_of
from bot.services.query import Query
from bot.telnyx import Telnyx, TelnyxError

WRITE_A_QUESTION = "Write a question, and I'll look for the answer in the documents."
EXAMPLE = "How many days of leave do I have?"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that search returned, and what became of it; ranks count from 1."""

    bucket: str
    document: str
    text: str
    """Its beginning."""
    distance: float
    dense: int
    """Its rank by distance."""
    words: int | None = None
    """By the words that it has in common with the question."""
    fused: int | None = None
    """By both."""
    kept: int | None = None
    """The number it has in the prompt."""
    dropped: str | None = None
    """The step that dropped it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that go to the model, numbered from 1 in this order, and the buckets that were searched."""

    passages: tuple[Passage, ...]
    buckets: tuple[str, ...]
    unsearched: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    """Buckets that the settings name and that are not embedded."""
    trace: tuple[Candidate, ...] = ()
    """What became of each passage that search returned."""


class Retrieval:
    """Similarity search over buckets.

    Args:
        telnyx: the client.
        buckets: which of them a question is looked for in.
        top: how many passages of each bucket.
        max_distance: the cosine distance up to which a passage counts as near.
    """

    def __init__(self, telnyx: Telnyx, buckets: Buckets, *, top: int, max_distance: float) -> None:
        self._telnyx = telnyx
        self._buckets = buckets
        self._top = top
        self._max_distance = max_distance

    async def near(self, query: Query) -> Found:
        """Search the buckets at the same time, and return everything that is near enough, however much it is.

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
        top = query.top or self._top
        wanted = [(bucket, words) for bucket in buckets for words in query.searched]
        searches = [
            self._telnyx.embeddings.search(bucket, words, num_of_docs=top) for bucket, words in wanted
        ]
        results = await asyncio.gather(*searches, return_exceptions=True)
        found: dict[str, list[Passage]] = {}
        failed: dict[str, TelnyxError] = {}
        for (bucket, _), result in zip(wanted, results, strict=True):
            if isinstance(result, TelnyxError):
                failed[bucket] = result
            elif isinstance(result, BaseException):
                raise result
            else:
                found[bucket] = [
                    *found.get(bucket, ()),
                    *(passage_of(bucket, match) for match in result[:top]),
                ]
        if failed and not found:
            raise next(iter(failed.values()))
        near = merge(found, max_distance=self._max_distance, limit=top * len(wanted))
        return Found(tuple(of_each(near, top)), tuple(found), tuple(failed.keys() - found.keys()), lacking)

    async def searched(self, query: Query) -> tuple[str, ...]:
        """Return the names of the buckets that a question would be looked for in.

        Raises:
            RefusedError, UsageError, TelnyxError: see ``near``.
        """
        return await self._buckets.chosen(query.audience, query.buckets, query.here)
