"""How jobs are read from their rows and written to them, inside a transaction."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from bot.store.job_tables import job_starts, jobs, polls, transitions
from bot.store.job_types import Answer, Brief, Job, Start, Step

NAMES = 500
"""Ids in one statement."""
CARD_SECONDS = 60
"""Jobs of one bucket that begin within this of its first one share a card."""

_COLUMNS = [one.name for one in fields(Job) if one.name not in ("number", "starter")]
_STARTER = sa.func.coalesce(job_starts.c.user, "").label("starter")
JOBS = sa.select(jobs, _STARTER).select_from(
    jobs.outerjoin(job_starts, (job_starts.c.kind == jobs.c.kind) & (job_starts.c.id == jobs.c.id))
)
"""All jobs, with who started them."""
BRIEFS = sa.select(
    jobs.c.kind,
    jobs.c.id,
    sa.func.coalesce(sa.func.nullif(jobs.c.card, ""), jobs.c.id),
    jobs.c.title,
    jobs.c.bucket,
    sa.func.coalesce(sa.type_coerce(jobs.c.detail, sa.JSON)["assistant"].as_string(), ""),
    jobs.c.finished,
    sa.func.coalesce(jobs.c.began, jobs.c.moved_at),
    sa.func.coalesce(jobs.c.ended, jobs.c.moved_at),
)
"""All jobs in a few words: there may be ten thousand, and few are shown."""
UNFINISHED = jobs.c.finished == sa.literal_column("0")
IN_ORDER = (sa.func.coalesce(jobs.c.began, jobs.c.first_seen), jobs.c.id)


def on_card(card: str) -> sa.ColumnElement[bool]:
    """Is it a job on this card?"""
    return (jobs.c.card == card) | ((jobs.c.id == card) & (jobs.c.card == ""))


def found(connection: sa.Connection, query: sa.Select[Any]) -> list[Job]:
    """Return the jobs that a query finds."""
    return [_job(row) for row in connection.execute(query)]


def briefs(connection: sa.Connection, query: sa.Select[Any]) -> list[Brief]:
    """Return the jobs that a query finds, in a few words."""
    return [Brief(*row) for row in connection.execute(query)]


def named_so(given: str) -> sa.ColumnElement[bool]:
    """Has it an id that begins so, or perhaps this title?

    SQLite's small letters are those of English: what stands for other letters there is whatever has them in their place.
    """
    pattern = re.sub(r"[^\x00-\x7f]+", "%", re.sub(r"([%_/])", r"/\1", given.lower()))
    named = sa.func.lower(jobs.c.title).like(pattern, escape="/")
    return jobs.c.id.startswith(given, autoescape=True) | named


def record(connection: sa.Connection, kind: str, steps: Sequence[Step], answer: Answer) -> bool:
    """Store what a look changed; False if something else was recorded since its steps were found, or a later look."""
    mine = polls.update().where(
        polls.c.kind == kind, polls.c.changed == answer.changed, polls.c.answered < answer.slot
    )
    noted: dict[str, Any] = {
        "looked": 1,
        "answered": answer.slot,
        "failures": 0,
        # who began a later look has planned the one after it
        "next_at": sa.case((polls.c.slot == answer.slot, answer.next_at), else_=polls.c.next_at),
    }
    if steps or answer.gone:
        noted["changed"] = answer.changed + 1
    if answer.full:
        noted["full_at"] = answer.now
    if not connection.execute(mine.values(**noted)).rowcount:
        return False
    quiet = [step for step in steps if step.new and step.told is None]
    if quiet:  # at the first look ever these are all that ever were, so it's one statement
        connection.execute(
            jobs.insert(),
            [_row(replace(step, job=replace(step.job, card=step.job.id)), answer) for step in quiet],
        )
    for step in sorted((step for step in steps if not step.new or step.told), key=_began):
        _write(connection, step, answer)
    for page in _pages(answer.gone):
        these = (jobs.c.kind == kind, jobs.c.id.in_(page))
        connection.execute(jobs.update().where(*these).values(gone=1, version=answer.changed + 1))
    return True


def some(connection: sa.Connection, kind: str, names: Sequence[str]) -> list[Job]:
    """Return those of these jobs that are known."""
    pages = _pages(names)
    return [
        job
        for page in pages
        for job in found(connection, JOBS.where(jobs.c.kind == kind, jobs.c.id.in_(page)))
    ]


def started(connection: sa.Connection, start: Start) -> None:
    """Note who started a job, unless that's known; have its card drawn again, its last change told to them too, and its kind looked at."""
    mine = (job_starts.c.kind == start.kind, job_starts.c.id == start.id)
    if connection.scalar(sa.select(job_starts.c.at).where(*mine)) is not None:
        return
    connection.execute(job_starts.insert(), {name: getattr(start, name) for name in Start.__slots__})
    of = polls.c.kind == start.kind
    due = sa.case((polls.c.next_at > start.at, start.at), else_=polls.c.next_at)
    connection.execute(polls.update().where(of).values(next_at=due, changed=polls.c.changed + 1))
    version = sa.select(polls.c.changed).where(of).scalar_subquery()
    connection.execute(
        jobs.update()
        .where(jobs.c.kind == start.kind, jobs.c.id == start.id)
        .values(old_since=_old_since(start.at), version=sa.func.coalesce(version, 0))
    )
    # It may have been told before anyone knew whose it is; where it was told, its notice is there already.
    last = sa.select(jobs.c.transitions).where(jobs.c.kind == start.kind, jobs.c.id == start.id)
    change = (transitions.c.kind == start.kind, transitions.c.job == start.id)
    connection.execute(
        transitions.update().where(*change, transitions.c.number == last.scalar_subquery()).values(notified=0)
    )


def _old_since(now: float) -> sa.ColumnElement[float]:
    """Return since when a card shows something older: since the first of the changes that it doesn't show."""
    return sa.func.coalesce(jobs.c.old_since, now)


def _began(step: Step) -> tuple[float, str]:
    return step.job.began or step.job.first_seen, step.job.id


def _pages(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + NAMES] for start in range(0, len(names), NAMES)]


def _row(step: Step, answer: Answer) -> dict[str, Any]:
    job, version = step.job, answer.changed + 1
    return {name: getattr(job, name) for name in _COLUMNS} | {
        "transitions": job.number,
        "detail": dict(job.detail),
        "finished": int(job.finished),
        "stalled": int(job.stalled),
        "gone": int(job.gone),
        "version": version,
        "changed_in": version if step.told is not None else job.changed_in or version,
    }


def _write(connection: sa.Connection, step: Step, answer: Answer) -> None:
    job = step.job
    if step.new:
        job = replace(job, card=_card(connection, job) if step.shares_card else job.id)
        connection.execute(jobs.insert(), _row(replace(step, job=job), answer))
    else:
        row: dict[str, Any] = _row(step, answer)
        if step.redraw:
            row["old_since"] = _old_since(answer.now)
        mine = (jobs.c.kind == job.kind, jobs.c.id == job.id)
        connection.execute(jobs.update().where(*mine).values(**row))
    if step.told is not None:
        key = {"kind": job.kind, "job": job.id, "number": job.number, "status": step.told}
        connection.execute(
            transitions.insert(), key | {"detail": _detail(job), "at": answer.now, "notified": 0}
        )


def _detail(job: Job) -> dict[str, Any]:
    """Return what a transition keeps of its job."""
    kept = ("title", "bucket", "began", "ended", "done", "total", "finished")
    return {**job.detail, **{name: getattr(job, name) for name in kept}, "burst": job.card}


def _card(connection: sa.Connection, job: Job) -> str:
    """Return the job that began the card on which a new one stands: itself, unless one of its bucket began shortly before."""
    if job.began is None:
        return job.id
    near = jobs.c.began.between(job.began - CARD_SECONDS, job.began + CARD_SECONDS)
    query = (
        sa.select(jobs.c.id)
        .where(jobs.c.kind == job.kind, near, jobs.c.bucket == job.bucket)  # None: IS NULL
        .where(jobs.c.card == jobs.c.id, jobs.c.transitions > 0)  # it began one
        .order_by(jobs.c.began.desc(), jobs.c.id)
        .limit(1)
    )
    return str(connection.scalar(query) or job.id)


def _job(row: sa.Row[Any]) -> Job:
    found = {name: getattr(row, name) for name in _COLUMNS}
    return Job(
        **found
        | {
            "card": row.card or row.id,  # a process of the release before knew of no cards here
            "number": row.transitions,
            "detail": row.detail or {},
            "finished": bool(row.finished),
            "stalled": bool(row.stalled),
            "gone": bool(row.gone),
            "starter": row.starter,
        }
    )
