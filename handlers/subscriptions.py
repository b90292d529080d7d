"""``/telnyx jobs subscribe``, ``unsubscribe``, and ``subscriptions``: who hears of jobs without having started them."""

from bot.render.blocks import Message
from bot.render.outcomes import Listing
from bot.render.subscriptions import (
    ListSubscriptions,
    Subscribe,
    Unsubscribe,
    listing,
    subscribed,
    unsubscribed,
)
from bot.services.access import Right
from bot.services.subscriptions import Wanted
from handlers.verb import AnyVerb, Effect, Request, Verb


async def subscribe(request: Request[Subscribe]) -> Message:
    """Have this channel hear of jobs, or who wants it in their direct messages."""
    it, place, asker = request.intent, request.place, request.asker
    wanted = Wanted(it.what, it.bucket, it.only or "")
    one, present = await request.services.subscriptions.add(wanted, place, asker, request.audience)
    return subscribed(one, present=present)


async def unsubscribe(request: Request[Unsubscribe]) -> Message:
    """End it."""
    it, place, asker, services = request.intent, request.place, request.asker, request.services
    which = Wanted(it.what, it.bucket)
    return unsubscribed(
        *await services.subscriptions.end(which, place, asker, request.audience, again=request.again)
    )


async def overview(request: Request[ListSubscriptions]) -> Listing:
    """Show what this place hears of; to an admin, all channels."""
    place, asker = request.place, request.asker
    return listing(await request.services.subscriptions.listed(place, asker, request.audience))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Subscribe,
        subscribe,
        help="Post news of jobs here, no matter who starts them.",
        example="embeddings --bucket handbook --only failures",
        right=Right.JOBS,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.list",),
        see="jobs subscriptions",
    ),
    Verb(
        Unsubscribe,
        unsubscribe,
        help="End a subscription to job news here, or all of them.",
        example="embeddings --bucket handbook",
        right=Right.JOBS,
        effect=Effect.CHANGE,
        see="jobs subscriptions",
    ),
    Verb(
        ListSubscriptions,
        overview,
        help="List what this channel hears of jobs; for admins, every channel.",
        right=Right.JOBS,
        home="Subscriptions",
        here=True,
    ),
)
