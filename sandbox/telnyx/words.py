"""What a text is about: its informative words (English stop words dropped, stemmed) and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]  # ships no types
from bm25s.stopwords import STOPWORDS_EN_PLUS

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\u201d]*\s+(?=[\"'(\u201c`*]*[^\W_])")
_LINE_DRESS = re.compile(r"^\s*(?:>\s*)?(?:[-*+]\s+|\d+[.)]\s+)?")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_BEGINS = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|\||\[\d)")
_RULE = re.compile(r"^[\s|:=*-]*$")

# Words of asking and of politeness: they say that somebody wants to know, not what.
_ASKING = """
get got give tell know need want would like please much many long often ever just also per there's here's what's who's
how's when's where's i'm i've i'd i'll we're we've it's that's don't doesn't didn't isn't aren't can't won't let let's
someone somebody something anything anyone anybody thing find explain mean say said may might must shall us me my mine our
ours your yours hi hello hey thank thanks exactly happen happens way use used using allowed possible
"""
STOP_WORDS = frozenset([*STOPWORDS_EN_PLUS, *_ASKING.split()])

_stemmer = snowballstemmer.stemmer("english")
# It works in fields of its own, and words are stemmed in several threads.
_stemming = Lock()


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    with _stemming:
        return str(_stemmer.stemWord(word))


def informative_words(text: str) -> list[str]:
    """The stems of the words of `text` that carry meaning, in order, with repetitions."""
    found = (match.group().lower().replace("\u2019", "'") for match in _WORD.finditer(text))
    return [_stem(word.removesuffix("'s")) for word in found if word not in STOP_WORDS]


def heading_of(line: str) -> str | None:
    """The words of a Markdown heading; None for any other line."""
    match = _HEADING.match(line)
    return match.group(1) if match else None


def split_sentences(line: str) -> list[str]:
    """The sentences of one paragraph or line, trimmed."""
    return [part.strip() for part in _SENTENCE_END.split(line) if part.strip()]


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """(heading above, paragraph): list items and table rows stand alone, wrapped lines are joined, dress is dropped."""
    heading, held, columns = "", list[str](), list[str]()
    for line in [*text.splitlines(), ""]:
        title = heading_of(line)
        if held and (title is not None or not line.strip() or _BEGINS.match(line)):
            yield heading, " ".join(held)
            held = []
        if title is not None:
            heading = title
        if not line.lstrip().startswith("|"):
            columns = []
            if title is None and line.strip() and not _RULE.match(line):
                held.append(line.strip() if held else _LINE_DRESS.sub("", line).strip())
        elif not columns:
            columns = cells_of(line)
        elif not _RULE.match(line):
            yield heading, row_of(columns, cells_of(line))


def cells_of(line: str) -> list[str]:
    """Return the cells of a table row."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def row_of(columns: list[str], cells: list[str]) -> str:
    """A table row as a sentence, such as "Team: price per user 14 euros; numbers 5"."""
    told = [f"{column.lower()} {cell}" for column, cell in zip(columns[1:], cells[1:], strict=False) if cell]
    return f"{cells[0]}: {'; '.join(told)}." if told else cells[0]
