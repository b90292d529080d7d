"""Which of several things of one name is meant, asked with a button for each."""

from bot.errors import SeveralError
from bot.render.blocks import BUTTON_VALUE, Message, actions, button, section
from bot.render.intent import Intent
from bot.render.markdown import escape_mrkdwn

OFFERED = 4
"""Buttons at most; of more, a few are named in words."""


def which(wanted: Intent, error: SeveralError) -> Message:
    """Return the question; each button wants the same with a whole id. Without room for buttons, all of it is words."""
    text = escape_mrkdwn(error.text)
    field = next((name for name, value in wanted if value == error.given), "")
    meant = {
        label: wanted.model_copy(update={field: whole})
        for whole, label in [*error.found.items()][:OFFERED]
        if field
    }
    if len(meant) < len(error.found) or any(len(one.pack()) > BUTTON_VALUE for one in meant.values()):
        return Message(text)
    made = [button(label, one, name=str(number)) for number, (label, one) in enumerate(meant.items())]
    return Message(text, [section(escape_mrkdwn(error.question)), actions(*made)])
