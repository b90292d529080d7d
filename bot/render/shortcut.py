"""The window of *Ask the docs*."""

from typing import Any

from bot.render.blocks import plain_text, section

QUESTION = "question"
"""The block and the field with what the person asks."""
LONGEST = 3_000
"""Slack's limit for a text field."""


def question_view(callback: str) -> dict[str, Any]:
    """A window with one field."""
    field = {
        "type": "plain_text_input",
        "action_id": QUESTION,
        "multiline": True,
        "max_length": LONGEST,
        "placeholder": plain_text("How many days of leave do I have?", 150),
    }
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text("Ask the docs", 24),
        "submit": plain_text("Ask", 24),
        "close": plain_text("Cancel", 24),
        "blocks": [
            {
                "type": "input",
                "block_id": QUESTION,
                "label": plain_text("Your question", 48),
                "element": field,
            }
        ],
    }


def asked_view() -> dict[str, Any]:
    """What the window says once the question was taken in."""
    return {
        "type": "modal",
        "title": plain_text("Ask the docs", 24),
        "close": plain_text("Close", 24),
        "blocks": [
            section("I am looking through the documents. My answer comes to you in a direct message.")
        ],
    }
