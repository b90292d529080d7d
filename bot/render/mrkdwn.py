"""Markdown of documents as Slack's mrkdwn, for places that take no Markdown: drawn, harmless, and in sections that fit."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from markdown_it.token import Token

from bot.render.inert import BREAK, code, verbatim
from bot.render.markdown import words
from bot.render.parsed import parsed
from bot.text import clean

SECTION = 2_900
"""A section takes 3,000 characters."""
TABLE_WIDTH = 60
"""Columns that a window shows of code without wrapping it, where it is not very narrow."""
_INDENT = "    "
_MARKS = {"strong": "*", "em": "_", "s": "~"}
_ENTITY_BEGUN = re.compile(r"&[a-z]{0,3}\Z")


def sections(text: str) -> list[str]:
    """Return ``text``, which is Markdown, as mrkdwn: all of it, each part short enough for a section."""
    made: list[str] = []
    for piece, gap in _Drawing().pieces(parsed(clean(text))):
        for part in _parts(piece):
            if made and len(made[-1]) + len(gap) + len(part) <= SECTION:
                made[-1] += gap + part
            else:
                made.append(part)
    return made


def _parts(piece: str) -> Iterator[str]:
    """Yield a piece in parts that are short enough. Code that a cut goes through is closed before it and opened again behind it."""
    fence = "```\n" if piece.startswith("```\n") else ""
    rest = piece
    while len(rest) > SECTION:
        end = _place(rest, SECTION - 10)
        part, rest = rest[:end], rest[end:].lstrip("\n")
        mark = "`" if not fence and part.count("`") % 2 else ""
        yield part.rstrip("\n") + ("\n```" if fence else mark)
        rest = fence + mark + rest
    yield rest


def _place(text: str, room: int) -> int:
    for border in ("\n", " "):
        place = text.rfind(border, room // 2, room)
        if place > 0:
            return place + 1
    begun = _ENTITY_BEGUN.search(text, room - 4, room)
    return begun.start() if begun else room


_Cell = tuple[str, str]
"""A cell as mrkdwn, and its words alone."""


class _Drawing:
    """Where in the text it is drawn at."""

    def __init__(self) -> None:
        self._marks: list[int] = []  # of the open lists: the next number, or 0
        self._quotes = 0
        self._bullet = ""
        self._bold = False
        self._row: list[_Cell] | None = None
        self._rows: list[list[_Cell]] = []
        self._gap = "\n\n"

    def pieces(self, tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
        """Yield each block of the text, and what stands between it and the one before it."""
        for token in tokens:
            kind, _, way = token.type.rpartition("_")
            if token.type == "table_close":
                yield self._placed(_table(self._rows)), self._gap
                self._rows, self._gap = [], "\n\n"
            elif way in ("open", "close"):
                self._turn(kind, token, opens=way == "open")
            elif token.type in ("inline", "fence", "code_block"):
                shown = self._block(token)
                if self._row is not None:
                    self._row.append((shown, words(token)))
                    continue
                yield self._placed(shown), self._gap
                self._bullet, self._gap = "", "\n" if self._marks or self._bold else "\n\n"

    def _turn(self, kind: str, token: Token, *, opens: bool) -> None:
        if kind in ("heading", "th"):
            self._bold = opens
        elif kind == "blockquote":
            self._quotes += 1 if opens else -1
        elif kind == "tr" and opens:
            self._row = []
        elif kind == "tr":
            self._rows, self._row = [*self._rows, self._row or []], None
        elif kind in ("bullet_list", "ordered_list"):
            if opens:
                self._marks.append(int(token.attrGet("start") or 1) if kind == "ordered_list" else 0)
            else:
                self._marks.pop()
                self._gap = "\n" if self._marks else "\n\n"
        elif kind == "list_item" and opens:
            self._bullet = f"{self._marks[-1]}. " if self._marks[-1] else "• "
            self._marks[-1] += bool(self._marks[-1])

    def _block(self, token: Token) -> str:
        if token.type == "inline":
            return _inline(token.children or [], bold=self._bold)
        return code_block(token.content)

    def _placed(self, text: str) -> str:
        if text.startswith("```"):
            return text
        lead = _INDENT * (len(self._marks) - 1) + (self._bullet or " " * bool(self._marks))
        quote = "> " * bool(self._quotes)
        return "\n".join(
            quote + (line if number else lead + line) for number, line in enumerate(text.split("\n"))
        )


def code_block(text: str) -> str:
    """Return `text` as code of several lines in mrkdwn; nothing in it ends it."""
    return f"```\n{verbatim(text.rstrip().replace('```', BREAK.join('```')))}\n```"


def _table(rows: Sequence[Sequence[_Cell]]) -> str:
    """Return a table in columns, where the window is wide enough for it; else a line for each row."""
    bare = [[" ".join(text.split()) for _, text in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*bare, strict=False)]
    if sum(widths) + 2 * len(widths) > TABLE_WIDTH or "`" in "".join(map("".join, bare)):
        return "\n".join(" | ".join(shown for shown, _ in row) for row in rows)
    cells = [
        [text + " " * (wide - _width(text)) for text, wide in zip(row, widths, strict=False)] for row in bare
    ]
    return code_block(
        "\n".join(
            "  ".join(row).rstrip() for row in (*cells[:1], ["─" * wide for wide in widths], *cells[1:])
        )
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _inline(tokens: Sequence[Token], *, bold: bool) -> str:
    shown = ""
    href: list[str] = []
    closed = False
    for token in tokens:
        kind, _, way = token.type.rpartition("_")
        after, closed = closed, way == "close" or token.type == "code_inline"
        if kind in _MARKS and way in ("open", "close"):
            if not (bold and kind == "strong"):
                shown += _mark(_MARKS[kind], shown, opens=way == "open")
        elif token.type == "link_open":
            href.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            target = href.pop()
            if not shown.endswith((verbatim(target), code(target))):
                shown += f" ({code(target)})"
        elif token.type == "image":
            shown += f"{verbatim(token.content)} ({code(str(token.attrGet('src') or ''))})"
        elif token.type in ("softbreak", "hardbreak"):
            shown += "\n"
        else:
            text = code(token.content) if token.type == "code_inline" else verbatim(token.content)
            # A mark or code that touches a word is none to Slack.
            touches = (after and text[:1].isalnum()) or (text[:1] == "`" and shown[-1:].isalnum())
            shown += (BREAK if touches else "") + text
    return f"*{shown.strip()}*" if bold and shown.strip() else shown


def _mark(mark: str, before: str, *, opens: bool) -> str:
    return (BREAK if opens and before[-1:].isalnum() else "") + mark
