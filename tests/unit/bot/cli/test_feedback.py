"""A judged answer as a candidate case that ``bot evaluate`` reads."""

import json
from typing import Any

import pytest

from bot.cli.feedback import case
from bot.evaluation.cases import read
from bot.store.feedback import Judged, Opinion


def judged(*passages: dict[str, Any], history: tuple[str, ...] = ()) -> Judged:
    opinion = Opinion("turn:1", "U1", "T", "down", "Wrong", "It's 27.", 1_700_000_000.0)
    return Judged(opinion, "How many days?", history, "answered", [*passages], "acme/one")


def passage(document: str, *, cited: bool) -> dict[str, Any]:
    return {"bucket": "handbook", "document": document, "cited": cited}


CITED, OTHER = passage("leave.md", cited=True), passage("travel.md", cited=False)


@pytest.mark.parametrize(
    ("found", "kind", "documents"),
    [
        (judged(CITED, CITED, OTHER), "direct", ["handbook/leave.md"]),
        (judged(CITED, history=("And before?",)), "follow_up", ["handbook/leave.md"]),
        (judged(OTHER), "unanswerable", []),
        (judged(), "unanswerable", []),
    ],
)
def test_it_is_a_case_that_an_evaluation_reads(found: Judged, kind: str, documents: list[str]) -> None:
    made = case(found)

    (read_again,), problems = read(json.dumps(made))
    assert problems == []
    assert (read_again.kind, [*read_again.documents]) == (kind, documents)
    assert (read_again.question, read_again.history) == ("How many days?", found.history)
    assert (made["reason"], made["comment"], made["value"]) == ("Wrong", "It's 27.", "down")
    assert made["when"] == "2023-11-14T22:13:20.000Z"
