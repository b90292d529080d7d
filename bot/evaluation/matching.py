"""Whether a passage is of a right document, and whether an answer says a fact."""

import re
from collections.abc import Collection
from unicodedata import normalize

from bot.evaluation.cases import ALTERNATIVES

_EMPHASIS = re.compile(r"\*\*|__|`")
_CITED = re.compile(r"\[\d{1,2}\]")
_SPACES = re.compile(r"\s+")


def is_of(expected: str, bucket: str, document: str, searched: Collection[str]) -> bool:
    """Return whether a passage is of the expected document.

    ``bucket/file`` has to agree in both where that bucket was searched; elsewhere, or without a bucket, the file's name is enough.
    """
    home, _, name = expected.rpartition("/")
    if home and home.partition("/")[0] in searched:
        return expected in (f"{bucket}/{document}", f"{bucket}/{_name(document)}")
    return _name(document) == name


def _name(document: str) -> str:
    return document.rpartition("/")[2]


def says(answer: str, fact: str) -> bool:
    """Return whether an answer contains a fact in one of its spellings: case, spaces, and emphasis aside, and no part of another number."""
    bare = _plain(_CITED.sub("", answer))
    texts = (bare, _EMPHASIS.sub("", bare))
    patterns = [_pattern(spelling) for spelling in fact.split(ALTERNATIVES) if spelling.strip()]
    return any(pattern.search(text) for pattern in patterns for text in texts)


def _pattern(spelling: str) -> re.Pattern[str]:
    """A fact `27 days` stands in "27days", but not in "127 days"; `5` stands not in "2.5"."""
    letters = _SPACES.sub("", _plain(spelling))
    before = r"(?<!\d)(?<!\d[.,])" if letters[:1].isdigit() else ""
    behind = r"(?!\d|[.,]\d)" if letters[-1:].isdigit() else ""
    return re.compile(before + r"\s*".join(map(re.escape, letters)) + behind)


def _plain(text: str) -> str:
    return normalize("NFKC", text).casefold()
