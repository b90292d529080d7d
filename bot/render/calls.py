"""Calls as a list."""

from collections.abc import Sequence

from bot.render.blocks import section
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Listing
from bot.services.calls import Call

SHOWN_DIGITS = 4
NONE = "There are no calls yet. They appear here once an AI assistant of your account has talked to somebody."
_PUNCTUATION = str.maketrans(dict.fromkeys("+ ()-./\u00a0"))


def masked(number: str) -> str:
    """A phone number as it is shown outside channels with a grant: its last four digits."""
    digits = number.translate(_PUNCTUATION)
    if not digits.isdigit() or len(digits) <= SHOWN_DIGITS:
        return number  # a name or an address, not a number
    return "…" + digits[-SHOWN_DIGITS:]


def listing(calls: Sequence[Call]) -> Listing:
    """The latest calls with what to type next."""
    hint = f"Summarise one: `/telnyx summarize {calls[0].id}`" if calls else ""
    return Listing(f"The latest {len(calls)} calls", [section(_line(call)) for call in calls], NONE, hint)


def _line(call: Call) -> str:
    moment = call.last or call.started
    when = (
        f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"
        if moment
        else "?"
    )
    kind = escape_mrkdwn(call.channel.replace("_", " ")) or "conversation"
    who = f" · {escape_mrkdwn(masked(call.caller))}" if call.caller else ""
    name = f"*{escape_mrkdwn(call.name)}*\n" if call.name else ""
    return f"{name}{when} · {kind}{who}\n`{escape_mrkdwn(call.id)}`"
