"""``/telnyx calls search``."""

from datetime import datetime

from bot.render.call_search import SearchCalls, listing
from bot.render.forms import Form
from bot.render.outcomes import ROWS, Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def search(request: Request[SearchCalls]) -> Listing:
    """Show the parts of calls that are nearest to what is looked for, and when in the call they were said."""
    it, audience, calls = request.intent, request.audience, request.services.call_search
    since = datetime.fromisoformat(it.since) if it.since else None
    hits = await calls.near(it.query, audience, top=it.top, since=since, assistant=it.assistant)
    shown = await calls.placed(hits[it.place(len(hits), ROWS)], it.query, audience)
    return listing(it, shown, len(hits))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        SearchCalls,
        search,
        help="Find what was said in calls, with the call and the time.",
        example="customers who want to cancel --since 7d",
        right=Right.CALLS,
        paid=True,
        operations=(
            *("collections.documents", "conversation_histories.search"),
            *("conversations.list", "conversations.retrieve", "conversations.messages"),
        ),
        form=Form("Search the calls", "Search", ("query", "since"), "Searching…"),
        home="Search calls",
    ),
)
