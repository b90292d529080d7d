"""The two table blocks keep Slack's limits, and a workspace can be one that does not take them yet."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.blocks import check_blocks
from sandbox.slack.person import ControlError

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def number(value: Any) -> Json:
    return {"type": "raw_number", "value": value}


RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}


def table(rows: list[Any], **more: Any) -> Json:
    return {"type": "table", "rows": rows, **more}


def data_table(rows: list[Any], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Models", "rows": rows, **more}


HEAD = [cell("Model"), cell("Context")]
ROW = [RICH, number(128_000)]


@pytest.mark.parametrize("surface", ["message", "home"])
@pytest.mark.parametrize(
    "block",
    [
        table([[cell()]] * 100, column_settings=[{"align": "right", "is_wrapped": True}]),
        table([[cell(), number(1.5), RICH] + [cell()] * 17]),
        data_table([HEAD, ROW]),
        data_table([HEAD, *[ROW] * 100], page_size=100, row_header_column_index=1),
    ],
)
def test_a_table_within_its_limits_is_taken(block: Json, surface: Any) -> None:
    assert check_blocks([block], surface).problems == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (table([[cell()]] * 101), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
        (table([[cell()] * 21]), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
        (table([[cell("")]]), "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"),
        (table([[cell("x" * 5001)] * 2]), "must be less than 10001 characters in all cells"),
        (table([[number("7")]]), "must be a number [json-pointer:/blocks/0/rows/0/0/value]"),
        (table([[cell()]], column_settings=[{"align": "up"}]), "invalid align: up"),
        (table([[cell()]], caption="x"), "invalid additional property: caption"),
        ({"type": "data_table", "rows": [HEAD, ROW]}, "missing required field: caption"),
        (data_table([HEAD]), "no fewer than 2 items allowed [json-pointer:/blocks/0/rows]"),
        (data_table([HEAD, *[ROW] * 101]), "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
        (data_table([[RICH, cell()], ROW]), "rich_text is not allowed in the header"),
        (data_table([HEAD, [cell()]]), "must have 2 cells, as the header [json-pointer:/blocks/0/rows/1]"),
        (data_table([HEAD, ROW], page_size=101), "must be a number from 1 to 100"),
        (data_table([HEAD, ROW], row_header_column_index=2), "must be a number from 0 to 1"),
        (data_table([HEAD, *[[cell("x" * 201)] * 2] * 50]), "must be less than 20001 characters"),
    ],
)
def test_a_table_over_its_limits_is_refused_with_the_place(block: Json, problem: str) -> None:
    assert problem in "\n".join(check_blocks([block], "message").problems)


@pytest.mark.parametrize("block", [table([[cell()]]), data_table([HEAD, ROW])])
def test_no_table_stands_in_a_modal(block: Json) -> None:
    assert f"unsupported type: {block['type']}" in check_blocks([block], "modal").problems[0]


def test_one_message_holds_one_table() -> None:
    assert "only one table" in check_blocks([table([[cell()]])] * 2, "message").problems[0]


async def test_a_workspace_without_a_block_refuses_it_wherever_it_is_sent(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    blocks = [data_table([HEAD, ROW])]
    place: Json = {"channel": "C0SUPPORT", "text": "x", "blocks": blocks}
    home = {"type": "home", "blocks": blocks}
    await mia.post("blocks", refused=["data_table"])

    posted = await refused(client.chat_postMessage(**place))
    private = await refused(client.chat_postEphemeral(user="U0MIA", **place))
    published = await refused(client.views_publish(user_id="U0MIA", view=home))
    other = await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[table([[cell()]])])

    assert posted["errors"] == ["unsupported type: data_table [json-pointer:/blocks/0/type]"]
    assert [posted["error"], private["error"]] == ["invalid_blocks", "invalid_blocks"]
    assert "unsupported type: data_table" in published["response_metadata"]["messages"][0]
    assert (other["ok"], (await mia.get("state"))["refused_blocks"]) == (True, ["data_table"])
    await mia.post("blocks", refused=[])
    assert (await client.chat_postMessage(**place))["ok"]
    assert slack.workspace.refused_blocks == frozenset()


async def test_a_type_that_no_workspace_knows_cannot_be_refused(mia: Person) -> None:
    with pytest.raises(ControlError, match="unknown type of block hologram"):
        await mia.post("blocks", refused=["hologram"])


async def test_a_data_table_may_be_longer_than_other_text_of_a_message(client: AsyncWebClient) -> None:
    long = data_table([HEAD, *[[cell("x" * 190)] * 2] * 50])

    assert (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[long]))["ok"]
