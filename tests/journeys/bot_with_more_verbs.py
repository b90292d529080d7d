"""The bot with verbs that no release has, for kinds of change that no real verb makes yet, and for each newer block alone.

Usage: ``python -m tests.journeys.bot_with_more_verbs run``.
"""

import importlib
import os
from dataclasses import dataclass

import httpx

from bot.render.blocks import Message, section
from bot.render.intent import Intent, Name
from bot.render.newer import chart, container
from bot.render.outcomes import File, Table
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


class Chart(Intent, verb="try chart"):
    """Show a table with a chart above it."""


class Folded(Intent, verb="try folded"):
    """Show what people open."""


async def charted(request: Request[Chart]) -> Table:  # noqa: ARG001 - as every verb
    """Show moods."""
    picture = chart("Moods", "bar", ["happy", "angry"], {"Calls": [3, 1]})
    return Table("Moods", ["Mood", "Calls"], [["happy", "3"], ["angry", "1"]], "None.", chart=picture)


async def folded(request: Request[Folded]) -> Message:  # noqa: ARG001 - as every verb
    """Show passages."""
    inside = [section("All that was said")]
    return Message("Passages", [container("Passages", inside, collapsed=True)], Message("Passages", inside))


async def upload(request: Request[Upload]) -> File:
    """Hand over a text file."""
    text = request.intent.text
    return File(f"{text}.txt", f"{text}\n".encode(), title=f"The file {text}")


MORE: tuple[AnyVerb, ...] = (
    Verb(Chart, charted, help="Show a chart.", example=""),
    Verb(Folded, folded, help="Show what people open.", example=""),
    Verb(
        Upload,
        upload,
        help="Make a file.",
        example="notes",
        effect=Effect.CHANGE,
        scopes=frozenset({"files:write", "files:read", "im:write"}),
    ),
)

verbs.VERBS = (*verbs.VERBS, *MORE)
verbs.BY_WORDS |= {verb.words: verb for verb in MORE}
for reader in (tree, home, inbound):  # they took the tuple when `handlers` was imported
    importlib.reload(reader)

if __name__ == "__main__":
    from bot.cli import main  # only now: everything else reads the tuple when it is imported

    main()
