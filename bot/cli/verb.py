"""``bot do WORDS…``: any verb that looks, on a terminal, with the same words, work and sentences as in Slack."""

import re
import time
from typing import Any

import click

from bot.app.telnyx import telnyx_client
from bot.errors import RefusedError, UsageError
from bot.observability.logs import configure
from bot.render.blocks import Block, Message
from bot.render.errors import words
from bot.services.access import EVERYTHING, Audience, Destination
from bot.services.calls import Calls
from bot.services.documents import Documents
from bot.services.models import Models
from bot.telnyx import TelnyxError
from config.settings import Settings
from handlers import line, tree
from handlers.perform import Performer
from handlers.typed import lex
from handlers.verb import Effect


async def do(settings: Settings, typed: str) -> int:
    """Print what the verb shows; the exit status."""
    configure("CRITICAL")
    found = tree.find(lex(typed))
    if isinstance(found, str):
        click.echo(plain(found))
        return 2
    verb, said = found
    if verb.effect is not Effect.LOOK:
        click.echo("Only what looks can be done here; ask and change things in Slack.", err=True)
        return 2
    async with telnyx_client(settings) as telnyx:
        look: Any = {
            "calls": Calls(telnyx),
            "documents": Documents(telnyx),
            "models": Models(telnyx, settings.answers.model),
        }
        by = Destination("", "", "", "", "", private=True, shared=False)
        try:
            services: Any = type("Looking", (), look)
            shown = await Performer(services, _everything).look(
                verb, line.read(verb.intent, typed, said), by, f"cli:{time.time()}"
            )
        except (UsageError, RefusedError, TelnyxError) as error:
            click.echo(plain(words(error, "").text.removesuffix("  ()")), err=True)
            return 1
    click.echo(
        "\n".join(plain(text) for text in texts(shown.blocks))
        or plain(shown.text if isinstance(shown, Message) else "")
    )
    return 0


async def _everything(_: Destination) -> Audience:
    return EVERYTHING


def texts(blocks: Any) -> list[str]:
    """What is to be read in blocks."""
    found = []
    block: Block
    for block in blocks:
        parts = [
            block.get("text"),
            *block.get("fields", []),
            *(block.get("elements", []) if block["type"] == "context" else []),
        ]
        read = [part if isinstance(part, str) else part["text"] for part in parts if part]
        found += [read[0] + "".join(f"  {one}" for one in read[1:])] if read else []
    return found


def plain(text: str) -> str:
    """Slack's mrkdwn without its marks."""
    text = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    return (
        re.sub(r"[`*_]|:[a-z_]+: ?", "", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    )
