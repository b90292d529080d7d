"""The bot with verbs that no release has, for kinds of change that no real verb makes yet.

Usage: ``python -m tests.journeys.bot_with_more_verbs run``.
"""

import importlib
import os
from dataclasses import dataclass

import httpx

from bot.render.blocks import Message
from bot.render.intent import Intent, Name
from bot.render.outcomes import File
from bot.services.access import Right
from bot.telnyx import Telnyx
from handlers import home, inbound, tree, verbs
from handlers.verb import AnyVerb, Effect, Request, Verb


@dataclass(frozen=True)
class Direct:
    """Telnyx without the services between."""

    http: httpx.AsyncClient

    @property
    def client(self) -> Telnyx:
        """Return a client with the environment's key."""
        return Telnyx(self.http, api_key=os.environ["TELNYX_API_KEY"], base_url=os.environ["TELNYX_BASE_URL"])


class Upload(Intent, verb="try file"):
    """Make a file."""

    text: Name


class Compute(Intent, verb="try compute"):
    """Compute clusters: a POST that takes no key."""

    bucket: Name


class Rename(Intent, verb="try rename"):
    """Rename an insight: a PUT."""

    insight: Name
    name: Name


async def upload(request: Request[Upload]) -> File:
    """Hand over a text file."""
    text = request.intent.text
    return File(f"{text}.txt", f"{text}\n".encode(), title=f"The file {text}")


async def compute(request: Request[Compute]) -> Message:
    """Start it."""
    async with httpx.AsyncClient() as http:
        task = await Direct(http).client.clusters.create(request.intent.bucket, min_cluster_size=3)
    return Message(f"Computing clusters of {request.intent.bucket} ({task}).")


async def computed(request: Request[Compute]) -> Message | None:
    """Find a clustering of the same bucket that a cut-off attempt made."""
    async with httpx.AsyncClient() as http:
        async for task in Direct(http).client.clusters.all():
            if (task.bucket, task.min_cluster_size) == (request.intent.bucket, 3):
                return Message(f"Computing clusters of {request.intent.bucket} ({task.task_id}).")
    return None


async def rename(request: Request[Rename]) -> Message:
    """Rename it."""
    async with httpx.AsyncClient() as http:
        await Direct(http).client.insights.update(request.intent.insight, name=request.intent.name)
    return Message(f"It is called {request.intent.name} now.")


MORE: tuple[AnyVerb, ...] = (
    Verb(
        Upload,
        upload,
        help="Make a file.",
        example="notes",
        effect=Effect.CHANGE,
        scopes=frozenset({"files:write", "files:read", "im:write"}),
    ),
    Verb(
        Compute,
        compute,
        help="Compute clusters.",
        example="handbook",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        found=computed,
        see="clusters",
    ),
    Verb(
        Rename, rename, help="Rename.", example="a b", right=Right.ADMIN, effect=Effect.CHANGE, see="insights"
    ),
)

verbs.VERBS = (*verbs.VERBS, *MORE)
verbs.BY_WORDS |= {verb.words: verb for verb in MORE}
for reader in (tree, home, inbound):  # they took the tuple when `handlers` was imported
    importlib.reload(reader)

if __name__ == "__main__":
    from bot.cli import main  # only now: everything else reads the tuple when it is imported

    main()
