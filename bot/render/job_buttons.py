"""What can be done about jobs from their card: what comes next, and who takes care of them or wants no news."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.render import docs
from bot.render.blocks import OPTION_VALUE, Block, button, menu
from bot.render.calls import CallInsights, Summarize, Transcript
from bot.render.clusters import ShowClusters
from bot.render.finetune import ShowTuning
from bot.render.intent import Intent
from bot.render.job_intents import FailedFiles
from bot.render.job_marks import Mute, OnIt, Snooze, Unmute, Wake
from bot.render.job_words import ended, is_marked, unsuccessful
from bot.services.jobs import VANISHED, JobKind
from bot.store.job_marks import Mark, What
from bot.store.jobs import Job

Entry = tuple[str, Intent]


def next_steps(kind: JobKind, jobs: Sequence[Job], *, named: bool) -> list[Block]:
    """Return the buttons for what comes next; of several jobs those that concern all of them."""
    return [button(text, intent) for text, intent in _next(kind, jobs, named=named)]


def in_menu(kind: JobKind, jobs: Sequence[Job], marks: Sequence[Mark], now: float) -> list[Entry]:
    """Return all that can be done, for the menu of a row."""
    entries = [*_next(kind, jobs, named=True), *_marking(kind, jobs, marks, now)]
    return [(text, intent) for text, intent in entries if len(intent.pick()) <= OPTION_VALUE]


def beside(kind: JobKind, job: Job) -> list[Block]:
    """Return what stands beside one of several jobs: a button, or a menu of more; nothing where there is nothing to do."""
    entries = _of_one(kind, job)
    if len(entries) == 1:
        return [button(*entries[0])]
    return [menu(*entries)] if entries else []


def marking(kind: JobKind, jobs: Sequence[Job], marks: Sequence[Mark], now: float) -> list[Block]:
    """Return the buttons of who takes care, and of news here: while a job goes on, where one failed, and while it's snoozed."""
    return [button(text, intent) for text, intent in _marking(kind, jobs, marks, now)]


def _next(kind: JobKind, jobs: Sequence[Job], *, named: bool) -> list[Entry]:
    entries = _again(kind, jobs) if named else []
    return entries + (_of_one(kind, jobs[0]) if len(jobs) == 1 else [])


def _marking(kind: JobKind, jobs: Sequence[Job], marks: Sequence[Mark], now: float) -> list[Entry]:
    on = not all(ended(kind, job) for job in jobs)
    failed = any(unsuccessful(kind, job) for job in jobs)
    card = jobs[0].card
    entries = _made("I'm on it", OnIt, job=card) if on or failed else []
    muted, snoozed = (is_marked(marks, what, now) for what in (What.MUTED, What.SNOOZED))
    if snoozed:  # also after its end, because that isn't told so far
        entries += _made("Wake", Wake, job=card)
    elif on and not muted:
        entries += _made("Snooze an hour", Snooze, job=card)
    if on:
        mute = "Mute this job" if len(jobs) == 1 else "Mute these jobs"
        entries += _made("Unmute", Unmute, job=card) if muted else _made(mute, Mute, job=card)
    return entries


def _again(kind: JobKind, jobs: Sequence[Job]) -> list[Entry]:
    """Return what can be done about what failed in a bucket."""
    first = jobs[0]
    if kind.name != "embedding" or not any(unsuccessful(kind, job) for job in jobs):
        return []
    again = _made("Embed again", docs.Embed, bucket=first.bucket) if first.bucket else []
    return [*_made("Show failed files", FailedFiles, job=first.card), *again]


def _tuning(job: Job) -> list[Entry]:
    return _made("Show job", ShowTuning, job=job.id) if job.status != VANISHED.name else []


def _topics(job: Job) -> list[Entry]:
    return _made("Show topics", ShowClusters, task=job.id) if job.status == "completed" else []


def _call(job: Job) -> list[Entry]:
    if job.status != "ended":
        return []
    return [*_made("Summarize", Summarize, what=job.id), *_made("Transcript", Transcript, call=job.id)]


def _insights(job: Job) -> list[Entry]:
    call = job.detail.get("call")
    return _made("Insights", CallInsights, call=call) if call and job.status == "completed" else []


OFFERS: Mapping[str, Callable[[Job], list[Entry]]] = {
    "clusters": _topics,
    "fine-tuning": _tuning,
    "insights": _insights,
    "call": _call,
}
"""What can be done about one job of a kind; of a kind that isn't here, nothing but marks."""


def _of_one(kind: JobKind, job: Job) -> list[Entry]:
    offers = OFFERS.get(kind.name)
    return offers(job) if offers else []


def _made(text: str, intent: type[Intent], **fields: Any) -> list[Entry]:
    """Return a button's text and intent; nothing where an id of Telnyx's is longer than a button carries."""
    try:
        return [(text, intent(**fields))]
    except ValidationError:
        return []
