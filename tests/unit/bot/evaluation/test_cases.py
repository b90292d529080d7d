import json
from typing import Any

import pytest

from bot.evaluation.cases import Case, of_kinds, read

GOOD = {
    "id": "a",
    "kind": "direct",
    "question": "How?",
    "documents": ["handbook/leave.md"],
    "facts": ["27 days"],
}


def line(**change: Any) -> str:
    return json.dumps({key: value for key, value in (GOOD | change).items() if value is not ...})


def test_a_case_is_a_line() -> None:
    earlier = line(id="b", kind="follow_up", history=["And before?"], reason="only people read this")

    cases, problems = read(f"{line()}\n\n{earlier}\n")

    assert problems == []
    assert cases[0] == Case("a", "direct", "How?", ("handbook/leave.md",), ("27 days",))
    assert cases[1].history == ("And before?",)
    assert of_kinds(cases, ["follow_up"]) == [cases[1]]
    assert of_kinds(cases, []) == cases


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{", "Line 1: this is no JSON."),
        ("[" * 100_000, "Line 1: this is no JSON."),
        ("[]", "Line 1: this is no JSON object."),
        (line(id=""), "Line 1: `id` must be a text that isn't empty."),
        (line(question=...), "Line 1: `question` must be a text that isn't empty."),
        (line(documents="leave.md"), "Line 1: `documents` must be a list of texts, none of them empty."),
        (line(facts=[27]), "Line 1: `facts` must be a list of texts, none of them empty."),
        (line(kind="hard"), "Line 1: `kind` must be one of direct, paraphrased, two_documents, "),
        (line(kind="unanswerable"), "Line 1: an unanswerable case names no documents."),
        (line(documents=[]), "Line 1: a case of the kind direct names the `documents` that answer it."),
        (line(kind="follow_up"), "Line 1: a follow_up names the earlier questions in `history`."),
        (f"{line()}\n{line()}", "Line 2: the id `a` stands on an earlier line, too."),
        ("\n \n", "There's no case in it."),
    ],
)
def test_a_line_that_is_none_is_named_in_a_sentence(wrong: str, said: str) -> None:
    _, problems = read(wrong)

    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_every_bad_line_is_named() -> None:
    cases, problems = read("\n".join(["{", line(), line(id="b", kind="x")]))

    assert [case.id for case in cases] == ["a"]
    assert [problem.partition(":")[0] for problem in problems] == ["Line 1", "Line 3"]
