"""What is code in Markdown: fences wherever CommonMark opens one, spans on one line. The one who asks, asks here.

A list item or a quote is known by how its lines begin, so lines are told one after the other, each as soon as its beginning is there.
https://spec.commonmark.org/0.31.2/#fenced-code-blocks
"""

import re
from dataclasses import dataclass

HOLD = 298
"""A span, or the line that opens a fence, is as long as this at most: text that is still growing is held back no longer."""
BEGINNING = 96
"""So much of a line is read to know what it stands in. Nothing nested deeper opens a fence."""

RUN = re.compile(r"`+|~+")
_LONGEST_RUN = 8  # of a span
_SPAN_ENDS = {length: re.compile(rf"(?<!`)`{{{length}}}(?!`)") for length in range(1, _LONGEST_RUN + 1)}
_OPENS = re.compile(r"(`{3,}(?=[^`\n]*\n)|~{3,}(?=[^\n]*\n))([^\n]*)\n")
_MAY_OPEN = re.compile(r"`{3,}[^`\n]*|~{3,}[^\n]*")
_SHORTEST = 3
# Models forget the line feed before a fence, as in "Run this: ```bash", and put a citation behind the marks that close it.
_BEHIND_WORDS = re.compile(r"`{3,}([\w+#.-]{0,20})[ \t]*(?=\n)")
_MAY_OPEN_BEHIND_WORDS = re.compile(r"`{3,}[\w+#.-]{0,20}[ \t]*")
_FENCE_RUN = re.compile(r"([^`~]*)(`{3,}|~{3,})")
_BEFORE_WORDS = " \t>*+-.)0123456789"
CITED_BEHIND = re.compile(r"[ \t]*[.,;:]?[ \t]*(?=[\[【［]\^?[0-9])")  # noqa: RUF001 - signs of other scripts
MAY_BE_CITED_BEHIND = re.compile(r"[ \t]*[.,;:]?[ \t]*(?:[\[【［]\^?)?")  # noqa: RUF001 - signs of other scripts
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3})([-*+]|(\d{1,9})[.)])( +|$)")
_NO_WORDS = re.compile(r"#{1,6}(?: |$)|(?:[-*_] *){3,}$|`{3,}|~{3,}")
_MARKS = frozenset(" \t>-*+#`~_0123456789")  # what a line begins with that may be more than words
_WIDEST_GAP = 4  # behind an item's mark; more is code that is indented
_QUOTED = 0

Containers = tuple[int, ...]
"""What a line stands in, from outside in: a quote (0), or a list item (by how many columns its lines are indented)."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence that is open."""

    mark: str
    length: int
    inside: Containers
    says: str = ""
    """What stands behind the marks that open it."""
    behind_words: bool = False
    """It opens on a line that began with words."""

    @property
    def end(self) -> str:
        """Return the line that closes it, in backticks, as a reader of any kind sees it."""
        return begin(self.inside) + "`" * self.length


def begin(inside: Containers) -> str:
    """Return how a further line in these containers begins."""
    return "".join("> " if width == _QUOTED else " " * width for width in inside)


def span_end(text: str, at: int, end: int) -> int:
    """Return where the code span ends that begins at ``at`` and may reach to ``end``; 0 where there is none."""
    run = RUN.match(text, at, end)
    if run is None or run[0][0] != "`" or len(run[0]) not in _SPAN_ENDS:
        return 0
    closing = _SPAN_ENDS[len(run[0])].search(text, run.end(), end)
    return closing.end() if closing else 0


class Blocks:
    """Knows in which quotes and list items the next line may stand, and so where a fence opens and ends."""

    def __init__(self) -> None:
        self._open: Containers = ()
        # A paragraph was being written: a plain line goes on with it, whatever it is indented.
        self._words = False

    def line(self, beginning: str) -> None:
        """Take note of a line outside code, of which ``beginning`` is enough."""
        if not self._open and beginning[:1] not in _MARKS:  # most lines
            self._words = bool(beginning)
            return
        text = beginning[:BEGINNING].expandtabs(4)
        kept, at = _kept(self._open, text)
        added, at = self._added(text, at, interrupts=kept == len(self._open))
        rest = text[at:].strip()
        words = bool(rest) and not (rest[0] in _MARKS and _NO_WORDS.match(rest))
        if words and not added and kept < len(self._open) and self._words:
            return  # a lazy line
        self._open = self._open[:kept] + added
        self._words = words

    def fence(self, before: str, text: str, at: int, end: int) -> tuple[Fence, int] | None:
        """Return the fence that opens at ``at``, and where its content begins.

        Args:
            before: the line up to there.
            text: what is known.
            at: where the run of marks begins.
            end: how far may be read.
        """
        opening = _OPENS.match(text, at, end)
        if opening is None:
            return None
        inside = self._place(before)
        if behind_words := inside is None and _opens_behind_words(before, text, at):
            self.line(before)
            inside = self._open
        if inside is None:
            return None
        self._open, self._words = inside, False
        return Fence(opening[1][0], len(opening[1]), inside, opening[2], behind_words), opening.end()

    def may_open(self, before: str, text: str, at: int) -> bool:
        """Return whether a fence could open here once more of ``text`` is known."""
        if self._place(before) is not None:
            return _MAY_OPEN.fullmatch(text, at) is not None
        return _MAY_OPEN_BEHIND_WORDS.fullmatch(text, at) is not None

    def _place(self, before: str) -> Containers | None:
        """What a fence stands in that follows ``before`` on its line; None where none can."""
        if len(before) >= BEGINNING:
            return None
        text = before.expandtabs(4) + "`"
        kept, at = _kept(self._open, text)
        added, at = self._added(text, at, interrupts=kept == len(self._open))
        return self._open[:kept] + added if _is_near(text[at:-1]) else None

    def _added(self, text: str, at: int, *, interrupts: bool) -> tuple[Containers, int]:
        added: list[int] = []
        if text[at:].lstrip()[:1] not in _MARKS:
            return (), at
        while True:
            if quote := _QUOTE.match(text, at):
                added.append(_QUOTED)
                at = quote.end()
                continue
            item = _ITEM.match(text, at)
            if item is None or (interrupts and self._words and not added and item[3] and int(item[3]) != 1):
                return tuple(added), at
            gap = len(item[4])
            if not 1 <= gap <= _WIDEST_GAP or item.end() == len(text):
                gap = 1
            added.append(len(item[1]) + len(item[2]) + gap)
            at = item.start() + added[-1]


def _opens_behind_words(before: str, text: str, at: int) -> bool:
    """Return whether marks behind words open a fence: they say a language, or the words lead up to it."""
    opening = _BEHIND_WORDS.match(text, at)
    if opening is None or not before.strip(_BEFORE_WORDS):
        return False
    return bool(opening[1]) or not before.rstrip()[-1].isalnum()


def goes_on(fence: Fence, beginning: str) -> bool | None:
    """Return whether a line that begins like this still stands where the fence does; None when more of it is needed.

    ``beginning`` holds the line feed when the whole line is known.
    """
    text, feed, _ = beginning.partition("\n")
    text = text.expandtabs(4)
    kept, _ = _kept(fence.inside, text if feed else text + "`")
    if kept == len(fence.inside):
        return True
    return None if not feed and not text.strip(" >") else False


def closes(fence: Fence, before: str, run: str) -> bool:
    """Return whether ``run``, which ends its line, closes the fence."""
    if run[0] != fence.mark or len(run) < fence.length:
        return False
    text = before.expandtabs(4) + "`"
    kept, at = _kept(fence.inside, text)
    return kept == len(fence.inside) and _is_near(text[at:-1])


def _kept(containers: Containers, text: str) -> tuple[int, int]:
    """Return how many of the containers a line goes on with, and where its own content begins."""
    at = 0
    for number, width in enumerate(containers):
        if width == _QUOTED:
            quote = _QUOTE.match(text, at)
            if quote is None:
                return number, at
            at = quote.end()
            continue
        indent = len(text) - at - len(text[at:].lstrip(" "))
        if indent < width and text[at + indent :]:
            return number, at
        at += min(indent, width)
    return len(containers), at


def _is_near(between: str) -> bool:
    return len(between) <= _SHORTEST and not between.strip(" ")


def prose(text: str) -> str:
    """Return ``text`` without its code; where code stood in a line, a backtick does, so what is around it isn't joined."""
    blocks = Blocks()
    fence: Fence | None = None
    kept: list[str] = []
    at, told = 0, True
    while at < len(text):
        feed = text.find("\n", at)
        end = len(text) if feed < 0 else feed
        line = text[at:end]
        if fence is None:
            opened, start = _opened(blocks, line, text, at)
            kept.append(_without_spans(line[:start]))
            if opened:
                fence, at = opened
                told = True
                continue
            if told:
                blocks.line(line)
            told = True
        elif (
            (run := _FENCE_RUN.match(line))
            and closes(fence, run[1], run[2])
            and (cited := CITED_BEHIND.match(line, run.end()))
        ):
            fence, told = None, False
            at += cited.end()
            continue
        elif run and not line[run.end() :].strip(" \t") and ends(fence, run[1], run[2]):
            fence = None
        elif goes_on(fence, line + "\n") is False:
            fence = None
            continue
        at = end + 1
    return "\n".join(kept)


def _opened(blocks: Blocks, line: str, text: str, at: int) -> tuple[tuple[Fence, int] | None, int]:
    """Return the fence that a line of ``text`` at ``at`` opens, and where its marks begin in the line; its end where there is none."""
    place = 0
    while run := RUN.search(line, place):
        start = at + run.start()
        if len(run[0]) >= _SHORTEST and (
            opened := blocks.fence(line[: run.start()], text, start, start + HOLD)
        ):
            return opened, run.start()
        place = span_end(line, run.start(), min(len(line), run.start() + HOLD)) or run.end()
    return None, len(line)


def ends(fence: Fence, before: str, run: str) -> bool:
    """Return whether ``run``, alone on its line, ends the fence: models forget to indent the mark that closes it."""
    return closes(fence, before, run) or (
        not before.strip(" \t")
        and run[0] == fence.mark
        and len(run) >= fence.length
        and goes_on(fence, before + run + "\n") is False
    )


def _without_spans(line: str) -> str:
    kept, at = [], 0
    while (start := line.find("`", at)) >= 0:
        run = RUN.match(line, start)
        end = span_end(line, start, min(len(line), start + HOLD)) or (run.end() if run else start + 1)
        kept.append(line[at:start])
        at = end
    return "`".join([*kept, line[at:]])
