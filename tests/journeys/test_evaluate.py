"""``bot evaluate`` as a process against the stand-in: the short set is answered well, and the exit status tells when it isn't."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.forked import ROOT, typed
from tests.journeys.house import House, clean_environment

SHORT = ROOT / "evaluation" / "short.jsonl"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(house: House, tmp_path: Path) -> Run:
    """``bot evaluate ARGUMENTS`` with the sandbox's settings."""
    environment = clean_environment() | {**house.ready["env"], "DATA_DIR": str(tmp_path / "data")}

    def go(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return typed("evaluate", *map(str, arguments), environment=environment, seconds=120)

    return go


def cases(path: Path, *some: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in some), encoding="utf-8")
    return path


LEAVE: dict[str, Any] = json.loads(SHORT.read_text(encoding="utf-8").splitlines()[0])


def test_the_short_set_is_answered_as_well_as_promised(run: Run, tmp_path: Path) -> None:
    figures, page = tmp_path / "out" / "figures.json", tmp_path / "out" / "report.html"
    limits = ("--limit", "cited=0.8", "--limit", "contained=0.7", "--limit", "wrong_refusals=0.1")

    done = run(SHORT, *limits, "--at-once", "12", "--json", figures, "--html", page)

    assert done.returncode == 0, done.stdout + done.stderr
    written = json.loads(figures.read_text(encoding="utf-8"))
    assert written["made"]["host"] == "127.0.0.1"
    assert written["made"]["cases"] == len(written["cases"]) == 12
    assert written["figures"]["cited"]["count"] == 11
    assert "right document cited" in done.stdout
    assert written["made"]["models"][0] in done.stdout
    assert page.read_text(encoding="utf-8").count('class="case') == 12


def test_a_run_that_is_worse_than_an_earlier_one_ends_with_status_1(run: Run, tmp_path: Path) -> None:
    first = run(cases(tmp_path / "one.jsonl", LEAVE), "--json", tmp_path / "first.json")
    wrong = cases(tmp_path / "other.jsonl", LEAVE | {"documents": ["manual/plans.md"], "facts": ["31 days"]})

    done = run(wrong, "--against", tmp_path / "first.json")

    assert (first.returncode, done.returncode) == (0, 1)
    assert "The base was made of other cases." in done.stdout
    assert "Not good enough: right document found first, " in done.stderr
    assert "every fact contained." in done.stderr


def test_a_case_without_an_answer_ends_with_status_1_and_its_sentence(
    run: Run, house: House, tmp_path: Path
) -> None:
    house.telnyx_fault(operation="chat.completions", kind="status", status=422, count=0)

    done = run(cases(tmp_path / "one.jsonl", LEAVE))

    assert done.returncode == 1
    assert f"I couldn't get an answer for 1 of 1:\n  {LEAVE['id']}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_input_ends_with_status_2_before_anything_is_asked(
    run: Run, house: House, tmp_path: Path
) -> None:
    bad = cases(tmp_path / "bad.jsonl", LEAVE, LEAVE | {"kind": "hard"}, LEAVE | {"id": ""})
    before = house.ask("telnyx", "calls")["asked"]

    done = run(bad)

    assert done.returncode == 2
    assert "Line 2: `kind` must be one of" in done.stderr
    assert "Line 3: `id` must be" in done.stderr
    assert done.stdout == ""
    assert house.ask("telnyx", "calls")["asked"] == before
