"""``/telnyx docs``."""

from pydantic import Field

from bot.render.blocks import Message
from bot.render.docs import ShowDocs, files, started
from bot.render.intent import Intent, Name
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Request, Verb


async def show(request: Request[ShowDocs]) -> Listing:
    """The files of a bucket, those that failed first."""
    bucket = request.intent.bucket
    return files(bucket, await request.services.documents.files(bucket, request.audience))


class Embed(Intent, verb="docs embed"):
    """Embed a bucket."""

    bucket: Name
    chunk_size: int | None = Field(
        default=None, ge=1, description="How large a passage is; Telnyx's default is 1024."
    )
    overlap: int | None = Field(
        default=None, ge=0, description="How much of it the next one repeats; by default 512."
    )


async def embed(request: Request[Embed]) -> Message:
    """Start it at Telnyx; the watcher tells the rest."""
    it, services = request.intent, request.services
    task = await services.documents.embed(
        it.bucket, request.audience, key=request.key, chunk_size=it.chunk_size, overlap=it.overlap
    )
    return started(it.bucket, task, services.jobs_channel)


class Disable(Intent, verb="docs disable"):
    """Throw away a bucket's embeddings."""

    bucket: Name


async def disable(request: Request[Disable]) -> Message:
    """Nobody gets answers from it any more."""
    bucket = request.intent.bucket
    await request.services.documents.disable(bucket, request.audience, again=request.again)
    return Message(
        f"`{escape_mrkdwn(bucket)}` is not searched any more. Its files are still in the storage bucket."
    )


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        ShowDocs,
        show,
        help="List the files of a bucket, and why some failed.",
        example="handbook",
        operations=("embeddings.buckets.retrieve",),
    ),
    Verb(
        Embed,
        embed,
        help="Embed what is in a storage bucket.",
        example="handbook --chunk-size 512",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.create",),
    ),
    Verb(
        Disable,
        disable,
        help="Throw a bucket's embeddings away; its files stay.",
        example="handbook",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.delete",),
        question=lambda it: (
            f"Nobody will get answers from `{escape_mrkdwn(it.bucket)}` any more until it is embedded again."
        ),
        typed_name="bucket",
    ),
)
