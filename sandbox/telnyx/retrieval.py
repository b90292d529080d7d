"""Search over chunks: by their vectors, or, where there are none, by their words.

By words it is BM25 (library `bm25s`) turned into a distance that means something. A chunk's score is divided by the best
score that the question could reach, a chunk full of all its informative words. A word that no chunk knows weighs as much as
the rarest known one, so nonsense is far from everything. With that share s the distance is 1 - s * s * (3 - 2 * s): about 0.1
when each informative word occurs once, 0.5 for half of them, 1.0 for none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from .vector_file import Matrix
from .words import informative_words

# Chunks are of one size, so their length says nothing (b = 0); a second mention adds little (small k1).
_K1 = 0.3
# A folder of one file tells common words from rare ones as badly as a dictionary of one page: pretend it is larger.
_LEAST_CHUNKS = 64


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk's place in the index and how far it is from the query (0 best, 1 nothing in common)."""

    position: int
    distance: float


class VectorIndex:
    """An immutable index by vectors: the distance is 1 - cosine.

    Args:
        vectors: of the chunks, (n, 384), at unit length. query: gives the vector of a question.
    """

    def __init__(self, vectors: Matrix, query: Callable[[str], Matrix]) -> None:
        self._vectors = vectors
        self._query = query

    def search(self, query: str, limit: int) -> list[Hit]:
        """The `limit` nearest chunks, nearest first; fewer when there are fewer."""
        distances = np.maximum(0.0, 1.0 - self._vectors @ self._query(query))
        return [
            Hit(int(at), round(float(distances[at]), 6)) for at in distances.argsort(kind="stable")[:limit]
        ]


class WordIndex:
    """An immutable index by words.

    Args:
        chunks: for each chunk the texts it is found by: its own, its document's name, the headings above it.
    """

    def __init__(self, chunks: Sequence[Iterable[str]]) -> None:
        tokens = [[word for text in texts for word in informative_words(text)] for texts in chunks]
        self._size = len(tokens)
        padding: list[list[str]] = [[] for _ in range(max(0, _LEAST_CHUNKS - len(tokens)))]
        self._total = self._size + len(padding)
        self._found_in = Counter(word for words in tokens for word in set(words))
        self._bm25: bm25s.BM25 | None = None
        if self._found_in:
            self._bm25 = bm25s.BM25(k1=_K1, b=0.0, method="lucene")
            self._bm25.index([*tokens, *padding], show_progress=False)

    def search(self, query: str, limit: int) -> list[Hit]:
        """The `limit` nearest chunks, nearest first; fewer when there are fewer."""
        words = sorted(set(informative_words(query)))
        best = sum(self._weight(word) for word in words)
        known = [word for word in words if word in self._found_in]
        if self._bm25 is None or not known:
            return [Hit(position, 1.0) for position in range(min(limit, self._size))]
        scores = self._bm25.get_scores(known)[: self._size]
        nearest = (-scores).argsort(kind="stable")[:limit]
        return [Hit(int(place), _distance(min(1.0, float(scores[place]) / best))) for place in nearest]

    def _weight(self, word: str) -> float:
        """Lucene's inverse document frequency, as `bm25s` computes it; never above that of a word in one chunk."""
        found = max(self._found_in[word], 1)
        return math.log(1 + (self._total - found + 0.5) / (found + 0.5))


def _distance(share: float) -> float:
    """Steep in the middle, so what fits and what does not lie apart; falls as `share` rises."""
    return round(1.0 - share * share * (3.0 - 2.0 * share), 6)
