"""How near the units of the passages are to a question: by vectors, and a little by the words they share.

A unit by itself lacks what is said around it, a whole passage says too much: so what stands below one heading is compared first, and
the units of what is nearest then count with it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .markdown import Kind
from .passages import Given
from .pieces import Piece, Told, pieces_of
from .vectors import Vectors

Array = npt.NDArray[np.float32]

_MOST_PIECES = 10
_PIECE = 0.65
_WORDS = 0.02
_TERMS = 0.01
_ABOVE = 0.6
_RANK = 0.004
_LITTLE = 0.02
# E5 says 0.7 of two texts that have nothing in common; of questions with an answer the least was 0.816.
_FAR = 0.81
_LONG_CODE = 250
_FEW_WORDS = 4

_APART = r"[^\s`\"'?!,;:()<>\[\]\u201c\u201d]"
_TERM = re.compile(rf"{_APART}*[\w*#]{_APART}*")
_TELLING = re.compile(r"\d|[*#_@/=\\{}$%]|\w[.-]\w|[a-z][A-Z]|^[A-Z]{2,}$|^--?\w")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and where it stands: the number and the document of its passage, the rank of the passage in the prompt."""

    told: Told
    number: str
    document: str
    rank: int


@dataclass(frozen=True, slots=True)
class Field:
    """The units that come into question, in their order, with their vectors, and the vectors of their pieces."""

    places: tuple[Place, ...]
    units: Array
    pieces: Array


class Reader:
    """Reads passages by the vectors of an embedding model.

    Args:
        vectors: the model; it keeps what it has embedded.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def query(self, text: str) -> Array:
        """Return the vector of a question."""
        return self._vectors.query(text)

    def field(self, passages: Sequence[Given], queries: Sequence[Array]) -> Field:
        """Return the units, each once, of the pieces that are nearest to any of the queries. Blocks while new ones are embedded."""
        found = _without_repeats(passages)
        if not found:
            none = np.zeros((0, 0), dtype=np.float32)
            return Field((), none, none)
        rows = self._vectors.passages([piece.text for _, piece in found])
        near = np.max([rows @ query for query in queries], axis=0)
        kept = sorted(np.argsort(-near, kind="stable")[:_MOST_PIECES])
        places, origin = [], []
        seen: set[str] = set()
        for at in kept:
            rank, piece = found[at]
            for told in piece.told:
                if told.key not in seen:
                    seen.add(told.key)
                    places.append(Place(told, passages[rank].number, passages[rank].document, rank))
                    origin.append(at)
        units = self._vectors.passages([place.told.embedded for place in places])
        return Field(tuple(places), units, rows[origin])


def nearness(field: Field, query: Array, wanted: Mapping[str, float], question: str) -> Array:
    """Return for each unit how near it is: a cosine similarity with small additions for words, terms and rank."""
    scores = _PIECE * (field.pieces @ query) + (1 - _PIECE) * (field.units @ query)
    weights = _weights(wanted, field)
    if weights:
        scores += (
            _WORDS * np.array([_share(weights, place.told) for place in field.places]) / sum(weights.values())
        )
    if terms := terms_of(question):
        texts = [place.told.unit.text.lower() for place in field.places]
        scores += _TERMS * np.array(
            [sum(_stands_in(term, text) for term in terms) / len(terms) for text in texts]
        )
    scores -= np.array([_lack(place.told) for place in field.places])
    scores += _RANK * np.array([1 / (1 + place.rank) for place in field.places])
    return np.asarray(scores, dtype=np.float32)


def _lack(told: Told) -> float:
    """What a unit loses because it says little by itself: a few words, long code, or code that nothing introduces."""
    unit = told.unit
    if unit.kind is Kind.CODE:
        return _LITTLE if not unit.lead or len(unit.text) > _LONG_CODE else 0.0
    return _LITTLE if len(unit.text.split()) < _FEW_WORDS else 0.0


def terms_of(question: str) -> list[str]:
    """Return the numbers, names in capitals and codes of a question, lower-cased."""
    found = [match.group().strip(".-") for match in _TERM.finditer(question)]
    return list(dict.fromkeys(term.lower() for term in found if _TELLING.search(term)))


def is_far(field: Field, query: Array, wanted: Mapping[str, float]) -> bool:
    """Return whether the question is far from every unit and every piece, and no informative word of it stands in any, or above one."""
    nearest = (float((field.units @ query).max()) + float((field.pieces @ query).max())) / 2
    shared = any(not (place.told.words | place.told.above).isdisjoint(wanted) for place in field.places)
    return nearest < _FAR and not shared


def _without_repeats(passages: Sequence[Given]) -> list[tuple[int, Piece]]:
    """The pieces of all passages, each with the rank of its passage. Passages overlap: the first place counts."""
    first: dict[str, tuple[int, Piece]] = {}
    for rank, passage in enumerate(passages):
        for piece in pieces_of(passage.document, passage.text):
            first.setdefault(piece.text, (rank, piece))
    return list(first.values())


def _share(weights: Mapping[str, float], told: Told) -> float:
    held = sum(weight for word, weight in weights.items() if word in told.words)
    lent = sum(weight for word, weight in weights.items() if word in told.above and word not in told.words)
    return held + _ABOVE * lent


def _weights(wanted: Mapping[str, float], field: Field) -> dict[str, float]:
    """Rare words weigh more."""
    found = Counter(word for place in field.places for word in place.told.words if word in wanted)
    total = len(field.places)
    return {word: factor * _rarity(max(found[word], 1), total) for word, factor in wanted.items()}


def _rarity(count: int, total: int) -> float:
    return 0.2 + math.log(1 + (total - count + 0.5) / (count + 0.5))


def _stands_in(term: str, text: str) -> bool:
    """Whether a term stands in a text, not as a part of a longer word or number."""
    at = text.find(term)
    while at >= 0:
        before, after = text[:at][-1:], text[at + len(term) :][:1]
        if not ((before.isalnum() and term[0].isalnum()) or (after.isalnum() and term[-1].isalnum())):
            return True
        at = text.find(term, at + 1)
    return False
