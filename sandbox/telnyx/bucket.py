"""An embedded bucket: its documents, and search among those that are embedded so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from .chunks import OVERLAP, SIZE
from .document import Chunk, Document, Embedded, title_of
from .retrieval import VectorIndex, WordIndex
from .vector_file import DIMENSIONS, Matrix

_EMBEDDED = frozenset({"success", "partial_success"})
_NOTHING = np.zeros((0, DIMENSIONS), np.float32)


@dataclass(frozen=True, slots=True)
class Match:
    """A chunk and its distance from the query."""

    chunk: Chunk
    distance: float


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What was embedded when the index was made, its chunks, and the index over them."""

    of: tuple[Embedded, ...]
    chunks: tuple[Chunk, ...]
    index: VectorIndex | WordIndex


@dataclass
class Bucket:
    """The documents of one bucket and the index over those that are embedded.

    Attributes:
        query: gives the vector of a question; None where search goes by words.
        sizes: how long chunks are, and how much they share.
    """

    name: str
    query: Callable[[str], Matrix] | None = None
    sizes: tuple[int, int] = (SIZE, OVERLAP)
    documents: dict[str, Document] = field(default_factory=dict)
    _indexed: _Indexed | None = None

    def search(self, query: str, limit: int, now: datetime) -> list[Match]:
        """The nearest chunks among the documents embedded at `now`, nearest first. May be called in a thread."""
        documents = list(self.documents.values())
        ready = tuple(d.embedded for d in documents if d.embedded is not None and d.status(now) in _EMBEDDED)
        indexed = self._indexed
        if indexed is None or list(map(id, ready)) != list(map(id, indexed.of)):
            self._indexed = indexed = self._index(ready)
        return [
            Match(indexed.chunks[hit.position], hit.distance) for hit in indexed.index.search(query, limit)
        ]

    def _index(self, ready: tuple[Embedded, ...]) -> _Indexed:
        chunks = tuple(chunk for one in ready for chunk in one.chunks)
        if self.query is None:
            texts = [(chunk.text, title_of(chunk.document.name), chunk.headings) for chunk in chunks]
            return _Indexed(ready, chunks, WordIndex(texts))
        vectors = [one.vectors for one in ready if one.vectors is not None]
        return _Indexed(ready, chunks, VectorIndex(np.concatenate([_NOTHING, *vectors]), self.query))
