"""The question before something is destroyed or dear: what is lost, who can say yes, until when."""

from typing import Any

from bot.render.blocks import (
    INPUT_TEXT,
    LABEL_TEXT,
    PLACEHOLDER_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    plain_text,
    section,
)
from bot.render.intent import Intent, Name
from bot.render.markdown import moment
from bot.render.outcomes import Modal

CALLBACK = "confirm"
CLOSED = "You closed this question, so nothing was changed."
NAME = "name"


class Confirm(Intent, verb="confirm"):
    """*Yes*. It names the question alone: who may answer it, and with what effect, is read from where it was written down."""

    deed: Name


class Dismiss(Intent, verb="dismiss"):
    """*No*."""

    deed: Name


def message(text: str, yes: str, deed: str, until: float) -> Message:
    """Ask under the command."""
    choice = actions(button(yes, Confirm(deed=deed), style="danger"), button("Cancel", Dismiss(deed=deed)))
    return Message(text, [section(text), _ends(until), choice])


def window(title: str, text: str, yes: str, deed: str, until: float, *, typed_name: str = "") -> Modal:
    """Ask in a window, where ``typed_name`` has to be typed if more than one record is lost."""
    fields = [_name(typed_name)] if typed_name else []
    return Modal(
        title,
        [section(text), _ends(until), *fields],
        submit=yes,
        callback=CALLBACK,
        memo=deed,
        over=True,
        closed=CLOSED,
    )


def _ends(until: float) -> Block:
    return context(f"Only you can confirm, once, until {moment(until, '{time}')}.")


def _name(value: str) -> dict[str, Any]:
    field = {"type": "plain_text_input", "action_id": NAME, "max_length": INPUT_TEXT}
    return {
        "type": "input",
        "block_id": NAME,
        "label": plain_text("Type the name to confirm", LABEL_TEXT),
        "hint": plain_text(value, PLACEHOLDER_TEXT),
        "element": field,
    }


CANCELED = Message("Canceled. Nothing was changed.")
