"""``/telnyx calls``."""

from datetime import datetime

from bot.render.calls import Calls, listing
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def latest(request: Request[Calls]) -> Listing:
    """Show the latest, newest first."""
    it = request.intent
    before = datetime.fromisoformat(it.before) if it.before else None
    calls, more = await request.services.calls.latest(request.audience, it.last, before)
    return listing(it, calls, more=more)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Calls,
        latest,
        help="List the latest calls.",
        example="--last 5",
        right=Right.CALLS,
        operations=("conversations.list",),
        home="Calls",
    ),
)
