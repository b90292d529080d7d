"""The program of `make evaluate`: what it promises can be measured, and what it keeps can be compared with."""

import json
from pathlib import Path

import pytest

from bot.evaluation import cases
from bot.evaluation.metrics import BY_NAME
from bot.evaluation.report import base
from config.settings import variables
from scripts import evaluate

FIGURES = {"cited": {"value": 0.9, "low": 0.8, "high": 0.95, "count": 50}}


@pytest.mark.parametrize("one", evaluate.ALL.values(), ids=lambda one: one.name)
def test_a_shipped_set_can_be_read_and_its_limits_measured(one: evaluate.Set) -> None:
    found, problems = cases.read(one.cases.read_text(encoding="utf-8"))

    assert problems == []
    assert len(found) >= 80
    assert {case.kind for case in found} == set(cases.KINDS)
    assert one.limits.keys() <= BY_NAME.keys()
    assert 0.6 < one.limits["contained"] < one.limits["cited"]


def test_a_base_holds_the_figures_of_each_set_and_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    run = {"made": {"models": ["m/one"]}, "figures": FIGURES, "kinds": {}, "cases": [{"answer": "27 days"}]}

    evaluate.keep(path, "sandbox", run)
    evaluate.keep(path, "published", run | {"made": {"models": ["m/two"]}})

    document = json.loads(path.read_text(encoding="utf-8"))
    assert base(document, "sandbox").made == {"models": ["m/one"]}
    assert base(document, "published").figures["cited"].low == 0.8
    assert "27 days" not in path.read_text(encoding="utf-8")


def test_the_kept_base_can_be_compared_with() -> None:
    kept = evaluate.based()

    assert kept <= evaluate.ALL.keys()
    for name in kept:
        assert base(json.loads(evaluate.BASE.read_text(encoding="utf-8")), name).figures


def test_what_someone_has_set_changes_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERS_TOP", "1")
    monkeypatch.setenv("OTHER", "stays")

    left = evaluate.without_settings()

    assert left["OTHER"] == "stays"
    assert not left.keys() & set(variables())


def test_a_set_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        evaluate.main(["short"])

    assert ended.value.code == 2
    assert "there's no set short" in capsys.readouterr().err


def test_tables_stand_in_the_page_instead_of_earlier_ones() -> None:
    text = evaluate.PAGE.read_text(encoding="utf-8")

    once = evaluate.page(text, ["| first |", "| second |\n"])

    assert text.count(evaluate.BEGIN) == 1
    assert "\n| first |\n\n| second |\n<!-- end -->" in once
    assert evaluate.page(once, ["| third |"]).count("| third |") == 1
    assert "| first |" not in evaluate.page(once, ["| third |"])
    assert once.partition(evaluate.BEGIN)[0] == text.partition(evaluate.BEGIN)[0]
    assert once.rpartition(evaluate.END)[2] == text.rpartition(evaluate.END)[2]
