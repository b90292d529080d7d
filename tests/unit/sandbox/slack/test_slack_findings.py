"""The stand-in keeps what no one could read or hear of what the app showed, and each refusal of blocks that no one asked for."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.findings import silent

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": text}} | more


def row(*elements: Json) -> Json:
    return {"type": "actions", "elements": [*elements]}


SAID = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
BLANK = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": " "}
GROWN = {"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": button("👍") | {"type": None}, "negative_button": button("Bad") | {"type": None}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ([row(button("Open"), button("❌", accessibility_label="Close"))], []),
        ([row(button(":x:")), row(button("❌"))], ["the button ':x:' without a word", "the button '❌' without a word"]),
        ([SAID | {"accessory": button("…")}], ["the button '…' without a word"]),
        ([GROWN], ["the button '👍' without a word"]),
        ([BLANK], ["a picture without alt text"]),
        ([{"type": "container", "child_blocks": [BLANK, row(button(""))]}], ["a picture without alt text", "the button '' without a word"]),
        ([BLANK | {"alt_text": "A chart"}], []),
    ],
)  # fmt: skip
def test_pictures_and_buttons_say_what_they_are(blocks: list[Json], found: list[str]) -> None:
    assert list(silent(blocks)) == found


async def report(mia: Person) -> list[tuple[str, str]]:
    return [(one["method"], one["what"]) for one in await mia.get("report")]


async def test_blocks_have_a_text_that_stands_for_them(client: AsyncWebClient, mia: Person) -> None:
    there = await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[SAID])
    await client.chat_postMessage(channel="C0SUPPORT", text="x")
    assert await report(mia) == []

    silence = {"channel": "C0SUPPORT", "text": " ", "blocks": [SAID]}  # the SDK's own methods would warn
    await client.api_call("chat.postMessage", json=silence)
    await client.api_call("chat.update", json=silence | {"ts": there["ts"]})

    missing = "blocks without a text that stands for them"
    assert await report(mia) == [("chat.postMessage", missing), ("chat.update", missing)]


async def test_a_refusal_is_a_mistake_where_no_one_asked_for_it(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    place: Json = {"channel": "C0SUPPORT", "text": "x"}
    await mia.post("blocks", refused=["table"])
    await refused(client.chat_postMessage(**place, blocks=[table]))
    await mia.post("faults", method="chat.postMessage", kind="error", error="invalid_blocks")
    await refused(client.chat_postMessage(**place, blocks=[SAID]))
    await refused(client.chat_postMessage(channel="C0NOWHERE", text="x", blocks=[SAID]))
    assert await report(mia) == []

    await refused(client.chat_postMessage(**place, blocks=[table, {"type": "hologram"}]))

    ((method, what),) = await report(mia)
    assert method == "chat.postMessage"
    assert "unsupported type: hologram [json-pointer:/blocks/1/type]" in what
    assert [one["n"] for one in slack.workspace.findings.since(0)] == [1]
    assert slack.workspace.findings.since(1) == []


async def test_a_home_that_is_refused_is_a_mistake(client: AsyncWebClient, mia: Person) -> None:
    with pytest.raises(SlackApiError):
        await client.views_publish(
            user_id="U0MIA", view={"type": "home", "blocks": [{"type": "markdown", "text": "x"}]}
        )
    await client.views_publish(user_id="U0MIA", view={"type": "home", "blocks": [row(button("➡"))]})

    assert await report(mia) == [
        ("views.publish", "[ERROR] unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
        ("views.publish", "the button '➡' without a word"),
    ]


async def test_a_picture_is_uploaded_with_its_words(client: AsyncWebClient, mia: Person) -> None:
    await client.files_getUploadURLExternal(filename="a.png", length=3, alt_txt="Two clusters")
    await client.files_getUploadURLExternal(filename="a.csv", length=3)
    await client.files_getUploadURLExternal(filename="b.png", length=3)

    assert await report(mia) == [("files.getUploadURLExternal", "the picture b.png without alt text")]
