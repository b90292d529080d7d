"""A job's row holds how it stands, so its card needs no history; who started one and what was pressed on its card have tables."""

import hashlib
import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SUCCEEDED = ("success", "succeeded")
ENDED = (*SUCCEEDED, "partial_success", "failure", "failed", "cancelled")
"""The words for an end of the kinds that were known before."""
NAMES = 200
ID = sa.String(length=NAMES)
KIND = sa.String(length=32)
NONE = sa.text("0")
"""Also in rows of a process of the release before that still runs."""
READ = ("kind", "id", "status", "changed_at")
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
FARTHEST = 1e12
"""Seconds."""


def _table(name: str, *columns: tuple[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns))


JOBS = _table(
    "jobs",
    ("kind", KIND),
    ("id", ID),
    ("status", sa.String(64)),
    ("changed_at", sa.Float()),
    ("card", ID),
    ("bucket", ID),
    ("began", sa.Float()),
    ("ended", sa.Float()),
    ("took", sa.Float()),
    ("finished", sa.Integer()),
    ("detail", sa.JSON()),
    ("moved_at", sa.Float()),
)
TRANSITIONS = _table(
    "transitions", ("kind", KIND), ("job", ID), ("number", sa.Integer()), ("detail", sa.JSON())
)


def upgrade() -> None:
    """Add columns and fill them from what each change noted, then the tables."""
    for name in ("answered", "failures", "changed"):
        op.add_column("polls", sa.Column(name, sa.Integer(), nullable=False, server_default=NONE))
    op.add_column("polls", sa.Column("full_at", sa.Float(), nullable=False, server_default=NONE))
    for column in (
        sa.Column("card", ID, nullable=False, server_default=""),
        sa.Column("bucket", ID),
        sa.Column("began", sa.Float()),
        sa.Column("ended", sa.Float()),
        sa.Column("took", sa.Float()),
        sa.Column("detail", sa.JSON()),
        sa.Column("moved_at", sa.Float(), nullable=False, server_default=NONE),
        sa.Column("back", sa.String(length=64)),
        sa.Column("old_since", sa.Float()),
    ):
        op.add_column("jobs", column)
    for name in ("finished", "done", "total", "stalled", "version", "changed_in", "gone"):
        op.add_column("jobs", sa.Column(name, sa.Integer(), nullable=False, server_default=NONE))
    _fill(op.get_bind())
    _indexes()
    _people()


def _people() -> None:
    op.create_table(
        "job_starts",
        sa.Column("kind", KIND, primary_key=True),
        sa.Column("id", ID, primary_key=True),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("job_starts_user", "job_starts", ["user"])
    op.create_index("job_starts_age", "job_starts", ["at"])
    op.create_table(
        "job_marks",
        sa.Column("kind", KIND, primary_key=True),
        sa.Column("card", ID, primary_key=True),
        sa.Column("channel", sa.String(length=32), primary_key=True),
        sa.Column("what", sa.String(length=16), primary_key=True),
        sa.Column("user", sa.String(length=32), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("until", sa.Float()),
    )
    op.create_index("job_marks_user", "job_marks", ["user"])
    op.create_index("job_marks_age", "job_marks", ["at"])
    timed = sa.text("until IS NOT NULL")
    op.create_index("job_marks_until", "job_marks", ["until"], sqlite_where=timed, postgresql_where=timed)


def _indexes() -> None:
    op.create_index("jobs_version", "jobs", ["kind", "version"])
    op.create_index("jobs_card", "jobs", ["kind", "card"])
    op.create_index("jobs_began", "jobs", ["kind", "began"])
    op.create_index("jobs_age", "jobs", ["kind", "changed_at"])
    for table, name, columns, rows in (
        ("jobs", "unfinished", ["kind"], "finished = 0"),
        ("jobs", "gone", ["changed_at"], "gone = 1"),
        ("jobs", "took", ["kind", "ended"], "took IS NOT NULL"),
        ("jobs", "redraw", ["kind", "card"], "old_since IS NOT NULL"),
        ("transitions", "untold", ["at", "number"], "notified = 0"),
    ):
        where = sa.text(rows)
        op.create_index(f"{table}_{name}", table, columns, sqlite_where=where, postgresql_where=where)


def _fill(connection: sa.Connection) -> None:
    """What a job is and how it stands is in the details of its last change, its card in those of its first."""
    first: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, str], dict[str, Any]] = {}
    said = sa.cast(TRANSITIONS.c.detail, sa.Text)
    query = sa.select(TRANSITIONS.c.kind, TRANSITIONS.c.job, said.label("said")).order_by(
        TRANSITIONS.c.number
    )
    for change in connection.execute(query).all():
        key, detail = (change.kind, change.job), _told(change.said)
        first.setdefault(key, _name(detail.get("burst")) or change.job)
        last[key] = detail
    for job in connection.execute(sa.select(*(JOBS.c[name] for name in READ))).all():
        mine = (JOBS.c.kind == job.kind, JOBS.c.id == job.id)
        detail = last.get((job.kind, job.id), {})
        row = _stands(job.status, detail) | {"card": first.get((job.kind, job.id), job.id)}
        connection.execute(JOBS.update().where(*mine).values(moved_at=job.changed_at, **row))


def _stands(status: str, detail: dict[str, Any]) -> dict[str, Any]:
    began, ended = _number(detail.get("created_at")), _number(detail.get("finished_at"))
    return {
        "bucket": _name(detail.get("bucket")),
        "began": began,
        "ended": ended,
        "took": max(0.0, ended - began) if status in SUCCEEDED and began and ended else None,
        "finished": int(status in ENDED),
        "detail": detail,
    }


def _told(said: str | None) -> dict[str, Any]:
    """Return what a change noted; nothing where that can't be read. Whatever else it is, it must not stop the start."""
    try:
        found = json.loads(said or "{}", parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float | None:
    """Return a time that both databases can store."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < FARTHEST else None  # also where it's no number at all


def _name(value: Any) -> str | None:
    """Return a name as it's stored everywhere else: without what PostgreSQL refuses, and no longer than its column."""
    if not isinstance(value, str) or not (name := NEVER.sub("", value)):
        return None
    if len(name) <= NAMES:
        return name
    sign = hashlib.sha256(name.encode()).hexdigest()[: NAMES // 2]
    return name[: NAMES - len(sign)] + sign
