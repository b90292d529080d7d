"""Groups the chunks of documents by their words: TF-IDF, reduced, then HDBSCAN; what fits nowhere belongs to no cluster.

scikit-learn is imported where it is used: it takes a second to load, and most sandboxes never cluster anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .words import informative_words

_DIMENSIONS = 12
_HEADER_WORDS = 3
_SUMMARY = 300


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


def cluster(texts: Sequence[tuple[str, str]], least: int, least_sub: int) -> tuple[Cluster, ...]:
    """The clusters of (filename, text) pairs, largest first, numbered from 0.

    Args:
        texts: what is clustered.
        least: nodes of a cluster at least.
        least_sub: nodes of a subcluster at least.
    """
    places = _places([text for _, text in texts])
    nodes = [
        Node(filename, text, (row[0], row[1])) for (filename, text), row in zip(texts, places, strict=True)
    ]
    return _level("", list(range(len(nodes))), nodes, places, (least, least_sub))


def _level(
    prefix: str,
    members: list[int],
    nodes: list[Node],
    places: list[list[float]],
    sizes: tuple[int, ...],
) -> tuple[Cluster, ...]:
    """One level of clusters; the rest of `sizes` is for the levels below."""
    size, *deeper = sizes
    groups = _groups([places[at] for at in members], size)
    made = []
    for number, group in enumerate(groups):
        within = [members[at] for at in group]
        cluster_id = f"{prefix}{number}"
        inner = _level(f"{cluster_id}.", within, nodes, places, tuple(deeper)) if deeper else ()
        inner = inner if len(inner) > 1 else ()
        made.append(_described(cluster_id, [nodes[at] for at in within], nodes, inner))
    return tuple(made)


def _places(texts: list[str]) -> list[list[float]]:
    """Coordinates of unit length in a few dimensions; similar texts are near each other."""
    from sklearn.decomposition import TruncatedSVD  # type: ignore[import-untyped]  # noqa: PLC0415 -- ships no types; loads slowly
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # noqa: PLC0415 -- ships no types; loads slowly
    from sklearn.preprocessing import normalize  # type: ignore[import-untyped]  # noqa: PLC0415 -- ships no types; loads slowly

    if not any(informative_words(text) for text in texts):
        return [[0.0, 0.0] for _ in texts]
    weights = TfidfVectorizer(analyzer=informative_words, sublinear_tf=True).fit_transform(texts)
    most = min(_DIMENSIONS, weights.shape[0] - 1, weights.shape[1] - 1)
    if most < 2:  # noqa: PLR2004 -- a picture needs two
        return [[float(at), 0.0] for at in range(len(texts))]
    reduced = normalize(TruncatedSVD(most, random_state=0).fit_transform(weights))
    return [[float(value) for value in row] for row in reduced]


def _groups(places: list[list[float]], size: int) -> list[list[int]]:
    """Positions by cluster, largest first."""
    from sklearn.cluster import HDBSCAN  # type: ignore[import-untyped]  # noqa: PLC0415 -- ships no types; loads slowly

    least = max(size, 2)
    if len(places) < least:
        return []
    labels = HDBSCAN(min_cluster_size=least, copy=True).fit_predict(places).tolist()
    counts = Counter(label for label in labels if label >= 0)
    ranked = sorted(counts, key=lambda label: (-counts[label], label))
    return [[at for at, found in enumerate(labels) if found == label] for label in ranked]


def _described(cluster_id: str, own: list[Node], every: list[Node], inner: tuple[Cluster, ...]) -> Cluster:
    """Name a cluster by the words it has more of than all texts have, summarize it by its most typical text."""
    inside = Counter(word for node in own for word in set(informative_words(node.text)))
    overall = Counter(word for node in every for word in set(informative_words(node.text)))
    ranked = sorted(inside, key=lambda word: (-(inside[word] ** 2) / overall[word], word))
    telling = set(ranked[: 2 * _HEADER_WORDS])
    nodes = sorted(own, key=lambda node: -len(telling & set(informative_words(node.text))))
    header = ", ".join(_spelled(stem, own) for stem in ranked[:_HEADER_WORDS])
    typical = " ".join(nodes[0].text.replace("#", "").split())
    summary = f"About {header}. " + typical[:_SUMMARY]
    return Cluster(cluster_id, header, summary, tuple(nodes), inner)


def _spelled(stem: str, nodes: list[Node]) -> str:
    """The most frequent word of a stem as the texts spell it."""
    words = Counter(word.strip(".,;:!?()*#|\"'").lower() for node in nodes for word in node.text.split())
    fitting = [word for word, _ in words.most_common() if informative_words(word) == [stem]]
    return fitting[0] if fitting else stem
