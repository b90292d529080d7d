"""What stands on somebody's screen, as text."""

from typing import Any

Shown = dict[str, Any]

GENERAL, RANDOM, PARTNERS, JOBS = "C0GENERAL", "C0RANDOM", "C0PARTNERS", "C0JOBS"
SUPPORT = "C0SUPPORT"
"""With a guest in it."""
BOT = "U0BOT"


def words(message: Shown) -> str:
    """All that is to be read in a message: streamed text, blocks, or else its text."""
    parts = [message.get("markdown") or ""]
    for block in message.get("blocks") or []:
        parts += _texts(block)
    return "\n".join(part for part in parts if part) or message["text"]


def _texts(block: Shown) -> list[str]:
    found = []
    for holder in [block, *block.get("elements", [])]:
        text = holder.get("text")
        found.append(text["text"] if isinstance(text, dict) else text or "")
    return found + [text for child in block.get("child_blocks", []) for text in _texts(child)]


def from_bot(message: Shown) -> bool:
    """Written by the bot and finished."""
    return message["user"] == BOT and not message.get("streaming") and not message.get("deleted")


def finished(message: Shown) -> bool:
    """A finished answer: cited, refused, or a sentence about what went wrong. One that still grows is its text alone."""
    return from_bot(message) and any(block["type"] != "markdown" for block in message.get("blocks") or [])


def buttons(message: Shown) -> list[str]:
    """The labels of its buttons."""
    return [
        element["text"]["text"]
        for block in message.get("blocks") or []
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
