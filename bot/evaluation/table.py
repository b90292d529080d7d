"""The report on a terminal. Pure."""

from collections.abc import Mapping, Sequence

from bot.evaluation.comparing import Against, Judged
from bot.evaluation.metrics import Figure, Metric, Unit, Verdict, verdict
from bot.evaluation.report import Made, Report
from bot.text import clean

BY_KIND = ("found_8", "cited", "precision", "contained", "wrong_refusals", "right_refusals")
"""The columns of the second table, by name, with their heads."""
_HEADS = ("found", "cited", "precision", "contained", "refused, answerable", "refused, unanswerable")
_FAILED_SHOWN = 5


def headline(made: Made) -> str:
    """Return what was asked whom, in two sentences."""
    models = " and ".join(made.models) or "no model"
    found = f", passages by {' and '.join(made.embeddings)}" if made.embeddings else ""
    return clean(
        f"{made.cases} cases of {made.set}, answered by {models} at {made.host}{found}. "
        f"{made.at_once} at a time, in {made.seconds:.0f} s."
    )


def settings(made: Made) -> str:
    """Return the settings of the steps, by their names as variables."""
    return clean(
        ", ".join(
            f"ANSWERS_{name.upper()}={_set(value)}"
            for name, value in made.settings.items()
            if value not in (None, [], {})
        )
    )


def amount(metric: Metric, value: float) -> str:
    """Return a value as it's read: a share with two places, seconds with two or three, whole tokens."""
    if metric.unit is Unit.TOKENS:
        return f"{value:,.0f}"
    if metric.unit is Unit.SECONDS:
        return f"{value:.3f} s" if value < 1 else f"{value:.2f} s"
    return f"{value:.2f}"


def between(metric: Metric, figure: Figure) -> str:
    """Return an interval, such as ``0.71 to 0.84``."""
    return f"{amount(metric, figure.low)} to {amount(metric, figure.high)}"


def said(one: Judged) -> str:
    """Return what a figure is beside the base and its limit, in a few words; nothing where it is held against neither."""
    words = []
    if one.limit is not None:
        bound = "at least" if one.metric.larger_is_better else "at most"
        short = abs(one.figure.value - one.limit)
        state = f"not kept, by {short:.3g}" if one.beyond_limit else "kept"
        words.append(f"{bound} {amount(one.metric, one.limit)}: {state}")
    if one.base is not None:
        before = f"was {amount(one.metric, one.base.value)} ({between(one.metric, one.base)})"
        words.append(before if one.against is Against.WITHIN else f"{before}: {one.against}")
    return ", ".join(words)


def overall(judged: Sequence[Judged]) -> str:
    """Return the table of all metrics."""
    rows = [("metric", "figure", "95 % interval", "cases", "")]
    rows += [
        (
            one.metric.title,
            amount(one.metric, one.figure.value),
            between(one.metric, one.figure),
            str(one.figure.count),
            f"{'!! ' if one.fails else ''}{said(one)}",
        )
        for one in judged
    ]
    return columns(rows)


def by_kind(told: Report) -> str:
    """Return the table of the kinds of cases."""
    rows: list[tuple[str, ...]] = [("kind", "cases", *_HEADS)]
    for kind, figures in told.kinds.items():
        count = sum(result.case.kind == kind for result in told.results)
        rows.append((kind, str(count), *(_cell(figures, name) for name in BY_KIND)))
    return columns(rows)


def failures(told: Report) -> str:
    """Return how many cases failed and why, a few of them; nothing where none did."""
    failed = [result for result in told.results if verdict(result) is Verdict.FAILED]
    if not failed:
        return ""
    shown = [f"  {clean(one.case.id)}: {clean(one.failed).splitlines()[0]}" for one in failed[:_FAILED_SHOWN]]
    more = [f"  and {len(failed) - len(shown)} others"] if len(failed) > len(shown) else []
    return "\n".join([f"I couldn't get an answer for {len(failed)} of {len(told.results)}:", *shown, *more])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of a fixed width, the first of them the heads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _cell(figures: Mapping[str, Figure], name: str) -> str:
    return f"{figures[name].value:.2f}" if name in figures else "-"


def _set(value: object) -> str:
    """Return a value as a setting is written: items with commas, pairs with a colon."""
    if isinstance(value, dict):
        return ",".join(f"{name}:{one}" for name, one in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
