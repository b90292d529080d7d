"""``/telnyx docs``."""

from collections.abc import Sequence

from bot.render.blocks import Message
from bot.render.docs import Disable, Docs, Embed, ShowDocs, buckets, disabled, disabling, files, started
from bot.render.forms import Choice, Form
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Question, Request, Verb


async def overview(request: Request[Docs]) -> Listing:
    """Show the buckets this person may see."""
    names = await request.services.documents.buckets(request.audience)
    return buckets(names, may_change=request.audience.has(Right.ADMIN))


async def show(request: Request[ShowDocs]) -> Listing:
    """Show the files of a bucket, those that failed first."""
    bucket = request.intent.bucket
    return files(bucket, await request.services.documents.files(bucket, request.audience))


async def embed(request: Request[Embed]) -> Message:
    """Start it at Telnyx; the watcher shows the rest."""
    it, services = request.intent, request.services
    task = await services.documents.embed(
        it.bucket, request.audience, key=request.key, chunk_size=it.chunk_size, overlap=it.overlap
    )
    return started(it.bucket, task, services.jobs_channel)


async def disable(request: Request[Disable]) -> Message:
    """Throw the embeddings away."""
    bucket = request.intent.bucket
    await request.services.documents.disable(bucket, request.audience, again=request.again)
    return disabled(bucket)


async def disabling_asks(request: Request[Disable]) -> Question[Disable]:
    """Say how much is lost."""
    bucket = request.intent.bucket
    found = await request.services.documents.files(bucket, request.audience)
    return Question(disabling(bucket, len(found)), request.intent, yes="Yes, disable")


async def embedded(request: Request[Disable]) -> Sequence[Choice]:
    """Offer the buckets this person may see."""
    return [Choice(name) for name in await request.services.documents.buckets(request.audience)]


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Docs,
        overview,
        right=Right.BUCKETS,
        help="List the embedded buckets.",
        operations=("embeddings.buckets.list",),
        home="Documents",
    ),
    Verb(
        ShowDocs,
        show,
        right=Right.BUCKETS,
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
        see="docs",
    ),
    Verb(
        Disable,
        disable,
        help="Delete a bucket's embeddings; its files stay.",
        example="handbook",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.delete",),
        form=Form("Disable a bucket", "Next", ("bucket",)),
        choices={"bucket": embedded},
        question=disabling_asks,
        typed_name="bucket",
        see="docs",
    ),
)
