"""An answer that goes to the asker alone, although they asked where others read along: why, and how to change that."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from bot.render.blocks import Block, Message, actions, context, section
from bot.render.grants import answer_here_button
from bot.store.turns import Turn

ASIDE = "aside"
"""The option of a turn that went aside."""
NOT_HERE_YET = (
    "I've answered you in a direct message. This channel is shared with another organization, so I don't speak here until a "
    "workspace admin allows it."
)


@dataclass(frozen=True, slots=True)
class Aside:
    """Why an answer goes to the asker alone, although they asked where others read along."""

    why: str
    """A clause."""
    silent: bool
    """In the place nothing may be said."""
    could_allow: bool
    """The asker may change that."""

    def within(self, options: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the options of a turn with this among them."""
        return {**(options or {}), ASIDE: asdict(self)}

    @classmethod
    def of(cls, turn: Turn) -> Self | None:
        """Return why a turn went aside, if it did."""
        found = (turn.options or {}).get(ASIDE)
        return cls(**found) if found else None


def explained(turn: Turn) -> list[Block]:
    """Return what an answer that went aside says of it, with the button for one who may change it."""
    if (aside := Aside.of(turn)) is None:
        return []
    why = context(f"You asked in <#{turn.channel}>. {aside.why}, so I'm answering you here.")
    return [why, *([actions(answer_here_button(turn.channel))] if aside.could_allow else [])]


def line(user: str, channel: str, aside: Aside) -> Message:
    """Return what is said where it was asked; it names no document."""
    if aside.silent:
        return Message(NOT_HERE_YET, [section(NOT_HERE_YET)])
    why = aside.why.replace("that channel", "this channel")
    text = f"I'm answering <@{user}> in a direct message. {why}."
    return Message(text, [section(text), actions(answer_here_button(channel))])
