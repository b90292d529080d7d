"""``/telnyx calls``."""

from collections.abc import Sequence
from datetime import datetime

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.call_filters import CHANNELS, Filters
from bot.render.call_pages import SILENT, insights, shown, transcript
from bot.render.call_places import TITLE, ShowPlace, place
from bot.render.calls import CallInsights, Calls, FilterCalls, ShowCall, Transcript, listing
from bot.render.forms import Choice, Form
from bot.render.outcomes import ROWS, File, Listing, Modal
from bot.services.access import Right
from bot.services.ids import LATEST
from bot.services.insights import of_assistant
from handlers.verb import AnyVerb, Effect, Request, Verb


async def latest(request: Request[Filters]) -> Listing:
    """Show the latest that are wanted, newest first."""
    it, calls, audience = request.intent, request.services.calls, request.audience
    before = datetime.fromisoformat(it.before) if it.before else None
    theirs = of_assistant(audience, it.assistant) if it.assistant else audience
    page = await calls.page(theirs, it.wanted, it.last, before)
    states = await calls.states(page.calls, theirs) if it.last <= ROWS else {}
    return listing(it, page, states, audience)


async def channels(request: Request[FilterCalls]) -> Sequence[Choice]:
    """Offer the channels that Telnyx names, and those of the latest calls."""
    found, _ = await request.services.calls.latest(request.audience, LATEST)
    return [*map(Choice, dict.fromkeys([*CHANNELS, *(call.channel for call in found if call.channel)]))]


async def assistants(request: Request[FilterCalls]) -> Sequence[Choice]:
    """Offer the assistants of the latest calls."""
    found, _ = await request.services.calls.latest(request.audience, LATEST)
    return [*map(Choice, dict.fromkeys(call.assistant for call in found if call.assistant))]


async def show(request: Request[ShowCall]) -> Message:
    """Show all that is known of a call."""
    found = await request.services.calls.details(request.intent.call, request.audience)
    return shown(found, request.audience)


async def give_transcript(request: Request[Transcript]) -> File:
    """Give it as a file where it is wanted, if all who read there may see it, else to the asker alone."""
    transcripts, place = request.services.transcripts, request.place
    found, everyone = await transcripts.whole(request.intent.call, place, request.asker, request.audience)
    if not found.lines:
        raise UsageError(SILENT)
    return transcript(found, place if everyone else None)


async def show_insights(request: Request[CallInsights]) -> Message:
    """Show what Telnyx's insights found in a call."""
    return insights(
        request.intent, await request.services.calls.insights(request.intent.call, request.audience)
    )


async def show_place(request: Request[ShowPlace]) -> Modal:
    """Show what was said around a time."""
    it = request.intent
    return place(it, await request.services.calls.transcript(it.call, request.audience))


FIND = ("conversations.list", "conversations.retrieve")
"""What it takes to find a call by a name, or by the beginning of its id."""
VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Calls,
        latest,
        help="List the latest calls.",
        example="--channel phone_call --since 7d",
        right=Right.CALLS,
        operations=("conversations.list", "conversations.insights_results"),
        home="Calls",
    ),
    Verb(
        FilterCalls,
        latest,
        help="Filter calls; opens a form.",
        example="--number 4477 --since 7d",
        right=Right.CALLS,
        operations=("conversations.list", "conversations.insights_results"),
        form=Form("Filter calls", "Show", ("channel", "number", "since", "assistant", "name"), "Looking…"),
        choices={"channel": channels, "assistant": assistants},
    ),
    Verb(
        ShowCall,
        show,
        help="Show all that is known of a call.",
        example="3fa85f64",
        right=Right.CALLS,
        operations=(*FIND, "conversations.messages", "conversations.insights_results"),
    ),
    Verb(
        Transcript,
        give_transcript,
        help="Get the transcript of a call as a text file.",
        example="3fa85f64",
        right=Right.CALLS,
        effect=Effect.CHANGE,
        scopes=frozenset({"files:write", "files:read", "im:write"}),
        operations=(*FIND, "conversations.messages"),
        see="calls",
    ),
    Verb(
        CallInsights,
        show_insights,
        help="Show what insights found in a call.",
        example="3fa85f64",
        right=Right.CALLS,
        operations=(*FIND, "conversations.insights_results", "insights.list"),
    ),
    Verb(
        ShowPlace,
        show_place,
        right=Right.CALLS,
        operations=("conversations.retrieve", "conversations.messages"),
        typed=False,
        window=TITLE,
    ),
)
