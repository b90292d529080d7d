"""``/telnyx usage``."""

from bot.render.outcomes import Listing, Table
from bot.render.times import seconds_of
from bot.render.usage import ShowUsage, usage
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def show(request: Request[ShowUsage]) -> Table | Listing:
    """Show everyone's, to an admin, or their own."""
    it, since = request.intent, seconds_of(request.intent.since)
    report = await request.services.usage.spent(
        request.audience, request.asker, request.place.team, since=since, by=it.by
    )
    return usage(report)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        ShowUsage,
        show,
        right=Right.MEMBERS,
        help="Show how many tokens answers took, and what they cost; admins see everyone's.",
        example="--since 30d --by user",
        operations=("models.list",),
        here=True,
        home="Usage",
    ),
)
