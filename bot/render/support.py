"""Where in a passage stands what an answer says: the nearest heading, and the sentence that supports the citation. No model is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from bot.render.markdown import words
from bot.render.parsed import parsed
from bot.services.passages import SENTENCE_ENDS
from bot.text import clean

_MARK = re.compile(r"\[(\d{1,4})\]")
_CITED = re.compile(r"(?:\s*\[\d{1,4}\])+\s*\Z")
# Scripts that put no spaces between words are compared by two characters at a time.
_WORD = re.compile(r"[^\W\d_぀-ヿ㐀-鿿가-힯ก-๛]+|\d+|(?=([぀-ヿ㐀-鿿가-힯ก-๛]{2}))")
SURE = 0.5
"""Of a claim, in one sentence: then that is the one."""
_NEAR = 3
"""Items, rows, or lines that a citation on its own is for."""
_DIGITS_WEIGH = 4
"""A number in common says more than a word of its length."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, and the heading it stands under."""

    text: str
    heading: str = ""


Claims = Mapping[int, Sequence[str]]
"""What an answer cites each passage for, by the passage's number."""
Weighed = Sequence[tuple[Sentence, dict[str, int]]]


def support(passage: str, claims: Sequence[str]) -> Sentence:
    """Return the sentence of a passage that has most in common with what it is cited for, first of all with the first claim; else its first."""
    return _nearest(_weighed(passage), claims)


def supports(passage: str, claims: Sequence[str]) -> list[Sentence]:
    """Return for each claim the sentence of a passage that has most in common with it."""
    sentences = _weighed(passage)
    return [_nearest(sentences, [claim]) for claim in claims]


def _weighed(passage: str) -> Weighed:
    return [(one, _weights(f"{one.heading} {one.text}")) for one in _sentences(passage)]


def _nearest(sentences: Weighed, claims: Sequence[str]) -> Sentence:
    best, most = (sentences[0][0] if sentences else Sentence("")), 0
    for said in map(_weights, claims):
        shared = [sum(said[word] for word in said.keys() & mine.keys()) for _, mine in sentences]
        if max(shared, default=0) > most:
            most = max(shared)
            best = sentences[shared.index(most)][0]
            if most >= SURE * sum(said.values()):
                break
    return best


def _weights(text: str) -> dict[str, int]:
    found = (match[0] or match[1] for match in _WORD.finditer(text.casefold()))
    return {word: len(word) + _DIGITS_WEIGH * word.isdecimal() for word in found}


def claims(answer: str) -> Claims:
    """Return what an answer cites each passage for. A citation stands in its sentence or behind it, or leads to what it is for."""
    found: dict[int, list[str]] = {}
    blocks = [block.text for block in _blocks(answer)]
    for number, text in enumerate(blocks):
        for mark in _MARK.finditer(text):
            claim = _claim(text[: mark.start()])
            if not claim:  # alone below a list, a table, or code
                claim = " ".join(blocks[max(number - _NEAR, 0) : number])
            elif text[mark.end() :].strip(" .") == ":" or (
                claim.endswith(":") and not text[mark.end() :].strip()
            ):
                claim = " ".join([claim, *blocks[number + 1 : number + 1 + _NEAR]])
            found.setdefault(int(mark[1]), []).append(claim)
    return found


def _claim(before: str) -> str:
    """Return the sentence that a citation stands in or behind."""
    said = _CITED.sub("", before).rstrip(" .!?…。！？")  # noqa: RUF001 - signs of other scripts
    starts = [end.end() for end in SENTENCE_ENDS.finditer(said)]
    return said[starts[-1] if starts else 0 :].strip()


def _sentences(text: str) -> Iterator[Sentence]:
    for block in _blocks(text):
        at = 0
        for end in (*(match.end() for match in SENTENCE_ENDS.finditer(block.text)), len(block.text)):
            if sentence := block.text[at:end].strip():
                yield Sentence(sentence, block.heading)
            at = end


def _blocks(text: str) -> Iterator[Sentence]:
    """Paragraphs, list items, rows of tables, and lines of code, without their marks."""
    heading = ""
    row: list[str] | None = None
    before: Token | None = None
    for token in parsed(clean(text)):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield Sentence(" | ".join(row or []), heading)
            row = None
        elif token.type == "inline" and before is not None and before.type == "heading_open":
            heading = " ".join(words(token).split())
        elif token.type == "inline" and row is not None:
            row.append(words(token))
        elif token.type == "inline":
            yield Sentence(" ".join(words(token).split()), heading)
        elif token.type in ("fence", "code_block"):
            yield from (
                Sentence(line.strip(), heading) for line in token.content.splitlines() if line.strip()
            )
        before = token
