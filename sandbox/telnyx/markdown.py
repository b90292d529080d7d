"""Takes a passage of Markdown apart: sentences, list items, table rows and code, each with what stands above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from .words import cells_of, heading_of, row_of, split_sentences

_FENCE = re.compile(r"^\s*(?:```|~~~)\s*([\w+-]*)")
_ITEM = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(?=\S)")
_RULE = re.compile(r"^[\s|:=*_-]*$")
_INDENTED = re.compile(r"^(?: {4}|\t)\s*\S")
_DEFINITION = re.compile(r"^\s*\[[^\]]+\]:\s*\S+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE = re.compile(r"^(?:title|description):\s*(.+)$", re.MULTILINE)
_HTML = re.compile(
    r"</?(?:kbd|br|p|a|img|sup|sub|em|strong|b|i|code|div|span|details|summary|hr)\b[^<>]*>", re.IGNORECASE
)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[((?:`[^`]*`|[^\[\]])*)\](?:\(((?:[^()\s]|\([^()]*\))*)[^()]*\)|\[[^\]]*\])")
_CONTENTS = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[^\]]*\]\(#[^)]*\)\s*$")
# A line that is bold as a whole is a heading to its reader, below all that are marked as such.
_BOLD_LINE = re.compile(r"^(?:\*\*|__)([^*]{1,80}?)(?:\*\*|__):?$")
_BOLD_LEVEL = 7
_ABBREVIATED = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|cf)|e\.g|i\.e|z\. ?B)\.$")
_MOST_CODE = 400
_SHORT = 24
_FENCED = ""


class Kind(StrEnum):
    """What a unit is."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a passage that can be said by itself.

    `above`: the headings over it, outermost first, and for an item the one it belongs to. `lead`: the sentence that introduces it.
    `block`: units of one paragraph, one list or one table have the same number.
    """

    text: str
    kind: Kind
    above: tuple[str, ...]
    lead: str
    block: int


def units_of(text: str) -> tuple[Unit, ...]:
    """Return the units of a passage in their order."""
    reader = _Reader()
    front = _FRONT_MATTER.match(text)
    if front:
        text = text[front.end() :]
        reader.headings = [(0, ": ".join(_TITLE.findall(front.group(1))))]
    lines = _COMMENT.sub("", text).splitlines()
    return tuple(reader.read(lines))


@dataclass
class _Reader:
    """Where reading stands: the headings above, the paragraph or item that is being gathered."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    item: bool = False
    parents: list[tuple[int, str]] = field(default_factory=list)
    columns: list[str] | None = None
    code: list[str] | None = None
    block: int = 0
    lead: str = ""
    last: str = ""

    def read(self, lines: list[str]) -> Iterator[Unit]:
        """Return the units of these lines."""
        if _begins_in_code(lines):
            self.code = [_FENCED]
        blank = True
        for line in lines:
            fence = _FENCE.match(line)
            if self.code is not None:
                if fence or (not _fenced(self.code) and line.strip() and not _INDENTED.match(line)):
                    yield from self._code()
                    if fence:
                        continue
                else:
                    self.code.append(line)
                    continue
            if fence:
                yield from self._flush()
                self.code = [_FENCED]
                continue
            if blank and not self.item and _INDENTED.match(line):
                yield from self._flush()
                self.code = [line]
                continue
            yield from self._line(line, after_blank=blank)
            blank = not line.strip()
        if self.code is not None:
            yield from self._code()
        yield from self._flush()

    def _line(self, line: str, *, after_blank: bool) -> Iterator[Unit]:
        title = heading_of(line)
        if title is not None:
            yield from self._flush()
            self._head(len(line.lstrip()) - len(line.lstrip().lstrip("#")), shown(title))
        elif line.lstrip().startswith("|"):
            yield from self._row(line)
        elif not line.strip():
            yield from self._flush()
        elif match := _ITEM.match(line):
            yield from self._flush()
            if not _CONTENTS.match(line):
                self._begin(len(match.group(1)), line[match.end() :].strip())
        elif not _RULE.match(line) and not _DEFINITION.match(line):
            if after_blank and not line.startswith((" ", "\t")):
                self.item, self.parents, self.columns = False, [], None
            self.held.append(line.strip().lstrip("> "))

    def _head(self, level: int, title: str) -> None:
        self.headings = [(known, text) for known, text in self.headings if known < level] + [(level, title)]
        self.parents, self.columns, self.item, self.lead, self.last = [], None, False, "", ""

    def _begin(self, depth: int, text: str) -> None:
        """An item begins; the items it lies in are kept, because they say what it is about."""
        self.parents = [(known, told) for known, told in self.parents if known < depth] + [
            (depth, shown(text))
        ]
        if not self.item and not self.lead.endswith(":"):
            self.block += 1
        self.item = True
        self.held = [text]

    def _row(self, line: str) -> Iterator[Unit]:
        yield from self._flush()
        if _RULE.match(line):
            return
        cells = [shown(cell) for cell in cells_of(line)]
        if self.columns is None:
            self.columns = cells
            self.block += 1
        else:
            yield self._unit(row_of(self.columns, cells), Kind.ROW)

    def _flush(self) -> Iterator[Unit]:
        """What was gathered is a paragraph or an item."""
        text = shown(" ".join(self.held))
        self.held = []
        if not text:
            return
        if self.item:
            yield self._unit(text, Kind.ITEM, tuple(told for _, told in self.parents[:-1]))
            self.last = text
            return
        self.block += 1
        if match := _BOLD_LINE.match(text):
            self._head(_BOLD_LEVEL, match.group(1))
            return
        sentences = _sentences(text)
        for sentence in sentences:
            yield self._unit(sentence, Kind.SENTENCE)
        self.lead = self.last = sentences[-1] if len(sentences[-1]) > _SHORT else " ".join(sentences[-2:])

    def _code(self) -> Iterator[Unit]:
        """The code that was gathered, in pieces that can be shown."""
        lines = [line for line in self.code or [] if line.strip()]
        self.code = None
        if not self.last.endswith(":"):
            self.block += 1
        margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
        piece: list[str] = []
        for line in [line[margin:].rstrip() for line in lines]:
            if piece and sum(map(len, piece)) + len(line) > _MOST_CODE:
                yield self._unit("\n".join(piece), Kind.CODE)
                piece = []
            piece.append(line)
        if piece:
            yield self._unit("\n".join(piece), Kind.CODE)

    def _unit(self, text: str, kind: Kind, parents: tuple[str, ...] = ()) -> Unit:
        above = (*(title for _, title in self.headings), *parents)
        lead = {Kind.SENTENCE: "", Kind.CODE: self.last}.get(kind, self.lead)
        return Unit(text, kind, above, lead, self.block)


def _sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; the point of "Dr." ends none, nor one within brackets."""
    sentences: list[str] = []
    for part in split_sentences(paragraph):
        before = sentences[-1] if sentences else ""
        if before.count("(") > before.count(")") or _ABBREVIATED.search(before):
            sentences[-1] += f" {part}"
        else:
            sentences.append(part)
    return sentences


def shown(text: str) -> str:
    """Return Markdown without images, tags and links that lead nowhere from here; addresses and emphasis stay."""
    text = _LINK.sub(_link, _IMAGE.sub("", _HTML.sub("", text)))
    return " ".join(text.split())


def _link(match: re.Match[str]) -> str:
    target = match.group(2) or ""
    return match.group() if target.startswith(("http:", "https:", "mailto:")) else match.group(1)


def _fenced(code: list[str]) -> bool:
    return bool(code) and code[0] == _FENCED


def _begins_in_code(lines: list[str]) -> bool:
    """Whether a passage begins inside a fence that was opened before it. Only a fence that opens names a language."""
    named = [bool(match.group(1)) for line in lines if (match := _FENCE.match(line))]
    if any(named[1::2]) or any(named[0::2]):
        return any(named[1::2]) and not any(named[0::2])
    return len(named) % 2 == 1
