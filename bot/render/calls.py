"""Calls as a list. Their numbers are shown as they come: what of them may be seen is decided in `bot/services/calls.py`."""

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

NONE = "There are no calls yet that you can see. They appear here once an AI assistant of your account has talked to someone."
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
    who = f" · {escape_mrkdwn(clean(call.caller))}" if call.caller else ""
    name = f"*{escape_mrkdwn(clean(call.name))}*\n" if call.name else ""
    return f"{name}{when} · {kind}{who} · {code(short(call.id))}"
