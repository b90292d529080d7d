"""What there is to choose from, by purpose: the short menu of a command without words; the Home tab shows it too."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.blocks import (
    ACTIONS_ELEMENTS,
    OVERFLOW_OPTIONS,
    Block,
    Message,
    actions,
    button,
    context,
    menu,
    section,
)
from bot.render.intent import Intent

INTRO = "I answer questions from your team's documents, and show what Telnyx AI knows about your calls, topics, and models."
HOW_TO_ASK = (
    "To ask, type `/ask How many days of leave do I have?`, mention me, or message me. "
    "`/telnyx help` shows everything you can type."
)
WORKSPACE = "This workspace"
"""The title of what is about how the workspace is set up."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: its label, and what is wanted by it."""

    label: str
    intent: Intent
    open: bool
    """Everyone who may use the bot may see it; the rest stands in a … menu, and a press looks for the right."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Entries that belong together."""

    title: str
    entries: Sequence[Entry]

    @property
    def buttons(self) -> list[Block]:
        """Return a button for each entry."""
        return [button(entry.label, entry.intent) for entry in self.entries]


def chooser(purposes: Sequence[Purpose]) -> Message:
    """Return the short menu: a row for each purpose, with what needs a right in its … menu."""
    rows = [block for purpose in purposes for block in _row(purpose)]
    labels = ", ".join(entry.label for purpose in purposes for entry in purpose.entries)
    return Message(
        f"{INTRO} {HOW_TO_ASK} You can choose: {labels}.", [section(INTRO), *rows, context(HOW_TO_ASK)]
    )


def _row(purpose: Purpose) -> list[Block]:
    closed = [(entry.label, entry.intent) for entry in purpose.entries if not entry.open]
    shown = [(entry.label, entry.intent) for entry in purpose.entries if entry.open]
    # A menu has room for so many, and is no use to someone who sees nothing else in the row.
    listed = closed[:OVERFLOW_OPTIONS] if shown else []
    made = [button(*one) for one in (*shown, *closed[len(listed) :])]
    return titled(f"*{purpose.title}*", [*made, *([menu(*listed)] if listed else [])])


def titled(title: str, elements: Sequence[Block]) -> list[Block]:
    """Return a title (mrkdwn) with what can be pressed below it, in as many rows as Slack needs."""
    starts = range(0, len(elements), ACTIONS_ELEMENTS)
    return [section(title), *(actions(*elements[at : at + ACTIONS_ELEMENTS]) for at in starts)]
