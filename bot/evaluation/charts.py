"""Charts as SVG, drawn here, because the report loads nothing from anywhere. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.evaluation.metrics import Figure

_LABEL, _SCALE, _END, _ROW, _HEAD = 230, 420, 70, 26, 22
"""Widths of the label, the scale, and the number behind it; heights of a row and of what stands above the first."""
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_BINS, _TALL, _BAR = 24, 120, 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval; behind it, as a band, the interval it is compared with."""

    label: str
    figure: Figure
    base: Figure | None = None
    bad: bool = False


def shares(bars: Sequence[Bar], title: str) -> str:
    """Return bars from 0 to 1, each with its interval as a whisker and the base's as a band behind."""
    height = _HEAD + _ROW * len(bars)
    ticks = "".join(
        f'<line class="tick" x1="{_x(at)}" x2="{_x(at)}" y1="{_HEAD - 6}" y2="{height}"/>'
        f'<text class="small" x="{_x(at)}" y="{_HEAD - 10}" text-anchor="middle">{at:g}</text>'
        for at in _TICKS
    )
    rows = "".join(_bar(bar, _HEAD + _ROW * place) for place, bar in enumerate(bars))
    return _svg(_LABEL + _SCALE + _END, height, title, ticks + rows)


def _bar(bar: Bar, top: int) -> str:
    figure, middle = bar.figure, top + _ROW // 2
    band = ""
    if bar.base is not None:
        wide = max(_x(bar.base.high) - _x(bar.base.low), 2)
        band = f'<rect class="band" x="{_x(bar.base.low)}" y="{top + 2}" width="{wide}" height="{_ROW - 4}"/>'
    return (
        f'<text x="{_LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(bar.label)}</text>{band}'
        f'<rect class="{"bar bad" if bar.bad else "bar"}" x="{_x(0)}" y="{top + 7}" '
        f'width="{_x(figure.value) - _x(0)}" height="{_ROW - 14}"/>'
        f'<line class="whisker" x1="{_x(figure.low)}" x2="{_x(figure.high)}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{_LABEL + _SCALE + 12}" y="{middle + 4}">{figure.value:.2f}</text>'
    )


def spread(seconds: Sequence[float], title: str) -> str:
    """Return how many answers took how long; nothing where none was timed."""
    if not seconds:
        return ""
    longest = max(*seconds, 0.001)
    counts = [0] * _BINS
    for took in seconds:
        counts[min(int(took / longest * _BINS), _BINS - 1)] += 1
    bars = "".join(
        f'<rect class="bar" x="{place * _BAR + 2}" y="{_HEAD + _TALL - tall}" width="{_BAR - 4}" height="{tall}"/>'
        for place, count in enumerate(counts)
        if (tall := round(count / max(counts) * _TALL))
    )
    wide, foot = _BINS * _BAR, _HEAD + _TALL
    ends = (
        f'<line class="tick" x1="0" x2="{wide}" y1="{foot}" y2="{foot}"/><text class="small" x="0" y="{foot + 16}">0 s</text>'
        f'<text class="small" x="{wide}" y="{foot + 16}" text-anchor="end">{longest:.2f} s</text>'
    )
    return _svg(wide, foot + 22, title, bars + ends)


def _x(share: float) -> int:
    return _LABEL + round(share * _SCALE)


def _svg(width: int, height: int, title: str, inside: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img"><title>{escape(title)}</title>{inside}</svg>'
