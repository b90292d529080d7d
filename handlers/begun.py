"""What goes on at Telnyx when a verb has ended: whose it is, and where it's shown how far it is."""

from typing import Any

import structlog

from bot.render.jobs import shown_in
from bot.services.jobs import JobKind
from handlers.verb import Request

log = structlog.get_logger(__name__)


async def begun(request: Request[Any], kind: JobKind, job: str) -> str:
    """Note who started a job; return where its progress is shown, as a sentence."""
    services, place, subscribed = request.services, request.place, False
    try:
        await services.jobs.started(kind, job, request.asker, place)
        subscribed = await services.subscriptions.hears(
            place, kind.name, getattr(request.intent, "bucket", None)
        )
    except Exception as error:  # noqa: BLE001 - it runs, and that is said even if no one can note whose it is
        log.warning("starter_not_noted", job=job, error=type(error).__name__)
    return shown_in(services.subscriptions.channel, place.channel, subscribed=subscribed)
