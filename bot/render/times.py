"""Times as people type them: a date, or how far away it is. Once read they are written out, so they mean the same at every attempt. Pure."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

_SPAN = re.compile(r"(\d{1,4})\s*(h|d|w)[a-z]*", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS = {"h": 1, "d": 24, "w": 168}


def ending(text: str) -> str:
    """Return when something ends that is to end by itself: ``7d`` from now, or with a day, in UTC.

    Raises:
        ValueError: it is neither, or has passed.
    """
    typed = bool(_SPAN.fullmatch(text) or _DAY.fullmatch(text))
    at = _read(text, ahead=True)
    if typed and at.timestamp() <= time.time():
        raise ValueError("That's in the past. Use a later date, or a time from now such as 7d.")
    return at.isoformat(timespec="seconds")


def beginning(text: str) -> str:
    """Return since when something is looked for: ``7d`` ago, or from the beginning of a day, in UTC.

    Raises:
        ValueError: it is neither.
    """
    return _read(text, ahead=False).isoformat(timespec="seconds")


Until = Annotated[str, Field(max_length=40), AfterValidator(ending)]
Since = Annotated[str, Field(max_length=40), AfterValidator(beginning)]


def seconds_of(written: str | None) -> float | None:
    """Return a time that was written out, in Unix seconds."""
    return None if written is None else datetime.fromisoformat(written).timestamp()


def _read(text: str, *, ahead: bool) -> datetime:
    if span := _SPAN.fullmatch(text):
        away = timedelta(hours=int(span[1]) * _HOURS[span[2].lower()])
        now = datetime.now(UTC)
        return now + away if ahead else now - away
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at += timedelta(days=1) if ahead and _DAY.fullmatch(text) else timedelta()
        at.timestamp()
    except (ValueError, OverflowError):
        raise ValueError(
            "I can't read this as a time. Use a date such as 2026-12-31, or 12h, 7d, or 2w."
        ) from None
    return at
