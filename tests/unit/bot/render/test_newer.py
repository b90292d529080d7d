"""Charts and containers as Slack takes them: the stand-in's checks are asked, so a limit is kept on both sides or on neither."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.blocks import Block, LimitError, actions, button, context, divider, header, markdown, section
from bot.render.intent import Intent
from bot.render.newer import (
    CHART_CATEGORIES,
    CHART_SERIES,
    CONTAINER_BLOCKS,
    PIE_SEGMENTS,
    chart,
    container,
    table,
)
from sandbox.slack.blocks import check_blocks


class Show(Intent, verb="show"):
    pass


def problems(block: Block) -> list[str]:
    return check_blocks([block], "message").problems


def segments(block: Block) -> dict[str, float]:
    return {one["label"]: one["value"] for one in block["chart"]["segments"]}


MOST = {f"{n} {'x' * 40}": [n * 1.5] * CHART_CATEGORIES for n in range(CHART_SERIES)}


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_a_chart_as_large_as_slack_allows_is_taken(kind: Any) -> None:
    made = chart("A title " * 20, kind, ["the same long name of many"] * CHART_CATEGORIES, MOST)

    assert problems(made) == []
    assert len({*made["chart"]["axis_config"]["categories"]}) == CHART_CATEGORIES


def test_a_chart_shows_each_value_at_its_category() -> None:
    made = chart("Calls", "bar", ["Mon", "Tue"], {"angry": [1, 2.5], "calm": [0, -3]})

    assert made == {
        "type": "data_visualization",
        "title": "Calls",
        "chart": {
            "type": "bar",
            "series": [
                {"name": "angry", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2.5}]},
                {"name": "calm", "data": [{"label": "Mon", "value": 0}, {"label": "Tue", "value": -3}]},
            ],
            "axis_config": {"categories": ["Mon", "Tue"]},
        },
    }


def test_a_pie_of_many_keeps_the_largest_and_adds_the_rest_up() -> None:
    values = [5, 1, 0, 9, 2, 8, 7, 3, -4]
    made = chart("Parts", "pie", [f"part {value}" for value in values], {"calls": values})

    assert problems(made) == []
    assert segments(made) == {"part 5": 5, "part 9": 9, "part 8": 8, "part 7": 7, "part 3": 3, "Other": 3}
    assert len(segments(made)) == PIE_SEGMENTS


@given(
    st.lists(
        st.tuples(st.text(), st.floats(allow_nan=False, allow_infinity=False, width=32)),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["bar", "line", "pie"]),
)
def test_whatever_names_and_numbers_there_are_slack_takes_their_chart(
    points: list[tuple[str, float]], kind: Any
) -> None:
    names, values = [name for name, _ in points], [value for _, value in points]
    if kind == "pie" and not any(value > 0 for value in values):
        values[0] = 1.0

    assert problems(chart("x", kind, names, {"y": values})) == []


@pytest.mark.parametrize(
    ("kind", "categories", "series"),
    [
        ("bar", [], {"a": []}),
        ("bar", ["x"], {}),
        ("bar", ["x"], {"a": [1, 2]}),
        ("line", ["x"], {"a": [math.nan]}),
        ("line", ["x"] * (CHART_CATEGORIES + 1), {"a": [1] * (CHART_CATEGORIES + 1)}),
        ("line", ["x"], {f"{n}": [1] for n in range(CHART_SERIES + 1)}),
        ("pie", ["x"], {"a": [1], "b": [2]}),
        ("pie", ["x"], {"a": [0]}),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    kind: Any, categories: list[str], series: dict[str, list[float]]
) -> None:
    with pytest.raises(LimitError):
        chart("x", kind, categories, series)


INSIDE = [
    section("text"),
    header("x"),
    divider(),
    context("x"),
    actions(button("Show", Show())),
    table(["x"], [["y"]]),
]


def test_a_container_holds_what_slack_takes_in_one() -> None:
    blocks = [*INSIDE, *[section("x")] * (CONTAINER_BLOCKS - len(INSIDE))]
    made = container("A title " * 30, blocks, collapsed=True)

    assert problems(made) == []
    assert (made["is_collapsible"], made["default_collapsed"]) == (True, True)


@pytest.mark.parametrize(
    "blocks",
    [[], [section("x")] * (CONTAINER_BLOCKS + 1), [markdown("x")], [container("in one", [section("x")])]],
)
def test_a_container_that_slack_would_refuse_is_not_made(blocks: list[Block]) -> None:
    with pytest.raises(LimitError):
        container("x", blocks)
