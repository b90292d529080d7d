"""``/telnyx docs``."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.render import forms
from bot.render.blocks import Message
from bot.render.docs import (
    AddLink,
    AddUrl,
    Disable,
    Docs,
    Embed,
    ShowDocs,
    buckets,
    disabled,
    disabling,
    files,
)
from bot.render.forms import Choice, Form
from bot.render.jobs import Tasks, started, tasks
from bot.render.keep import THREAD, Keep, kept
from bot.render.markdown import code, shortened
from bot.render.outcomes import Listing, Modal
from bot.services.access import Right
from bot.services.documents import Chunks
from bot.services.jobs.embeddings import EMBEDDINGS
from bot.slack.permalinks import of_message
from bot.slack.reading.links import first_address
from bot.slack.reading.records import suggested
from handlers.begun import begun
from handlers.verb import AnyVerb, Effect, Question, Request, Shortcut, Verb


async def overview(request: Request[Docs]) -> Listing:
    """Show the buckets this person may see."""
    names = await request.services.documents.buckets(request.audience)
    return buckets(names, may_change=request.audience.has(Right.ADMIN))


async def show(request: Request[ShowDocs]) -> Listing:
    """Show the files of a bucket, those that failed first."""
    it, audience = request.intent, request.audience
    found = await request.services.documents.files(it.bucket, audience)
    may_read = it.bucket in audience.buckets
    return files(it, found, may_change=audience.has(Right.ADMIN), may_read=may_read)


async def embed(request: Request[Embed]) -> Message:
    """Start it at Telnyx; the watcher shows the rest."""
    it, services = request.intent, request.services
    how = Chunks(it.chunk_size, it.overlap, it.model, it.loader)
    task = await services.documents.embed(it.bucket, how, request.audience, key=request.key)
    return await shown(request, f"embedding {code(it.bucket)}", task.task_id)


async def add_url(request: Request[AddUrl]) -> Message:
    """Start it at Telnyx; the watcher shows the rest."""
    it, services = request.intent, request.services
    task = await services.documents.add_url(it.bucket, it.url, request.audience, key=request.key)
    what = f"adding {code(shortened(it.url, SHOWN))} and the pages below it to {code(it.bucket)}"
    return await shown(request, what, task.task_id)


async def shown(request: Request[Embed] | Request[AddUrl], what: str, task: str) -> Message:
    """Say that a task was started, and where its progress is shown."""
    return started(what, request.intent.bucket, task, await begun(request, EMBEDDINGS, task))


async def add_link(request: Request[AddLink]) -> Modal:
    """Open the form with the bucket of the list."""
    choices = {"bucket": await embedded(request)}
    return forms.window(LINK, AddUrl, given={"bucket": request.intent.bucket}, choices=choices)


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


async def list_tasks(request: Request[Tasks]) -> Listing:
    """Show the tasks of the buckets this person may see."""
    return tasks(await request.services.jobs.embeddings(request.intent.status, request.audience))


async def keep(request: Request[Keep]) -> Message:
    """Keep a thread or a file as a document."""
    it, team, keeper, asker = request.intent, request.place.team, request.services.keeper, request.asker
    done, what = await keeper.keep(it, team, asker, request.audience, key=request.key, began=request.began)
    if done.task:
        await begun(request, EMBEDDINGS, done.task)
    return kept(done, what)


async def writable(request: Request[Keep]) -> Sequence[Choice]:
    """Offer the buckets that what the link leads to may be kept in; all they know of until there is a link."""
    services, team, link = request.services, request.place.team, getattr(request.intent, "link", "")
    if not link:
        return [Choice(name) for name in await services.documents.buckets(request.audience)]
    return [
        Choice(name) for name in await services.keeper.buckets(link, team, request.asker, request.audience)
    ]


async def keepable(request: Request[Keep]) -> Sequence[Choice]:
    """Offer the thread, and the files of the message that the link leads to."""
    found = [Choice(THREAD, "The whole thread")]
    if link := getattr(request.intent, "link", ""):
        shared = await request.services.keeper.files(
            link, request.place.team, request.asker, request.audience
        )
        found += [Choice(file, f"The file {name}") for file, name in shared.items()]
    return found


def of_this(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the form that a message fills in: its file, where it has one and no thread, and a name."""
    file, name = suggested(message)
    link = of_message(message, message["channel"], message["domain"])
    return {"link": link, "file": file or THREAD, "name": name}


async def embedded(request: Request[Disable] | Request[AddUrl] | Request[AddLink]) -> Sequence[Choice]:
    """Offer the buckets this person may see."""
    return [Choice(name) for name in await request.services.documents.buckets(request.audience)]


SHOWN = 200
"""Characters of an address that are repeated."""
LINK = Form("Add a link", "Add", ("bucket", "url"), "Adding the page…")
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
        form=Form("Embed a bucket", "Embed", ("bucket", "chunk_size", "overlap", "model", "loader")),
        see="docs tasks",
        home="Embed a bucket",
    ),
    Verb(
        AddUrl,
        add_url,
        help="Add a web page, and those below it, to a bucket.",
        example="handbook https://help.example.com/",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("embeddings.url",),
        form=LINK,
        choices={"bucket": embedded},
        shortcuts=(
            Shortcut(
                "add_link",
                "Add link to docs",
                "Add the page that this message links to",
                lambda message: {"url": first_address(message)},
            ),
        ),
        see="docs tasks",
    ),
    Verb(
        Keep,
        keep,
        help="Keep a thread, or a file shared in Slack, as a document; for admins and the channel's experts.",
        example="handbook https://acme.slack.com/archives/C0SUPPORT/p1790000000000100",
        right=Right.MEMBERS,
        effect=Effect.CHANGE,
        operations=("embeddings.buckets.list", "embeddings.buckets.retrieve", "embeddings.list_tasks"),
        scopes=frozenset({"files:read", "usergroups:read"}),
        form=Form("Keep in docs", "Keep", ("link", "bucket", "file", "name"), "Keeping it…"),
        choices={"bucket": writable, "file": keepable},
        shortcuts=(Shortcut("keep", "Keep in docs", "Keep this thread or file as a document", of_this),),
        see="docs",
    ),
    Verb(
        AddLink,
        add_link,
        right=Right.ADMIN,
        operations=("embeddings.buckets.list",),
        typed=False,
        window=LINK.title,
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
    Verb(
        Tasks,
        list_tasks,
        right=Right.BUCKETS,
        help="List the embedding tasks that run, and those that ended lately.",
        example="--status processing",
        operations=("embeddings.list_tasks",),
    ),
)
