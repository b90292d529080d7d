"""``/telnyx clusters``."""

from collections.abc import Sequence

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.clusters import (
    Clusters,
    Compute,
    Delete,
    Picture,
    ShowClusters,
    ShowTopic,
    computing,
    deleted,
    deleting,
    listing,
    picture,
    started,
    topic_page,
    topics_page,
)
from bot.render.forms import Choice, Form
from bot.render.outcomes import File, Listing
from bot.services.access import Right
from bot.services.jobs.clusters import CLUSTERS
from handlers.begun import begun
from handlers.verb import AnyVerb, Effect, Question, Request, Verb


async def overview(request: Request[Clusters]) -> Listing:
    """Show the clusterings of the buckets this person may know of."""
    found = await request.services.clusters.all(request.audience)
    return listing(found, may_change=request.audience.has(Right.ADMIN))


async def show(request: Request[ShowClusters]) -> Message:
    """Show what a clustering found, or how far it is."""
    it = request.intent
    task, found = await request.services.clusters.topics(it.task, request.audience, top=it.top, deep=it.sub)
    return topics_page(it, task, found, may_change=request.audience.has(Right.ADMIN))


async def show_topic(request: Request[ShowTopic]) -> Message:
    """Show the passages of a topic, and the topics below it."""
    it = request.intent
    return topic_page(it, *await request.services.clusters.topic(it.task, it.number, request.audience))


async def draw(request: Request[Picture]) -> File:
    """Post the picture where it is wanted if all who read there may see it, else to the asker alone."""
    clusters, audience, place = request.services.clusters, request.audience, request.place
    task, found, content = await clusters.picture(request.intent.task, audience)
    everyone = await clusters.seen_in(place, request.asker, task.bucket, audience)
    return picture(task, found, content, place if everyone else None)


async def compute(request: Request[Compute]) -> Message:
    """Start it at Telnyx, which works for minutes."""
    it = request.intent
    task = await request.services.clusters.compute(
        it.bucket, it.files, it.prefix, size=it.min_size, below=it.min_sub, audience=request.audience
    )
    return started(it.bucket, task, await begun(request, CLUSTERS, task))


async def computed(request: Request[Compute]) -> Message | None:
    """Find the clustering that an attempt began which was cut off."""
    it = request.intent
    task = await request.services.clusters.made(
        it.bucket, size=it.min_size, below=it.min_sub, since=request.began, audience=request.audience
    )
    return started(it.bucket, task, await begun(request, CLUSTERS, task)) if task else None


async def computing_asks(request: Request[Compute]) -> Question[Compute]:
    """Say what it means; a bucket or a file that isn't there is told now."""
    it = request.intent
    found = await request.services.documents.files(it.bucket, request.audience)
    names = {file.filename for file in found}
    chosen = [name for name in it.files or names if name.startswith(it.prefix)]
    if not chosen or not names.issuperset(it.files):
        raise UsageError(f"I can't find these files. `/telnyx docs show {it.bucket}` lists those there are.")
    return Question(computing(it, len(chosen)), it, yes="Yes, find topics")


async def buckets(request: Request[Compute]) -> Sequence[Choice]:
    """Offer the embedded buckets."""
    return [Choice(name) for name in await request.services.documents.buckets(request.audience)]


async def delete(request: Request[Delete]) -> Message:
    """Delete it at Telnyx."""
    task = request.intent.task
    await request.services.clusters.delete(task, request.audience, again=request.again)
    return deleted(task)


async def deleting_asks(request: Request[Delete]) -> Question[Delete]:
    """Name the clustering that the typed id begins."""
    found = await request.services.clusters.find(request.intent.task, request.audience)
    return Question(deleting(found), Delete(task=found.task_id))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Clusters,
        overview,
        help="List where topics were looked for in documents.",
        right=Right.BUCKETS,
        operations=("clusters.list",),
        home="Topics",
    ),
    Verb(
        ShowClusters,
        show,
        help="Show the topics that were found in a bucket.",
        example="handbook --top 3 --sub",
        operations=("clusters.list", "clusters.retrieve"),
    ),
    Verb(
        ShowTopic,
        show_topic,
        help="Show one topic with its passages and subtopics.",
        example="handbook 2.1",
        operations=("clusters.list", "clusters.retrieve"),
    ),
    Verb(
        Picture,
        draw,
        help="Post a picture of the topics of a bucket.",
        example="handbook",
        effect=Effect.CHANGE,
        scopes=frozenset({"files:write", "files:read", "im:write"}),
        operations=("clusters.list", "clusters.retrieve", "clusters.graph"),
        see="clusters",
    ),
    Verb(
        Compute,
        compute,
        help="Find topics in the documents of a bucket.",
        example="handbook --min-size 10",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("clusters.compute", "embeddings.buckets.retrieve", "embeddings.buckets.list"),
        form=Form("Find topics", "Next", ("bucket", "min_size", "min_sub", "files", "prefix")),
        choices={"bucket": buckets},
        question=computing_asks,
        found=computed,
        see="clusters",
    ),
    Verb(
        Delete,
        delete,
        help="Delete a clustering.",
        example="3fa85f64",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("clusters.list", "clusters.delete"),
        question=deleting_asks,
        see="clusters",
    ),
)
