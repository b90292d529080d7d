"""Splits a text that is longer than Slack takes in one message, measured in bytes. Nothing of it gets lost.

The text is safe already, and stays so: no cut goes through a code span, whose other half could be a link, nor through a word that
isn't longer than half a message. A code fence that a cut goes through is closed before it and opened again behind it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.text import beginning

_BORDERS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(
        r"[.!?\u2026]+[)\]\"'\u201d\u2019]*[ \t]|[\u3002\uff01\uff1f\u0964\u06d4]+[\u300d\u300f\uff09]*"
    ),
    re.compile(r"[ \t]"),
    re.compile(r"[^\x00-\x7f]"),
)
"""Where a cut may stand, best first: behind a paragraph, a line, a sentence, a word, a letter that no address is made of."""
_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^\n]{1,400}?(?<!`)\1(?!`)")
_JOINED = frozenset("\u200d\ufe0e\ufe0f")
_VIRAMA = 9
"""The class of the signs that join a letter of India to the one behind it."""
_FLAG, _LAST_FLAG = "\U0001f1e6", "\U0001f1ff"
_FLAG_LETTERS = "".join(map(chr, range(ord(_FLAG), ord(_LAST_FLAG) + 1)))
_FLAGS = 400
_FENCE = re.compile(
    r"^([ \t]*(?:>[ \t]*|[-*+][ \t]+|\d{1,9}[.)][ \t]+)*)(`{3,300}|~{3,300})([^\n]*)$", re.MULTILINE
)
_INDENTED = re.compile(r"^((?: {0,3}> ?)*)( *)")
_CLOSING = re.compile(r"[> ]*(?:`{3,}|~{3,})[ \t]*")
_FARTHEST = 3
_INFO = 60
"""Characters of what stands behind the opening of a fence that are said again."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the text, with what mends a code fence at its ends."""

    text: str
    opened: str = ""
    closed: str = ""
    indent: int = 0
    """Columns that code at its beginning is moved to the left by: the list that it stood in is in another message."""

    @property
    def shown(self) -> str:
        """Return it as it stands in its message."""
        return self.opened + _moved(self.text, self.indent)[0] + self.closed


@dataclass(frozen=True, slots=True)
class _Fence:
    """An open code fence: what stands before it in its line, its marks, and its language."""

    before: str
    marks: str
    info: str

    @property
    def indent(self) -> int:
        """Return how many columns it stands further in than a fence may that stands in no list."""
        inner = len(self.before) - self.before.rfind("> ") - 2 if ">" in self.before else len(self.before)
        return inner if inner > _FARTHEST else 0

    @property
    def opening(self) -> str:
        return f"{self.before[: len(self.before) - self.indent]}{self.marks}{self.info[:_INFO]}\n"

    def closing(self, text: str) -> str:
        return f"{'' if text.endswith(chr(10)) else chr(10)}{self.before}{self.marks}"


def split(text: str, limit: int, first: int | None = None) -> list[Slice]:
    """Return ``text`` in parts, each shown in at most ``limit`` bytes; the first one in ``first``, where that is given."""
    return [part for part in _slices(text, limit, first or limit) if part.text.strip()]


def _slices(text: str, limit: int, first: int) -> Iterator[Slice]:
    at, opened, most, indent = 0, "", first, 0
    while at < len(text):
        room = most - len(opened.encode())
        while True:
            end = _cut(text, at, max(room, 1))
            part = text[at:end]
            fence = _open_fence(opened + part) if end < len(text) else None
            closed = fence.closing(part) if fence else ""
            over = len((opened + part + closed).encode()) - most
            if over <= 0 or end == at + 1:
                break
            room -= over
        yield Slice(part, opened, closed, indent)
        goes_on = indent and _moved(part, indent)[1]
        indent = indent if goes_on else fence.indent if fence else 0
        at, opened, most = end, fence.opening if fence else "", limit


def _moved(text: str, indent: int) -> tuple[str, bool]:
    """Return the code that a text begins with moved to the left, with what follows it; and whether all of it is that code."""
    if not indent:
        return text, False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        lines[number] = _INDENTED.sub(lambda found: found[1] + found[2][indent:], line, count=1)
        if _CLOSING.fullmatch(line):
            return "\n".join(lines), False
    return "\n".join(lines), True


def _cut(text: str, at: int, room: int) -> int:
    """Return where a part ends that begins at ``at`` and has so many bytes."""
    window = beginning(text[at : at + room], room) or text[at]
    if at + len(window) >= len(text):
        return len(text)
    half = len(window) // 2
    for border in _BORDERS:
        places = [match.end() for match in border.finditer(window, half)]
        if places:
            return at + _outside_code(text, at, places[-1])
    return at + len(window)


def _outside_code(text: str, at: int, end: int) -> int:
    """Return the place itself, or before the code span or the joined character that it would cut through."""
    line = text.rfind("\n", at, at + end) + 1 or at
    stop = text.find("\n", at + end)
    for span in _SPAN.finditer(text, line, stop if stop >= 0 else len(text)):
        if span.start() < at + end < span.end():
            return span.start() - at or end
    while end > 1 and _joined(text, at + end):
        end -= 1
    return end


def _joined(text: str, place: int) -> bool:
    """Return whether the signs before and behind a place are drawn as one: marks, syllables, emoji with a color, flags."""
    before, behind = text[place - 1], text[place]
    if before.isascii() and behind.isascii():
        return False
    if _FLAG <= before <= _LAST_FLAG and _FLAG <= behind <= _LAST_FLAG:
        letters = text[max(0, place - _FLAGS) : place]
        return (len(letters) - len(letters.rstrip(_FLAG_LETTERS))) % 2 == 1
    color = "\U0001f3fb" <= behind <= "\U0001f3ff"
    marks = unicodedata.category(behind)[0] == "M" or unicodedata.combining(before) == _VIRAMA
    return marks or color or not _JOINED.isdisjoint((before, behind))


def _open_fence(text: str) -> _Fence | None:
    """The fence that is still open at the end of ``text``."""
    fence: _Fence | None = None
    for before, marks, info in _FENCE.findall(text):
        if fence is None:
            if marks[0] == "~" or "`" not in info:
                fence = _Fence(re.sub(r"[^>]", " ", before.expandtabs(4)), marks, info)
        elif marks[0] == fence.marks[0] and len(marks) >= len(fence.marks) and not info.strip():
            fence = None
    return fence
