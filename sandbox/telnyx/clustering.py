"""Groups the chunks of documents by their vectors: k-means, with the number of clusters that separates them best.

What is far from the middle of its cluster belongs to none. No chance is in it: the same texts have the same clusters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .vector_file import Matrix, unit
from .words import informative_words

_MOST_CLUSTERS, _ROUNDS = 12, 25
# A member that is this many standard deviations farther from the middle than the others belongs nowhere.
_OUTLIER = 2.0
# By words: so many words of those found in most texts, which keeps the vectors of a large folder small.
_MOST_WORDS = 2_000
_HEADER_WORDS = 3
_SUMMARY = 300

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Node:
    """One chunk: the file it is from, its text, its place in the picture (two coordinates)."""

    filename: str
    text: str
    place: tuple[float, float]


@dataclass(frozen=True)
class Cluster:
    """Nodes that belong together, nearest to the middle first, and finer clusters among them."""

    cluster_id: str
    header: str
    summary: str
    nodes: tuple[Node, ...]
    subclusters: tuple[Cluster, ...] = field(default=())


def cluster(
    texts: Sequence[tuple[str, str]], vectors: Matrix, least: int, least_sub: int
) -> tuple[Cluster, ...]:
    """The clusters of (filename, text) pairs, largest first, numbered from 0.

    Args:
        texts: what is clustered.
        vectors: a row for each of them.
        least: nodes of a cluster at least.
        least_sub: nodes of a subcluster at least.
    """
    if not texts:
        return ()
    # Vectors of one model all point the same way; without that they differ by subject.
    own = unit(vectors - vectors.mean(axis=0))
    nodes = [
        Node(filename, text, (float(x), float(y)))
        for (filename, text), (x, y) in zip(texts, _places(own), strict=True)
    ]
    return _level("", np.arange(len(nodes)), nodes, own, (least, least_sub))


def by_words(texts: Sequence[str]) -> Matrix:
    """Return a vector for each text, (n, words): a word counts by how rare it is."""
    counts = [Counter(informative_words(text)) for text in texts]
    shared = Counter(word for count in counts for word in count).most_common(_MOST_WORDS)
    places = {word: at for at, (word, _) in enumerate(shared)}
    rows = np.zeros((len(texts), max(1, len(places))), np.float32)
    for row, count in zip(rows, counts, strict=True):
        for word in count.keys() & places.keys():
            row[places[word]] = 1 + np.log(count[word])
    found_in = (rows > 0).sum(axis=0)
    return unit(rows * np.log((1 + len(texts)) / (1 + found_in)).astype(np.float32))


def _level(
    prefix: str, members: Places, nodes: list[Node], vectors: Matrix, sizes: tuple[int, ...]
) -> tuple[Cluster, ...]:
    """One level of clusters; the rest of `sizes` is for the levels below."""
    size, *deeper = sizes
    made = []
    for number, group in enumerate(_groups(vectors[members], max(size, 2))):
        within = members[group]
        cluster_id = f"{prefix}{number}"
        inner = _level(f"{cluster_id}.", within, nodes, vectors, tuple(deeper)) if deeper else ()
        inner = inner if len(inner) > 1 else ()
        made.append(_described(cluster_id, [nodes[at] for at in within], nodes, inner))
    return tuple(made)


def _places(vectors: Matrix) -> Matrix:
    """Two coordinates for each vector: the two directions in which they differ most."""
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    places = np.zeros((len(vectors), 2), np.float32)
    places[:, : len(directions[:2])] = vectors @ directions[:2].T
    return places


def _groups(vectors: Matrix, size: int) -> list[Places]:
    """The members of each cluster, nearest to its middle first; the largest cluster first. None where nothing separates."""
    best, found = 0.0, list[Places]()
    for count in range(2, min(_MOST_CLUSTERS, len(vectors) // size) + 1):
        middles = _middles(vectors, count, size)
        near = vectors @ middles.T
        if len(middles) > 1 and (apart := _separation(near)) > best:
            best, found = apart, _members(near, size)
    return sorted(found, key=lambda group: (-len(group), group.min()))


def _middles(vectors: Matrix, count: int, size: int) -> Matrix:
    """The middles of up to `count` clusters of `size` members at least, begun with vectors far from one another."""
    chosen = [int((vectors @ vectors.sum(axis=0)).argmin())]
    while len(chosen) < count:
        chosen.append(int((vectors @ vectors[chosen].T).max(axis=1).argmin()))
    middles, before = vectors[chosen], np.full(len(vectors), -1)
    for _ in range(_ROUNDS):
        nearest = (vectors @ middles.T).argmax(axis=1)
        if (nearest == before).all():
            break
        used, before = np.unique(nearest, return_inverse=True)
        middles = unit(np.array([vectors[nearest == at].sum(axis=0) for at in used]))
    sizes = np.bincount((vectors @ middles.T).argmax(axis=1), minlength=len(middles))
    return middles[sizes >= size]


def _separation(near: Matrix) -> float:
    """The mean silhouette, -1 to 1: how much nearer each is to its own middle than to the next one."""
    others, own = np.partition(1 - near, 1, axis=1)[:, [1, 0]].T
    return float(((others - own) / np.maximum(others, 1e-6)).mean())


def _members(near: Matrix, size: int) -> list[Places]:
    """The members of each cluster, nearest to its middle first, without those far from it."""
    labels, nearness = near.argmax(axis=1), near.max(axis=1)
    found = []
    for label in range(near.shape[1]):
        group = np.flatnonzero(labels == label)
        own = nearness[group]
        group = group[own >= own.mean() - _OUTLIER * own.std()]
        if len(group) >= size:
            found.append(group[(-nearness[group]).argsort(kind="stable")])
    return found


def _described(cluster_id: str, own: list[Node], every: list[Node], inner: tuple[Cluster, ...]) -> Cluster:
    """Name a cluster by the words it has more of than all texts have, summarize it by its most typical text."""
    inside = Counter(word for node in own for word in set(informative_words(node.text)))
    overall = Counter(word for node in every for word in set(informative_words(node.text)))
    ranked = sorted(inside, key=lambda word: (-(inside[word] ** 2) / overall[word], word))
    header = ", ".join(_spelled(stem, own) for stem in ranked[:_HEADER_WORDS])
    typical = " ".join(own[0].text.replace("#", "").split())
    summary = f"About {header}. " + typical[:_SUMMARY]
    return Cluster(cluster_id, header, summary, tuple(own), inner)


def _spelled(stem: str, nodes: list[Node]) -> str:
    """The most frequent word of a stem as the texts spell it."""
    words = Counter(word.strip(".,;:!?()*#|\"'").lower() for node in nodes for word in node.text.split())
    fitting = [word for word, _ in words.most_common() if informative_words(word) == [stem]]
    return fitting[0] if fitting else stem
