"""The cases of an evaluation: a line of JSON each, and what is wrong with them beside the documents that they name.

``evaluation/README.md`` says what the fields mean. Nothing here asks a question: ``bot evaluate`` does.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from bot.evaluation.cases import ALTERNATIVES, KINDS

ROOT = Path(__file__).resolve().parents[1]
SANDBOX = ROOT / "evaluation" / "sandbox.jsonl"
PUBLISHED = ROOT / "evaluation" / "published.jsonl"
FIELDS = frozenset({"id", "kind", "question", "history", "documents", "facts"})
Case: TypeAlias = dict[str, Any]


def read(path: Path) -> list[Case]:
    """Return the cases of a file.

    Raises:
        ValueError: a line that is no JSON.
    """
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mistakes(cases: Sequence[Case], documents: Path) -> list[str]:
    """Return a line for everything that is wrong with the cases, beside the folder of buckets that they are about."""
    ids = Counter(case.get("id") for case in cases)
    asked = Counter((*case.get("history", ()), case.get("question")) for case in cases)
    twice = [f"{what} stands there {n} times" for what, n in (ids | asked).items() if n > 1]
    return twice + [f"{case.get('id')}: {wrong}" for case in cases for wrong in _wrong(case, documents)]


def _wrong(case: Case, documents: Path) -> Iterator[str]:
    if case.keys() != FIELDS:
        yield f"has other fields: {sorted(case.keys() ^ FIELDS)}"
        return
    yield from _odd(case)
    if missing := [name for name in case["documents"] if not (documents / name).is_file()]:
        yield f"names documents that don't exist: {missing}"
        return
    texts = {name: plain((documents / name).read_text(encoding="utf-8")) for name in case["documents"]}
    lost = [fact for fact in case["facts"] if not any(_holds(text, [fact]) for text in texts.values())]
    if lost:
        yield f"names facts that stand in none of its documents: {lost}"
    elif idle := [name for name, text in texts.items() if case["facts"] and not _holds(text, case["facts"])]:
        yield f"names documents that hold none of its facts: {idle}"


def _odd(case: Case) -> Iterator[str]:
    """Yield what can be seen without a document."""
    kind, named, facts = case["kind"], case["documents"], case["facts"]
    if kind not in KINDS:
        yield f"is of no kind that exists: {kind}"
    if not case["question"].strip():
        yield "asks nothing"
    if bool(case["history"]) != (kind == "follow_up"):
        yield "has earlier questions and is no follow-up, or is one and has none"
    if not (bool(named) == bool(facts) == (kind != "unanswerable")):
        yield "names documents or facts although nothing answers it, or names none although something does"
    if kind == "two_documents" and len(named) != 2:  # noqa: PLR2004 -- as its kind says
        yield "is about two documents and names another number of them"


def _holds(text: str, facts: Sequence[str]) -> bool:
    return any(plain(wording) in text for fact in facts for wording in fact.split(ALTERNATIVES))


def plain(text: str) -> str:
    """Return a text without its case and spaces, as facts are compared."""
    return "".join(text.casefold().split())
