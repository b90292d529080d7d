"""What answers took, as Slack shows it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from bot.render.blocks import section
from bot.render.intent import Paged
from bot.render.markdown import code, moment
from bot.render.numbers import counted
from bot.render.outcomes import Listing, Table
from bot.render.times import Since
from bot.services.access.who import APP
from bot.services.usage import Cost, Line, Report

COLUMNS = ("Model", "Answers", "Tokens read", "Tokens written", "Cost")
UNKNOWN = "cost unknown"
NAMED = 3
"""Models that a sentence names."""
CENT = Decimal("0.01")


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
    items = [[section(f"{_named(line.of, report.by)}\n{_said(line)}")] for line in report.lines]
    return Listing(title, items, empty, hint, lead=f"All together: {_said(report.total)}")


def costs(cost: Cost | None) -> str:
    """Return a cost in words: ``0.0123 USD``; what is less than a cent keeps two digits that say something."""
    return (
        " + ".join(f"{_amount(amount)} {currency}".strip() for currency, amount in (cost or {}).items())
        or UNKNOWN
    )


def _amount(amount: Decimal) -> str:
    if amount >= CENT or not amount:
        return f"{amount.quantize(CENT, ROUND_HALF_UP):,}"
    return f"{amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_UP):f}"


def _cells(name: str, line: Line) -> Sequence[str]:
    return (name, f"{line.answers:,}", f"{line.prompt_tokens:,}", f"{line.completion_tokens:,}", _cost(line))


def _cost(line: Line) -> str:
    """Return the cost of a line; where a part of it isn't known, that it is more."""
    if not line.unpriced:
        return costs(line.cost) if line.cost else UNKNOWN
    return f"{costs(line.cost)} + unknown" if line.cost else UNKNOWN


def _said(line: Line) -> str:
    tokens = f"{line.prompt_tokens:,} tokens read, {line.completion_tokens:,} written"
    return f"{counted(line.answers, 'answer')} · {tokens} · {_cost(line)}"


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
