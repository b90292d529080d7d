"""``/telnyx calls``."""

from pydantic import Field

from bot.render.calls import listing
from bot.render.intent import Paged
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


class Calls(Paged, verb="calls"):
    """The latest calls."""

    last: int = Field(default=10, ge=1, le=40, description="How many, at most 40.")


async def latest(request: Request[Calls]) -> Listing:
    """The latest, newest first."""
    return listing(await request.services.calls.latest(request.audience, request.intent.last))


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
