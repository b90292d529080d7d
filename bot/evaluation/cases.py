"""A case: a question whose right documents and facts are known. Read from JSON, one case a line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = (
    "direct",
    "paraphrased",
    "two_documents",
    "other_language",
    "misspelled",
    "follow_up",
    "table",
    "code",
    "unanswerable",
    "injected",
)
FOLLOW_UP, TWO_DOCUMENTS, UNANSWERABLE = "follow_up", "two_documents", "unanswerable"
MAY_LACK_DOCUMENTS = (UNANSWERABLE, "injected")
"""Every other kind has an answer, so its case names the documents that hold it."""
ALTERNATIVES = " | "
"""Between the spellings of one fact."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what was asked before it, and what a right answer rests on and says."""

    id: str
    kind: str
    question: str
    documents: tuple[str, ...]
    """Each of them answers it, as ``bucket/file`` or ``file``; none where no document does."""
    facts: tuple[str, ...] = ()
    history: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Return whether the documents hold an answer."""
        return bool(self.documents)


def read(text: str) -> tuple[list[Case], list[str]]:
    """Return the cases of a JSON Lines text, and a sentence for each line that is none. Empty lines are skipped."""
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = _case(line)
            if case.id in cases:
                raise ValueError(f"the id `{_short(case.id)}` stands on an earlier line, too")  # noqa: TRY301 - told like the others
        except ValueError as error:
            problems.append(f"Line {number}: {error}.")
        else:
            cases[case.id] = case
    if not cases and not problems:
        problems.append("There's no case in it.")
    return list(cases.values()), problems


def _case(line: str) -> Case:
    """Return the case of a line; a ValueError says what is wrong with it."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON") from None
    if not isinstance(given, dict):
        raise ValueError("this is no JSON object")  # noqa: TRY004 - told like the others
    case = Case(
        _word(given, "id"),
        _word(given, "kind"),
        _word(given, "question"),
        _words(given, "documents"),
        _words(given, "facts"),
        _words(given, "history") if given.get("history") is not None else (),
    )
    if case.kind not in KINDS:
        raise ValueError(f"`kind` must be one of {', '.join(KINDS)}, not “{_short(case.kind)}”")
    if case.kind == UNANSWERABLE and case.documents:
        raise ValueError("an unanswerable case names no documents")
    if not case.documents and case.kind not in MAY_LACK_DOCUMENTS:
        raise ValueError(f"a case of the kind {case.kind} names the `documents` that answer it")
    if case.kind == FOLLOW_UP and not case.history:
        raise ValueError("a follow_up names the earlier questions in `history`")
    return case


def _word(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"`{key}` must be a text that isn't empty")
    return value


def _words(given: dict[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ValueError(f"`{key}` must be a list of texts, none of them empty")
    return tuple(value)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def of_kinds(cases: Iterable[Case], kinds: Sequence[str]) -> list[Case]:
    """Return the cases of these kinds; all of them without kinds."""
    return [case for case in cases if not kinds or case.kind in kinds]
