"""Lines divided into parts that fit into a room: none is lost, and one that is too long by itself is divided, not cut."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines, as one text."""

    text: str
    first: int
    """The place of its first line among all, from 0."""
    last: int
    """That of its last one; a line that was divided stands in several parts."""


def parted(
    lines: Sequence[str],
    room: int,
    size: Callable[[str], int] = len,
    beginning: Callable[[str, int], str] = lambda text, room: text[:room],
) -> list[Part]:
    """Return the lines in parts of at most ``room``.

    Args:
        lines: what is divided.
        room: of a part, as ``size`` measures it.
        size: of a text; of two that a line break joins it's at most the sum of both and one.
        beginning: the longest beginning of a text that fits into so much room.
    """
    parts: list[Part] = []
    held: list[str] = []
    first = last = used = 0
    for at, line in enumerate(lines):
        for piece in _pieces(line, room, beginning):
            cost = size(piece)
            if held and used + 1 + cost > room:
                parts.append(Part("\n".join(held), first, last))
                held, used = [], 0
            if not held:
                first = at
            used += cost + bool(held)
            held.append(piece)
            last = at
    return [*parts, Part("\n".join(held), first, last)] if held else parts


def runs(parts: Iterable[Part]) -> tuple[tuple[int, int], ...]:
    """Return the lines of parts as runs, those that touch as one."""
    found: list[tuple[int, int]] = []
    for part in parts:
        if found and part.first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], part.last)
        else:
            found.append((part.first, part.last))
    return tuple(found)


def _pieces(text: str, room: int, beginning: Callable[[str, int], str]) -> Iterator[str]:
    if not text:
        yield ""
    while text:
        piece = beginning(text, room) or text[:1]
        yield piece
        text = text[len(piece) :]
