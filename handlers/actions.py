"""``/telnyx actions``: what was agreed in calls, and whose it is."""

from bot.render.action_items import (
    GiveBack,
    ItemDone,
    MyActions,
    Reopen,
    TakeItem,
    done,
    given_back,
    listing,
    reopened,
    taken,
)
from bot.render.blocks import Message
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Request, Verb


async def mine(request: Request[MyActions]) -> Listing:
    """Show one's own, of calls that one may see now."""
    it, actions, whose = request.intent, request.services.actions, (request.place.team, request.asker.user)
    found = await (actions.did if it.done else actions.mine)(*whose, request.audience)
    return listing(it, found)


async def take(request: Request[TakeItem]) -> Message:
    """Do it."""
    at, actions = request.place.team, request.services.actions
    return taken(await actions.take(request.intent.item, at, request.asker.user, request.audience))


async def give_back(request: Request[GiveBack]) -> Message:
    """Leave it to someone else."""
    at, actions = request.place.team, request.services.actions
    return given_back(await actions.give_back(request.intent.item, at, request.asker.user, request.audience))


async def finish(request: Request[ItemDone]) -> Message:
    """Have done it."""
    at, actions = request.place.team, request.services.actions
    return done(await actions.done(request.intent.item, at, request.asker.user, request.audience))


async def reopen(request: Request[Reopen]) -> Message:
    """Not have done it."""
    at, actions = request.place.team, request.services.actions
    return reopened(await actions.reopen(request.intent.item, at, request.asker.user, request.audience))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        MyActions,
        mine,
        help="List your open action items, from summaries of calls.",
        example="--done",
        right=Right.CALLS,
        home="My action items",
        here=True,
    ),
    Verb(TakeItem, take, right=Right.CALLS, effect=Effect.CHANGE, typed=False),
    Verb(GiveBack, give_back, right=Right.CALLS, effect=Effect.CHANGE, typed=False),
    Verb(ItemDone, finish, right=Right.CALLS, effect=Effect.CHANGE, typed=False),
    Verb(Reopen, reopen, right=Right.CALLS, effect=Effect.CHANGE, typed=False),
)
