"""Draws clusters as a PNG: a dot for each node at its place, a color for each cluster, a line of text each."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from .clustering import Cluster

_WIDTH, _HEIGHT, _MARGIN, _DOT = 800, 600, 40, 5
_COLORS = ("#1b6ca8", "#c8553d", "#2e8b57", "#8e5ea2", "#d4a017", "#444444", "#17a2b8", "#a83279")
_LETTERS = 60


def draw(clusters: Sequence[Cluster]) -> bytes:
    """The PNG's bytes, 800 by 600; clusters without nodes give an empty frame that says so."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, _WIDTH - 1, _HEIGHT - 1), outline="#cccccc")
    places = [node.place for cluster in clusters for node in cluster.nodes]
    if not places:
        pen.text((_MARGIN, _MARGIN), "No clusters", fill="#444444")
    across, down = ([place[axis] for place in places] or [0.0] for axis in (0, 1))
    for number, cluster in enumerate(clusters):
        color = _COLORS[number % len(_COLORS)]
        for node in cluster.nodes:
            x = _MARGIN + _share(node.place[0], across) * (_WIDTH - 2 * _MARGIN)
            y = _MARGIN + _share(node.place[1], down) * (_HEIGHT - 2 * _MARGIN)
            pen.ellipse((x - _DOT, y - _DOT, x + _DOT, y + _DOT), fill=color)
        line = f"{cluster.cluster_id}: {cluster.header}"[:_LETTERS]
        # The small built-in font knows Latin-1 only.
        pen.text((8, 8 + 14 * number), line.encode("latin-1", "replace").decode("latin-1"), fill=color)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _share(value: float, among: Sequence[float]) -> float:
    """Where `value` lies between the least and the greatest, 0 to 1."""
    least, most = min(among), max(among)
    return (value - least) / (most - least) if most > least else 0.5
