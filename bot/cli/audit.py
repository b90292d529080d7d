"""``bot export audit``: what people changed, as JSON lines or as a table with commas."""

import csv
import io
import json
import re
import sys
import time
from collections.abc import Sequence

import click

from bot.cli.moments import moment
from bot.cli.usage import MISTYPED
from bot.services.audit import Entry
from bot.store.beside import reading
from bot.store.deeds import Deeds
from config.settings import Settings

AUDIT = "audit"
COLUMNS = ("when", "who", "team", "place", "verb", "arguments", "result", "id")
_SECONDS = {"h": 3_600.0, "d": 86_400.0, "w": 7 * 86_400.0}
_AGO = re.compile(r"(\d{1,6})([hdw])")
_FORMULAS = "=+-@\t\r"


class NoTimeError(click.ClickException):
    """What was typed is no time."""

    exit_code = MISTYPED


def ago(typed: str | None) -> float:
    """Return when that was, in Unix seconds; the beginning of time without it.

    Raises:
        NoTimeError: it can't be read.
    """
    if typed is None:
        return 0.0
    found = _AGO.fullmatch(typed.strip().lower())
    if found is None:
        raise NoTimeError(
            f"`--since` doesn't take “{typed[:40]}”. Type a number of hours, days, or weeks: 12h, 30d, 2w."
        )
    return time.time() - int(found[1]) * _SECONDS[found[2]]


async def export(settings: Settings, since: float, *, as_csv: bool) -> None:
    """Print the changes since then, oldest first.

    Raises:
        StartError: the database can't be read.
    """
    async with reading(settings) as kept:
        if as_csv:
            click.echo(_line(COLUMNS), nl=False)
        async for deed in Deeds(kept.database).since(since):
            row = _row(Entry.of(deed, time.time()))
            click.echo(_line([_cell(row[name]) for name in COLUMNS]) if as_csv else _json(row), nl=not as_csv)
    sys.stdout.flush()


def _row(entry: Entry) -> dict[str, object]:
    return {
        "when": moment(entry.at),
        "who": entry.user,
        "team": entry.team,
        "place": entry.channel,
        "verb": entry.verb,
        "arguments": entry.given,
        "result": entry.result,
        "id": entry.id,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cell(value: object) -> str:
    """Return a cell; nothing that a spreadsheet would calculate."""
    text = value if isinstance(value, str) else "" if value is None else _json(value)
    return f"'{text}" if text[:1] and text[0] in _FORMULAS else text


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
