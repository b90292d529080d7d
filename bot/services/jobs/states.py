"""How a job goes from state to state: what one look means, given what was known. Pure; storing it is someone else's part."""

import json
from dataclasses import replace
from operator import attrgetter
from typing import Any

from bot.services.jobs.kind import STALLED, VANISHED, JobKind, Rank
from bot.store.columns import IDS, named
from bot.store.job_tables import STATUSES, TITLES
from bot.store.jobs import UNREAD, Job, Sighting, Step
from bot.text import storable

OLD_SECONDS = 3_600.0
"""No answer is given once more that is older; one whose date is further back comes of a clock that was wrong."""
LEFT_SECONDS = 86_400.0
"""For so long nothing moved of a job that an older release left, and that is noted silently to be gone."""
_SEEN = attrgetter("title", "bucket", "began", "ended", "finished", "done", "total", "detail")
"""What a look may change of a job besides its state."""


def step(
    kind: JobKind,
    known: Job | None,
    seen: Sighting,
    *,
    now: float,
    first: bool = False,
    still: float = 0.0,
    since: float = 0.0,
    said_at: float | None = None,
) -> Step | None:
    """Return what a look changes of a job, and whether that's news; None if nothing.

    An answer from before the one that showed the known state says nothing. An earlier state than that has to be seen by two
    looks in a row. What had already ended at the first look ever is no news, nor is anything of a kind whose ends alone
    count, but that and that it stalls.

    Args:
        kind: the job's.
        known: the job as it was last seen; None for a new one.
        seen: as it's shown now, by a later look.
        now: the time of day, in Unix seconds.
        first: this is the first look ever at its kind.
        still: what has not moved since before this time, in Unix seconds, counts as not moving from then only.
        since: a new one that ended before, by Telnyx's clock in Unix seconds, is no news either.
        said_at: the date of the answer that shows it, in Unix seconds by Telnyx's clock; None where that isn't known.
    """
    if known is None:
        first = first or (seen.ended or seen.began or now) < since
        return _found(kind, seen, now=now, first=first, said_at=said_at)
    if known.said_at and said_at and known.said_at - OLD_SECONDS < said_at < known.said_at:
        return None
    if known.gone:
        back = replace(known, gone=False)
        return step(kind, back, seen, now=now, still=still, said_at=said_at) or Step(back)
    if seen.status in (known.status, UNREAD) or (after := _shown(known, seen)).status == known.status:
        return _same(kind, known, seen, now=now, still=still)
    if _behind(kind, after, known) and known.back != after.status:
        return Step(replace(known, back=after.status))
    return _moved(kind, known, replace(after, said_at=said_at), now)


def _moved(kind: JobKind, known: Job, after: Job, now: float) -> Step:
    """Return what it means that a job is in another state, which is believed."""
    told = (not kind.ends_only or after.finished) and not _left(after, known, now)
    moved = replace(
        after,
        number=known.number + told,
        took=_took(kind, after),
        changed_at=now,
        moved_at=now,
        stalled=False,
        back=None,
    )
    if told:
        return Step(moved, told=moved.status)
    return Step(moved, redraw=_redraw(known, moved))


def _found(kind: JobKind, seen: Sighting, *, now: float, first: bool, said_at: float | None) -> Step:
    told = not (first and seen.finished) and (not kind.ends_only or seen.finished)
    bare = Job(kind.name, named(seen.id, IDS), "", "", "", first_seen=now, changed_at=now, moved_at=now)
    job = replace(_shown(bare, seen), number=int(told))
    job = replace(job, took=_took(kind, job), said_at=said_at)
    return Step(job, told=job.status if told else None, new=True, shares_card=kind.shares_card)


def _same(kind: JobKind, known: Job, seen: Sighting, *, now: float, still: float) -> Step | None:
    """Return what's different although its state is the same: how far it is, what it's called, or that nothing moves."""
    if seen.status == UNREAD != known.status:
        return None
    job = known if _SEEN(known) == _SEEN(seen) else _shown(known, seen)
    if job.done != known.done:
        moved = replace(job, moved_at=now, stalled=False, back=None)
        return Step(moved, redraw=_redraw(known, job))
    silent = now - max(known.moved_at, still)
    may_stall = seen.counted and not (job.finished or job.stalled)
    if kind.stalls_seconds is not None and may_stall and silent > kind.stalls_seconds:
        return Step(replace(job, number=job.number + 1, stalled=True, back=None), told=STALLED.name)
    if job is not known and job != known:
        return Step(replace(job, back=None), redraw=_redraw(known, job))
    return Step(replace(known, back=None)) if known.back else None


def _redraw(known: Job, job: Job) -> bool:
    """Return whether a card is drawn again: not for what another release noted otherwise of a job that has ended."""
    return job.number > 0 and not (job.finished and not known.changed_in)


def _left(after: Job, known: Job, now: float) -> bool:
    """Return whether a job is one that an older release left unfinished, as it noted of none that it was gone."""
    return after.status == VANISHED.name and not known.changed_in and now - known.moved_at > LEFT_SECONDS


def _shown(known: Job, seen: Sighting) -> Job:
    """Return the job as it's shown now, in values as they come back from the database."""
    return replace(
        known,
        title=named(seen.title[:TITLES], TITLES),
        status=named(seen.status, STATUSES),
        bucket=None if seen.bucket is None else named(seen.bucket, IDS),
        began=seen.began,
        ended=seen.ended,
        finished=seen.finished,
        done=seen.done,
        total=seen.total,
        detail=_stored(dict(seen.detail)),
    )


def _stored(detail: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(storable(detail)))
    return kept


def _behind(kind: JobKind, after: Job, known: Job) -> bool:
    """Return whether a job would go back: to a lower rank, or to an earlier state of those that stand before its end."""
    ranks = _rank(kind, after), _rank(kind, known)
    names = [state.name for state in kind.states]
    if ranks[0] is not ranks[1] or ranks[0] is Rank.ENDED or not {after.status, known.status} <= {*names}:
        return ranks[0] < ranks[1]
    return names.index(after.status) < names.index(known.status)


def _rank(kind: JobKind, job: Job) -> Rank:
    """Return how far a job is: what has ended has, whatever Telnyx calls it."""
    return Rank.ENDED if job.finished else min(kind.state(job.status).rank, Rank.RUNNING)


def _took(kind: JobKind, job: Job) -> float | None:
    """Return how many seconds a job that succeeded took."""
    state = kind.state(job.status)
    if not job.finished or state.failed or state.partly or state.cut_off:
        return None
    return max(0.0, job.ended - job.began) if job.began and job.ended else None
