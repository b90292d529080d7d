"""The cases of the evaluation are valid: each can be asked, and its answer stands where it says.

The published documents aren't part of the project. `python -m scripts.published_documents FOLDER --check` holds their cases against them.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.cases import KINDS, Case
from scripts import published_documents
from scripts.cases import PUBLISHED, SANDBOX, mistakes, read

SEED = Path(__file__).parents[2] / "sandbox" / "seed"
COUNTS = {SANDBOX: 150, PUBLISHED: 80}
PUBLISHED_DOCUMENTS = {
    f"{bucket}/{name.rpartition('/')[2]}.md"
    for source in published_documents.SOURCES
    for bucket, names in source.buckets.items()
    for name in names.split()
}
GOOD = Case("one", "direct", "How many days?", ("handbook/leave.md",), ("27 Days",))


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    for name, text in (("leave", "You have 27\ndays. They lapse."), ("other", "Nothing.")):
        (tmp_path / "handbook").mkdir(exist_ok=True)
        (tmp_path / "handbook" / f"{name}.md").write_text(text)
    return tmp_path


# ------------------------------------------------------------------------------------------ the shipped sets
@pytest.mark.parametrize("path", COUNTS, ids=lambda path: path.name)
def test_a_set_has_its_number_of_cases_of_all_kinds(path: Path) -> None:
    kinds = Counter(case.kind for case in read(path))

    assert kinds.total() == COUNTS[path]
    assert kinds.keys() == set(KINDS)
    assert min(kinds.values()) >= 4


def test_every_case_about_the_sandbox_is_right_beside_its_documents() -> None:
    assert mistakes(read(SANDBOX), SEED) == []


def test_the_cases_about_the_sandbox_ask_about_each_of_its_documents() -> None:
    named = {name for case in read(SANDBOX) for name in case.documents}

    assert named == {
        f"{folder}/{file.name}" for folder in ("handbook", "manual") for file in SEED.glob(f"{folder}/*")
    }


def test_the_published_cases_name_documents_that_are_fetched() -> None:
    cases = read(PUBLISHED)

    assert {name for case in cases for name in case.documents} <= PUBLISHED_DOCUMENTS
    assert {case.id for case in cases if case.answerable != bool(case.facts)} == set()


def test_no_two_published_documents_of_a_bucket_have_one_name() -> None:
    named = [
        name
        for source in published_documents.SOURCES
        for names in source.buckets.values()
        for name in names.split()
    ]

    assert len(PUBLISHED_DOCUMENTS) == len(named) == 41


# ------------------------------------------------------------------------------------------ what is a mistake
def test_a_right_case_has_no_mistake(documents: Path) -> None:
    assert mistakes([GOOD], documents) == []


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"history": ("Before?",)}, "no follow-up"),
        ({"documents": ()}, "without a document"),
        ({"facts": ()}, "without a fact"),
        ({"kind": "two_documents"}, "another number"),
        ({"documents": ("handbook/leave.md", "handbook/other.md")}, "hold none of its facts"),
        ({"documents": ("handbook/gone.md",)}, "don't exist"),
        ({"facts": ("28 days | 7 days",)}, "stand in none"),
    ],
)
def test_a_mistake_is_named(changed: dict[str, Any], word: str, documents: Path) -> None:
    found = mistakes([replace(GOOD, **changed)], documents)

    assert [line.partition(": ")[0] for line in found[:1]] == ["one"]
    assert word in found[0]


def test_a_question_is_asked_once(documents: Path) -> None:
    assert mistakes([GOOD, replace(GOOD, id="two")], documents) == ["asked 2 times: How many days?"]


def test_what_is_no_case_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "one"}\n')

    with pytest.raises(ValueError, match="Line 1"):
        read(path)


def test_one_wording_of_a_fact_is_enough(documents: Path) -> None:
    assert mistakes([replace(GOOD, facts=("28 days | 27 days",))], documents) == []
