"""What is wrong with the cases of an evaluation, beside the documents that they name. `evaluation/README.md` says what the fields mean."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.evaluation import cases
from bot.evaluation.cases import FOLLOW_UP, TWO_DOCUMENTS, Case
from bot.evaluation.matching import says

ROOT = Path(__file__).resolve().parents[1]
SANDBOX = ROOT / "evaluation" / "sandbox.jsonl"
PUBLISHED = ROOT / "evaluation" / "published.jsonl"


def read(path: Path) -> list[Case]:
    """Return the cases of a file.

    Raises:
        ValueError: a line is no case.
    """
    found, problems = cases.read(path.read_text(encoding="utf-8"))
    if problems:
        raise ValueError("\n".join(problems))
    return found


def mistakes(some: Sequence[Case], documents: Path) -> list[str]:
    """Return a line for everything that is wrong with the cases, beside the folder of buckets that they are about."""
    asked = Counter((*case.history, case.question) for case in some)
    twice = [f"asked {number} times: {words[-1]}" for words, number in asked.items() if number > 1]
    return twice + [f"{case.id}: {wrong}" for case in some for wrong in _wrong(case, documents)]


def _wrong(case: Case, documents: Path) -> Iterator[str]:
    if case.history and case.kind != FOLLOW_UP:
        yield "has earlier questions and is no follow-up"
    if case.answerable != bool(case.facts):
        yield "names documents without a fact, or facts without a document"
    if case.kind == TWO_DOCUMENTS and len(case.documents) != 2:  # noqa: PLR2004 -- as its kind says
        yield "is about two documents and names another number of them"
    if missing := [name for name in case.documents if not (documents / name).is_file()]:
        yield f"names documents that don't exist: {missing}"
        return
    texts = {name: (documents / name).read_text(encoding="utf-8") for name in case.documents}
    lost = [fact for fact in case.facts if not any(says(text, fact) for text in texts.values())]
    if lost:
        yield f"names facts that stand in none of its documents: {lost}"
    elif idle := [name for name, text in texts.items() if not any(says(text, fact) for fact in case.facts)]:
        yield f"names documents that hold none of its facts: {idle}"
