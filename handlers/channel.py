"""``/telnyx channel``: what holds in a channel, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.channel import SetChannel, ShowChannel, UseModel, channel
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
    it = request.intent
    return await _kept(request, it.channel or request.place.channel, it.changes)


async def use(request: Request[UseModel]) -> Message:
    """Keep a model for the channel in which it was chosen, as ``channel set --model`` does."""
    return await _kept(request, request.place.channel, {"model": request.intent.model})


async def _kept(request: Request[Any], name: str, changes: Mapping[str, Any]) -> Message:
    place, channels = request.place, request.services.channels
    await channels.set(place.team, name, changes, request.audience)
    holds = await channels.here(replace(place, channel=name), request.asker, request.audience)
    return channel(holds, may_change=True, news=f"I changed the settings of <#{name}>.")


async def settable(request: Request[SetChannel]) -> Sequence[Choice]:
    """Offer each bucket."""
    return [Choice(name) for name in await request.services.grants.buckets(request.audience)]


async def usable(request: Request[SetChannel]) -> Sequence[Choice]:
    """Offer each model that answers."""
    return [Choice(name) for name in await request.services.models.that_answer()]


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
        choices={"bucket": settable, "model": usable},
        see="channel",
    ),
    Verb(UseModel, use, right=Right.ADMIN, effect=Effect.CHANGE, typed=False),
)
