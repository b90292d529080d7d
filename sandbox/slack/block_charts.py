"""Checks of charts.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, which allows six series and six segments where
several client libraries say twelve.
"""

import math
from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_report import Report, items, keys, kind_of

MOST_CHARTS = 2
"""In one message."""
TITLE, LABEL, AXIS_LABEL = 50, 20, 50
SERIES, SEGMENTS, POINTS = 6, 6, 20
ON_AXES = ("bar", "area", "line")


def chart(block: Mapping[str, Any], at: str, report: Report) -> None:
    """A title and a pie, or series of values on axes."""
    keys(block, at, report, required=("title", "chart"))
    if "title" in block:
        report.text(block["title"], f"{at}/title", TITLE, least=1)
    if "chart" not in block:
        return
    drawn, place = block["chart"], f"{at}/chart"
    kind = kind_of(drawn)
    if kind == "pie":
        keys(drawn, place, report, required=("segments",))
        _points(drawn.get("segments", []), f"{place}/segments", report, most=SEGMENTS, positive=True)
    elif kind in ON_AXES:
        keys(drawn, place, report, required=("series", "axis_config"))
        categories = _axis(drawn.get("axis_config", {}), f"{place}/axis_config", report)
        _series(drawn.get("series", []), f"{place}/series", report, categories)
    else:
        report.add(f"unsupported type: {kind}", f"{place}/type")


def _axis(axis: Any, at: str, report: Report) -> list[Any]:
    """The categories, each of which every series has a value for."""
    keys(axis, at, report, required=("categories",), allowed=("x_label", "y_label"))
    if not isinstance(axis, Mapping):
        return []
    for key in ("x_label", "y_label"):
        if key in axis:
            report.text(axis[key], f"{at}/{key}", AXIS_LABEL)
    categories = axis.get("categories", [])
    report.count(categories, f"{at}/categories", POINTS, least=1)
    _once(items(categories), f"{at}/categories", report)
    for n, category in enumerate(items(categories)):
        report.text(category, f"{at}/categories/{n}", LABEL, least=1)
    return items(categories)


def _series(series: Any, at: str, report: Report, categories: list[Any]) -> None:
    report.count(series, at, SERIES, least=1)
    for n, one in enumerate(items(series)):
        keys(one, f"{at}/{n}", report, required=("name", "data"))
        if isinstance(one, Mapping):
            report.text(one.get("name"), f"{at}/{n}/name", LABEL, least=1)
            labels = _points(one.get("data", []), f"{at}/{n}/data", report, most=POINTS)
            if sorted(map(str, labels)) != sorted(map(str, categories)):
                report.add("labels must match axis_config.categories", f"{at}/{n}/data")
    _once([one.get("name") for one in items(series) if isinstance(one, Mapping)], at, report)


def _points(points: Any, at: str, report: Report, *, most: int, positive: bool = False) -> list[Any]:
    """The labels of labeled numbers."""
    report.count(points, at, most, least=1)
    for n, point in enumerate(items(points)):
        keys(point, f"{at}/{n}", report, required=("label", "value"))
        if not isinstance(point, Mapping):
            continue
        report.text(point.get("label"), f"{at}/{n}/label", LABEL, least=1)
        value = point.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            report.add("must be a number", f"{at}/{n}/value")
        elif positive and value <= 0:
            report.add("must be more than 0", f"{at}/{n}/value")
    return [point.get("label") for point in items(points) if isinstance(point, Mapping)]


def _once(names: list[Any], at: str, report: Report) -> None:
    for n, name in enumerate(names):
        if name in names[:n]:
            report.add(f"must be unique: {name}", f"{at}/{n}")
