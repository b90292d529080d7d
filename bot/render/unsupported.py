"""What an answer says that stands in none of its sources: numbers, dates, codes, and names. Where in doubt, it is not told. No model is asked."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from unicodedata import combining, normalize

from markdown_it.token import Token

from bot.render.figures import DAYS, LETTER, MONTHS, Figure, Key, figures, held, normal
from bot.render.markdown import words
from bot.render.parsed import parsed
from bot.services.passages import SENTENCE_ENDS

_CITED = re.compile(r"\s?\[\d{1,4}\]")
_NO_CLAIM = re.compile(
    r"\b24/7\b|(?:https?://|www\.)\S*[^\s.,;:!?)]|(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*(?:(?:step|schritt|option|étape|paso)\s+)?\d{1,2}[.):]\s", re.IGNORECASE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_WORD = re.compile(rf"{LETTER}(?:[\w'’]|-(?={LETTER}))*")  # noqa: RUF001 - as people write it
_BEGINS = frozenset("\n.!?…:;|([{\"'“”„‘’«»‹›—–•→>/")  # noqa: RUF001 - signs of other scripts
"""Behind one of these a word may have its capital for where it stands."""
_NO_NAMES = frozenset(
    [
        "i",
        "i'm",
        "i'll",
        "i've",
        "i'd",
        "ok",
        "am",
        "pm",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "yes",
        "no",
        "note",
        "faq",
        "url",
        "pdf",
        "id",
        "api",
        "you",
        "we",
        "it",
        "if",
        "the",
    ]
)
_GERMAN = frozenset(
    [
        "der",
        "das",
        "und",
        "ist",
        "nicht",
        "mit",
        "für",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "sie",
        "wird",
        "werden",
        "auf",
        "zu",
        "dem",
        "sind",
        "oder",
        "bei",
        "nach",
        "kann",
        "können",
        "wir",
        "auch",
        "wenn",
        "dass",
        "im",
        "zum",
        "zur",
    ]
)
"""All its nouns have capitals, so there names can't be told from them."""
_SURELY_GERMAN = 12
"""One word in so many."""
_DAYS, _MONTHS = ([frozenset(names.split("|")) for names in all_of_them] for all_of_them in (DAYS, MONTHS))
_SHORT = 3
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_POINTS = frozenset(".,:")
"""Behind a digit, the number goes on behind one of these."""


def unsupported(answer: str, sources: Sequence[str], question: str = "") -> list[str]:
    """Return what an answer names that stands neither in a source nor in the question, as it is written there, in its order."""
    texts = [(normal(_CITED.sub("", text)), prose) for text, prose in _texts(answer)]
    stands = _Standing(normal("\n".join((*sources, question))), len(_ITEM.findall(answer)))
    found: dict[str, str] = {}
    for text, prose in texts:
        bare = _NO_CLAIM.sub(lambda match: " " * len(match[0]), text)
        numbered = _NUMBERED.match(bare)
        told = [f for f in figures(bare) if not (numbered and f.start < numbered.end())]
        claims = [(figure.start, figure.text) for figure in told if not stands.figure(figure)]
        names = [*_names(bare)] if prose else []
        if names:
            taken = {at for one in told for at in range(one.start, one.start + len(one.text))}
            claims += [(at, name) for at, name in names if at not in taken and not stands.name(name)]
        for _, claim in _together(sorted(claims), bare):
            found.setdefault(claim.casefold(), claim)
    return [*found.values()]


class _Standing:
    """What stands in the sources, and in the question."""

    def __init__(self, text: str, items: int) -> None:
        self._normal = text
        self._items = items
        self._text = _folded(text)

    @cached_property
    def _keys(self) -> frozenset[Key]:
        """What the figures stand for; not looked for while each figure of an answer stands there as it is written."""
        return held(self._normal) | {("number", float(self._items))}  # "three ways", and three of them follow

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(re.findall(r"[^\W\d_]+", self._text))

    def figure(self, figure: Figure) -> bool:
        if _stands(_folded(figure.bare), self._text):
            return True
        if any(keys <= self._keys for keys in (*figure.means, *figure.loosely)):
            return True
        runs = []
        for run in map(_folded, figure.spelled):
            if run not in self._text:  # before a pattern is made of them
                return False
            runs.append(run)
        if not runs:
            return False
        spelled = r"[\W_]{0,3}".join(map(re.escape, runs))
        edge = rf"(?:{LETTER}|\d)"
        return re.search(rf"(?<!{edge}){spelled}(?!{edge})", self._text) is not None

    def name(self, written: str) -> bool:
        name = _folded(re.sub(r"['’]\w{0,2}\Z", "", written))  # noqa: RUF001 - as people write it
        if name in _NO_NAMES or name in self._words:
            return True
        if any(name in day and not day.isdisjoint(self._words) for day in _DAYS):
            return True
        if any(name in month and ("month", number) in self._keys for number, month in enumerate(_MONTHS, 1)):
            return True
        if written.isupper():  # what it is short for may stand there
            return name in self._text or name in "".join(
                word[0] for word in re.findall(r"[^\W\d_]+", self._text)
            )
        stem = name[: max(len(name) - 2, _SHORT + 1)]  # names are declined, and words joined
        return len(name) > _SHORT and (
            stem in self._text or all(part in self._text for part in name.split("-"))
        )


def _texts(answer: str) -> Iterator[tuple[str, bool]]:
    """Yield the blocks of an answer, without their marks, each with whether it has sentences in it."""
    heading = False
    for token in parsed(answer):
        if token.type == "inline":
            yield _inline(token), not heading
        elif token.type in ("fence", "code_block"):
            yield token.content, False
        heading = token.type == "heading_open"


def _inline(token: Token) -> str:
    breaks = ("softbreak", "hardbreak")
    return "".join("\n" if child.type in breaks else words(child) for child in token.children or ())


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words with a capital in the middle of a sentence."""
    found = [*_WORD.finditer(text)]
    german = sum(match[0].casefold() in _GERMAN for match in found)
    if german * _SURELY_GERMAN > len(found):
        return
    ends = {match.end() for match in SENTENCE_ENDS.finditer(text)}
    for match in found:
        word = match[0]
        if len(word) == 1 or not word[0].isupper() or any(map(str.isdigit, word)):
            continue
        before = text[: match.start()].rstrip(" \t*_`")
        if before and before[-1] not in _BEGINS and len(before) not in ends:
            yield match.start(), word


def _together(claims: Sequence[tuple[int, str]], text: str) -> list[tuple[int, str]]:
    """Join names that stand side by side."""
    joined: list[tuple[int, str]] = []
    for start, claim in claims:
        first, before = joined[-1] if joined else (0, "")
        if before[-1:].isalpha() and claim[:1].isalpha() and text[first:start] == f"{before} ":
            joined[-1] = (first, f"{before} {claim}")
            continue
        joined.append((start, claim))
    return joined


def _stands(written: str, text: str) -> bool:
    """Return whether it stands in a text as it is, and not as a part of a longer number or word."""
    at = text.find(written)
    while at >= 0:
        before, behind = text[max(at - 2, 0) : at], text[at + len(written) : at + len(written) + 2]
        joined = (before[:1].isdigit() and before[1:] in _POINTS) or (
            behind[1:].isdigit() and behind[0] in _POINTS
        )
        if not (joined or before[-1:].isalnum() or behind[:1].isalnum()):
            return True
        at = text.find(written, at + 1)
    return False


def _folded(text: str) -> str:
    """Return a text without capitals and accents."""
    folded = text.casefold()
    return folded if folded.isascii() else _BEYOND_ASCII.sub(_base, normalize("NFKD", folded))


def _base(sign: re.Match[str]) -> str:
    return "" if combining(sign[0]) else sign[0]
