"""Citations in a text that is still arriving: however a model writes one, it is shown as `[1]`, or not at all where no such passage exists."""

import re
from typing import Literal

from bot.render.inert import BREAK, RAISED, Step
from bot.services.citations import CLOSING, is_value, numbers, raised
from bot.services.fences import HOLD

TARGET = re.compile(
    r"\([ \t]*(?:<([^<>\n]*)>|((?:[^()\s<]|\([^()\s]*\))*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*\)"
)
"""Where a link of Markdown leads, behind its label."""
VANISHING = frozenset("[【［\\<")  # noqa: RUF001  # what models write
"""How a citation may begin of which nothing is shown."""

_LONGEST = 82
_OTHER_ENDS = re.compile(r"[【】［］\n]")  # noqa: RUF001 - signs of other scripts
_AFTER_INDEX = re.compile(r"\Z|[\s)\]}]*\n|[.,;:!?。、)\]}|](?![A-Za-z0-9_=(])|\[")
_INDEXED = re.compile(r"[A-Za-z0-9_)]")
_DRESSED = {
    "[": (re.compile(r"\[\[([^\[\]\n]{1,80})\]\]"), re.compile(r"\[\[[^\[\]\n]{0,80}\]?")),
    "\\": (re.compile(r"\\\[([^\[\]\\\n]{1,80})\\?\]"), re.compile(r"\\\[[^\[\]\\\n]{0,80}\\?")),
}
"""Brackets in brackets, and escaped ones: whole, and while they are growing."""
_SUP = re.compile(r"<sup>\s*(\[?[^<>\[\]\n]{1,40}\]?)\s*</sup>", re.IGNORECASE)
_SUP_GROWING = re.compile(r"<(?:s(?:up?)?)?|<sup>[^<>\n]{0,44}(?:<(?:/(?:s(?:up?)?)?)?)?", re.IGNORECASE)
_RAISED = re.compile(f"[{RAISED}]{{1,2}}")


class Citations:
    """Reads the citations of so many passages; None says that nothing can be cited, and what looks like it is text."""

    def __init__(self, count: int | None) -> None:
        self.count = count

    def names(self, label: str) -> bool:
        """Return whether what stands between two brackets is a citation, be it of a passage that exists or not."""
        return self.count is not None and numbers(label, self.count) is not None

    def marked(self, data: str, at: int, label: str, after: int, *, waits: bool) -> Step | None:
        """Return what to show for a label in brackets that begins at ``at`` and is read up to ``after``."""
        found = None if self.count is None else numbers(label, self.count)
        if found is None or is_value(data[at - 2 : at]):
            return data[at], at + 1
        following = data[after : after + 2]
        if found:
            if not following and waits:
                return None
            return _marks(found, following), after
        if len(following) < 2 and not following.isspace() and waits:  # noqa: PLR2004  # a dot says nothing alone
            return None
        if data[at] == "[" and _INDEXED.match(data[at - 1]) and not _AFTER_INDEX.match(following):
            return "[", at + 1
        # What stood on both sides must not grow together into something: "<[9]!channel>", "www[9].evil".
        apart = following[:1] not in ("", ",", ";", "[") and not following[:1].isspace()
        if following[:1] == ".":
            apart = following[1:].isalnum()
        return (BREAK if apart else ""), after

    def dressed(self, data: str, at: int, *, waits: bool) -> Step | Literal[False] | None:
        """Return what to show for `[[1]]` or an escaped bracket at ``at``; False where there is none, None when more text is needed."""
        if self.count is None or data[at + 1 : at + 2] != "[":
            return False
        pattern, growing = _DRESSED[data[at]]
        match = pattern.match(data, at)
        if match and self.names(match[1]):
            end = match.end()
            target = TARGET.match(data, end, at + HOLD)
            if target is None and waits and data.startswith("(", end) and "\n" not in data[end:]:
                return None
            return self.marked(data, at, match[1], (target or match).end(), waits=waits)
        return None if waits and growing.fullmatch(data, at) else False

    def other(self, data: str, at: int, final: bool) -> Step | None:
        """Return what to show for a bracket of another kind at ``at``."""
        closing = _OTHER_ENDS.search(data, at + 1, at + _LONGEST)
        waits = not final and len(data) - at < HOLD
        if closing is None:
            return None if waits and len(data) - at < _LONGEST else (data[at], at + 1)
        if closing[0] != CLOSING[data[at]] or self.count is None:
            return data[at], at + 1
        if closing.end() == len(data) and waits:
            return None
        return self.marked(data, at, data[at + 1 : closing.end() - 1], closing.end(), waits=waits)

    def sup(self, data: str, at: int, *, waits: bool) -> Step | Literal[False] | None:
        """Return what to show for `<sup>1</sup>` at ``at``; False where it is no citation, None when more text is needed."""
        if self.count is None or data[at + 1 : at + 2] not in ("", "s", "S"):
            return False
        match = _SUP.match(data, at)
        if match is None:
            return None if waits and _SUP_GROWING.fullmatch(data, at) else False
        if found := raised(match[1], data[at - 4 : at], self.count):
            if match.end() == len(data) and waits:
                return None
            return _marks(found, data[match.end() : match.end() + 1]), match.end()
        made_up = match[1].startswith("[") and numbers(match[1].strip("[]"), self.count) == []
        return ("", match.end()) if made_up else False

    def raised(self, data: str, at: int, final: bool) -> Step | None:
        """Return what to show for the raised digit at ``at``."""
        match = _RAISED.match(data, at)
        assert match is not None  # noqa: S101  # the token pattern found one here
        if len(data) == match.end() and not final:
            return None
        found = raised(match[0], data[at - 4 : at], self.count) if self.count is not None else []
        return (_marks(found, data[match.end() : match.end() + 1]) if found else match[0]), match.end()


def _marks(found: list[int], following: str) -> str:
    """Return them as they are shown; with what follows they make no link, and no definition of one."""
    return "".join(f"[{number}]" for number in found) + (BREAK if following[:1] in tuple("(:") else "")
