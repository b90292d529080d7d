"""What answers took, as Slack shows it."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from bot.render.blocks import section
from bot.render.costs import cost_of, said
from bot.render.intent import Paged
from bot.render.markdown import code, moment
from bot.render.numbers import counted
from bot.render.outcomes import Listing, Table
from bot.render.times import Since
from bot.services.access.who import APP
from bot.services.prices import Line
from bot.services.usage import Report

COLUMNS = ("Model", "Answers", "Tokens read", "Tokens written", "Cost")
NAMED = 3
"""Models that a sentence names."""


class ShowUsage(Paged, verb="usage"):
    """What answers took."""

    since: Since | None = Field(default=None, description="Only since a date such as 2026-12-31, or 7d ago.")
    by: Literal["user", "channel", "model"] = Field(
        default="model", description="A row for each `user`, `channel`, or `model`."
    )


def usage(report: Report) -> Table | Listing:
    """Return a row for each model, person, or channel, with all of it together."""
    title = "Your usage" if report.own else "Usage"
    empty = f"There are no answers since {moment(report.since, '{date}')}."
    hint = _hint(report)
    if report.by == "model":
        total = [_cells("All", report.total)] if len(report.lines) > 1 else []
        rows = [_cells(line.of, line) for line in report.lines]
        return Table(title, COLUMNS, [*rows, *total] if rows else [], empty, hint)
    items = [[section(f"{_named(line.of, report.by)}\n{said(line)}")] for line in report.lines]
    return Listing(title, items, empty, hint, lead=f"All together: {said(report.total)}")


def _cells(name: str, line: Line) -> Sequence[str]:
    return (
        name,
        f"{line.answers:,}",
        f"{line.prompt_tokens:,}",
        f"{line.completion_tokens:,}",
        cost_of(line),
    )


def _named(of: str, by: str) -> str:
    if by == "user":
        return code(of) if not of or of.startswith(APP) else f"<@{of}>"
    if not of:
        return "Asked in a window"
    return "Direct messages" if of.startswith("D") else f"<#{of}>"


def _hint(report: Report) -> str:
    """Return since when it is counted, and what isn't in the numbers."""
    parts = [f"Since {moment(report.since, '{date} at {time}')}"]
    if unpriced := sorted(report.total.unpriced):
        more = f", and {len(unpriced) - NAMED} more" if len(unpriced) > NAMED else ""
        parts.append(f"I don't know the price of {', '.join(map(code, unpriced[:NAMED]))}{more}")
    if report.total.estimated:
        parts.append(
            f"estimated for {counted(report.total.estimated, 'answer')}, because Telnyx sent no count"
        )
    return " · ".join(parts)
