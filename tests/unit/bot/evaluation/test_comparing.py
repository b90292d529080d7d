import json
from dataclasses import replace
from typing import Any

import pytest

from bot.evaluation.comparing import Against, differences, judged, unmeasured
from bot.evaluation.metrics import Figure
from bot.evaluation.report import Base, Report, as_object, base
from tests.unit.bot.evaluation.conftest import MADE, case, result, told

LEAVE = "handbook/leave.md"


def run_of(value: float, name: str = "cited") -> Report:
    return replace(told(), figures={name: Figure(value, value - 0.1, value + 0.1, 50)})


def base_of(name: str = "cited") -> Base:
    return Base({}, {name: Figure(0.8, 0.7, 0.9, 50)})


@pytest.mark.parametrize(
    ("name", "value", "against", "fails"),
    [
        ("cited", 0.7, Against.WITHIN, False),
        ("cited", 0.69, Against.WORSE, True),
        ("cited", 0.91, Against.BETTER, False),
        ("wrong_refusals", 0.91, Against.WORSE, True),
        ("wrong_refusals", 0.1, Against.BETTER, False),
        ("seconds", 9.0, Against.WORSE, False),
        ("prompt_tokens", 9.0, Against.WORSE, False),
    ],
)
def test_a_figure_is_held_against_the_interval_of_the_base(
    name: str, value: float, against: Against, fails: bool
) -> None:
    (one,) = judged(run_of(value, name), base_of(name), {})

    assert (one.against, one.fails) == (against, fails)


@pytest.mark.parametrize(
    ("name", "limit", "fails"),
    [
        ("cited", 0.8, False),
        ("cited", 0.81, True),
        ("wrong_refusals", 0.8, False),
        ("wrong_refusals", 0.79, True),
        ("seconds", 0.5, True),
    ],
)
def test_a_limit_is_kept_or_not(name: str, limit: float, fails: bool) -> None:
    (one,) = judged(run_of(0.8, name), None, {name: limit})

    assert (one.against, one.fails) == (Against.UNKNOWN, fails)


def test_what_is_wanted_and_not_measured_is_named() -> None:
    assert unmeasured(run_of(0.8), base_of("precision"), {"contained": 0.5}) == ["precision", "contained"]
    assert unmeasured(run_of(0.8), base_of("seconds"), {"cited": 0.5}) == []


def test_a_run_is_the_base_of_the_next_one() -> None:
    first = told(result(case(LEAVE), "So [1].", (LEAVE,), (1,)), result(case()))
    written = json.loads(json.dumps(as_object(first)))

    for document in (written, {"sets": {"small": written}}):
        before = base(document, "small")

        assert before.figures == first.figures
        assert differences(first, before) == []
        assert [one.against for one in judged(first, before, {})] == [Against.WITHIN] * len(first.figures)


def test_what_was_made_differently_is_said() -> None:
    first = told(result(case(LEAVE)))
    before = base(as_object(first), "small")
    now = replace(first, made=replace(MADE, models=("m/two",), settings={"top": 6}, digest="x", at="later"))

    assert differences(now, before) == [
        "ANSWERS_TOP is 6, and was 8.",
        "The base was made of other cases.",
        "models is m/two, and was m/one.",
    ]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"made": {}, "figures": {"cited": 1}},
        {"made": {}, "figures": []},
        {"made": 1, "figures": {}},
    ],
)
def test_what_is_no_run_is_no_base(document: Any) -> None:
    with pytest.raises(ValueError, match=r"it isn't what `--json` writes"):
        base(document, "small")


def test_a_set_that_the_base_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="no figures of `small`, only of large"):
        base({"sets": {"large": {}}}, "small")
