"""A place in a call: the lines around a time, in a window. What of a number may be seen is decided in `bot/services/calls.py`."""

from collections.abc import Sequence
from typing import Self

from pydantic import Field

from bot.render.blocks import Block, actions, button, context, section
from bot.render.intent import PICKED, Intent, Name
from bot.render.markdown import escape_mrkdwn, moment, shortened
from bot.render.outcomes import NEXT, PREVIOUS, Modal
from bot.services.calls import Line, Transcript, stamp
from bot.text import clean

LINES, BEFORE = 11, 5
"""Lines on a page, and how many of them stand before the one that was asked for."""
TEXT = 2_000
"""Characters of a line; all of a longer one is in the transcript."""
LONGEST = 10**9
TITLE = "Place in the call"
_AT = "@"
"""Between the call and the time in the value of a menu's option, which carries one argument."""


class ShowPlace(Intent, verb="calls place"):
    """What was said around a time of a call."""

    call: Name
    at: int = Field(ge=0, le=LONGEST, description="Seconds since the call began.")
    first: int | None = Field(default=None, ge=0, le=LONGEST, description="The first line that is shown.")

    def pick(self) -> str:
        """Return the value of a menu's option: the call and the time as one argument."""
        return PICKED.join([self.verb, f"{self.call}{_AT}{self.at}"])

    @classmethod
    def picked(cls, argument: str) -> Self:
        """Return the intent of an option that was chosen. Raises ``ValueError``."""
        call, _, at = argument.rpartition(_AT)
        return cls.model_validate({"call": call, "at": at})


def place(asked: ShowPlace, transcript: Transcript) -> Modal:
    """Return the lines around a time, those of that very second marked, with buttons to the earlier and the later ones."""
    call, lines = transcript.call, transcript.lines
    if not lines:
        return Modal(TITLE, [section("No one said anything in this call.")])
    marked = _marked(lines, asked.at)
    wanted = marked[0] - BEFORE if asked.first is None else asked.first
    first = max(min(wanted, len(lines) - 1), 0)
    end = min(first + LINES, len(lines))
    name = f"*{escape_mrkdwn(clean(call.name))}*" if call.name else ""
    when = moment(call.started.timestamp(), "{date_short_pretty} {time}") if call.started else ""
    where = f"lines {first + 1:,} to {end:,} of {len(lines):,}"
    shown = [_line(lines[number], marked=number in marked) for number in range(first, end)]
    return Modal(
        TITLE,
        [
            context(" · ".join(filter(None, (name, when, where)))),
            *shown,
            *_turns(asked, first, end, len(lines)),
        ],
    )


def _turns(asked: ShowPlace, first: int, end: int, total: int) -> list[Block]:
    turns = (
        ("Earlier", PREVIOUS, max(first - LINES, 0), first > 0),
        ("Later", NEXT, end, end < total),
    )
    made = [
        button(label, asked.model_copy(update={"first": to}), name=name)
        for label, name, to, more in turns
        if more
    ]
    return [actions(*made)] if made else []


def _marked(lines: Sequence[Line], at: int) -> list[int]:
    """Return which lines are of the last second that was spoken in by then; the first line where no time is known."""
    seconds = [int(line.at.total_seconds()) if line.at is not None else None for line in lines]
    found = max((second for second in seconds if second is not None and second <= at), default=seconds[0])
    return [0] if found is None else [number for number, second in enumerate(seconds) if second == found]


def _line(line: Line, *, marked: bool) -> Block:
    when = f"{stamp(line.at)} · " if line.at is not None else ""
    text = escape_mrkdwn(shortened(clean(line.text), TEXT))
    who = f"*{when}{escape_mrkdwn(clean(line.who))}*"
    return section(f":point_right: {who}\n> {text}" if marked else f"{who}\n{text}")
