"""What a card and a line say of jobs, in mrkdwn that is safe: what they are, how they stand, when, and whose."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil

from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.numbers import HOUR, MINUTE, bar, counted, joined, lasted
from bot.services.access import Right
from bot.services.ids import short
from bot.services.jobs import STALLED, VANISHED, JobKind, Rank, State
from bot.services.jobs.estimates import Longer, Rest, rest
from bot.store.job_marks import Mark, What
from bot.store.jobs import Job

TITLE, FILE, WORD = 80, 60, 40
"""Characters of what a job is called, of a file's name, and of a state that no one documents."""
REASON, REASON_IN_ROW = 200, 90
ROWS, WORDS = 10, 6
"""Jobs that are named on a card, or files in a line; and the different states in which others are counted."""
PEOPLE, SOMEONE = 3, "someone"
WHEN = "{date_short_pretty} at {time}"
SINCE = f"{WHEN} ({{ago}})"
"""Slack's clients count on by themselves, so a card that says how long something runs isn't edited for it."""
UNSAID = "documents"
"""What stands for a bucket where not everyone may know of it."""
GONE = "Telnyx doesn't know this job anymore. Someone may have deleted it."
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MARKUP = re.compile(r"[*_~`]")


def state_of(kind: JobKind, job: Job) -> State:
    """Return how a job stands; one that hasn't ended may be stalled."""
    state = kind.state(job.status)
    return STALLED if job.stalled and not ended(kind, job) else state


def ended(kind: JobKind, job: Job) -> bool:
    """Return whether nothing more comes of it, whatever Telnyx calls that."""
    return job.finished or kind.state(job.status).rank is Rank.ENDED


def unsuccessful(kind: JobKind, job: Job) -> bool:
    """Return whether a job ended and not all of it succeeded."""
    state = kind.state(job.status)
    return state.failed or state.partly


@lru_cache(maxsize=128)
def word(state: State) -> str:
    """Return a state in a word or two."""
    return escape_mrkdwn(plain(state.word, WORD))


def title(kind: JobKind, job: Job, *, named: bool) -> str:
    """Return what a job is called, without its kind."""
    if not (named or kind.right is Right.CALLS):  # calls are told by name, or not at all
        return UNSAID
    words = shortened(" ".join(job.title.split()), TITLE) or short(job.id) or kind.title
    return code(words) if _MARKUP.search(words) else escape_mrkdwn(words)


def what(kind: JobKind, job: Job, *, named: bool) -> str:
    """Return what a job is, such as ``Embedding of handbook``."""
    return " ".join(filter(None, (kind.title, kind.of, title(kind, job, named=named))))


def together(kind: JobKind, jobs: Sequence[Job], *, named: bool) -> tuple[str, str, str]:
    """Return the icon, the name, and the words for how several jobs stand."""
    names = {what(kind, job, named=named) for job in jobs}
    name = names.pop() if len(names) == 1 else kind.what[:1].upper() + kind.what[1:]
    over = Counter(word(kind.state(job.status)) for job in jobs if ended(kind, job))
    good = success(kind)
    parts = [f"{over.pop(good, 0):,} of {len(jobs):,} {kind.each or good}"]
    parts += [f"{count:,} {of}" for of, count in over.most_common(WORDS)]
    left = [job for job in jobs if not ended(kind, job)]
    stalled = sum(job.stalled for job in left)
    parts += [f"{stalled:,} stalled"] if stalled else []
    parts += [f"{len(left) - stalled:,} to go"] if len(left) > stalled else []
    return _icon(kind, jobs, left), name, ", ".join(parts)


def success(kind: JobKind) -> str:
    """Return the word for an end as it should be."""
    good = (word(one) for one in kind.states if one.rank is Rank.ENDED and not (one.failed or one.partly))
    return next(good, "done")


def _icon(kind: JobKind, jobs: Sequence[Job], left: Sequence[Job]) -> str:
    """Return the icon of what goes on, or of the one way in which all ended."""
    if left:
        return min((state_of(kind, job) for job in left), key=lambda one: (one == STALLED, -one.rank)).icon
    icons = {state_of(kind, job).icon for job in jobs}
    return icons.pop() if len(icons) == 1 else ":warning:"


def progress(kind: JobKind, job: Job) -> str:
    """Return the bar of a job that goes on and whose parts are counted."""
    return f"{bar(job.done, job.total)} {far}" if (far := counts(kind, job)) else ""


def counts(kind: JobKind, job: Job) -> str:
    """Return how much of a job that goes on is done, such as ``8 of 22 files``."""
    if ended(kind, job) or not kind.counts or job.total <= 0:
        return ""
    return f"{job.done:,} of {counted(job.total, kind.counts.removesuffix('s'), kind.counts)}"


def reason(job: Job, limit: int = REASON) -> str:
    """Return why a job failed, if Telnyx says so."""
    return escape_mrkdwn(plain(str(job.detail.get("reason") or ""), limit))


# -------------------------------------------------------------------------------------------- rows of a card
def rows(kind: JobKind, jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs that a card names: failed ones first, then what goes on, then what waits, then what succeeded."""
    return sorted(jobs, key=lambda job: _place(kind, job))[:ROWS]


def _place(kind: JobKind, job: Job) -> int:
    state = kind.state(job.status)
    if state.failed:
        return 0
    if state.partly or state == VANISHED:
        return 1
    if ended(kind, job):
        return 5
    return 2 if job.stalled else 4 if state.rank is Rank.WAITING else 3


def in_row(kind: JobKind, job: Job, *, named: bool) -> str:
    """Return one of several jobs: its file or its name, how it stands, and why it failed."""
    state = state_of(kind, job)
    file = job.detail.get("file") if named else None
    name = code(shortened(str(file), FILE)) if file else _apart(kind, job, named=named)
    why = reason(job, REASON_IN_ROW) if unsuccessful(kind, job) and named else ""
    return f"{state.icon} {' · '.join(filter(None, (name, word(state), counts(kind, job), why)))}"


def _apart(kind: JobKind, job: Job, *, named: bool) -> str:
    """Return what tells a job from others of its card; an id that isn't a number of Telnyx's may hold what someone typed."""
    if named and job.title != job.bucket:
        return title(kind, job, named=True)
    return code(short(job.id)) if named or _UUID.fullmatch(job.id) else ""


def others(kind: JobKind, jobs: Sequence[Job], shown: Sequence[Job]) -> str:
    """Return how those jobs stand that a card doesn't name."""
    left = Counter(word(state_of(kind, job)) for job in jobs)
    left -= Counter(word(state_of(kind, job)) for job in shown)
    parts = [f"{count:,} {of}" for of, count in left.most_common(WORDS)]
    return f"and {counted(len(jobs) - len(shown), 'more job')}: {', '.join(parts)}" if parts else ""


# --------------------------------------------------------------------------------------------- times, people
def facts_of(kind: JobKind, jobs: Sequence[Job], *, named: bool = True) -> list[str]:
    """Return when jobs began, how long they took, and from which model they start, which may be called after a bucket."""
    began = min((job.began for job in jobs if job.began), default=None)
    end = max((job.ended for job in jobs if job.ended), default=None)
    over = all(ended(kind, job) for job in jobs)
    models = sorted({str(model) for job in jobs if (model := job.detail.get("model"))})
    return [
        *([f"began {moment(began, WHEN if over else SINCE)}"] if began else []),
        *([f"ended {moment(end, WHEN)}"] if over and end and not began else []),
        *([f"took {lasted(long)}"] if over and (long := took(jobs)) else []),
        *[f"base model {code(shortened(model, TITLE))}" for model in models[:1] if named],
    ]


def took(jobs: Sequence[Job]) -> float:
    """Return how many seconds jobs took together; 0 where that isn't known."""
    began = min((job.began for job in jobs if job.began), default=None)
    end = max((job.ended for job in jobs if job.ended), default=None)
    return max(end - began, 0.0) if began and end else 0.0


def still(kind: JobKind, jobs: Sequence[Job], past: Sequence[float], now: float) -> str:
    """Return when jobs that go on may end, by what earlier ones took; nothing where that says nothing."""
    left = [job for job in jobs if not ended(kind, job)]
    began = min((job.began for job in left if job.began), default=None)
    if began is None or kind.stalls_seconds is None or any(job.stalled for job in left):
        return ""
    match rest(past, now - began, len(left)):
        case Rest(soonest, latest, of):
            return (
                f"likely done {_between(began + soonest, began + latest, now)} (going by {of:,} earlier ones)"
            )
        case Longer(than, of) if than == of:
            return f"takes longer than each of the last {of:,}"
        case Longer(than, of):
            return f"takes longer than {than:,} of the last {of:,}"
    return ""


def _between(soonest: float, latest: float, now: float) -> str:
    """Return two times of day as people say them; full minutes, the range never made smaller."""
    first, last = soonest // MINUTE * MINUTE, ceil(latest / MINUTE) * MINUTE
    form = "{time}" if last - now < 12 * HOUR else WHEN
    if last - first <= MINUTE:
        return f"around {moment(last, form)}"
    return f"between {moment(first, form)} and {moment(last, form)}"


def starters(jobs: Sequence[Job], *, members: bool = True) -> str:
    """Return who started jobs from Slack; nothing where no one is known."""
    who = people(job.starter for job in jobs)
    return f"started by {who if members else SOMEONE}" if who else ""


def people(users: Iterable[str]) -> str:
    """Return who, each once; nothing where no one is known."""
    known = [f"<@{user}>" for user in dict.fromkeys(users) if user.isalnum()]
    more = [counted(len(known) - PEOPLE, "other")] if len(known) > PEOPLE else []
    return joined([*known[:PEOPLE], *more])


def pressed(marks: Sequence[Mark], now: float, *, members: bool = True) -> str:
    """Return who takes care of a card, and who wants no news of it here, and until when."""

    def who(users: Sequence[str]) -> str:
        return (people(users) if members else "") or SOMEONE

    by = _by(marks, now)
    carers = [one.user for one in by.get(What.ON_IT, ())]
    verb = "is" if len(set(carers)) == 1 or not members else "are"
    parts = [f":raising_hand: {who(carers)} {verb} on it"] if carers else []
    for one in by.get(What.SNOOZED, ())[-1:]:
        until = f" until {moment(one.until, '{time}')}" if one.until else ""
        parts.append(f":zzz: Snoozed{until} by {who([one.user])}")
    parts += [f":no_bell: Muted by {who([one.user])}" for one in by.get(What.MUTED, ())[-1:]]
    return " · ".join(parts)


def is_marked(marks: Sequence[Mark], what_: What, now: float) -> bool:
    """Return whether a mark of this sort counts now."""
    return what_ in _by(marks, now)


def _by(marks: Sequence[Mark], now: float) -> Mapping[What, list[Mark]]:
    found: dict[What, list[Mark]] = {}
    for one in marks:
        if one.until is None or one.until > now:
            found.setdefault(one.what, []).append(one)
    return found
