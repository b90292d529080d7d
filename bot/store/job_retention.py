"""Jobs that no one needs anymore go, with what hangs on them, in pages: those that Telnyx still lists stay, or they'd come back as new."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_tables import job_marks, job_starts, jobs, transitions
from bot.store.job_types import KEPT_SECONDS
from bot.store.schema import messages

PAGE = 100
"""Rows that are deleted at a time."""
OF_JOBS = ("card", "line")
"""Kinds of messages that are about jobs; lines are also what is said beside a question."""
_GONE = jobs.c.gone == sa.literal_column("1")  # as the index says it


class OldJobs:
    """Repository of jobs that ended long ago.

    Args:
        database: where they are kept.
        by_age: seconds after their last change in which those of a kind go, whether Telnyx has them or not, by the names of kinds.
        surely: a time that has come, in Unix seconds; what is deleted by it can't be had again.
    """

    def __init__(
        self, database: Database, by_age: Mapping[str, float], *, surely: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._by_age = by_age
        self._surely = surely

    async def drop_old(self) -> int:
        """Delete the jobs whose time is over, and who started jobs and where they were told that long ago. Returns how many jobs."""
        now, count = self._surely(), 0
        for kind, seconds in self._by_age.items():
            old = (jobs.c.kind == kind, jobs.c.changed_at < now - seconds)
            count += await self._database.by_pages(partial(_drop, old))
        limit = now - KEPT_SECONDS
        ended = sa.func.coalesce(jobs.c.ended, jobs.c.began, jobs.c.changed_at)
        gone = (_GONE, jobs.c.changed_at < limit, ended < limit)
        count += await self._database.by_pages(partial(_drop, gone))
        key = (job_starts.c.kind, job_starts.c.id)
        await self._database.by_pages(_page(job_starts, key, job_starts.c.at < limit))
        place = (messages.c.key, messages.c.channel, messages.c.thread)
        for kind in OF_JOBS:  # one after the other, each is a range of the index
            old = (messages.c.kind == kind, messages.c.tried_at < limit)
            await self._database.by_pages(_page(messages, place, *old))
        return count


def _drop(which: Iterable[sa.ColumnElement[bool]], connection: sa.Connection) -> int:
    """Delete a page of jobs, their changes, who started them, and what was pressed on cards of which no job is left."""
    query = sa.select(jobs.c.kind, jobs.c.id, jobs.c.card).where(*which).limit(PAGE)
    rows = sorted(connection.execute(query).all())
    for kind, page in groupby(rows, key=attrgetter("kind")):
        of = [*page]
        names, cards = [row.id for row in of], {row.card or row.id for row in of}
        for table, name in (
            (transitions, transitions.c.job),
            (job_starts, job_starts.c.id),
            (jobs, jobs.c.id),
        ):
            connection.execute(table.delete().where(table.c.kind == kind, name.in_(names)))
        left = sa.select(jobs.c.card).where(jobs.c.kind == kind, jobs.c.card.in_(cards))
        empty = cards - set(connection.execute(left).scalars())
        connection.execute(job_marks.delete().where(job_marks.c.kind == kind, job_marks.c.card.in_(empty)))
    return len(rows)


def _page(
    table: sa.Table, key: tuple[sa.Column[Any], ...], *which: sa.ColumnElement[bool]
) -> Callable[[sa.Connection], int]:
    """Return what deletes a page of these rows; the number of them."""
    some = sa.select(*key).where(*which).limit(PAGE)
    page = table.delete().where(sa.tuple_(*key).in_(some))
    return lambda connection: connection.execute(page).rowcount
