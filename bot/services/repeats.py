"""Tell whether a text says what an earlier one has said: by the share of its words, four in a row, that stand there too."""

import re

CONTAINED = 0.8
"""From this share of equal shingles on, a text repeats another."""
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")
_BETWEEN = {sign: " " for sign in range(128) if not _WORD.match(chr(sign))}


class Told:
    """What was said so far."""

    def __init__(self) -> None:
        self._said: list[frozenset[int]] = []

    def anew(self, text: str) -> bool:
        """Return whether the text says something new, and remember it then; a text without words doesn't.

        It doesn't either where the smaller of it and an earlier text is nearly contained in the larger one.
        """
        shingles = _shingles(text)
        if not shingles or any(_alike(shingles, said) for said in self._said):
            return False
        self._said.append(shingles)
        return True


def _alike(one: frozenset[int], two: frozenset[int]) -> bool:
    return len(one & two) >= CONTAINED * min(len(one), len(two))


def _words(text: str) -> list[str]:
    # Most texts are ASCII; there the expression finds the same, and takes three times as long.
    return text.translate(_BETWEEN).split() if text.isascii() else _WORD.findall(text)


def _shingles(text: str) -> frozenset[int]:
    """Hashes of every four words in a row; of all the words together when there are fewer."""
    words = _words(text.casefold())
    if not words:
        return frozenset()
    if len(words) < _SHINGLE_WORDS:
        return frozenset((hash(tuple(words)),))
    return frozenset(map(hash, zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False)))
