"""What a question asks for: its clauses, the words it wants, and what it takes from the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .words import informative_words, split_sentences

_EARLIER = 0.4
_FOLLOW_UP_WORDS = 3
_LEAST_WORDS = 2

_FOLLOW_UP = re.compile(
    r"^\W*(?:and|or|but|so|what about|how about|also|same|then|und|oder|aber|was ist mit|et|mais|y|e|pero)\b",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r"[,;]?\s+(?:and|und|et|y|e)\s+(?=(?:how|what|when|where|who|whom|which|why|can|may|is|are|do|does|must|from when|until when"
    r"|wie|was|wann|wo|wer|wen|wem|welche\w*|warum|darf|kann|muss|ist|sind"
    r"|combien|comment|quand|o\u00f9|qui|quel\w*|cu\u00e1nt\w*|c\u00f3mo|cu\u00e1ndo|d\u00f3nde|qui\u00e9n|qu\u00e9)\b)",
    re.IGNORECASE,
)


def clauses_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question consists of, one or several; what is said around them belongs to each."""
    sentences = split_sentences(question)
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    parts = [part.strip() for sentence in asking for part in _NEXT_CLAUSE.split(sentence)]
    telling = [part for part in parts if len(informative_words(part)) >= _LEAST_WORDS]
    if len(telling) < 2:  # noqa: PLR2004 -- one clause is the question itself
        return (question,)
    around = " ".join(sentence for sentence in sentences if sentence not in asking)
    return tuple(f"{around} {part}".strip() for part in telling)


def leans(question: str) -> bool:
    """Return whether a question is understood only with the one before it."""
    return len(set(informative_words(question))) < _FOLLOW_UP_WORDS or _FOLLOW_UP.match(question) is not None


def whole_question(question: str, earlier: Sequence[str]) -> str:
    """Return a question with the one before it, where it leans on that."""
    return f"{earlier[-1]} {question}" if earlier and leans(question) else question


def wanted_words(question: str, earlier: Sequence[str]) -> dict[str, float]:
    """Return the informative words of a question; those of the question before it count less, and only when this one leans on it."""
    asking = " ".join(sentence for sentence in split_sentences(question) if sentence.endswith("?"))
    wanted = dict.fromkeys(informative_words(asking) or informative_words(question), 1.0)
    if earlier and (len(wanted) < _FOLLOW_UP_WORDS or _FOLLOW_UP.match(question)):
        for word in informative_words(earlier[-1]):
            wanted.setdefault(word, _EARLIER)
    return wanted
