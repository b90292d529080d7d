"""The mark that a model puts before its answer: whether the passages answer the question. Read while it comes. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

DRESS = " \t\r\n*_`\"'>#-[](){}<|“”„«».:!\u200b\ufeff"
"""Models dress a mark up: as bold, as code, in quotes, as a heading."""
WORD = "answerable"
PENDING = "pending"
"""What has come could still become the mark, or goes on being it."""


class Verdict(StrEnum):
    """What the model says of the question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was read, and the place in the text where the answer begins."""

    verdict: Verdict
    end: int


_VERDICTS = {one.value: one for one in Verdict} | {"partially": Verdict.PARTLY}
_GAP = re.compile(r"[ \t*_`\"'“”:=：–—-]*")  # noqa: RUF001 - what models write between the two words
_COLON = re.compile(r"[:=：]")  # noqa: RUF001 - a colon of full width is one
_SAID = re.compile(r"[^\W_]*")
_REST_OF_LINE = re.compile(r"[ \t\r*_`\"'“”.,;:!)\]}>|–—-]*")  # noqa: RUF001 - as above
_BLANK_LINES = re.compile(r"(?:[ \t\r]*\n)*")
_CLOSING = re.compile(r"[*_`\"'”)\]}]*[ \t.,;:!|–—-]*")  # noqa: RUF001 - as above
_FENCE, _FENCE_END = "```", re.compile(r"`{3,}[ \t\r]*\n(?:[ \t\r]*\n)*")


def look(text: str, *, ended: bool = False) -> Mark | str | None:
    """Return the mark that ``text`` begins with, ``PENDING`` while that can't be known, or None where it has none.

    Nothing of what stands behind a mark is part of it but blank lines, so what is PENDING never hides a word of an answer.

    Args:
        text: all that has come so far.
        ended: nothing more comes.
    """
    start = len(text) - len(text.lstrip(DRESS))
    at = start + len(WORD)
    head = text[start:at].lower()
    if len(head) < len(WORD):
        return PENDING if WORD.startswith(head) and not ended else None
    if head != WORD or (gap := _GAP.match(text, at)) is None:
        return None
    if gap.end() == len(text):
        return None if ended else PENDING
    said = _SAID.match(text, gap.end())
    if said is None or not _COLON.search(gap[0]):
        return None
    word = said[0].lower()
    if said.end() == len(text) and not ended:
        return PENDING if any(known.startswith(word) for known in _VERDICTS) else None
    verdict = _VERDICTS.get(word)
    return None if verdict is None else _ended(text, start, said.end(), verdict, ended=ended)


def _ended(text: str, start: int, at: int, verdict: Verdict, *, ended: bool) -> Mark | str:
    """Return the mark whose word ends ``at``, once it is known where the answer begins."""
    line = _end(_REST_OF_LINE, text, at)
    if line == len(text):
        return Mark(verdict, line) if ended else PENDING
    if text[line] != "\n":  # the answer follows in the same line
        return Mark(verdict, _end(_CLOSING, text, at))
    end = _end(_BLANK_LINES, text, line)
    if _FENCE in text[:start]:  # the mark alone may stand in a block of code, which ends behind it
        if fence := _FENCE_END.match(text, end):
            return Mark(verdict, fence.end())
        if not text[end:].strip("` \t\r"):
            return Mark(verdict, len(text)) if ended else PENDING
    return Mark(verdict, end) if ended or text[end:].strip() else PENDING


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
