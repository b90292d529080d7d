"""The tables of jobs (SQLAlchemy Core). Times are Unix seconds."""

from sqlalchemy import Column, Float, Index, MetaData, Table

from bot.store.columns import IDS, Count, Data, Name

TITLES = 300
STATUSES = 64
"""Characters."""

metadata = MetaData()

#: One row per kind of job; the one who moves ``next_at`` forward looks at it.
polls = Table(
    "polls",
    metadata,
    Column("kind", Name(32), primary_key=True),
    Column("next_at", Float, nullable=False),
    Column("slot", Count, nullable=False),  # of the latest look that was begun
    Column("looked", Count, nullable=False),  # 1 once a look succeeded: what had ended before is no news
    Column(
        "answered", Count, nullable=False
    ),  # the slot of the latest look that was noted; older answers are not
    Column("failures", Count, nullable=False),  # looks in a row that failed
    Column("full_at", Float, nullable=False),  # the latest look at everything, also at what ended long ago
    Column("changed", Count, nullable=False),  # counts changes of the kind's jobs
)

#: Each job as it was last seen.
jobs = Table(
    "jobs",
    metadata,
    Column("kind", Name(32), primary_key=True),
    Column("id", Name(IDS), primary_key=True),
    Column("title", Name(TITLES), nullable=False),
    Column("status", Name(STATUSES), nullable=False),
    Column("transitions", Count, nullable=False),
    Column("first_seen", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column(
        "card", Name(IDS), nullable=False
    ),  # the job that began its card; "" of one that an older release noted
    Column("bucket", Name(IDS)),
    Column("began", Float),  # by Telnyx's clock
    Column("ended", Float),
    Column("took", Float),  # seconds, of one that succeeded
    Column("finished", Count, nullable=False),  # 1 once it ended
    Column("done", Count, nullable=False),  # of what its kind counts
    Column("total", Count, nullable=False),
    Column("detail", Data),
    Column("moved_at", Float, nullable=False),  # its status or its count changed
    Column("stalled", Count, nullable=False),  # 1 while it has not moved for long, and that was said
    Column(
        "back", Name(STATUSES)
    ),  # an earlier state that the latest look showed, and that the next has to confirm
    Column("version", Count, nullable=False),  # its kind's ``polls.changed`` when this row was last written
    Column("old_since", Float),  # when it became so that its card shows something older
    # its kind's ``polls.changed`` at its last transition, which only grows; 0 while an older release alone wrote this row
    Column("changed_in", Count, nullable=False),
    Column("gone", Count, nullable=False),  # 1 once it ended and a look at everything didn't show it
    Column("said_at", Float),  # by Telnyx's clock: the date of the answer that first showed it in its status
)
Index("jobs_version", jobs.c.kind, jobs.c.version)
Index("jobs_card", jobs.c.kind, jobs.c.card)
Index("jobs_began", jobs.c.kind, jobs.c.began)
Index("jobs_age", jobs.c.kind, jobs.c.changed_at)
_UNFINISHED, _TOOK, _REDRAW = jobs.c.finished == 0, jobs.c.took.is_not(None), jobs.c.old_since.is_not(None)
_GONE = jobs.c.gone == 1
Index("jobs_gone", jobs.c.changed_at, sqlite_where=_GONE, postgresql_where=_GONE)
Index("jobs_unfinished", jobs.c.kind, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
Index("jobs_took", jobs.c.kind, jobs.c.ended, sqlite_where=_TOOK, postgresql_where=_TOOK)
Index("jobs_redraw", jobs.c.kind, jobs.c.card, sqlite_where=_REDRAW, postgresql_where=_REDRAW)

#: Each change of a job, numbered; ``notified`` turns 1 once its notices are durable workflows.
transitions = Table(
    "transitions",
    metadata,
    Column("kind", Name(32), primary_key=True),
    Column("job", Name(IDS), primary_key=True),
    Column("number", Count, primary_key=True),
    Column("status", Name(STATUSES), nullable=False),
    Column("detail", Data, nullable=False),
    Column("at", Float, nullable=False),
    Column("notified", Count, nullable=False),
)
_UNTOLD = transitions.c.notified == 0
Index(
    "transitions_untold",
    transitions.c.at,
    transitions.c.number,
    sqlite_where=_UNTOLD,
    postgresql_where=_UNTOLD,
)

#: Who started a job from Slack, and where.
job_starts = Table(
    "job_starts",
    metadata,
    Column("kind", Name(32), primary_key=True),
    Column("id", Name(IDS), primary_key=True),
    Column("team", Name(32), nullable=False),
    Column("user", Name(32), nullable=False),
    Column("channel", Name(32), nullable=False),  # "" in a window
    Column("at", Float, nullable=False),
)
Index("job_starts_user", job_starts.c.user)
Index("job_starts_age", job_starts.c.at)

#: What people pressed on the cards of jobs.
job_marks = Table(
    "job_marks",
    metadata,
    Column("kind", Name(32), primary_key=True),
    Column("card", Name(IDS), primary_key=True),
    Column("channel", Name(32), primary_key=True),  # "" for what stands on the card in each channel
    Column("what", Name(16), primary_key=True),  # on_it | snoozed | muted
    Column("user", Name(32), primary_key=True),
    Column("at", Float, nullable=False),
    Column("until", Float),
)
Index("job_marks_user", job_marks.c.user)
Index("job_marks_age", job_marks.c.at)
_UNTIL = job_marks.c.until.is_not(None)
Index("job_marks_until", job_marks.c.until, sqlite_where=_UNTIL, postgresql_where=_UNTIL)

#: Who wants to hear of jobs without having started them.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("team", Name(32), primary_key=True),
    Column("target", Name(32), primary_key=True),  # a channel or, for direct messages, a person
    Column("kind", Name(32), primary_key=True),  # "" for all
    Column("bucket", Name(IDS), primary_key=True),  # "" for all
    Column("only", Name(16), nullable=False),  # finished | failures; "" for all news
    Column("by", Name(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("ended", Float),  # what was told until then has cards that stay true
)
Index("subscriptions_ended", subscriptions.c.ended)
Index("subscriptions_kind", subscriptions.c.kind)
Index("subscriptions_target", subscriptions.c.target)
Index("subscriptions_by", subscriptions.c.by)
