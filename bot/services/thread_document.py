"""A thread of Slack's as a Markdown document that says where it comes from. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.text import beginning, clean

TITLE_BYTES = 120
_RULED = re.compile(r"^([ \t]*)(#{1,6}(?=\s|$)|>|(?:=+|-+|\*{3,}|_{3,})[ \t]*$)", re.MULTILINE)
"""What Markdown would read as a heading, a quote, or a rule: only this document's own structure is one."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, with names instead of ids."""

    who: str
    at: float
    """In Unix seconds."""
    words: str
    files: tuple[str, ...] = ()
    """Names of what it shares; none of them is in the document."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a thread is, and who keeps it when."""

    link: str
    channel: str
    """In words, such as ``#support`` or ``a private channel``."""
    by: str
    at: float
    """In Unix seconds."""


def title_of(said: Sequence[Said]) -> str:
    """Return the words that a thread begins with, on one line; "" where no one said any."""
    first = next((one.words for one in said if one.words.strip()), "")
    return " ".join(beginning(clean(first), TITLE_BYTES).split())


def markdown(said: Sequence[Said], origin: Origin) -> str:
    """Return the document: what it's about, its provenance, then each message under who wrote it and when."""
    people = list(dict.fromkeys(_line(one.who) for one in said))
    count = f"{len(said):,} {'message' if len(said) == 1 else 'messages'}"
    where = f"This document is a thread in {origin.channel} of Slack: {origin.link}"
    kept = f"{_line(origin.by)} kept it here on {_moment(origin.at)}."
    wrote = f"It has {count}, from {_moment(said[0].at)} to {_moment(said[-1].at)}, written by {', '.join(people)}."
    title = f"# {_inert(title_of(said) or 'A thread in Slack')}"
    parts = [title, f"{where}\n{kept} {wrote}", *map(_message, said)]
    return "\n\n".join(parts) + "\n"


def _message(one: Said) -> str:
    names = ", ".join(map(_line, one.files))
    shared = f"(Shared here, and not part of this document: {names})" if names else ""
    words = _inert(clean(one.words).strip())
    return "\n\n".join(filter(None, (f"## {_line(one.who)}, {_moment(one.at)}", words, shared)))


def _line(name: str) -> str:
    return " ".join(clean(name).split())


def _inert(words: str) -> str:
    return _RULED.sub(r"\1\\\2", words)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
