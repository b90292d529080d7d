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
SWITCHED_OFF = "I'm switched off in this channel. A workspace admin can change that with `/telnyx channel set --mode mention`."
ASK_AN_ADMIN = "Ask a workspace admin to allow it with `/telnyx grant #channel --bucket NAME`."


def switched_off() -> Message:
    """Return what someone is told who asks in a channel that I'm switched off in."""
    return Message(SWITCHED_OFF, [section(SWITCHED_OFF)])


def invited(channel: str, *, allowed: bool, could_allow: bool) -> Message:
    """Return what the person is told who invited me to a channel that is shared with another organization.

    Args:
        channel: its id.
        allowed: an admin has granted it something already.
        could_allow: the person is an admin.
    """
    shared = f"You invited me to <#{channel}>, which is shared with another organization."
    if allowed:
        text = (
            f"{shared} I answer there from what a workspace admin has granted to it, and from nothing else."
        )
        return Message(text, [section(text)])
    text = (
        f"{shared} I won't speak there until a workspace admin allows it. Until then, I answer people from this workspace in a "
        "direct message, and people from elsewhere not at all."
    )
    if could_allow:
        return Message(text, [section(text), actions(answer_here_button(channel))])
    return Message(f"{text}\n{ASK_AN_ADMIN}", [section(text), section(ASK_AN_ADMIN)])


@dataclass(frozen=True, slots=True)
class Aside:
    """Why an answer goes to the asker alone, although they asked where others read along."""

    why: str
    """A clause."""
    silent: bool
    """In the place nothing may be said."""
    could_allow: bool
    """The asker may change that."""
    calls: bool = False
    """It is about calls, which the button that allows all documents doesn't help with."""

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
    return [
        why,
        *([actions(answer_here_button(turn.channel))] if aside.could_allow and not aside.calls else []),
    ]


def line(user: str, channel: str, aside: Aside) -> Message:
    """Return what is said where it was asked; it names no document."""
    if aside.silent:
        return Message(NOT_HERE_YET, [section(NOT_HERE_YET)])
    why = aside.why.replace("that channel", "this channel")
    text = f"I'm answering <@{user}> in a direct message. {why}."
    return Message(text, [section(text), *([] if aside.calls else [actions(answer_here_button(channel))])])
