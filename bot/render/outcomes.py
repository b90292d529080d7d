"""What a verb's work shows, as data: the dispatcher knows where it can stand and pages what does not fit. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.blocks import Block, Message, actions, button, context, header, plain_text, section
from bot.render.intent import Paged

PAGE = 10
TITLE = 24
VIEW_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: one block each. ``total`` is given when ``items`` are already the asked page of so many."""

    title: str
    items: Sequence[Block]
    empty: str
    hint: str = ""
    total: int | None = None

    def page(self, intent: Paged, size: int = PAGE) -> Message:
        """The page that was asked for, with buttons to its neighbours."""
        total = len(self.items) if self.total is None else self.total
        if not total:
            return Message(self.empty)
        pages = -(-total // size)
        number = min(intent.page, pages)
        shown = self.items if self.total is not None else self.items[(number - 1) * size : number * size]
        turns = [("‹ Previous", "previous", number - 1)] * (number > 1) + [("Next ›", "next", number + 1)] * (
            number < pages
        )
        buttons = [
            button(text, intent.model_copy(update={"page": to}), name=name) for text, name, to in turns
        ]
        below = (
            f"{(number - 1) * size + 1}–{(number - 1) * size + len(shown)} of {total}"
            if pages > 1
            else f"{total} in all"
        )
        return Message(
            f"{self.title} ({below})",
            [
                header(self.title),
                *shown,
                context(" · ".join(filter(None, (below, self.hint)))),
                *([actions(*buttons)] if buttons else []),
            ],
        )


@dataclass(frozen=True, slots=True)
class Modal:
    """A window, for what is too long or too private to stand in a channel."""

    title: str
    blocks: Sequence[Block]

    def view(self, **more: Any) -> dict[str, Any]:
        """The view as Slack takes it."""
        return {
            "type": "modal",
            "title": plain_text(self.title, TITLE),
            "close": plain_text("Close", TITLE),
            "blocks": [*self.blocks][:VIEW_BLOCKS],
            **more,
        }


def as_modal(message: Message, title: str) -> Modal:
    """A message in a window: Slack draws ``markdown`` blocks in messages only."""
    blocks = [section(b["text"]) if b["type"] == "markdown" else b for b in message.blocks]
    return Modal(title, blocks or [section(message.text)])
