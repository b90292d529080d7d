"""``/telnyx jobs on-it``, ``snooze``, ``wake``, ``mute``, and ``unmute``: what people press on the card of a job."""

from bot import ids
from bot.render.blocks import Message
from bot.render.job_marks import Mute, OnIt, Snooze, Unmute, Wake
from bot.services.access import Right
from bot.workflows.job_cards import Press
from handlers.verb import AnyVerb, Request, Verb


async def on_it(request: Request[OnIt]) -> Message:
    """Note that someone takes care of it, or that they don't anymore."""
    job = await request.services.jobs.find(request.intent.job, request.audience)
    return await request.services.job_cards.on_it(job, press(request))


async def snooze(request: Request[Snooze]) -> Message:
    """Hold news back for an hour."""
    job = await request.services.jobs.find(request.intent.job, request.audience)
    return await request.services.job_cards.snooze(job, press(request))


async def wake(request: Request[Wake]) -> Message:
    """Tell what was held back, at once."""
    job = await request.services.jobs.find(request.intent.job, request.audience)
    return await request.services.job_cards.wake(job, press(request))


async def mute(request: Request[Mute]) -> Message:
    """Stop news."""
    job = await request.services.jobs.find(request.intent.job, request.audience)
    return await request.services.job_cards.mute(job, press(request))


async def unmute(request: Request[Unmute]) -> Message:
    """Tell news again."""
    job = await request.services.jobs.find(request.intent.job, request.audience)
    return await request.services.job_cards.unmute(job, press(request))


def press(
    request: Request[OnIt] | Request[Snooze] | Request[Wake] | Request[Mute] | Request[Unmute],
) -> Press:
    """Return who wants it, where, and on which message."""
    return Press(request.asker.user, request.place.channel, ids.pressed_in(request.id))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        OnIt,
        on_it,
        right=Right.JOBS,
        help="Say on a job's card that you take care of it; again, that you don't.",
        example="handbook",
    ),
    Verb(
        Snooze,
        snooze,
        right=Right.JOBS,
        help="Hold back news of a job here for an hour.",
        example="handbook",
    ),
    Verb(
        Wake,
        wake,
        right=Right.JOBS,
        help="End what was snoozed: news of a job comes at once.",
        example="handbook",
    ),
    Verb(
        Mute,
        mute,
        right=Right.JOBS,
        help="Stop news of a job here; its card stays up to date.",
        example="handbook",
    ),
    Verb(
        Unmute,
        unmute,
        right=Right.JOBS,
        help="Get news of a muted job here again.",
        example="handbook",
    ),
)
