"""The stand-in model with vectors: it answers with what of the passages is nearest to the question, up to a paragraph.

It invents nothing. The unit that is nearest comes first, with its neighbors in the paragraph; what else the same document
says follows. Of another document it takes what a further clause of the question needs, or what is just as near; not a sentence that
stands alone there, and is near by fewer words of the question than the first one has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .asking import clauses_of, wanted_words, whole_question
from .markdown import Kind
from .nearest import Array, Field, Place, Reader, is_far, nearness
from .passages import Prompt

_WINDOW = 320
_WINDOW_MARGIN = 0.05
_BUDGET = 750
_FURTHER = 0.02
_FURTHER_WHILE_SHORT = 0.045
_SHORT = 280
_OTHER = 0.010
_CLAUSE_SAME = 0.015
_MOST_UNITS = 10
_OWN_CLAUSE = 0.6
_MOST_LED_TO = 4
_ENDS = (".", "!", "?", ":")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the passages say. `missing`: the clauses of the question that they say nothing about; without a text it is all of them."""

    text: str
    missing: tuple[str, ...] = ()


def answer(prompt: Prompt, reader: Reader) -> Answered:
    """Return what the passages say, each statement with the number of its passage. Blocks while new units are embedded."""
    clauses = clauses_of(prompt.question)
    whole = reader.query(whole_question(prompt.question, prompt.earlier))
    queries = [whole if len(clauses) == 1 else _mixed(reader.query(clause), whole) for clause in clauses]
    field = reader.field(prompt.passages, queries)
    if not field.places or not any(letter.isalnum() for letter in prompt.question):
        return Answered("", clauses)
    said: list[int] = []
    missing = []
    for clause, query in zip(clauses, queries, strict=True):
        earlier = prompt.earlier if clause == clauses[0] else ()
        wanted = wanted_words(clause, earlier)
        if is_far(field, query, wanted):
            missing.append(clause)
            continue
        scores = nearness(field, query, wanted, clause)
        held = [_held(place, wanted) for place in field.places]
        said += [at for at in _chosen(field, scores, held, said, _BUDGET // len(clauses)) if at not in said]
    return Answered(_told(field, said), tuple(missing))


def _mixed(clause: Array, whole: Array) -> Array:
    both = _OWN_CLAUSE * clause + (1 - _OWN_CLAUSE) * whole
    return np.asarray(both / np.linalg.norm(both), dtype=np.float32)


def _held(place: Place, wanted: Collection[str]) -> int:
    """How many of the wanted words stand in a place, or above it."""
    return len((place.told.words | place.told.above).intersection(wanted))


def _chosen(field: Field, scores: Array, held: Sequence[int], said: Sequence[int], budget: int) -> list[int]:
    """The places to say for one clause, the best window first."""
    order = np.argsort(-scores, kind="stable")
    best = int(order[0])
    if said:
        best = _loyal(field, scores, best, said)
    chosen = _window(field, scores, best)
    left = budget - sum(_size(field.places[at]) for at in chosen)
    least = scores[best] - _OTHER
    several = _goes_with(field, scores, best, least)
    for at in map(int, order):
        place = field.places[at]
        same = place.document == field.places[best].document
        if at in chosen or scores[at] < scores[best] - (_further(budget - left) if same else _OTHER):
            continue
        if not same and several and 0 < held[at] < held[best] and not _goes_with(field, scores, at, least):
            continue  # it is near by a word
        if _size(place) <= left and len(chosen) < _MOST_UNITS:
            chosen.append(at)
            left -= _size(place)
    return _with_what_is_led_to(field, chosen, left)


def _goes_with(field: Field, scores: Array, at: int, least: float) -> bool:
    """Whether anything else in the document of a place is as near."""
    document = field.places[at].document
    return any(
        scores[other] >= least and other != at and place.document == document
        for other, place in enumerate(field.places)
    )


def _further(said: int) -> float:
    return _FURTHER if said >= _SHORT else _FURTHER_WHILE_SHORT


def _loyal(field: Field, scores: Array, best: int, said: Sequence[int]) -> int:
    """A further clause is answered from a document that was already said, when that is about as near."""
    documents = {field.places[at].document for at in said}
    same = [at for at, place in enumerate(field.places) if place.document in documents]
    nearest = max(same, key=lambda at: scores[at])
    return nearest if scores[nearest] >= scores[best] - _CLAUSE_SAME else best


def _window(field: Field, scores: Array, best: int) -> list[int]:
    """The best unit with its neighbors in the paragraph, as long as they are near too."""
    block = _block(field.places[best])
    if field.places[best].told.unit.kind is Kind.CODE:
        return [best]
    first, last, left = best, best, _WINDOW - _size(field.places[best])
    while True:
        around = [
            at
            for at in (last + 1, first - 1)
            if 0 <= at < len(field.places)
            and _block(field.places[at]) == block
            and scores[at] >= scores[best] - _WINDOW_MARGIN
            and _size(field.places[at]) <= left
        ]
        if not around:
            break
        left -= _size(field.places[around[0]])
        first, last = min(first, around[0]), max(last, around[0])
    return [best, *(at for at in range(first, last + 1) if at != best)]


def _with_what_is_led_to(field: Field, chosen: Sequence[int], left: int) -> list[int]:
    """A sentence that ends with a colon takes the items or the code that it leads to along."""
    more = list(chosen)
    for at in chosen:
        for after in _led_to(field, at):
            if after not in more and _size(field.places[after]) <= left:
                more.append(after)
                left -= _size(field.places[after])
    return more


def _led_to(field: Field, at: int) -> Iterator[int]:
    place = field.places[at]
    if not place.told.unit.text.endswith(":"):
        return
    for after in range(at + 1, min(at + 1 + _MOST_LED_TO, len(field.places))):
        follows = field.places[after]
        if _block(follows) != _block(place) or follows.told.unit.kind is Kind.SENTENCE:
            return
        yield after


def _block(place: Place) -> tuple[int, int]:
    return place.rank, place.told.unit.block


def _size(place: Place) -> int:
    return len(place.told.unit.text)


def _told(field: Field, said: Sequence[int]) -> str:
    """The places as text: neighbors of a paragraph together, in the order of their best."""
    groups: dict[tuple[int, int], list[int]] = {}
    for at in said:
        groups.setdefault(_block(field.places[at]), []).append(at)
    return "\n".join(_paragraph([field.places[at] for at in sorted(group)]) for group in groups.values())


def _paragraph(places: Sequence[Place]) -> str:
    """Neighbors of one block: sentences in a line, whatever else in lines of its own."""
    if all(place.told.unit.kind is Kind.SENTENCE for place in places):
        return " ".join(_statement(place) for place in places)
    said = [place.told.unit.text for place in places]
    return "\n".join(
        _code(place, said)
        if place.told.unit.kind is Kind.CODE
        else f"{'- ' if len(places) > 1 and place.told.unit.kind is not Kind.SENTENCE else ''}{_statement(place)}"
        for place in places
    )


def _statement(place: Place) -> str:
    text = place.told.unit.text
    return f"{text if text.endswith(_ENDS) else text.rstrip(';,') + '.'} [{place.number}]"


def _code(place: Place, said: Sequence[str]) -> str:
    """Code below the sentence that leads to it, which isn't said twice."""
    code, lead = f"```\n{place.told.unit.text}\n```", place.told.unit.lead
    if any(lead.endswith(text) for text in said):
        return code
    return f"{lead} [{place.number}]\n{code}" if lead else f"{code}\n[{place.number}]"
