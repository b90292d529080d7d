"""Calls as a list."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import Field, field_validator

from bot.render.blocks import button, row
from bot.render.intent import Cursor, Intent, Name
from bot.render.markdown import code, escape_mrkdwn, moment
from bot.render.outcomes import Listing
from bot.services.calls import Call
from bot.services.ids import short
from bot.text import clean

SHOWN_DIGITS = 4
_BETWEEN = r"(?:%(?!2b)[0-9a-f]{2}|;?\s*(?:ext|extension|isub|postd|x)[.:=]?\s*|[^\w@:;?=<>%+]|_)"
# Digits of any script with whatever people and URIs put between them; an extension is part of the number. An IP address is none.
_NUMBER = re.compile(
    rf"@(?:\d{{1,3}}\.){{3}}\d{{1,3}}\b|(?:%2b|\+)?\(?\d(?:{_BETWEEN}{{0,6}}\d)*", re.IGNORECASE
)
NONE = "There are no calls yet. They appear here once an AI assistant of your account has talked to someone."
OLDER = "There are no older calls."


class Calls(Cursor, verb="calls"):
    """The latest calls."""

    last: int = Field(default=10, ge=1, le=40, description="How many on a page, at most 40.")

    @field_validator("before")
    @classmethod
    def _moment(cls, value: str) -> str:
        try:
            when = datetime.fromisoformat(value) if value else None
        except ValueError:
            raise ValueError("I can't read this as a date, such as 2026-11-25.") from None
        return value if when is None or when.tzinfo else when.replace(tzinfo=UTC).isoformat()


class Summarize(Intent, verb="summarize"):
    """A call to sum up."""

    call_id: Name
    model: str | None = Field(default=None, max_length=200, description="Summarize with this model.")


def masked(caller: str) -> str:
    """Return who was on the line as it is shown outside channels with a grant: of each number its last four digits."""
    return _NUMBER.sub(_masked, clean(caller))


def titled(name: str) -> str:
    """Return a call's name without the number that may stand in it; a date is none."""
    return _NUMBER.sub(lambda found: _masked(found) if found[0][0] in "+%" else found[0], clean(name))


def _masked(found: re.Match[str]) -> str:
    digits = [character for character in found[0] if character.isdigit()]
    if len(digits) <= SHOWN_DIGITS or found[0].startswith("@"):
        return found[0]
    return "…" + "".join(digits[-SHOWN_DIGITS:])


def listing(asked: Calls, calls: Sequence[Call], *, more: bool) -> Listing:
    """Return the calls of a page, each with a button that summarizes it."""
    last = calls[-1].last if calls else None
    following = asked.model_copy(update={"before": last.isoformat()}) if more and last else None
    rows = [row(_line(call), button("Summarize", Summarize(call_id=call.id))) for call in calls]
    empty = OLDER if asked.before else NONE
    return Listing("Calls", rows, empty, "Newest first", following=following)


def _line(call: Call) -> str:
    at = call.last or call.started
    when = moment(at.timestamp(), "{date_short_pretty} {time}") if at else "?"
    kind = escape_mrkdwn(call.channel.replace("_", " ")) or "conversation"
    who = f" · {escape_mrkdwn(masked(call.caller))}" if call.caller else ""
    name = f"*{escape_mrkdwn(titled(call.name))}*\n" if call.name else ""
    return f"{name}{when} · {kind}{who} · {code(short(call.id))}"
