"""The address that a message is about: the first that people read, wherever Slack put it."""

from typing import Any

import pytest

from bot.slack.reading.links import first_address

PAGE = "https://help.example.com/visitors?a=1&b=2"
ESCAPED = PAGE.replace("&", "&amp;")


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*elements]}]}]


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    "message",
    [
        {"text": f"See <{ESCAPED}> and <https://other.example.com>"},
        {"text": f"See <{ESCAPED}|the visitors' page>"},
        {"text": f"See <mailto:a@example.com|a@example.com>, <#C1|x>, <@U1>, <{ESCAPED}>"},
        {"text": f"See ({ESCAPED})."},
        {"text": f"See {ESCAPED}."},
        {"text": "", "blocks": rich({"type": "text", "text": "See "}, {"type": "link", "url": PAGE, "text": "this"})},
        {"text": "See this", "blocks": rich({"type": "link", "url": PAGE})},
        {"text": "", "blocks": [section(f"See <{ESCAPED}|this>")]},
        {"text": "", "blocks": [{"type": "markdown", "text": f"See [this]({PAGE})"}]},
        {"text": "", "blocks": [{"type": "section", "fields": [section(f"<{ESCAPED}>")["text"]]}]},
        {"text": "FYI", "attachments": [{"is_share": True, "text": f"See <{ESCAPED}>"}]},
        {"text": "FYI", "attachments": [{"is_msg_unfurl": True, "message_blocks": [
            {"message": {"blocks": rich({"type": "link", "url": PAGE})}}]}]},
        {"text": "FYI", "attachments": [{"title": "Visitors", "title_link": PAGE}]},
        {"text": "FYI", "attachments": [{"from_url": PAGE, "fallback": "x"}]},
        {"text": "FYI", "attachments": [{"blocks": [section(f"<{ESCAPED}>")]}]},
    ],
)  # fmt: skip
def test_the_first_address_is_found_wherever_it_stands(message: dict[str, Any]) -> None:
    assert first_address(message) == PAGE


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "blocks": None, "attachments": None},
        {"text": "No link: example.com, ftp://example.com, <mailto:a@example.com|a>, xhttps://example.com"},
        {"text": "", "blocks": rich({"type": "link", "url": "slack://open"})},
        {"text": "", "blocks": [{"type": "image", "image_url": PAGE, "alt_text": "a picture"}]},
        {"text": "", "blocks": [{"type": "actions", "elements": [{"type": "button", "url": PAGE}]}]},
    ],
)
def test_a_message_without_an_address_has_none(message: dict[str, Any]) -> None:
    assert first_address(message) == ""
