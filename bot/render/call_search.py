"""What a search over calls found: each row a call, when in it, and the words around. Pure."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from bot.render.blocks import Block, button, menu, row
from bot.render.call_places import ShowPlace
from bot.render.calls import literal, looks, named
from bot.render.intent import Paged, Phrase
from bot.render.markdown import code, moment
from bot.render.outcomes import Listing
from bot.render.times import Since
from bot.services.call_search import Hit
from bot.services.calls import stamp
from bot.services.ids import short

WORDS = 300
"""Characters of each line that is shown."""
CALLER = 60
"""Characters of who called."""
UNPLACED = 5
"""Lines of a part of a transcript whose place in the call no one knows."""
UNKNOWN = "*Recorded call without an AI assistant*"
SOURCE = "Telnyx finds calls of the last 30 days on connections with *conversation persistence*, minutes after they end."


class SearchCalls(Paged, verb="calls search"):
    """Calls in which something was said."""

    query: Annotated[Phrase, Field(title="Look for", examples=["customers who want to cancel"])]
    top: int = Field(default=10, ge=1, le=50, description="How many to show; 10 without it.")
    since: Since | None = Field(
        default=None, description="Only calls since a date such as 2026-12-31, or 7d ago."
    )
    assistant: str | None = Field(
        default=None, max_length=200, description="Only calls of the assistant with this ID."
    )


def listing(intent: SearchCalls, shown: Sequence[Hit], total: int) -> Listing:
    """Return the hits of a page, best first."""
    about, hint = f"Calls about “{intent.query}”", "Best first"
    empty = f"I found nothing about {code(intent.query)} in the calls that you can see. {SOURCE}"
    return Listing(about, [_row(hit) for hit in shown], empty, hint, total=total)


def _row(hit: Hit) -> list[Block]:
    """Return the call and the time that are the evidence, what was said there, and the ways on from it."""
    call, at, known = hit.call, hit.at, [UNKNOWN]
    when = call.started if call else hit.recorded
    if call is not None:
        known = [named(call) or f"*Call* {code(short(call.id))}"]
    known += [moment(when.timestamp(), "{date_short_pretty} {time}")] if when else []
    known += [literal(call.caller, CALLER)] if call and call.caller else []
    known += [f"at {stamp(at)}"] if at is not None else []
    said = [f"{line.who}: {line.text}" for line in hit.around()] or hit.text.splitlines()[:UNPLACED]
    text = "\n".join([" · ".join(known), *(f"> {literal(one, WORDS)}" for one in said)])
    if call is None:
        return row(text)
    first, *rest = looks(call)
    if at is not None:
        first, rest = ("Show the place", ShowPlace(call=call.id, at=int(at.total_seconds()))), [first, *rest]
    return row(text, button(*first), menu(*rest))
