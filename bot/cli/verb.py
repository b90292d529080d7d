"""``bot do WORDS…``: any verb that looks, on a terminal, with the same words, work and sentences as in Slack."""

import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import click

from bot.app.telnyx import retrieval, telnyx_client
from bot.cli.jobs import AtTelnyx
from bot.cli.terminal import drawn, failure, plain
from bot.errors import RefusedError, UsageError
from bot.observability.logs import configure
from bot.render.blocks import Block
from bot.render.intent import Intent
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import NEXT, as_message
from bot.runtime import Services
from bot.services.access import EVERYTHING, Asker, Audience, Place
from bot.services.call_search import CallSearch
from bot.services.calls import Calls
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.finetune import FineTuning
from bot.services.groups import Groups
from bot.services.insights import Insights
from bot.services.jobs.board import JobBoard
from bot.services.models import Models
from bot.services.search import Search
from bot.telnyx import Telnyx, TelnyxError
from config.settings import Settings
from handlers import line
from handlers.perform import Performer
from handlers.tree import FAMILY, TREE
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect

FAILED, MISTYPED = 1, 2
"""Exit statuses."""
SHOWS, WORKSPACE = "`bot do` only shows things.", "`bot do` knows no workspace."
NOWHERE, NOBODY = Place("", "", ""), Asker("", "")


async def do(settings: Settings, words: Sequence[str]) -> int:
    """Print what the verb shows; failures go to standard error. Return the exit status."""
    configure("CRITICAL")  # the sentence is enough
    typed = as_line(words)
    said = lex(typed)
    found = TREE.find(said)
    if isinstance(found, str):
        mistyped = not TREE.knows(said)
        click.echo(plain(found), err=mistyped)
        return MISTYPED if mistyped else 0
    verb, rest = found
    if verb.effect is not Effect.LOOK or verb.here:
        instead = "`bot ask`" if verb.words == "ask" else f"`{FAMILY} {verb.words}` in Slack"
        click.echo(plain(f"{WORKSPACE if verb.here else SHOWS} Use {instead}."), err=True)
        return MISTYPED
    try:
        intent = line.read(verb.intent, typed, rest)
    except UsageError as error:
        click.echo(plain(f"{escape_mrkdwn(error.text)}\n\n{TREE.usage(verb)}"), err=True)
        return MISTYPED
    try:
        async with telnyx_client(settings) as telnyx:
            click.echo(await _shown(services(telnyx, settings), verb, intent))
    except (UsageError, RefusedError, TelnyxError) as error:
        click.echo(failure(error), err=True)
        return FAILED
    return 0


def as_line(words: Sequence[str]) -> str:
    """Return the words as Slack would send them: escaped, and in quotes again where the shell took them away."""
    return " ".join(escape(_quoted(word), quote=False) for word in words)


def _quoted(word: str) -> str:
    if word and len(word.split()) == 1:
        return word
    key, equals, value = word.partition("=")
    if word.startswith("--") and equals and len(key.split()) == 1:
        return f"{key}={_quoted(value)}"
    quote = "'" if '"' in word else '"'
    return f"{quote}{word}{quote}"


def services(telnyx: Telnyx, settings: Settings) -> Services:
    """Return what verbs that look are given. There is no database and no Slack here, and none of these verbs needs them."""
    absent: Any = None
    now: Any = AtTelnyx(telnyx)
    models, calls = Models(telnyx, settings.answers.model), Calls(telnyx)
    return Services(
        actions=absent,
        answers=absent,
        audit=absent,
        call_changes=absent,
        calls=calls,
        call_search=CallSearch(telnyx, calls, settings.calls.collection),
        transcripts=absent,
        channels=absent,
        clusters=Clusters(telnyx, absent),
        documents=Documents(telnyx),
        experts=absent,
        feedback=absent,
        finetune=FineTuning(telnyx, models),
        grants=absent,
        groups=Groups(telnyx),
        insights=Insights(telnyx),
        job_cards=absent,
        jobs=JobBoard(now, now, now, telnyx),
        keeper=absent,
        models=models,
        search=Search(retrieval(telnyx, settings), absent),
        sharing=absent,
        sources=absent,
        stopping=absent,
        subscriptions=absent,
        usage=absent,
    )


async def _shown(given: Services, verb: AnyVerb, intent: Intent) -> str:
    """Return what the verb shows, as text."""
    shown = await Performer(given, _everything).look(verb, intent, NOWHERE, NOBODY, f"cli:{time.time_ns()}")
    message = as_message(shown)
    text = drawn(shown.blocks) or plain(message.text if message else "")
    following = _next_page(intent, shown.blocks)
    return f"{text}\nNext page: {following}" if following else text


def _next_page(intent: Intent, blocks: Sequence[Block]) -> str:
    """Return what to type for what the *Next* button of a list would show."""
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    for element in elements:
        if element["action_id"] == f"{intent.verb}#{NEXT}":
            following = type(intent).unpack(element["value"])
            given = following.model_dump(mode="json", exclude_defaults=True)
            return shlex.join(["bot", "do", *intent.verb.split(), *_as_typed(intent, given)])
    return ""


def _as_typed(intent: Intent, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield arguments as they are typed."""
    for argument in line.arguments(type(intent)):
        value = given.get(argument.name)
        values = value if isinstance(value, list) else [value] if value not in (None, False) else []
        for one in values:
            yield (
                str(one)
                if argument.placed
                else argument.shown
                if argument.flag
                else f"{argument.shown}={one}"
            )


async def _everything(_place: Place, _asker: Asker, *, private: bool) -> Audience:
    del private  # no one else reads a terminal
    return EVERYTHING
