"""Thirty documents of somebody's own: what they say is cited from the right file, what they do not say is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.forked import typed
from tests.journeys.house import House, clean_environment
from tests.journeys.procedures import OTHERS, PROCEDURES, QUESTIONS, pdf

NONSENSE = (
    "What is the airspeed velocity of an unladen swallow?",
    "Who won the chess olympiad in Reykjavik?",
    "How do I bake sourdough bread?",
    "Which moons orbit Jupiter?",
    "Why did the dinosaurs become extinct?",
)
QUICK = ("visitors.md", *(Path(name).name for name in OTHERS))
"""One document of each kind in ``make test``; the others are for ``make matrix``."""


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox over a folder of thirty Markdown files and one file of each other kind, in sub-folders."""
    folder = tmp_path_factory.mktemp("documents")
    for name, (title, text) in PROCEDURES.items():
        (folder / f"{name}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    for name, text in OTHERS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pdf(text) if file.suffix == ".pdf" else text.encode())
    running = House(tmp_path_factory.mktemp("own"), "--docs", str(folder), "--wait")
    yield running
    running.stop()


def asked(house: House, folder: Path, question: str) -> dict[str, Any]:
    """What ``bot ask --json`` says."""
    environment = clean_environment() | {**house.ready["env"], "DATA_DIR": str(folder)}
    done = typed("ask", question, "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_each_folder_is_a_bucket_and_loose_files_are_docs(own_house: House) -> None:
    names = {bucket if isinstance(bucket, str) else bucket["name"] for bucket in own_house.ready["buckets"]}

    assert names == {"docs", "kitchen", "laboratory", "garage", "garden", "archive"}


@pytest.mark.parametrize(
    ("question", "document", "fact"),
    [pytest.param(*q, id=q[1], marks=() if q[1] in QUICK else pytest.mark.matrix) for q in QUESTIONS],
)
def test_a_question_cites_the_file_that_answers_it(
    own_house: House, tmp_path: Path, question: str, document: str, fact: str
) -> None:
    answer = asked(own_house, tmp_path, question)

    assert not answer["refused"]
    assert answer["sources"][0]["document"] == document
    assert fact in answer["answer"]
    assert fact in answer["sources"][0]["passage"]


@pytest.mark.parametrize(
    "question",
    [NONSENSE[0], *(pytest.param(question, marks=pytest.mark.matrix) for question in NONSENSE[1:])],
)
def test_what_no_file_says_is_refused(own_house: House, tmp_path: Path, question: str) -> None:
    answer = asked(own_house, tmp_path, question)

    assert answer["refused"]
    assert answer["answer"] == ""
    assert answer["sources"] == []
