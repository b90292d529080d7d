"""The steps between a search and the model: each takes the hits in their order, and returns those that go on, in theirs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, zip_longest
from math import inf, isnan
from typing import NamedTuple

from bot.services import bm25
from bot.services.passages import Passage, joined
from bot.services.repeats import Told

K = 50
"""How slowly a rank loses weight where two rankings are fused (reciprocal rank fusion)."""
WORDS_WEIGHT = 3.0
"""What the ranking by words weighs beside the one by distance, times how well the best text fits them (0 to 1): words of another
language, or that no text holds, say little. Measured with `scripts/ablation.py`."""
MOST = 100
"""Hits that are looked at, whatever the number of buckets."""
LARGEST = 2_048
"""Characters of passages that were joined: a chunk of Telnyx's default size, and half of one on either side."""


class Hit(NamedTuple):
    """A passage on its way: which of those that were found it is made of, and its ranks, from 1."""

    passage: Passage
    places: tuple[int, ...]
    model: str = ""
    """The embedding model that measured its distance."""
    dense: int = 0
    words: int | None = None
    fused: int | None = None


Step = Callable[[Sequence[Hit]], list[Hit]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say of the steps: which are taken, and their numbers."""

    taken: frozenset[str] = frozenset({"pool", "words", "stitch", "repeats"})
    candidates: int = 24
    """Passages that each bucket is asked for."""
    kept: int = 8
    """Passages that go to the model."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """The distance up to which passages of a bucket count, where one is set."""


def ranking(plan: Plan, question: str) -> list[tuple[str, Step]]:
    """Return the steps that order the hits, by name."""
    steps: dict[str, Step] = {
        "rank": partial(ranked, pool="pool" in plan.taken),
        "limit": partial(within, limits=plan.limits),
        "most": lambda hits: list(hits[:MOST]),
        "words": partial(by_words, question=question),
    }
    return [(name, step) for name, step in steps.items() if name != "words" or name in plan.taken]


def choosing(plan: Plan, kept: int) -> list[tuple[str, Step]]:
    """Return the steps that choose among hits in order, by name."""
    steps: dict[str, Step] = {
        "stitch": partial(stitched, most=kept),
        "repeats": partial(unrepeated, most=kept),
        "keep": lambda hits: list(hits[:kept]),
    }
    return [(name, step) for name, step in steps.items() if name == "keep" or name in plan.taken]


class Course:
    """The way of all hits through the steps, and where each of them ended.

    Args:
        hits: everything that was found, a hit a place.
    """

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = {hit.places[0]: hit for hit in hits}
        """By their place, with the ranks that they got."""
        self.dropped: dict[int, str] = {}
        """The step that let go of a place."""
        self.left = list(hits)

    def add(self, hits: Iterable[Hit]) -> None:
        """Put further hits behind the others, without those that are there."""
        there = {(hit.passage.bucket, hit.passage.document, hit.passage.text) for hit in self.hits.values()}
        for hit in hits:
            if (hit.passage.bucket, hit.passage.document, hit.passage.text) not in there:
                place = len(self.hits)
                self.hits[place] = hit._replace(places=(place,), dense=place + 1)
                self.left.append(self.hits[place])

    def walk(self, steps: Iterable[tuple[str, Step]]) -> list[Hit]:
        """Return the hits that are left after these steps."""
        for name, step in steps:
            after = step(self.left)
            if len(after) < len(self.left):
                left = {place for hit in after for place in hit.places}
                self.dropped.update(
                    (place, name) for hit in self.left for place in hit.places if place not in left
                )
            self.hits |= {hit.places[0]: hit for hit in after if len(hit.places) == 1}
            self.left = after
        return self.left


def ranked(hits: Sequence[Hit], *, pool: bool = True) -> list[Hit]:
    """Return the hits nearest first: by distance where one model measured them, and by turns where several did.

    Without `pool` the buckets take turns too, even if their distances could be compared.
    """
    groups: dict[str, list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=_distance):
        groups[hit.model if pool else hit.passage.bucket].append(hit)
    # Lists that share nothing, fused by reciprocal rank, take turns.
    turns = chain.from_iterable(zip_longest(*groups.values()))
    return [Hit(hit.passage, hit.places, hit.model, rank) for rank, hit in enumerate(filter(None, turns), 1)]


def _distance(hit: Hit) -> float:
    """Return the distance; what was not said counts as far, and keeps its order."""
    return inf if isnan(hit.passage.distance) else hit.passage.distance


def within(hits: Sequence[Hit], *, limits: Mapping[str, float]) -> list[Hit]:
    """Return the hits that are as near as their bucket wants them, where one wants anything."""
    return [hit for hit in hits if not hit.passage.distance > limits.get(hit.passage.bucket, inf)]


def by_words(hits: Sequence[Hit], *, question: str) -> list[Hit]:
    """Return the hits by their rank so far and their rank by the words of the question, fused."""
    scores = bm25.scores(question, [hit.passage.text for hit in hits])
    holding = [place for place, score in enumerate(scores) if score > 0]
    best = sorted(holding, key=scores.__getitem__, reverse=True)
    words = {place: rank for rank, place in enumerate(best, 1)}
    trust = WORDS_WEIGHT * max(scores, default=0)
    weights = [
        1 / (K + hit.dense) + (trust / (K + words[place]) if place in words else 0)
        for place, hit in enumerate(hits)
    ]
    order = sorted(range(len(hits)), key=weights.__getitem__, reverse=True)
    return [
        Hit(
            hits[place].passage,
            hits[place].places,
            hits[place].model,
            hits[place].dense,
            words.get(place),
            rank,
        )
        for rank, place in enumerate(order, 1)
    ]


def stitched(hits: Sequence[Hit], *, most: int) -> list[Hit]:
    """Return the hits with what goes on in another one of the same document joined to the first `most` of them."""
    alike: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        alike[hit.passage.bucket, hit.passage.document].append(hit)
    kept: list[Hit] = []
    for hit in hits:
        others = alike[hit.passage.bucket, hit.passage.document]
        if not others or others[0] is not hit:
            continue  # joined to an earlier one
        del others[0]
        kept.append(_grown(hit, others) if others and len(kept) < most else hit)
    return kept


def _grown(hit: Hit, others: list[Hit]) -> Hit:
    """Return the hit with the others that overlap with it; takes them out of the list."""
    text, places = hit.passage.text, hit.places
    grows = True
    while grows:
        grows = False
        for other in others:
            longer = joined(text, other.passage.text) or joined(other.passage.text, text)
            if longer and len(longer) <= LARGEST:
                text, places = longer, places + other.places
                others.remove(other)
                grows = True
                break
    if places == hit.places:
        return hit
    return hit._replace(passage=replace(hit.passage, text=text), places=places)


def unrepeated(hits: Sequence[Hit], *, most: int) -> list[Hit]:
    """Return the hits without those that say what an earlier one says; behind the first `most` that are left no one looks."""
    told = Told()
    kept: list[Hit] = []
    for place, hit in enumerate(hits):
        if len(kept) == most:
            return [*kept, *hits[place:]]
        if told.anew(hit.passage.text):
            kept.append(hit)
    return kept
