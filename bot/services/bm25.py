"""Rank a few texts by the words of a question (BM25). Only these words are looked for, so no text is cut into its words."""

import math
import re
from collections.abc import Sequence

K1, B = 1.2, 0.5
LONGEST = 64
"""Words of a question that count, at most."""
MENTIONS = 3
"""From so many on, a further mention of a word adds next to nothing."""
_STEM = 0.7
"""How much of a long word has to begin a word of the text: "forwarding" finds "forwarded"."""
_WHOLE = 4
"""Up to so many letters a word has to stand as it is."""
# These scripts put no spaces between words, or endings behind them (Korean), so two signs in a row are a word.
_UNSPACED = "\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def scores(question: str, texts: Sequence[str]) -> list[float]:
    """Return how well each text fits the words of the question: from 0, it holds none of them, to 1, it is full of all."""
    lowered = [text.casefold() for text in texts]
    usual = sum(map(len, lowered)) / len(lowered) if lowered else 0
    room = [K1 * (1 - B + B * len(text) / usual) if usual else K1 for text in lowered]
    found = [0.0] * len(lowered)
    possible = 0.0
    for word in asked(question):
        inside, whole = bool(_IS_UNSPACED.match(word)), len(word) < _WHOLE
        counts = {
            place: count
            for place, text in enumerate(lowered)
            if word in text and (count := _count(word, text, inside=inside, whole=whole))
        }
        weight = math.log(1 + (len(lowered) - len(counts) + 0.5) / (len(counts) + 0.5))
        possible += weight * (K1 + 1)
        for place, count in counts.items():
            found[place] += weight * count * (K1 + 1) / (count + room[place])
    return [one / possible for one in found] if possible else found


def asked(question: str) -> tuple[str, ...]:
    """Return the words of a question as they are looked for, each once: stems of long ones, pairs of signs where no spaces are."""
    words: dict[str, None] = {}
    for word in _WORD.findall(question.casefold()):
        if _IS_UNSPACED.match(word):
            words.update(dict.fromkeys(word[at : at + 2] for at in range(max(len(word) - 1, 1))))
        elif len(word) > 1 or word.isdigit():
            words[word if len(word) <= _WHOLE else word[: max(_WHOLE, round(len(word) * _STEM))]] = None
    return tuple(words)[:LONGEST]


def _count(word: str, text: str, *, inside: bool, whole: bool) -> int:
    """Return how many words of the text begin with a stem, or are a short word (``whole``): up to so many as say anything."""
    size, count, at = len(word), 0, text.find(word)
    while at >= 0 and count < MENTIONS:
        end = at + size
        if inside or not ((at and text[at - 1].isalnum()) or (whole and text[end : end + 1].isalnum())):
            count += 1
        at = text.find(word, end)
    return count
