"""A card of jobs as it stands in a channel, and the lines of its thread: made of what is known now, and of nothing else.

A card is edited in place, and only if it says something else; so nothing on it changes with time alone. How long a job runs
is counted by Slack's clients, and what is left is said as times of day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.render.blocks import Block, Message, actions, context, mrkdwn, section, size
from bot.render.job_buttons import beside, marking, next_steps
from bot.render.job_words import (
    GONE,
    REASON,
    ROWS,
    WHEN,
    counts,
    ended,
    facts_of,
    in_row,
    others,
    pressed,
    progress,
    reason,
    rows,
    starters,
    state_of,
    still,
    title,
    together,
    took,
    unsuccessful,
    what,
    word,
)
from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.numbers import bar, counted, lasted
from bot.services.jobs import STALLED, VANISHED, JobKind, Rank
from bot.store.job_marks import Mark
from bot.store.jobs import Job, Transition

TABLE_BYTES = 5_000
"""Of rows with buttons; the ids and names of more leave too little of a message, so they go without."""
LONG_SECONDS = 600
"""The end of a job that took longer is also shown in the channel."""
NAME, TOLD = 120, 600
"""Characters of the name of a file that failed, and of a line in a notification."""


class FailedFile(Protocol):
    """A file that could not be embedded."""

    @property
    def filename(self) -> str:
        """Return its name."""

    @property
    def error_reason(self) -> str | None:
        """Return why."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How jobs are looked at.

    Attributes:
        now: the time of day, in Unix seconds.
        named: whether all who read may know of their bucket.
        past: how many seconds each of the latest successful jobs of the kind took.
        marks: what people pressed, here or for everywhere.
        late: when it happened, in Unix seconds, where that's told late.
        snoozed: it's told late because someone snoozed it.
        members: only full members read it; others aren't told who started something, or who pressed what.
        live: someone looks them up now: what is left is counted from now. On a card that stands, it's counted from when
            a job last moved, so the card stays the same until one does.
    """

    now: float
    named: bool = True
    past: Sequence[float] = ()
    marks: Sequence[Mark] = ()
    late: float | None = None
    live: bool = False
    snoozed: bool = False
    members: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card's thread."""

    message: Message
    loud: bool
    """Shown in the channel too."""


def card(kind: JobKind, jobs: Sequence[Job], seen: Seen) -> Message:
    """Return the one message of jobs that began together, as they are now; of a job alone it names the job."""
    said, blocks = _alone(kind, jobs[0], seen) if len(jobs) == 1 else _several(kind, jobs, seen)
    facts = [
        *facts_of(kind, jobs, named=seen.named),
        still(kind, jobs, seen.past, _as_of(jobs, seen)),
        starters(jobs, members=seen.members),
    ]
    steps = kind.next_step if any(unsuccessful(kind, job) for job in jobs) else ""
    small = [
        steps,
        " · ".join(filter(None, facts)),
        _late(seen),
        pressed(seen.marks, seen.now, members=seen.members),
    ]
    buttons = [*next_steps(kind, jobs, named=seen.named), *marking(kind, jobs, seen.marks, seen.now)]
    below = [*map(context, filter(None, small)), *([actions(*buttons)] if buttons else [])]
    return Message(said, [*blocks, *below])


def line(  # noqa: PLR0917 - a change of a job, with what was before it, what failed in it, and how it's seen
    kind: JobKind,
    job: Job,
    before: Transition | None,
    change: Transition,
    files: Sequence[FailedFile],
    seen: Seen,
) -> Line:
    """Return one change of a job, for the thread (and the channel when it matters to all)."""
    now, named = kind.state(change.status), seen.named
    was = f"{word(kind.state(before.status))} → " if before else ""
    bad = now.failed or now.partly
    loud = bad or (now.rank is Rank.ENDED and took([job]) > LONG_SECONDS)
    name = what(kind, job, named=named) if loud else title(kind, job, named=named)
    more = [
        GONE if now == VANISHED else "",
        f"Nothing has moved since {moment(job.moved_at, WHEN)}." if now == STALLED and job.moved_at else "",
        *(_failed(kind, job, files, seen) if bad else []),
    ]
    return _line(kind, [job], f"{now.icon} {name}: {was}{word(now)}", more, seen, loud=loud, buttons=bad)


def failed(kind: JobKind, job: Job, files: Sequence[FailedFile], seen: Seen) -> Line:
    """Return what failed in one of several jobs: the file, the reason, and the next step."""
    named = bool(files) and seen.named
    head = "" if named else in_row(kind, job, named=seen.named)
    return _line(kind, [job], head, _failed(kind, job, files, seen, told=True), seen)


def alone(kind: JobKind, job: Job, seen: Seen) -> Line:
    """Return how one of several jobs ended that was found only after the end of the others was told."""
    return _line(kind, [job], in_row(kind, job, named=seen.named), [], seen)


def end(kind: JobKind, jobs: Sequence[Job], seen: Seen) -> Line | None:
    """Return the end of several jobs, for the channel if some failed or it took long; None while one goes on."""
    if not all(ended(kind, job) for job in jobs):
        return None
    icon, name, stand = together(kind, jobs, named=seen.named)
    bad = any(unsuccessful(kind, job) for job in jobs)
    return _line(
        kind, jobs, f"{icon} {name}: {stand}", [], seen, loud=bad or took(jobs) > LONG_SECONDS, buttons=bad
    )


# ------------------------------------------------------------------------------------------------ the cards
def _alone(kind: JobKind, job: Job, seen: Seen) -> tuple[str, list[Block]]:
    """Return a job in one line, and its blocks: what it is and how it stands, its bar, and what went wrong."""
    state, head = state_of(kind, job), what(kind, job, named=seen.named)
    shown = [f"{state.icon} *{head}*: {word(state)}", progress(kind, job)]
    said = ", ".join(filter(None, [f"{head}: {word(state)}", counts(kind, job)]))
    if state == STALLED:
        since = f" since {moment(job.moved_at, WHEN)}" if job.moved_at else ""
        shown.append(f"Nothing has moved{since}. Telnyx still says: {word(kind.state(job.status))}.")
    if state == VANISHED:
        shown.append(GONE)
    if seen.named and unsuccessful(kind, job) and (why := reason(job)):
        shown.append(f"Telnyx says: {why}")
        said += f": {why}"
    return said, [section("\n".join(filter(None, shown)))]


def _several(kind: JobKind, jobs: Sequence[Job], seen: Seen) -> tuple[str, list[Block]]:
    """Return jobs that began together in one line, and their blocks: how they stand, and the most important of them."""
    icon, name, stand = together(kind, jobs, named=seen.named)
    over = sum(ended(kind, job) for job in jobs)
    far = "" if over == len(jobs) else f"\n{bar(over, len(jobs))} {over:,} of {len(jobs):,} ended"
    shown = rows(kind, jobs)
    lines = [in_row(kind, job, named=seen.named) for job in shown]
    besides = [beside(kind, job) for job in shown]
    table = [
        section(text, accessory=one[0] if one else None) for text, one in zip(lines, besides, strict=True)
    ]
    if not any(besides) or size(table) > TABLE_BYTES:
        table = [section("\n".join(lines))]
    rest = others(kind, jobs, shown)
    return f"{name}: {stand}", [
        section(f"{icon} *{name}*: {stand}{far}"),
        *table,
        *([context(rest)] if rest else []),
    ]


def _as_of(jobs: Sequence[Job], seen: Seen) -> float:
    return seen.now if seen.live else max(job.moved_at for job in jobs) or seen.now


def _late(seen: Seen) -> str:
    if not seen.late:
        return ""
    when = moment(seen.late, WHEN)
    if seen.snoozed:
        return f":clock3: This happened {when}. News of it was snoozed."
    return f":clock3: Sorry for the delay: this happened {when}."


# ------------------------------------------------------------------------------------------------ the lines
def _line(
    kind: JobKind,
    jobs: Sequence[Job],
    said: str,
    more: Sequence[str],
    seen: Seen,
    *,
    loud: bool = False,
    buttons: bool = False,
) -> Line:
    """Return a line with what belongs to it; where the channel hears of a failure, with what can be done."""
    long = took(jobs)
    facts = (
        [f"took {lasted(long)}" if long > LONG_SECONDS else "", starters(jobs, members=seen.members)]
        if loud
        else []
    )
    head = " · ".join(filter(None, [said, *facts]))
    parts = [text for text in (head, *more, _late(seen)) if text]
    steps = next_steps(kind, jobs, named=seen.named) if buttons else []
    blocks = [section("\n".join(parts)), *([actions(*steps)] if steps else [])]
    return Line(Message(mrkdwn(" · ".join(parts), TOLD)["text"], blocks), loud)


def _failed(
    kind: JobKind, job: Job, files: Sequence[FailedFile], seen: Seen, *, told: bool = False
) -> list[str]:
    """Return what failed, each file with its reason, and the next step; ``told`` where the job's own reason is said already."""
    if not seen.named:
        return []
    named = [f":x: {code(shortened(file.filename, NAME))}: {_why(file)}" for file in files[:ROWS]]
    more = [f"and {counted(len(files) - ROWS, 'more file')}"] if len(files) > ROWS else []
    why = reason(job)
    own = [f"Telnyx says: {why}"] if why and not files and not told else []
    return [*named, *more, *own, kind.next_step]


def _why(file: FailedFile) -> str:
    return escape_mrkdwn(plain(file.error_reason or "Telnyx didn't say why", REASON))
