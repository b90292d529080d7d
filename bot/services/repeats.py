"""Tell whether a text says what an earlier one has said: by the share of its words, four in a row, that stand there too."""

import re
from collections import Counter

CONTAINED = 0.8
"""From this share of equal shingles on, a text repeats another."""
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


class Told:
    """What was said so far."""

    def __init__(self) -> None:
        self._said: dict[int, list[int]] = {}  # shingle → the texts that have it
        self._sizes: list[int] = []

    def anew(self, text: str) -> bool:
        """Return whether the text says something new, and remember it then; a text without words doesn't."""
        shingles = _shingles(text)
        if not shingles or self._repeats(shingles):
            return False
        for shingle in shingles:
            self._said.setdefault(shingle, []).append(len(self._sizes))
        self._sizes.append(len(shingles))
        return True

    def _repeats(self, shingles: frozenset[int]) -> bool:
        """Return whether the smaller of the two texts is nearly contained in the larger one, for any that was said."""
        shared = Counter(index for shingle in shingles & self._said.keys() for index in self._said[shingle])
        return any(
            count >= CONTAINED * min(len(shingles), self._sizes[index]) for index, count in shared.items()
        )


def _shingles(text: str) -> frozenset[int]:
    """Hashes of every four words in a row; of all the words together when there are fewer."""
    words = _WORD.findall(text.casefold())
    if not words:
        return frozenset()
    if len(words) < _SHINGLE_WORDS:
        return frozenset((hash(tuple(words)),))
    return frozenset(map(hash, zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False)))
