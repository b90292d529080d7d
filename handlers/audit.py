"""``/telnyx audit``."""

from bot.render.audit import ListAudit, listing
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def latest(request: Request[ListAudit]) -> Listing:
    """Show what people changed, newest first."""
    it, audit = request.intent, request.services.audit
    return listing(it, *await audit.page(request.audience, it.sought(request.place.team), it.before))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        ListAudit,
        latest,
        help="List what people changed: who, what, when, and the result.",
        example="--verb grant --since 7d",
        right=Right.ADMIN,
        here=True,
    ),
)
