"""What is counted of the results, each figure with its interval; and one word for what came of a case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from statistics import fmean

from bot.evaluation.asking import Result
from bot.evaluation.cases import TWO_DOCUMENTS
from bot.evaluation.intervals import bootstrap, wilson
from bot.evaluation.matching import is_of, says
from bot.services.passages import Passage
from bot.services.tokens import tokens

DIGITS = 4
"""A figure is kept and compared with so many places."""


class Unit(StrEnum):
    """What a figure measures."""

    SHARE = "share"
    SECONDS = "s"
    TOKENS = "tokens"


class Verdict(StrEnum):
    """What came of a case."""

    RIGHT = "right"
    LACKING = "lacks a fact"
    WRONG = "wrong document"
    UNCITED = "cites nothing"
    REFUSED = "refused, but answerable"
    DECLINED = "rightly refused"
    MADE_UP = "answered, but unanswerable"
    FAILED = "failed"

    @property
    def good(self) -> bool:
        """Return whether a person would be content."""
        return self in (Verdict.RIGHT, Verdict.DECLINED)


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a metric over ``count`` cases, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its value for one result, None where it doesn't apply.

    ``larger_is_better`` tells which side of a bound is the bad one. Of a metric that isn't ``judged``, such as a time, which another machine
    changes, a difference is told and counts as no failure.
    """

    name: str
    title: str
    of: Callable[[Result], float | None]
    unit: Unit = Unit.SHARE
    larger_is_better: bool = True
    judged: bool = True

    def figure(self, results: Sequence[Result]) -> Figure | None:
        """Return the figure over these results; None where the metric applies to none of them."""
        values = [value for result in results if (value := self.of(result)) is not None]
        if not values:
            return None
        # A mean of shares varies less than yes and no with the same mean, so Wilson's interval is rather too wide for it.
        share = self.unit is Unit.SHARE
        low, high = wilson(sum(values), len(values)) if share else bootstrap(values)
        return Figure(round(fmean(values), DIGITS), round(low, DIGITS), round(high, DIGITS), len(values))


def right(result: Result, passage: Passage) -> bool:
    """Return whether a passage is of a document that answers the case."""
    return any(_of(result, document, passage) for document in result.case.documents)


def contained(result: Result) -> float | None:
    """Return 1 where the answer says every fact; None where the case has no facts to say."""
    if not result.case.answerable or not result.case.facts:
        return None
    return float(all(says(result.answer, fact) for fact in result.case.facts))


def verdict(result: Result) -> Verdict:
    """Return what came of a case, in a word."""
    if result.failed:
        return Verdict.FAILED
    if not result.case.answerable:
        return Verdict.DECLINED if result.refused else Verdict.MADE_UP
    if result.refused:
        return Verdict.REFUSED
    if not result.cited:
        return Verdict.UNCITED
    if not any(right(result, passage) for _, passage in result.cited):
        return Verdict.WRONG
    return Verdict.LACKING if contained(result) == 0 else Verdict.RIGHT


def _of(result: Result, document: str, passage: Passage) -> bool:
    return is_of(document, passage.bucket, passage.document, result.searched)


def _found(result: Result, first: int) -> float | None:
    if not result.case.answerable:
        return None
    return float(any(right(result, passage) for passage in result.found[:first]))


def _all_of(result: Result, passages: Sequence[Passage]) -> float | None:
    if result.case.kind != TWO_DOCUMENTS:
        return None
    wanted = result.case.documents
    return float(all(any(_of(result, one, passage) for passage in passages) for one in wanted))


def _first_right(result: Result) -> float | None:
    if not result.case.answerable:
        return None
    return float(bool(result.cited) and right(result, result.cited[0][1]))


def _cited(result: Result) -> float | None:
    if not result.case.answerable:
        return None
    return float(any(right(result, passage) for _, passage in result.cited))


def _precision(result: Result) -> float | None:
    if not result.case.answerable or not result.cited:
        return None
    return fmean(right(result, passage) for _, passage in result.cited)


def _refused(result: Result, *, answerable: bool) -> float | None:
    return None if result.case.answerable is not answerable else float(result.refused)


def _partly(result: Result) -> float | None:
    return None if result.refused or result.failed else float(result.partly)


def _passage_tokens(result: Result) -> float | None:
    """What the steps of retrieval decide of the cost, also where Telnyx doesn't say how many tokens were read."""
    return float(sum(tokens(passage.text) for passage in result.found)) if result.found else None


def _tokens(result: Result, *, written: bool) -> float | None:
    if result.usage is None:
        return None
    return float(result.usage.completion_tokens if written else result.usage.prompt_tokens)


METRICS = (
    Metric("found_1", "right document found first", partial(_found, first=1)),
    Metric("found_5", "right document in the first 5", partial(_found, first=5)),
    Metric("found_8", "right document in the first 8", partial(_found, first=8)),
    Metric("both_found", "both documents found", lambda result: _all_of(result, result.found)),
    Metric("first_right", "first citation right", _first_right),
    Metric("cited", "right document cited", _cited),
    Metric("both_cited", "both documents cited", lambda result: _all_of(result, [p for _, p in result.cited])),
    Metric("precision", "citations that are right", _precision),
    Metric("contained", "every fact contained", contained),
    Metric("wrong_refusals", "refused, but answerable", partial(_refused, answerable=True), larger_is_better=False),
    Metric("right_refusals", "refused, and unanswerable", partial(_refused, answerable=False)),
    Metric("partly", "answered in part", _partly, larger_is_better=False, judged=False),
    Metric("search_seconds", "search", lambda result: result.search_seconds, Unit.SECONDS, larger_is_better=False, judged=False),
    Metric("first_seconds", "first word", lambda result: result.first_seconds, Unit.SECONDS, larger_is_better=False, judged=False),
    Metric("seconds", "whole answer", lambda result: result.seconds, Unit.SECONDS, larger_is_better=False, judged=False),
    Metric("passage_tokens", "passages, in tokens (estimated)", _passage_tokens, Unit.TOKENS, larger_is_better=False, judged=False),
    Metric("prompt_tokens", "tokens read", partial(_tokens, written=False), Unit.TOKENS, larger_is_better=False, judged=False),
    Metric("completion_tokens", "tokens written", partial(_tokens, written=True), Unit.TOKENS, larger_is_better=False, judged=False),
)  # fmt: skip
"""In the order in which they're shown."""
BY_NAME = {metric.name: metric for metric in METRICS}


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """Return the figure of each metric that applies, by its name."""
    made = ((metric.name, metric.figure(results)) for metric in METRICS)
    return {name: figure for name, figure in made if figure is not None}
