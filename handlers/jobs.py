"""``/telnyx jobs``."""

from typing import Any

from bot.render.blocks import Message
from bot.render.job_intents import FailedFiles, Jobs, ShowJob
from bot.render.jobs import failed_files, listing, page
from bot.render.outcomes import ROWS, Listing
from bot.services.access import Right
from bot.services.jobs.board import Card
from handlers.verb import AnyVerb, Request, Verb

LISTS = ("embeddings.list_tasks", "clusters.list", "fine_tuning.jobs.list")
"""What is asked for a job that the watcher has not seen yet."""
ALONE = ("embeddings.retrieve_task", "clusters.retrieve", "fine_tuning.jobs.retrieve")


async def overview(request: Request[Jobs]) -> Listing:
    """Show what runs, and what ended in the last day."""

    def asked(total: int) -> slice:
        return request.intent.place(total, ROWS)

    return listing(await request.services.jobs.lately(request.audience, here(request), asked))


async def show(request: Request[ShowJob]) -> Message:
    """Show the card of a job, as it is now."""
    return page(await found(request))


async def files(request: Request[FailedFiles]) -> Listing:
    """Show which files of a job failed, and why; Telnyx is asked now."""
    card, services = await found(request), request.services
    there = await services.documents.files(card.bucket, request.audience) if card.bucket else ()
    return failed_files(card, there)


async def found(request: Request[ShowJob] | Request[FailedFiles]) -> Card:
    """Return the card of the job that is meant."""
    services, audience = request.services, request.audience
    job = await services.jobs.find(request.intent.job, audience)
    return await services.jobs.card(job, here(request), audience)


def here(request: Request[Any]) -> str:
    """Return where a card is looked at, as marks name it: a channel, or the person in their direct messages."""
    return request.asker.user if request.place.direct else request.place.channel


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Jobs,
        overview,
        right=Right.JOBS,
        help="List what runs at Telnyx, and what ended in the last day.",
        home="Jobs",
    ),
    Verb(
        ShowJob,
        show,
        right=Right.JOBS,
        help="Show a job: how far it is, and what can be done about it.",
        example="3fa85f64",
        operations=(*LISTS, *ALONE),
    ),
    Verb(
        FailedFiles,
        files,
        right=Right.JOBS,
        help="List the files of a job that failed, and why.",
        example="3fa85f64",
        operations=(*LISTS, *ALONE, "embeddings.buckets.retrieve"),
    ),
)
