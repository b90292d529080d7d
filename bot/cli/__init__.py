"""The command line: run the bot, check its settings, ask and look things up, write the app's manifest."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

import click

from bot import __version__
from bot.cli.settings import CANNOT_START, settings_and_problems, settings_for
from bot.cli.usage import Commands
from bot.errors import StartError
from bot.observability.logs import new_error_id, without_secrets
from config.load import ConfigError

FAILED = 1
log = logging.getLogger(__name__)


class Told(Commands):
    """Commands that end with a sentence, whatever goes wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Return what the command returns; end the process with status 2 where it can't start, and 1 for the rest."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except (StartError, ConfigError) as error:
            click.echo(str(error), err=True)
            sys.exit(CANNOT_START)
        except Exception as error:
            error_id = new_error_id()
            log.critical("ended_by_an_error %s", error_id, exc_info=error)
            said = without_secrets(f"{type(error).__name__}: {error}".removesuffix(": "))
            click.echo(
                f"I stopped because of an error that I didn't expect: {said}. Search the log for {error_id}.",
                err=True,
            )
            sys.exit(FAILED)


@click.group(cls=Told)
@click.version_option(__version__)
def main() -> None:
    """A Slack bot that answers from your documents, summarizes calls, and follows jobs, on the Telnyx AI API."""


@main.command()
def run() -> None:
    """Serve Slack until stopped."""
    settings = settings_for("slack", "telnyx")
    # The whole stack takes a second to import, and a wrong setting should be said at once.
    import uvloop  # noqa: PLC0415 - as above

    from bot.app.process import Bot  # noqa: PLC0415 - as above

    uvloop.run(Bot(settings).run())


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def ask(words: tuple[str, ...]) -> None:
    """Answer a question from the documents, as the bot would in Slack.

    Write it with or without quotes; `-` reads it from standard input. Before or after it: --bucket NAME (may be repeated),
    --top N, --model NAME, --no-docs, and --json for one JSON object instead of text.
    """
    settings = settings_for("telnyx")
    from bot.cli.ask import ask as answered  # noqa: PLC0415 - see run

    sys.exit(asyncio.run(answered(settings, words)))


@main.command()
@click.argument("cases", type=Path)
@click.option(
    "--bucket", "buckets", metavar="NAME", multiple=True, help="Search only this one; may be repeated."
)
@click.option("--model", metavar="NAME", help="Answer with another model.")
@click.option("--top", metavar="N", type=click.IntRange(1, 50), help="How many passages to read.")
@click.option(
    "--kind", "kinds", metavar="KIND", multiple=True, help="Ask only cases of this kind; may be repeated."
)
@click.option(
    "--at-once", metavar="N", type=click.IntRange(1, 64), default=4, help="Cases at a time; 4 unless you say."
)
@click.option(
    "--against", metavar="FILE", type=Path, help="Compare with this earlier run, as --json wrote it."
)
@click.option(
    "--limit",
    "limits",
    metavar="METRIC=N",
    multiple=True,
    help="A figure that has to be kept, such as cited=0.9; may be repeated.",
)
@click.option("--json", "as_json", metavar="FILE", type=Path, help="Write figures and cases as JSON.")
@click.option(
    "--html", "as_html", metavar="FILE", type=Path, help="Write a report with charts and every case."
)
def evaluate(cases: Path, **options: Any) -> None:
    """Measure the answers: ask the questions of CASES, a JSON Lines file, and count how many are answered rightly.

    The exit status is 1 if a figure is worse than its limit or than the earlier run allows, or a case got no answer, and 2 if a file can't
    be used. docs/answers.md says what a case looks like. Each case is a request to the model that Telnyx charges for.
    """
    settings = settings_for("telnyx")
    from bot.cli.evaluate import Wanted  # noqa: PLC0415 - see run
    from bot.cli.evaluate import evaluate as measured  # noqa: PLC0415 - see run

    sys.exit(asyncio.run(measured(settings, Wanted(cases, **options))))


@main.command()
@click.option(
    "--http", metavar="URL", help="The bot's public https address, to use HTTP instead of Socket Mode."
)
def manifest(http: str | None) -> None:
    """Print the Slack app's manifest.

    Paste it at api.slack.com/apps → Create New App → From a manifest.
    """
    settings = settings_for()
    from bot.cli.manifest import printed  # noqa: PLC0415 - see run

    click.echo(printed(http, settings.command_aliases))


@main.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, add_help_option=False
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def do(words: tuple[str, ...]) -> None:
    """Show here what a /telnyx command shows in Slack.

    For example, `bot do docs show handbook`. `bot do help` lists the commands.
    """
    settings = settings_for("telnyx")
    from bot.cli.verb import do as done  # noqa: PLC0415 - see run

    sys.exit(asyncio.run(done(settings, words)))


@main.command()
def migrate() -> None:
    """Upgrade the database to this release; `run` does that, too."""
    settings = settings_for()
    from bot.cli.migrate import migrate as to_this_release  # noqa: PLC0415 - see run

    click.echo(asyncio.run(to_this_release(settings)))


@main.command()
@click.argument("user")
def forget(user: str) -> None:
    """Erase what is kept about a person: their questions with the answers, and the words of their changes.

    USER is their member ID, such as U024BE7LH. The audit log still says what they changed. With SQLite, stop the bot first.
    """
    from bot.cli.person import forget as forgotten  # noqa: PLC0415 - see run
    from bot.cli.person import person  # noqa: PLC0415 - see run

    said, status = asyncio.run(forgotten(settings_for(), person(user)))
    click.echo(said)
    sys.exit(status)


@main.command()
@click.argument("what", metavar="USER|audit|feedback")
@click.option(
    "--since",
    metavar="AGO",
    help="With audit and feedback: only of the last days or hours, such as 30d or 12h.",
)
@click.option("--csv", "as_csv", is_flag=True, help="With audit: as a table with commas.")
@click.option("--value", type=click.Choice(["up", "down"]), help="With feedback: only this thumb.")
def export(what: str, since: str | None, value: str | None, as_csv: bool) -> None:
    """Print what is kept about a person as JSON, or everyone's changes or feedback as JSON lines.

    USER is their member ID, such as U024BE7LH. Feedback comes as candidate cases for an evaluation. The bot may run meanwhile.
    """
    from bot.cli.audit import AUDIT, ago  # noqa: PLC0415 - see run
    from bot.cli.audit import export as log_of  # noqa: PLC0415 - see run
    from bot.cli.feedback import FEEDBACK  # noqa: PLC0415 - see run
    from bot.cli.feedback import export as judged  # noqa: PLC0415 - see run
    from bot.cli.person import export as of_person  # noqa: PLC0415 - see run
    from bot.cli.person import person  # noqa: PLC0415 - see run

    fit = {AUDIT: (since, as_csv), FEEDBACK: (since, value)}.get(what, ())
    if any(one and one not in fit for one in (since, as_csv, value)):
        raise click.ClickException(
            "`--since` goes with `bot export audit` and `bot export feedback`, `--csv` with the first, `--value` with the second."
        )
    if what == AUDIT:
        asyncio.run(log_of(settings_for(), ago(since), as_csv=as_csv))
    elif what == FEEDBACK:
        asyncio.run(judged(settings_for(), ago(since), value))
    else:
        asyncio.run(of_person(settings_for(), person(what)))


@main.command()
def check() -> None:
    """Show what works, what's wrong or missing, and how to fix it."""
    settings, problems = settings_and_problems("slack", "telnyx")
    from bot.cli.check import report  # noqa: PLC0415 - see run

    text, status = asyncio.run(report(settings, problems))
    click.echo(text)
    sys.exit(status)
