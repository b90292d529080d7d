"""The end of a reply: its text, what stands below it, and how much of it Slack takes in one message."""

from dataclasses import dataclass, field
from typing import Any

from bot.render.blocks import Message, context, markdown
from bot.render.markdown import plain, split_markdown
from bot.text import beginning

SHOWN_BYTES = 7_000
"""Of a message's text. Slack refuses a message of more than about 11,000 bytes, and sources and buttons need theirs."""
CUT = (
    "The answer is longer than Slack takes in one message, so its end is missing here. Ask for a part of it."
)


def fit(text: str, limit: int) -> str:
    """As much of ``text`` as fits into ``limit`` bytes, ending at a paragraph; a code fence that is cut is closed."""
    room = len(beginning(text, limit))
    return text if len(text) <= room else split_markdown(text, room)[0]


def growing(text: str) -> Message:
    """A reply that is still being written."""
    return Message(plain(text), [markdown(text)])


@dataclass(frozen=True, slots=True)
class Final:
    """A finished reply.

    ``body`` is safe Markdown, exactly what was written while it grew; ``below`` are the blocks under it.
    """

    body: str
    below: list[dict[str, Any]] = field(default_factory=list)
    above: list[dict[str, Any]] = field(default_factory=list)
    """Only in a reply that is no stream: a stream begins with its text."""

    def too_long(self, limit: int) -> bool:
        """Does the body not fit?"""
        return len(self.body.encode()) > limit

    def whole(self, limit: int = SHOWN_BYTES) -> Message:
        """All of it as one message; a body that does not fit is cut, and says so."""
        shown = fit(self.body, limit)
        cut = [context(CUT)] if self.too_long(limit) else []
        head = [markdown(shown)] if shown.strip() else []
        return Message(plain(shown) or plain(_words(self.below)), [*self.above, *head, *cut, *self.below])


def _words(blocks: list[dict[str, Any]]) -> str:
    """The first text of blocks that stand alone, for the notification."""
    for block in blocks:
        text = block.get("text")
        if isinstance(text, dict):
            return str(text.get("text", ""))
        for element in block.get("elements", ()):
            if isinstance(element.get("text"), str):
                return str(element["text"])
    return ""
