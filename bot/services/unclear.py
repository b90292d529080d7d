"""A question that could mean several things: what they are, how it is asked back, and the question with what was meant. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.text import clean

FEWEST, MOST = 2, 4
"""Meanings to choose from."""
LONGEST = 75
"""Characters of a meaning: all that a button shows."""
ASK_SECONDS = 3_600.0
"""How long a question back can be answered."""
MEANT = "meant"
"""The option of a turn that says what its question means. It is never asked back."""
WHICH = "Your question could mean more than one thing. Which one do you mean?"

_BULLET = re.compile(r"\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+")  # noqa: RUF001 - models write this dash
_CITATION = re.compile(r"\s*\[\d{1,2}\]")
_DRESS = " \t\r*_`\"'“”"


def meanings(text: str) -> tuple[str, ...]:
    """Return the two to four meanings that stand in ``text``, one a line; none where it says anything else."""
    lines = [line for line in clean(text).splitlines() if line.strip(_DRESS)]
    if lines and lines[0].rstrip(_DRESS).endswith(":"):  # "Do you mean:"
        lines = lines[1:]
    found = tuple(dict.fromkeys(filter(None, map(_bare, lines))))
    return found if FEWEST <= len(found) <= MOST and all(len(one) <= LONGEST for one in found) else ()


def asked_back(found: Sequence[str]) -> str:
    """Return what is kept as the answer to an unclear question: what the model reads of it later, and what the buttons say."""
    return "\n".join([WHICH, *(f"- {one}" for one in found)])


def kept(answer: str | None) -> tuple[str, ...]:
    """Return the inverse of ``asked_back``."""
    return tuple(line.removeprefix("- ") for line in (answer or "").split("\n")[1:])


def as_meant(question: str, options: Mapping[str, Any] | None) -> str:
    """Return a question with what was meant by it, where that was chosen."""
    meant = (options or {}).get(MEANT)
    return f"{question} ({meant})" if meant else question


def _bare(line: str) -> str:
    """Return a meaning without the signs of a list, and without citations."""
    return " ".join(_CITATION.sub("", _BULLET.sub("", line, count=1)).split()).strip(_DRESS)
