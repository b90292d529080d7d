"""The command line: run the bot, check its settings, ask a question, write the app's manifest."""

import asyncio
import json
import sys
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import click

from bot import __version__
from bot.errors import RefusedError, UsageError
from bot.observability.logs import configure, new_error_id
from config.load import ConfigError, Need, load
from config.settings import Settings

WRONG_SETTINGS = 2
FAILED = 1


def settings_for(needs: Collection[Need]) -> Settings:
    """The settings, or one message about all that is wrong with them and exit status 2."""
    try:
        settings = load(needs)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)
    configure(settings.log_level)
    return settings


@click.group()
@click.version_option(__version__)
def main() -> None:
    """A Slack bot that answers from your documents, summarises calls and reports jobs, on the Telnyx AI API."""


@main.command()
def run() -> None:
    """Serve Slack until stopped."""
    from bot.app import Bot  # noqa: PLC0415 - the whole stack takes a second to import; other commands need little of it
    from bot.store.database import DatabaseInUseError  # noqa: PLC0415 - as above

    settings = settings_for(("slack", "telnyx"))
    try:
        asyncio.run(Bot(settings).run())
    except DatabaseInUseError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)
    except OSError as error:
        click.echo(
            f"Cannot listen on port {settings.port}: {error.strerror}. Set PORT to a free port.", err=True
        )
        sys.exit(WRONG_SETTINGS)


@main.command()
@click.argument("question")
@click.option("--bucket", "buckets", multiple=True, help="Search only this bucket; may be repeated.")
@click.option("--top", type=click.IntRange(1, 50), help="Passages to read from each bucket.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def ask(question: str, buckets: tuple[str, ...], top: int | None, *, as_json: bool) -> None:
    """Answer QUESTION from the documents, as the bot would in Slack."""
    settings = settings_for(("telnyx",))
    sys.exit(asyncio.run(_ask(settings, question, buckets, top, as_json=as_json)))


async def _ask(
    settings: Settings, question: str, buckets: tuple[str, ...], top: int | None, *, as_json: bool
) -> int:
    from bot.app import ask_service, telnyx_client  # noqa: PLC0415 - see run
    from bot.render.ask import refusal  # noqa: PLC0415 - see run
    from bot.render.errors import words  # noqa: PLC0415 - see run
    from bot.services.ask import Answer, Delta, Found, Query, sources  # noqa: PLC0415 - see run
    from bot.telnyx import TelnyxError  # noqa: PLC0415 - see run

    def progress(text: str) -> None:
        if sys.stderr.isatty() or not as_json:
            click.echo(text, err=True)

    progress("Searching the documents…")
    answer: Answer | None = None
    try:
        async with telnyx_client(settings) as telnyx:
            service, _ = ask_service(telnyx, settings)
            async for part in service.answer(Query(text=question, buckets=buckets, top=top)):
                if isinstance(part, Found):
                    progress(
                        f"{len(part.passages)} passages from {', '.join(part.buckets)}. Asking the model…"
                    )
                elif isinstance(part, Delta):
                    if not as_json:
                        click.echo(part.text, nl=False)
                else:
                    answer = part
    except (UsageError, RefusedError) as error:
        click.echo(str(error), err=True)
        return FAILED
    except TelnyxError as error:
        click.echo(f"{words(error, new_error_id()).text}\n{error}", err=True)
        return FAILED
    if answer is None:
        raise AssertionError("Ask.answer ends with an Answer")
    if as_json:
        click.echo(json.dumps(_as_json(answer), ensure_ascii=False))
    elif answer.refused:
        click.echo(refusal(list(answer.found.buckets)))
    else:
        click.echo("\n")
        for number, passage in sources(answer):
            click.echo(f"[{number}] {passage.bucket}/{passage.document}  (distance {passage.distance:.2f})")
    return 0


def _as_json(answer: Any) -> dict[str, Any]:
    from bot.services.ask import sources  # noqa: PLC0415 - see run

    return {
        "answer": answer.text,
        "refused": answer.refused,
        "model": answer.model,
        "usage": asdict(answer.usage) if answer.usage else None,
        "sources": [
            {
                "n": number,
                "bucket": passage.bucket,
                "document": passage.document,
                "passage": passage.text,
                "distance": passage.distance,
            }
            for number, passage in sources(answer)
        ],
    }
