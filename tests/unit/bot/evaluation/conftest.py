"""Results made by hand."""

from typing import Any

from bot.evaluation.asking import Result
from bot.evaluation.cases import Case
from bot.evaluation.report import Made, Report, report
from bot.services.passages import Passage

BUCKETS = ("handbook", "manual")
MADE = Made(
    "small", 1, "abc", "api.example", ("m/one",), (), {"top": 8}, "1.0", "2026-11-26T00:00:00Z", 1.0, 4
)


def case(*documents: str, facts: tuple[str, ...] = (), kind: str = "direct", **more: Any) -> Case:
    """A question that these documents answer; unanswerable without any."""
    made = Case("c1", kind if documents else "unanswerable", "How?", documents, facts)
    return Case(**{name: getattr(made, name) for name in made.__slots__} | more)


def passage(named: str, text: str = "It is said here.") -> Passage:
    """A passage of ``bucket/file``."""
    bucket, _, document = named.partition("/")
    return Passage(bucket, document, text, 0.2)


def result(
    of: Case, answer: str = "", found: tuple[str, ...] = (), cited: tuple[int, ...] = (), **more: Any
) -> Result:
    """What came of a case: passages found, and the numbers of those cited."""
    passages = tuple(map(passage, found))
    sources = tuple((number, passages[number - 1]) for number in cited)
    return Result(of, answer, searched=BUCKETS, found=passages, cited=sources, **more)


def told(*results: Result) -> Report:
    """The report of these results."""
    return report(MADE, results)
