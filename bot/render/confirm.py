"""The question before something is destroyed. What was asked, of whom and until when is in the button itself: nothing is stored."""

from typing import Any

from bot.render.blocks import Message, actions, button, context, plain_text, section
from bot.render.intent import Intent
from bot.render.markdown import moment

MINUTES = 10
NAME = "name"


class Confirm(Intent, verb="confirm"):
    """*Yes* to a verb with its arguments: for one person, until a moment, once (``key`` becomes the id of the work)."""

    name: str
    given: dict[str, Any]
    user: str
    until: int
    key: str
    channel: str = ""


class Dismiss(Intent, verb="dismiss"):
    """*No*."""


def window(text: str, confirm: Confirm) -> dict[str, Any]:
    """Ask in a window, where the name of what will be gone has to be typed."""
    field = {"type": "plain_text_input", "action_id": NAME, "max_length": 200}
    return {
        "type": "modal",
        "callback_id": Confirm.verb,
        "private_metadata": confirm.pack(),
        "title": plain_text("Are you sure?", 24),
        "submit": plain_text("Yes, delete", 24),
        "close": plain_text("Cancel", 24),
        "blocks": [
            section(text),
            {
                "type": "input",
                "block_id": NAME,
                "label": plain_text("Type its name to confirm", 48),
                "element": field,
            },
        ],
    }


def question(text: str, confirm: Confirm) -> Message:
    """Ask."""
    ends = context(f"Only you can confirm, once, until {moment(confirm.until, '{time}')}.")
    choice = actions(button("Yes, delete", confirm, style="danger"), button("Cancel", Dismiss()))
    return Message(text, [section(text), ends, choice])
