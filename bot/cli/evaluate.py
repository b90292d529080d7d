"""``bot evaluate``: ask a set of cases, count, compare, and tell by the exit status whether the answers are good enough."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bot import __version__
from bot.app.telnyx import ask_service, telnyx_client
from bot.cli.moments import moment
from bot.cli.terminal import failure
from bot.cli.usage import MISTYPED
from bot.errors import RefusedError, UsageError
from bot.evaluation import cases, table
from bot.evaluation.asking import Examiner, Result
from bot.evaluation.cases import Case
from bot.evaluation.comparing import differences, judged, unmeasured
from bot.evaluation.metrics import BY_NAME, Verdict, verdict
from bot.evaluation.page import page
from bot.evaluation.report import Base, Made, Report, as_object, base, digest, report
from bot.observability.logs import configure
from bot.services.access import EVERYTHING
from bot.services.query import Query
from bot.telnyx import TelnyxError
from config.settings import Settings

FAILED = 1
_NOT_OF_STEPS = {"prompts", "retention_days"}
"""Settings of answers that change no answer."""


class BadInputError(click.ClickException):
    """What was given can't be used; nothing was asked."""

    exit_code = MISTYPED


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    cases: Path
    buckets: tuple[str, ...] = ()
    model: str | None = None
    top: int | None = None
    kinds: tuple[str, ...] = ()
    at_once: int = 4
    against: Path | None = None
    limits: tuple[str, ...] = ()
    as_json: Path | None = None
    as_html: Path | None = None


async def evaluate(settings: Settings, wanted: Wanted) -> int:
    """Ask the cases and print the figures. Return the exit status: 1 if a figure is worse than it may be, or a case had no answer.

    Raises:
        BadInputError: the cases, the base, or a limit can't be used, or a report can't be written where it should.
    """
    configure("ERROR" if settings.log_level == "INFO" else settings.log_level)  # a case says what failed
    some = _cases(wanted)
    limits = _limits(wanted.limits)
    before = _base(wanted)
    for path in (wanted.as_json, wanted.as_html):
        _writable(path)
    query = Query("?", EVERYTHING, buckets=wanted.buckets, top=wanted.top, model=wanted.model)
    began = time.monotonic()
    try:
        results, embeddings = await _asked(settings, some, query, wanted.at_once)
    except (UsageError, RefusedError) as error:
        raise BadInputError(failure(error)) from None
    except TelnyxError as error:
        click.echo(f"{failure(error)}\n{error}", err=True)
        return FAILED
    made = Made(
        set=wanted.cases.stem,
        cases=len(some),
        digest=digest(some),
        host=urlsplit(settings.telnyx.base_url).hostname or "",
        models=tuple(sorted({result.model for result in results if result.model})),
        embeddings=embeddings,
        settings=_steps(settings, wanted),
        version=__version__,
        at=moment(time.time()),
        seconds=round(time.monotonic() - began, 1),
        at_once=wanted.at_once,
    )
    return _told(report(made, results), before, limits, wanted)


def _cases(wanted: Wanted) -> list[Case]:
    found, problems = cases.read(_text(wanted.cases))
    if problems:
        raise BadInputError("\n".join([f"I can't use {wanted.cases}.", *problems]))
    if unknown := [kind for kind in wanted.kinds if kind not in cases.KINDS]:
        raise BadInputError(f"There's no kind `{unknown[0]}`. Choose from {', '.join(cases.KINDS)}.")
    if not (some := cases.of_kinds(found, wanted.kinds)):
        raise BadInputError(f"{wanted.cases} has no case of the kind {' or '.join(wanted.kinds)}.")
    return some


def _limits(typed: Sequence[str]) -> dict[str, float]:
    """Return the limits by the names of their metrics."""
    limits = {}
    for one in typed:
        name, _, number = one.partition("=")
        if name not in BY_NAME:
            raise BadInputError(f"There's no metric `{name[:40]}`. Choose from {', '.join(BY_NAME)}.")
        try:
            limits[name] = float(number)
        except ValueError:
            raise BadInputError(f"`--limit {one[:60]}` needs a number, such as {name}=0.9.") from None
    return limits


def _base(wanted: Wanted) -> Base | None:
    if wanted.against is None:
        return None
    try:
        return base(json.loads(_text(wanted.against)), wanted.cases.stem)
    except ValueError as error:
        why = "it is no JSON" if isinstance(error, json.JSONDecodeError) else error
        raise BadInputError(f"I can't compare with {wanted.against}: {why}.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        raise BadInputError(f"I can't read {path}: {why}.") from None


def _writable(path: Path | None) -> None:
    """Look whether a report can be written, before minutes are spent on it."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise BadInputError(f"I can't write {path}: {error.strerror}.") from None


async def _asked(
    settings: Settings, some: Sequence[Case], query: Query, at_once: int
) -> tuple[list[Result], tuple[str, ...]]:
    """Return what came of the cases, and the names of the embedding models that the passages were found by."""
    async with telnyx_client(settings) as telnyx:
        service, _ = ask_service(telnyx, settings)
        buckets = await service.searched(query)  # a bucket that isn't there is said once, not with each case
        found = [await telnyx.embeddings.search(name, some[0].question, num_of_docs=1) for name in buckets]
        embeddings = {match.metadata.embedding for matches in found for match in matches}
        with _progress(len(some)) as step:
            examiner = Examiner(service, query, failure)
            results = await examiner.all(some, at_once=at_once, heard=lambda _: step())
    return results, tuple(sorted(filter(None, embeddings)))


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error while it's a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=count, label="Asking", show_pos=True, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _steps(settings: Settings, wanted: Wanted) -> dict[str, Any]:
    """Return the settings that decide what is found and asked, with what was typed instead."""
    answers = settings.answers.model_dump(mode="json", exclude=_NOT_OF_STEPS)
    typed = {"buckets": list(wanted.buckets), "model": wanted.model, "top": wanted.top}
    return answers | {name: value for name, value in typed.items() if value}


def _told(told: Report, before: Base | None, limits: Mapping[str, float], wanted: Wanted) -> int:
    """Print and write the report. Return the exit status."""
    held = judged(told, before, limits)
    notes = differences(told, before) if before else []
    missing = unmeasured(told, before, limits)
    if missing:
        notes.append(f"These cases say nothing of {', '.join(missing)}.")
    parts = [table.headline(told.made), table.settings(told.made), *notes]
    click.echo("\n".join(parts) + f"\n\n{table.overall(held)}\n\n{table.by_kind(told)}")
    if failed := table.failures(told):
        click.echo(f"\n{failed}", err=True)
    if wanted.as_json:
        written = json.dumps(as_object(told), ensure_ascii=False, indent=1)
        wanted.as_json.write_text(written + "\n", encoding="utf-8")
    if wanted.as_html:
        wanted.as_html.write_text(page(told, held, notes), encoding="utf-8")
    if worse := [one.metric.title for one in held if one.fails]:
        click.echo(f"\nNot good enough: {', '.join(worse)}.", err=True)
    none = [result for result in told.results if verdict(result) is Verdict.FAILED]
    return FAILED if worse or none or missing else 0
