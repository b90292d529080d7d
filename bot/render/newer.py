"""Makes the blocks that Slack doesn't take everywhere yet; a message that holds one has a ``simpler`` below it.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block, …/data-table-block, …/container-block, and
…/data-visualization-block. That page allows six series and six segments; several client libraries say twelve.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.render.blocks import HEADER_TEXT, Block, LimitError, fitted, plain_text
from bot.text import clean

Cell = str | int
"""Of a table; a number is sorted as one."""
NEWER = frozenset({"table", "data_table", "container", "data_visualization"})
CONTAINER_BLOCKS = 10
CONTAINER_TEXT = 150
CONTAINED = frozenset({"actions", "context", "divider", "header", "image", "section", "table"})
"""What stands in a container both by Slack's page and by what Slack is known to take."""
CHART_TITLE = 50
CHART_LABEL = 20
CHART_SERIES = 6
CHART_CATEGORIES = 20
PIE_SEGMENTS = 6


def kinds(blocks: Sequence[Block]) -> set[str]:
    """Return which of the newer kinds stand in blocks, also within a container."""
    found = {block["type"] for block in blocks} & NEWER
    return found.union(*(kinds(block["child_blocks"]) for block in blocks if block["type"] == "container"))


def said(cell: Cell) -> str:
    """Return a cell as people read it."""
    return cell if isinstance(cell, str) else f"{cell:,}"


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Block:
    """Return Slack's plain table, its first row the headers."""
    return {"type": "table", "rows": [[_raw(said(cell)) for cell in line] for line in (columns, *rows)]}


def data_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Block:
    """Return a table that people can sort and page; numbers are sorted by their size."""
    return {
        "type": "data_table",
        "caption": fitted(caption, HEADER_TEXT),
        "page_size": 10,
        "rows": [[_sortable(cell) for cell in line] for line in (columns, *rows)],
    }


def container(title: str, blocks: Sequence[Block], *, collapsed: bool = False) -> Block:
    """Return blocks under a title that people open and close.

    Raises:
        LimitError: there are none or too many of them, or one that can't stand in a container.
    """
    if not 1 <= len(blocks) <= CONTAINER_BLOCKS:
        raise LimitError(f"{len(blocks)} blocks in a container; Slack takes 1 to {CONTAINER_BLOCKS}.")
    if strange := {str(block["type"]) for block in blocks} - CONTAINED:
        raise LimitError(f"{', '.join(sorted(strange))} in a container; Slack takes no such block there.")
    return {
        "type": "container",
        "title": plain_text(title, CONTAINER_TEXT),
        "is_collapsible": True,
        "default_collapsed": collapsed,
        "child_blocks": [*blocks],
    }


def chart(
    title: str,
    kind: Literal["bar", "line", "pie"],
    categories: Sequence[str],
    series: Mapping[str, Sequence[float]],
) -> Block:
    """Return a chart; a message holds two at most, and says the same in words.

    Args:
        title: stands above it.
        kind: a pie shows one series: what is greater than 0 of it, the least together as *Other* where there are many.
        categories: the name of each place on the x-axis, or of each segment.
        series: a value for each category, by the name that the legend shows.

    Raises:
        LimitError: there is nothing to draw, too much of it, or a category without its value.
    """
    for name, values in series.items():
        if len(values) != len(categories) or not all(map(math.isfinite, values)):
            raise LimitError(f"{name!r} has no number for each of {len(categories)} categories.")
    drawn = _pie(categories, series) if kind == "pie" else {"type": kind, **_axes(categories, series)}
    return {"type": "data_visualization", "title": fitted(title, CHART_TITLE), "chart": drawn}


def _pie(categories: Sequence[str], series: Mapping[str, Sequence[float]]) -> Block:
    if len(series) != 1:
        raise LimitError(f"{len(series)} series in a pie; it shows one.")
    (values,) = series.values()
    parts = [(name, value) for name, value in zip(categories, values, strict=True) if value > 0]
    if len(parts) > PIE_SEGMENTS:
        order = sorted(range(len(parts)), key=lambda n: -parts[n][1])
        kept, rest = order[: PIE_SEGMENTS - 1], order[PIE_SEGMENTS - 1 :]
        parts = [*(parts[n] for n in sorted(kept)), ("Other", sum(parts[n][1] for n in rest))]
    if not parts:
        raise LimitError("Nothing in a pie; Slack takes 1 segment or more.")
    labels = _labels([name for name, _ in parts])
    segments = [{"label": label, "value": part[1]} for label, part in zip(labels, parts, strict=True)]
    return {"type": "pie", "segments": segments}


def _axes(categories: Sequence[str], series: Mapping[str, Sequence[float]]) -> Block:
    for what, count, most in (
        ("series", len(series), CHART_SERIES),
        ("categories", len(categories), CHART_CATEGORIES),
    ):
        if not 1 <= count <= most:
            raise LimitError(f"{count} {what} in a chart; Slack takes 1 to {most}.")
    labels = _labels(categories)
    drawn = [
        {"name": name, "data": [{"label": x, "value": y} for x, y in zip(labels, values, strict=True)]}
        for name, values in zip(_labels([*series]), series.values(), strict=True)
    ]
    return {"series": drawn, "axis_config": {"categories": labels}}


def _labels(names: Sequence[str]) -> list[str]:
    """Return names as a chart shows them: short, and each once, for it is found by its label."""
    made: dict[str, None] = {}
    for name in names:
        label, number = fitted(name, CHART_LABEL), 1
        while label in made:
            number += 1
            label = f"{fitted(name, CHART_LABEL - len(f' {number}'))} {number}"
        made[label] = None
    return [*made]


def _sortable(cell: Cell) -> Block:
    return _raw(cell) if isinstance(cell, str) else {"type": "raw_number", "value": cell, "text": said(cell)}


def _raw(text: str) -> Block:
    """Return a cell of raw text: nothing in it is a mention or a link, and Slack refuses an empty one."""
    return {"type": "raw_text", "text": clean(text).strip() or "-"}
