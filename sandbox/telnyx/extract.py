"""The stand-in model where there are no vectors: it answers with the sentences of the passages that share most words with the question.

It invents nothing. A sentence's fit is the share of the question's informative words (weighted by how rare they are among
the given sentences) that it holds; words of its heading and document name count for less, and for
more when it is the first sentence below that heading.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from .asking import wanted_words
from .passages import Prompt, Sentence, sentences_of
from .words import informative_words

_LEAST_FIT = 0.42
_UNKNOWN = 1.5
_CLOSE_TO_BEST = 0.85
_MOST_SENTENCES = 4
_ABOVE = 0.6
_ABOVE_LEADING = 0.85
_RANK_BONUS = 0.12
_NUMBER_BONUS = 0.08

_EXACTLY = re.compile(
    r"repl(?:y|ies) with exactly:?\s+[\"'`\u00ab\u201c]?([^\s\"'`\u00bb\u201d]+)", re.IGNORECASE
)
_WANTS_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|big|soon|late)|when|what time|which number)\b", re.IGNORECASE
)
_NOT_FOUND = "I cannot find that in the passages I was given."


def extract(prompt: Prompt) -> str:
    """Return one to four sentences with their passage numbers; "" when nothing fits."""
    return " ".join(f"{_ended(sentence.text)} [{sentence.number}]" for sentence in _choose(prompt))


def decline(system: str) -> str:
    """What the system message wants to hear when nothing fits."""
    match = _EXACTLY.search(system)
    return match.group(1).rstrip(".,;:") if match else _NOT_FOUND


def _choose(prompt: Prompt) -> list[Sentence]:
    wanted = wanted_words(prompt.question, prompt.earlier)
    sentences = _without_repeats(sentences_of(prompt.passages))
    if not wanted or not sentences:
        return []
    own = [set(informative_words(sentence.text)) for sentence in sentences]
    above = [set(informative_words(sentence.above)) for sentence in sentences]
    weights = _weights(wanted, own)
    numbers = _NUMBER_BONUS if _WANTS_NUMBER.search(prompt.question) else 0.0
    fits = []
    for place, sentence in enumerate(sentences):
        fit = _fit(sentence, own[place], above[place], weights)
        if fit >= _LEAST_FIT:
            fit += _RANK_BONUS / (1 + sentence.rank) + (numbers if re.search(r"\d", sentence.text) else 0.0)
        fits.append((fit, place))
    best = max(fits)[0]
    if best < _LEAST_FIT:
        return []
    ranked = sorted(fits, key=lambda pair: (-pair[0], pair[1]))[:_MOST_SENTENCES]
    line = max(_LEAST_FIT, _CLOSE_TO_BEST * best)
    # Only the best may live on its heading alone.
    close = [place for fit, place in ranked[1:] if fit >= line and not weights.keys().isdisjoint(own[place])]
    return [sentences[place] for place in [ranked[0][1], *close]]


def _fit(sentence: Sentence, own: set[str], above: set[str], weights: Mapping[str, float]) -> float:
    """The share of the question, 0 to 1, that a sentence and what stands above it hold."""
    held = sum(weight for word, weight in weights.items() if word in own)
    lent = sum(weight for word, weight in weights.items() if word in above - own)
    return (held + (_ABOVE_LEADING if sentence.leads else _ABOVE) * lent) / sum(weights.values())


def _weights(wanted: Mapping[str, float], own: list[set[str]]) -> dict[str, float]:
    """Rare words weigh more; a word that no sentence knows weighs more than the rarest known one."""
    found = Counter(word for words in own for word in words if word in wanted)
    total = len(own)

    def rarity(word: str) -> float:
        count = max(found[word], 1)
        return 0.2 + math.log(1 + (total - count + 0.5) / (count + 0.5))

    return {
        word: factor * rarity(word) * (1.0 if found[word] else _UNKNOWN) for word, factor in wanted.items()
    }


def _without_repeats(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Chunks overlap: the first place of a sentence counts."""
    first: dict[str, Sentence] = {}
    for sentence in sentences:
        first.setdefault(" ".join(sentence.text.lower().split()), sentence)
    return list(first.values())


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text.rstrip(':;,')}."
