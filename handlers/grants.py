"""``/telnyx grant``, ``grants`` and ``revoke``: who may see what."""

from collections.abc import Sequence

from bot.render.blocks import Message
from bot.render.forms import Choice, Form
from bot.render.grants import (
    AnswerHere,
    GrantTo,
    ListGrants,
    Revoke,
    answering_here,
    granted,
    listing,
    withdrawn,
)
from bot.render.outcomes import Listing
from bot.render.times import seconds_of
from bot.services.access import Right
from bot.services.grants import EVERY, Wanted
from handlers.verb import AnyVerb, Effect, Request, Verb


async def overview(request: Request[ListGrants]) -> Listing:
    """Show what is granted, or who can read a bucket."""
    bucket, grants = request.intent.bucket, request.services.grants
    found = await grants.given(request.place.team, request.audience, bucket)
    return listing(found, bucket, members=grants.open_to_members)


async def grant(request: Request[GrantTo]) -> Message:
    """Give it, and say who has it now."""
    it, grants = request.intent, request.services.grants
    wanted = Wanted(request.place.team, it.who, it.bucket, it.calls)
    until = seconds_of(it.until)
    return granted(await grants.give(wanted, request.audience, by=request.asker.user, until=until))


async def revoke(request: Request[Revoke]) -> Message:
    """Take it back; what is gone already does no harm."""
    it, grants = request.intent, request.services.grants
    wanted = Wanted(request.place.team, it.who, it.bucket, it.calls)
    return withdrawn(await grants.withdraw(wanted, request.audience))


async def answer_here(request: Request[AnswerHere]) -> Message:
    """Grant a channel all documents."""
    channel, grants = request.intent.channel, request.services.grants
    wanted = Wanted(request.place.team, channel, (EVERY,))
    await grants.give(wanted, request.audience, by=request.asker.user, until=None)
    return answering_here(channel)


async def grantable(request: Request[GrantTo] | Request[Revoke]) -> Sequence[Choice]:
    """Offer all documents together, and each bucket."""
    names = await request.services.grants.buckets(request.audience)
    return [Choice(EVERY, "All documents, now and later"), *map(Choice, names)]


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        ListGrants,
        overview,
        help="List who was granted what, or who can read a bucket.",
        example="--bucket handbook",
        right=Right.ADMIN,
        operations=("embeddings.buckets.list",),
        home="Grants",
        here=True,
    ),
    Verb(
        GrantTo,
        grant,
        help="Let a #channel, a @person, or a @group see documents or calls.",
        example="U0123ABCD --bucket handbook --until 7d",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.list",),
        form=Form("Grant access", "Grant", ("who", "bucket", "calls", "until")),
        choices={"bucket": grantable},
        see="grants",
    ),
    Verb(
        Revoke,
        revoke,
        help="Withdraw a grant; `/telnyx grants` has a button for each.",
        example="U0123ABCD --bucket handbook",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.list",),
        form=Form("Withdraw access", "Withdraw", ("who", "bucket", "calls")),
        choices={"bucket": grantable},
        see="grants",
    ),
    Verb(AnswerHere, answer_here, right=Right.ADMIN, effect=Effect.CHANGE, typed=False),
)
