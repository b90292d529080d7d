"""What of a passage stands below one heading, in pieces of a paragraph's size, each with its units and what is embedded of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from .markdown import Kind, Unit, units_of
from .words import informative_words

_MOST_LETTERS = 600
_MOST_LEAD = 160
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """A unit with what is embedded for it, its informative words, and those of what stands above it."""

    unit: Unit
    embedded: str
    words: frozenset[str]
    above: frozenset[str]
    key: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighboring units below one heading, and what is embedded for all of them."""

    text: str
    told: tuple[Told, ...]


@functools.lru_cache(_KEPT)
def pieces_of(document: str, text: str) -> tuple[Piece, ...]:
    """Return the pieces of a passage in their order. Those asked for last are kept."""
    title = title_of(document)
    groups: list[list[Unit]] = []
    for unit in units_of(text):
        if groups and _goes_on(groups[-1], unit):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return tuple(_piece(title, group) for group in groups)


def title_of(document: str) -> str:
    """Return the words of a file's name."""
    return re.sub(r"[-_/]", " ", PurePosixPath(document).with_suffix("").as_posix())


def _goes_on(group: Sequence[Unit], unit: Unit) -> bool:
    size = sum(len(known.text) for known in group) + len(unit.text)
    return group[-1].above == unit.above and (size <= _MOST_LETTERS or group[-1].block == unit.block)


def _piece(title: str, units: Sequence[Unit]) -> Piece:
    heading = units[0].above[-1] if units[0].above else ""
    text = f"{title}. {heading}: {' '.join(unit.text for unit in units)}"
    return Piece(text, tuple(_told(title, unit) for unit in units))


def _told(title: str, unit: Unit) -> Told:
    return Told(
        unit,
        _embedded(title, unit),
        frozenset(informative_words(unit.text)),
        frozenset(informative_words(f"{title} {' '.join(unit.above)}")),
        " ".join(unit.text.lower().split()),
    )


def _embedded(title: str, unit: Unit) -> str:
    """The nearest heading, what introduces code, the unit itself."""
    lead = f" {unit.lead[-_MOST_LEAD:]}" if unit.kind is Kind.CODE else ""
    return f"{unit.above[-1] if unit.above else title}:{lead} {unit.text}"
