"""Fences of a text that is still arriving, shown so every reader of Markdown sees the same code begin and end."""

import re
from typing import Literal

from bot.render.inert import BREAK, Step, control
from bot.services.fences import (
    BEGINNING,
    CITED_BEHIND,
    HOLD,
    MAY_BE_CITED_BEHIND,
    RUN,
    Blocks,
    Fence,
    begin,
    closes,
    ends,
    goes_on,
)

# What could end a fence for a reader, and each line where the list item or quote that it stands in could end.
_TOKENS = {
    (mark, nested): re.compile("`{3,}|<" + ("|~{3,}" if mark == "~" else "") + ("|\n" if nested else ""))
    for mark in "`~"
    for nested in (False, True)
}
_INFO = re.compile(r"[\w+#./=\"' {}-]{0,60}")  # the words after the opening of a fence; no colon, so no URL
_LANGUAGE = re.compile(r"[ \t]*[\w+#.-]{0,30}")


class Fences:
    """Knows whether the text so far ends in a fence. Fences of tildes are shown as fences of backticks: one kind is enough to be sure of."""

    def __init__(self) -> None:
        self.fence: Fence | None = None
        self._blocks = Blocks()
        self._line = ""  # the beginning of the line being read
        self._noted = True  # it is to be told to the blocks
        self._unsettled: list[str] = []  # what was read since then
        self.settled = 0
        """Up to where of the data that is being read it is in there."""

    @property
    def tokens(self) -> re.Pattern[str]:
        """Return what to look at in the fence that is open."""
        assert self.fence is not None  # noqa: S101  # asked for in a fence only
        return _TOKENS[self.fence.mark, bool(self.fence.inside)]

    def end(self, data: str, stop: int) -> None:
        """Take note that the data was read up to ``stop``."""
        if stop < self.settled:  # a space before what waits is read again with it
            self._line = self._line[: stop - self.settled]
        else:
            self._unsettled.append(data[self.settled : stop])

    def close(self, last: str) -> str:
        """Return what closes a fence that is open, behind the character ``last``."""
        rest = ("" if last == "\n" else "\n") + self.fence.end if self.fence else ""
        self.fence = None
        return rest

    def opening(self, data: str, at: int, *, waits: bool) -> Step | Literal[False] | None:
        """Return the line that opens a fence at ``at``; False when none does, None when more text is needed to know."""
        self._settle(data, at)
        opened = self._blocks.fence(self._line, data, at, at + HOLD)
        if opened:
            self.fence, end = opened
            info = self.fence.says
            shown = info if _INFO.fullmatch(info) else (_LANGUAGE.match(info) or [""])[0]
            # The line feed is looked at once more: behind it what the fence stands in may end.
            line = "\n" + begin(self.fence.inside) if self.fence.behind_words else ""
            return f"{line}{'`' * self.fence.length}{shown}", end - 1
        return None if waits and self._blocks.may_open(self._line, data, at) else False

    def read(self, fence: Fence, data: str, at: int, final: bool) -> Step | None:
        """Return what to show for the token at ``at`` in the fence, and where to read on."""
        if data[at] == "<":
            return control(data, at, final)
        self._settle(data, at)
        if data[at] == "\n":
            return self._next_line(fence, data, at, final)
        match = RUN.match(data, at, at + HOLD)
        assert match is not None  # noqa: S101  # the token pattern found a run of marks here
        waits = not final and len(data) - at < HOLD
        if match.end() == len(data) and waits:
            return None
        if closes(fence, self._line, match[0]):
            return self._closing(fence, data, at, match.end(), waits=waits)
        return (match[0] if match[0][0] == "~" else _apart(match[0])), match.end()

    def _closing(self, fence: Fence, data: str, at: int, end: int, *, waits: bool) -> Step | None:
        """Return marks that close the fence where nothing follows them on their line, or a citation."""
        if waits and MAY_BE_CITED_BEHIND.fullmatch(data, end):
            return None
        rest = _past_blanks(data, end, at + HOLD)
        marks, cited = "`" * (end - at), CITED_BEHIND.match(data, end, at + HOLD)
        if not cited and (data[rest : rest + 1] not in ("", "\n") or rest - at >= HOLD):
            return (data[at:end] if fence.mark == "~" else _apart(marks)), end
        self.fence, self._noted = None, False
        if cited:
            return f"{marks}\n{begin(fence.inside)}", cited.end()
        return marks + data[end:rest], rest

    def _next_line(self, fence: Fence, data: str, at: int, final: bool) -> Step | None:
        """Return the line feed in a fence: behind it the list item or quote may end, and the fence with it."""
        stop = min(len(data), at + HOLD)
        waits = not final and len(data) - at < HOLD
        feed = data.find("\n", at + 1, stop)
        whole = feed >= 0 or not waits
        stays = goes_on(fence, data[at + 1 : feed if feed >= 0 else stop] + ("\n" if whole else ""))
        if stays is not False:
            return ("\n", at + 1) if stays else None
        begins = _past_blanks(data, at + 1, stop)
        run = RUN.match(data, begins, stop)
        rest = _past_blanks(data, run.end() if run else begins, stop)
        if rest == len(data) and waits:
            return None
        if run and rest in (feed, len(data)) and ends(fence, data[at + 1 : begins], run[0]):
            self.fence, self._noted = None, False
            self.settled, self._line = rest, ""
            return f"\n{fence.end}", rest
        self._settle(data, at + 1)
        self.fence = None
        return f"\n{fence.end}\n", at + 1

    def _settle(self, data: str, stop: int) -> None:
        """Tell the blocks every line that ended before `stop`, and how the line there begins. Only fences need to know."""
        self._unsettled.append(data[self.settled : stop])
        self.settled = stop
        *lines, last = "".join(self._unsettled).split("\n")
        self._unsettled.clear()
        for line in lines:
            if self._noted and not self.fence:
                self._blocks.line(self._line + line)
            self._line, self._noted = "", True
        self._line = (self._line + last)[:BEGINNING]


def _past_blanks(data: str, at: int, end: int) -> int:
    while at < min(len(data), end) and data[at] in " \t":
        at += 1
    return at


def _apart(run: str) -> str:
    """Backticks that end no fence for any reader."""
    return BREAK.join(run[place : place + 2] for place in range(0, len(run), 2))
