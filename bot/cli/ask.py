"""``bot ask``: the same service as in Slack, on a terminal."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any

import click

from bot.app.telnyx import ask_service, telnyx_client
from bot.cli.terminal import failure
from bot.errors import RefusedError, UsageError
from bot.observability.logs import configure
from bot.render.ask import lacking, told
from bot.render.notes import PARTLY, cut
from bot.render.numbers import counted
from bot.render.refusal import refusal
from bot.services.access import EVERYTHING
from bot.services.ask import Again, Answer, Delta, EmptyAnswerError, sources
from bot.services.query import Query
from bot.services.retrieval import Found
from bot.telnyx import TelnyxError
from bot.text import clean
from config.settings import Settings
from handlers import line
from handlers.ask import Ask
from handlers.typed import Word

FAILED, MISTYPED = 1, 2
"""Exit statuses."""
JSON = "--json"


async def ask(settings: Settings, words: Sequence[str]) -> int:
    """Answer what was typed. Return the exit status."""
    configure("ERROR" if settings.log_level == "INFO" else settings.log_level)  # the sentence is enough
    try:
        text, intent, as_json = read(words)
    except UsageError as error:
        click.echo(failure(error), err=True)
        return MISTYPED
    question = sys.stdin.read() if text == "-" else text
    query = Query(
        clean(question).strip(),
        EVERYTHING,
        buckets=intent.bucket,
        top=intent.top,
        model=intent.model,
        documents=not intent.no_docs,
    )
    return await answer(settings, query, as_json=as_json)


def read(words: Sequence[str]) -> tuple[str, Ask, bool]:
    """Return the question as it was typed, its options, and whether the answer is wanted as JSON.

    Raises:
        UsageError: an option is wrong, or nearly one of ours.
    """
    for place, word in enumerate(words):
        if word == JSON and any(not _spoken(side)[0] for side in (words[:place], words[place + 1 :])):
            return (*_spoken([*words[:place], *words[place + 1 :]]), True)
    return (*_spoken(words), False)


def _spoken(words: Sequence[str]) -> tuple[str, Ask]:
    """The shell has taken the line apart already: each of its words counts as one, spaces or not."""
    escaped = [escape(word, quote=False) for word in words]
    ends = [len(" ".join(escaped[: number + 1])) for number in range(len(words))]
    said = [Word(word, end - len(typed), end) for word, typed, end in zip(words, escaped, ends, strict=True)]
    return line.spoken(Ask, " ".join(escaped), said)


async def answer(settings: Settings, query: Query, *, as_json: bool) -> int:
    """Stream the answer to standard output; progress and failures go to standard error. Return the exit status."""
    try:
        found = await _stream(settings, query, quiet=as_json)
    except (UsageError, RefusedError) as error:
        click.echo(failure(error), err=True)
        return FAILED
    except (TelnyxError, EmptyAnswerError) as error:
        # On a terminal the reason itself stands where an id would.
        click.echo(f"{failure(error)}\n{error}", err=True)
        return FAILED
    if not found.refused and not found.model:  # small talk
        click.echo(json.dumps(as_object(found), ensure_ascii=False) if as_json else found.text)
    elif as_json:
        click.echo(json.dumps(as_object(found), ensure_ascii=False))
    elif found.refused:
        click.echo(refusal(found.found.buckets, options=True))
    else:
        click.echo("\n")
        for note in filter(None, (PARTLY if found.partly else None, cut(found.cut))):
            click.echo(f"{note}\n", err=True)
        for number, passage in sources(found):
            named = clean(f"{passage.bucket}/{passage.document}")
            click.echo(f"[{number}] {named}  (distance {passage.distance:.2f})")
    return 0


async def _stream(settings: Settings, query: Query, *, quiet: bool) -> Answer:
    async with telnyx_client(settings) as telnyx:
        service, _ = ask_service(telnyx, settings)
        if query.documents and (talk := query.talk):
            return Answer(told(talk, await service.searched(query)), False, "", Found((), ()))
        if query.documents:
            click.echo("Searching the documents…", err=True)
        async for part in service.answer(query):
            if isinstance(part, Answer):
                return part
            if isinstance(part, Found):
                click.echo(_progress(part, query), err=True)
                if note := lacking(part.lacking):
                    click.echo(note, err=True)
            elif isinstance(part, Again) and not quiet:
                click.echo("\n\n(That was the model thinking. This is its answer:)\n", err=True)
            elif isinstance(part, Delta) and not quiet:
                click.echo(clean(part.text), nl=False)  # a terminal obeys control characters
                sys.stdout.flush()
    raise AssertionError("Ask.answer ends with an Answer")


def _progress(found: Found, query: Query) -> str:
    if not query.documents:
        return "Asking the model without documents…"
    near = f"{counted(len(found.passages), 'passage')} close enough in {', '.join(found.buckets)}."
    return f"{near} Asking the model…" if found.passages else near


def as_object(found: Answer) -> dict[str, Any]:
    """Return what ``--json`` prints: answer, refused, partly, cut, model, usage (tokens) and the cited sources.

    ``cut`` is why the answer may lack its end (`length`, `content_filter`, `unknown`, …), null when it is whole; usage is null
    when Telnyx does not say.
    """
    return {
        "answer": found.text,
        "refused": found.refused,
        "partly": found.partly,
        "cut": found.cut,
        "model": found.model,
        "usage": asdict(found.usage) if found.usage else None,
        "sources": [
            {
                "n": number,
                "bucket": passage.bucket,
                "document": passage.document,
                "passage": passage.text,
                "distance": passage.distance,
            }
            for number, passage in sources(found)
        ],
    }
