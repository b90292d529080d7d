"""What an insight found in calls: counted in a table, or in its own words call by call."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.render.blocks import button, row
from bot.render.calls import Summarize
from bot.render.markdown import code, escape_mrkdwn, moment, plain
from bot.render.newer import chart
from bot.render.outcomes import Listing, Table
from bot.services.calls import Call
from bot.services.ids import short
from bot.services.insights import Found, Tallies
from bot.telnyx.insights import Insight

VALUES = 20
"""Values of a field that have a row of their own."""
BARS = 10
"""Values that have a bar in the chart."""
WORDS = 400
"""Characters of what an insight said of a call."""
COLUMNS = ("Field", "Value", "Results", "Share")


def counted(found: Found, since: datetime) -> Table:
    """Return how often which value was found, the most frequent first, with a chart of the first field."""
    title, hint = _title(found.insight), f"Since {_day(since)}, in calls that you can see"
    field, counts = next(iter(found.tallies.items()))
    most = dict(counts.most_common(BARS))
    bars = chart(f"{title}: {field}", "bar", [*map(_value, most)], {"Results": [*most.values()]})
    return Table(title, COLUMNS, [*_rows(found.tallies)], "", hint, bars)


def in_words(insight: Insight, said: Sequence[tuple[Call, str]], since: datetime) -> Listing:
    """Return what was said of each call, newest first."""
    rows = [row(_line(call, text), button("Summarize", Summarize(what=call.id))) for call, text in said]
    empty = f"There are no results of this since {_day(since)} in the latest calls that you can see."
    return Listing(_title(insight), rows, empty, "Of the latest calls, newest first")


def _rows(tallies: Tallies) -> Iterator[tuple[str, ...]]:
    for field, counts in tallies.items():
        total, most = counts.total(), counts.most_common(VALUES)
        others = total - sum(count for _, count in most)
        for value, count in [*most, *([("all others", others)] if others else [])]:
            yield field, _value(value), f"{count:,}", f"{count / total:.0%}"


def _value(value: str) -> str:
    return value or "nothing"


def _line(call: Call, text: str) -> str:
    at = call.last or call.started
    when = f"{moment(at.timestamp(), '{date_short_pretty} {time}')} · " if at else ""
    return f"{when}{code(short(call.id))}\n{escape_mrkdwn(plain(text, WORDS))}"


def _title(insight: Insight) -> str:
    return f"Results of {insight.name or 'an unnamed insight'}"


def _day(since: datetime) -> str:
    return moment(since.timestamp(), "{date}")
