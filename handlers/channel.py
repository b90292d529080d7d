"""``/telnyx channel``: what holds in a channel, and why."""

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.channel import SetChannel, ShowChannel, channel
from bot.render.forms import Choice, Form
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Request, Verb


async def show(request: Request[ShowChannel]) -> Message:
    """Show what holds where it was asked."""
    place, audience = request.place, request.audience
    if not place.channel:
        raise UsageError("Type `/telnyx channel` in the channel that you want to know about.")
    holds = await request.services.channels.here(place, request.asker, audience)
    return channel(holds, may_change=audience.has(Right.ADMIN))


async def change(request: Request[SetChannel]) -> Message:
    """Keep what was given, and show what holds now."""
    it, place, channels = request.intent, request.place, request.services.channels
    name = it.channel or place.channel
    await channels.set(place.team, name, it.changes, request.audience)
    holds = await channels.here(replace(place, channel=name), request.asker, request.audience)
    return channel(holds, may_change=True, news=f"I changed the settings of <#{name}>.")


async def settable(request: Request[SetChannel]) -> Sequence[Choice]:
    """Offer each bucket."""
    return [Choice(name) for name in await request.services.grants.buckets(request.audience)]


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        ShowChannel,
        show,
        help="Show what I answer from in this channel, and why.",
        right=Right.MEMBERS,
        here=True,
    ),
    Verb(
        SetChannel,
        change,
        help="Set documents, model, tone, experts, and when I answer in a channel.",
        example="--bucket handbook --mode follow",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.list", "models.list"),
        form=Form("Channel settings", "Save", tuple(SetChannel.model_fields)),
        choices={"bucket": settable},
        see="channel",
    ),
)
