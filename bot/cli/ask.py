"""``bot ask``: the same service as in Slack, on a terminal."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from bot.app.telnyx import ask_service, telnyx_client
from bot.cli.terminal import failure
from bot.errors import RefusedError, UsageError
from bot.observability.logs import configure
from bot.render.ask import cut, lacking, refusal
from bot.services.ask import Again, Answer, Delta, EmptyAnswerError, Found, Query, sources
from bot.telnyx import TelnyxError
from config.settings import Settings

FAILED = 1


async def answer(
    settings: Settings, question: str, buckets: tuple[str, ...], top: int | None, *, as_json: bool
) -> int:
    """Stream the answer to standard output; progress and failures go to standard error. Return the exit status."""
    configure("ERROR" if settings.log_level == "INFO" else settings.log_level)  # the sentence is enough
    try:
        found = await _stream(settings, Query(text=question, buckets=buckets, top=top), quiet=as_json)
    except (UsageError, RefusedError) as error:
        click.echo(str(error), err=True)
        return FAILED
    except (TelnyxError, EmptyAnswerError) as error:
        # On a terminal the reason itself stands where an id would.
        click.echo(f"{failure(error)}\n{error}", err=True)
        return FAILED
    if as_json:
        click.echo(json.dumps(as_object(found), ensure_ascii=False))
    elif found.refused:
        click.echo(refusal(list(found.found.buckets)))
    else:
        click.echo("\n")
        if note := cut(found.cut):
            click.echo(f"{note}\n", err=True)
        for number, passage in sources(found):
            click.echo(f"[{number}] {passage.bucket}/{passage.document}  (distance {passage.distance:.2f})")
    return 0


async def _stream(settings: Settings, query: Query, *, quiet: bool) -> Answer:
    click.echo("Searching the documents…", err=True)
    async with telnyx_client(settings) as telnyx:
        service, _ = ask_service(telnyx, settings)
        async for part in service.answer(query):
            if isinstance(part, Answer):
                return part
            if isinstance(part, Found):
                count, where = len(part.passages), ", ".join(part.buckets)
                click.echo(
                    f"{_passages(count)} close enough in {where}." + (" Asking the model…" if count else ""),
                    err=True,
                )
                if note := lacking(part.lacking):
                    click.echo(note, err=True)
            elif isinstance(part, Again) and not quiet:
                click.echo("\n\n(That was the model thinking. Its answer:)\n", err=True)
            elif isinstance(part, Delta) and not quiet:
                click.echo(part.text, nl=False)
                sys.stdout.flush()
    raise AssertionError("Ask.answer ends with an Answer")


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"


def as_object(found: Answer) -> dict[str, Any]:
    """Return what ``--json`` prints: answer, refused, cut, model, usage (tokens) and the cited sources.

    ``cut`` is why the answer may lack its end (`length`, `content_filter`, `unknown`, …), null when it is whole; usage is null
    when Telnyx does not say.
    """
    return {
        "answer": found.text,
        "refused": found.refused,
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
