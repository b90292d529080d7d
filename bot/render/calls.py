"""Calls as a list of cards. Their numbers are shown as they come: what of them may be seen is decided in `bot/services/calls.py`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.render.blocks import Block, button, menu, row
from bot.render.call_changes import DeleteCall, HandBack, Note, Tag, TakeOver
from bot.render.call_filters import Filters
from bot.render.intent import Intent, Multiline, Name, Paged
from bot.render.markdown import code, escape_mrkdwn, moment, shortened
from bot.render.numbers import lasted
from bot.render.outcomes import NEXT, ROWS, Listing
from bot.services.access import Audience, Right
from bot.services.call_changes import AI_DISABLED
from bot.services.call_insights import State
from bot.services.calls import Call, Page
from bot.services.ids import short
from bot.text import clean

NONE = "There are no calls yet that you can see. They appear here once an AI assistant of your account has talked to someone."
OLDER = "There are no older calls."
NO_MATCH = "There are no such calls that you can see."
NAME, WORD = 200, 60
"""Characters of a call's name, and of a word that Telnyx or a customer chose."""
DAY = timedelta(days=1)


class Calls(Filters, verb="calls"):
    """The latest calls."""


class FilterCalls(Filters, verb="calls filter"):
    """The latest calls that have something in common, by a form."""


class Summarize(Intent, verb="summarize"):
    """A call, a file, or a thread to sum up."""

    what: Annotated[str, Field(min_length=1, max_length=1_200)] = Field(
        title="What to summarize",
        description="A link to a message of a thread, BUCKET/FILE, or a call's ID or name.",
        examples=["handbook/leave.md"],
    )
    prompt: Annotated[str, Multiline()] = Field(
        default="", max_length=1_000, title="What you want of it", description="For a file or a thread."
    )
    post: Literal["only me", "in the thread"] = Field(
        default="only me", title="Where to post it", description="A thread's summary alone can be posted."
    )
    model: str | None = Field(default=None, max_length=200, description="Summarize with this model.")

    @field_validator("post", mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """Return what is meant by one word."""
        return {"me": "only me", "thread": "in the thread"}.get(str(value).casefold(), value)


class ShowCall(Intent, verb="calls show"):
    """All that is known of a call."""

    call: Name


class Transcript(Intent, verb="calls transcript"):
    """What was said in a call, as a file."""

    call: Name


class CallInsights(Paged, verb="calls insights"):
    """What Telnyx's insights found in a call."""

    call: Name


def listing(asked: Filters, page: Page, states: Mapping[str, State], audience: Audience) -> Listing:
    """Return the calls of a page as cards, with what this audience can do with each; many are shown in a line each.

    Args:
        asked: the page that was asked for.
        page: its calls.
        states: how far the insights of calls are, by the calls' ids.
        audience: for whom.
    """
    following = asked.model_copy(update={"before": page.end.isoformat()}) if page.end else None
    rows = [_card(call, states.get(call.id), audience, in_line=asked.last > ROWS) for call in page.calls]
    empty = OLDER if asked.before else NO_MATCH if asked.words else NONE
    below = [button("Filter…", FilterCalls())] if rows or asked.words else []
    if following and not rows:
        looked = datetime.fromisoformat(following.before).timestamp()
        empty = f"I looked back to {moment(looked, '{date_short_pretty} {time}')} and found no such call."
        below.append(button("Look further back", following, name=NEXT))
    lead = f"Only calls {asked.words}." if asked.words else ""
    return Listing("Calls", rows, empty, "Newest first", following=following, lead=lead, buttons=below)


def buttons(call: Call) -> list[Block]:
    """Return what stands below a call wherever it is shown."""
    return [button(text, intent) for text, intent in looks(call)]


def facts(call: Call) -> list[str]:
    """Return when a call was, how long it took, how and with whom, as mrkdwn."""
    at, long = call.last or call.started, call.lasted
    kind = literal(call.channel.replace("_", " "), WORD) or "conversation"
    spoken = call.started if long and long >= DAY else None
    return [
        moment(at.timestamp(), "{date_short_pretty} {time}") if at else "?",
        *([f"since {moment(spoken.timestamp(), '{date_short_pretty}')}"] if spoken else []),
        *([lasted(long.total_seconds())] if long and not spoken else []),
        *(["live"] if call.live else []),
        kind,
        *([literal(call.caller, WORD)] if call.caller else []),
        *([code(shortened(call.assistant, WORD))] if call.assistant else []),
    ]


def named(call: Call) -> str:
    """Return the name of a call in bold; empty where it has none."""
    name = literal(call.name, NAME)
    return f"*{name}*" if name else ""


def literal(text: str, limit: int) -> str:
    """Return words that Telnyx or a customer chose as they stand, in one line; mrkdwn."""
    return escape_mrkdwn(shortened(" ".join(clean(text).split()), limit))


def more(call: Call, audience: Audience) -> list[tuple[str, Intent]]:
    """Return what else of a call stands in a menu of this audience, each with its label."""
    silent = call.metadata.get(AI_DISABLED, "").casefold() == "true"
    turn: tuple[str, Intent] = ("Take over…", TakeOver(call=call.id))
    if silent:
        turn = ("Hand back…", HandBack(call=call.id))
    operate = [("Add a note…", Note(call=call.id)), ("Tag…", Tag(call=call.id)), turn]
    return [
        *(operate if audience.has(Right.OPERATOR) else []),
        *([("Delete…", DeleteCall(call=call.id))] if audience.has(Right.ADMIN) else []),
    ]


def _card(call: Call, state: State | None, audience: Audience, *, in_line: bool) -> list[Block]:
    told = [*facts(call), *([str(state)] if state else []), code(short(call.id))]
    text = "\n".join(filter(None, (named(call), " · ".join(told))))
    shown = ("Show", ShowCall(call=call.id))
    if in_line:
        return row(text, menu(*looks(call), shown))
    return row(text, *buttons(call), menu(shown, *more(call, audience)))


def looks(call: Call) -> list[tuple[str, Intent]]:
    """Return what of a call can be looked at, each with its label."""
    return [
        ("Summarize", Summarize(what=call.id)),
        ("Transcript", Transcript(call=call.id)),
        ("Insights", CallInsights(call=call.id)),
    ]
