"""Reads what a prompt gives the model: numbered passages, the question, earlier questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .words import paragraphs, split_sentences

_PASSAGE = re.compile(r"<passage\b([^>]*)>(.*?)</passage>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_QUESTION = re.compile(r"^\s*(?:the )?question\s*:\s*(.+)", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z_][\w-]*(?:\s[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the prompt as text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as the prompt gives it: its number, its document, its text."""

    number: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the number of its passage, what stands above it (document name and heading), and where it stands.

    `leads`: it is the first one below its heading. `rank`: place of its passage in the prompt, from 0.
    """

    text: str
    number: str
    above: str
    leads: bool
    rank: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the stand-in model works on."""

    passages: tuple[Given, ...]
    question: str
    earlier: tuple[str, ...]
    system: str


def read_prompt(turns: Sequence[Turn]) -> Prompt:
    """Take a prompt apart; passages may stand in any message."""
    system = "\n".join(turn.text for turn in turns if turn.role in {"system", "developer"})
    asked = [_without_passages(turn.text) for turn in turns if turn.role == "user"]
    asked = [text for text in asked if text]
    # A message that begins with an introduction ("Others wrote:") brings material, not a question.
    earlier = [text for text in asked[:-1] if not text.partition("\n")[0].endswith(":")]
    return Prompt(
        passages=tuple(_given(match) for turn in turns for match in _PASSAGE.finditer(turn.text)),
        question=asked[-1] if asked else "",
        earlier=tuple(earlier),
        system=_PASSAGE.sub("", system),
    )


def sentences_of(passages: Sequence[Given]) -> list[Sentence]:
    """Return the sentences of all passages in their order."""
    return [sentence for rank, passage in enumerate(passages) for sentence in _sentences(passage, rank)]


def _given(match: re.Match[str]) -> Given:
    attributes = dict(_ATTRIBUTE.findall(match.group(1)))
    return Given(attributes.get("n", "?"), attributes.get("document", ""), match.group(2).strip("\n"))


def _without_passages(text: str) -> str:
    rest = _TAG.sub("", _PASSAGE.sub("", text)).strip()
    match = _QUESTION.search(rest)
    return (match.group(1) if match else rest).strip()


def _sentences(passage: Given, rank: int) -> list[Sentence]:
    name = re.sub(r"\.\w+$|[-_/]", " ", passage.document)
    found, last = [], ""
    for heading, paragraph in paragraphs(passage.text):
        for sentence in split_sentences(paragraph):
            leads, last = heading != last, heading
            found.append(Sentence(sentence, passage.number, f"{name} {heading}", leads, rank))
    return found
