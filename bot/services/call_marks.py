"""What a summary of a call says with its times: which of them are of the call, what was agreed, and by whom."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

ACTION_ITEMS = "Action items"
"""The heading that they stand under."""
LONGEST_OWNER = 60
"""Characters of an owner's name; what is longer before a colon is the beginning of a sentence."""
_TIME = r"\d{1,3}:[0-5]\d(?::[0-5]\d)?"
_MARK = re.compile(rf"[ \t]?\[[ \t]*({_TIME}(?:[ \t]*(?:[,;/–—-]|and)[ \t]*{_TIME})*)[ \t]*\]")  # noqa: RUF001 - between two times stands any dash
_ONE = re.compile(_TIME)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?")
_OWNED = re.compile(rf"^[*_]{{0,3}}([^:：]{{1,{LONGEST_OWNER}}}?)[*_]{{0,3}}[:：][*_]{{0,3}}\s*(\S.*)$")  # noqa: RUF001 - the colon of other scripts
_BARE = re.compile(r"[*_`#>]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A time that a summary names, and the words before it."""

    at: int
    """Seconds since the call began."""
    words: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What someone is to do after a call."""

    owner: str
    """As the summary names them; empty where it names no one."""
    text: str
    at: int | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A summary whose times are all of the call."""

    text: str
    invented: int
    """Times that it named and that no line of the call has; they are taken out."""
    places: tuple[Place, ...]
    """Each time once, in the order of the call."""


def marked(text: str, times: Collection[int]) -> Marked:
    """Return a summary without times that are not in the call; ``times`` are those of its lines, in seconds since it began."""
    invented = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal invented
        named = _ONE.findall(found[1])
        known = [time for time in named if _seconds(time) in times]
        invented += len(named) - len(known)
        space = found[0][0] if found[0][0] in " \t" else ""
        return f"{space}[{', '.join(known)}]" if known else ""

    shown = _MARK.sub(mark, text)
    places: dict[int, Place] = {}
    for line in shown.splitlines():
        words = _words(line)
        for at in _times(line):
            places.setdefault(at, Place(at, words))
    return Marked(shown, invented, tuple(places[at] for at in sorted(places)))


def agreed(text: str) -> tuple[Agreed, ...]:
    """Return the action items of a summary: the lines of their list, ``- Owner: what they do [02:15]``."""
    return tuple(_agreed(_BULLET.sub("", line)) for line in _below(text, ACTION_ITEMS) if _BULLET.match(line))


def _agreed(line: str) -> Agreed:
    at = next(iter(_times(line)), None)
    said = " ".join(_MARK.sub("", line).split())
    owned = _OWNED.match(said)
    owner, what = (owned[1], owned[2]) if owned else ("", said)
    return Agreed(_BARE.sub("", owner).strip(), _BARE.sub("", what).strip(), at)


def _below(text: str, heading: str) -> Iterator[str]:
    """Yield the lines under a heading."""
    inside = False
    for line in text.splitlines():
        if found := _HEADING.match(line):
            inside = found[1].strip("*_: ").casefold() == heading.casefold()
        elif inside:
            yield line


def _words(line: str) -> str:
    return " ".join(_BARE.sub("", _MARK.sub("", _BULLET.sub("", line))).split())


def _times(line: str) -> list[int]:
    return [_seconds(time) for mark in _MARK.findall(line) for time in _ONE.findall(mark)]


def _seconds(time: str) -> int:
    total = 0
    for part in time.split(":"):
        total = total * 60 + int(part)
    return total
