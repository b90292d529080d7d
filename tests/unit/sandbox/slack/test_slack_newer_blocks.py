"""Charts and containers keep Slack's limits."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person
from sandbox.slack.action_values import find_element
from sandbox.slack.blocks import check_blocks

Json = dict[str, Any]


def words(text: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": text}


def said(text: str = "x") -> Json:
    return {"type": "section", "text": words(text)}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": words("Passages"), "child_blocks": [*blocks]} | more


def chart(drawn: Any, **more: Any) -> Json:
    return {"type": "data_visualization", "title": "Moods", "chart": drawn} | more


def pie(*values: Any, **more: Any) -> Json:
    points = [{"label": f"{n}", "value": value} for n, value in enumerate(values)]
    return chart({"type": "pie", "segments": points} | more)


def axes(names: list[Any], categories: list[Any], value: Any = 1, kind: str = "bar", **more: Any) -> Json:
    data = [{"label": category, "value": value} for category in categories]
    series = [{"name": name, "data": data} for name in names]
    return chart(
        {"type": kind, "series": series, "axis_config": {"categories": categories}} | more,
    )


SIX, TWENTY = [f"s{n}" for n in range(6)], [f"c{n}" for n in range(20)]
BUTTON = {"type": "button", "text": words("Open"), "action_id": "open", "value": "1"}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
LABELED = {"axis_config": {"categories": ["a"], "x_label": "x" * 50, "y_label": "y" * 50}}


@pytest.mark.parametrize("surface", ["message", "home"])
@pytest.mark.parametrize(
    "block",
    [
        container(*[said()] * 10, is_collapsible=True, default_collapsed=True, width="full"),
        container(said(), title=words("x" * 150), subtitle=words("*x*", "mrkdwn"), has_header_divider=True),
        container({"type": "actions", "elements": [BUTTON]}, {"type": "divider"}, TABLE),
        pie(1, 2, 3.5, 4, 5, 6),
        axes(SIX, TWENTY),
        axes(["one"], ["a"], -1.5, "line"),
        axes(["one"], ["a"], 0, "area", **LABELED),
    ],
)
def test_one_within_its_limits_is_taken(block: Json, surface: Any) -> None:
    assert check_blocks([block], surface).problems == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (container(), "no fewer than 1 items allowed [json-pointer:/blocks/0/child_blocks]"),
        (container(*[said()] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]"),
        (container(said(), title=words("x" * 151)), "must be less than 151 characters"),
        (container(said(), title=words("x", "mrkdwn")), "unsupported type: mrkdwn"),
        ({"type": "container", "child_blocks": [said()]}, "missing required field: title or rich_text_title"),
        (container(said(), width="huge"), "invalid width: huge"),
        (container(said(), is_collapsible="yes"), "must be a boolean [json-pointer:/blocks/0/is_collapsible]"),
        (container(said(), default_collapsed=True), "default_collapsed requires is_collapsible"),
        (
            container(said(), is_collapsible=True, has_header_divider=True),
            "has_header_divider cannot be set when is_collapsible is true",
        ),
        (container({"type": "markdown", "text": "x"}), "unsupported type: markdown [json-pointer:/blocks/0/child_blocks/0/type]"),
        (container(container(said())), "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]"),
        (container(said("x" * 3001)), "[json-pointer:/blocks/0/child_blocks/0/text/text]"),
        (container(said(), color="red"), "invalid additional property: color"),
        (container(said() | {"block_id": "a"}, block_id="a"), "block_id already exists: a"),
        (container({"type": "actions", "elements": [BUTTON, BUTTON]}), "action_id already exists: open"),
        (chart({"type": "pie"}, title="x" * 51), "must be less than 51 characters [json-pointer:/blocks/0/title]"),
        ({"type": "data_visualization", "title": "x"}, "missing required field: chart"),
        (chart({"type": "donut"}), "unsupported type: donut [json-pointer:/blocks/0/chart/type]"),
        (pie(), "no fewer than 1 items allowed [json-pointer:/blocks/0/chart/segments]"),
        (pie(*[1] * 7), "no more than 6 items allowed [json-pointer:/blocks/0/chart/segments]"),
        (pie(0), "must be more than 0 [json-pointer:/blocks/0/chart/segments/0/value]"),
        (pie("7"), "must be a number [json-pointer:/blocks/0/chart/segments/0/value]"),
        (axes([*SIX, "x"], ["a"]), "no more than 6 items allowed [json-pointer:/blocks/0/chart/series]"),
        (axes(["x"], [*TWENTY, "x"]), "no more than 20 items allowed"),
        (axes(["x"], ["x" * 21]), "must be less than 21 characters"),
        (axes(["x", "x"], ["a"]), "must be unique: x [json-pointer:/blocks/0/chart/series/1]"),
        (axes(["x"], ["a", "a"]), "must be unique: a"),
        (axes(["x"], ["a"], axis_config={"categories": ["b"]}), "labels must match axis_config.categories"),
        (axes(["x"], ["a"], axis_config={"categories": ["a"], "x_label": "x" * 51}), "must be less than 51 characters"),
        (axes(["x"], ["a"], float("nan")), "must be a number"),
    ],
)  # fmt: skip
def test_one_over_its_limits_is_refused_with_the_place(block: Json, problem: str) -> None:
    assert problem in "\n".join(check_blocks([block], "message").problems)


@pytest.mark.parametrize("block", [container(said()), pie(1)])
def test_neither_stands_in_a_modal(block: Json) -> None:
    assert f"unsupported type: {block['type']}" in check_blocks([block], "modal").problems[0]


def test_a_message_holds_two_charts_and_one_table_wherever_they_stand() -> None:
    assert check_blocks([pie(1)] * 2, "message").problems == []
    assert "no more than 2 data_visualization" in check_blocks([pie(1)] * 3, "message").problems[0]
    assert "only one table" in check_blocks([container(TABLE), TABLE], "message").problems[0]


@pytest.mark.parametrize(("kind", "at"), [("container", "/blocks/0"), ("table", "/blocks/0/child_blocks/0")])
def test_a_workspace_may_lack_a_container_or_what_stands_in_it(kind: str, at: str) -> None:
    assert check_blocks([container(TABLE)], "message", {kind}).problems == [
        f"unsupported type: {kind} [json-pointer:{at}/type]"
    ]


async def test_a_button_in_a_container_is_pressed_like_any_other(client: AsyncWebClient, mia: Person) -> None:
    blocks = [said(), container({"type": "actions", "block_id": "row", "elements": [BUTTON]})]
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=blocks)

    (message,) = [m for m in await mia.messages("C0SUPPORT") if m["ts"] == posted["ts"]]

    assert find_element(message["blocks"], "open") == (BUTTON, "row")
