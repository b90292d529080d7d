"""The Home tab: the verbs that have a button there."""

from typing import Any

from bot.render.blocks import actions, button, header, section
from handlers.verbs import VERBS


def home() -> dict[str, Any]:
    """Return the view; a button opens a window."""
    buttons = [button(verb.home, verb.intent.model_construct()) for verb in VERBS if verb.home]
    return {
        "type": "home",
        "blocks": [header("Telnyx AI"), section("What would you like to do?"), actions(*buttons)],
    }
