"""What is known of remote jobs: how each stands, and its numbered changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.store import job_rows
from bot.store import polls as job_polls
from bot.store.columns import IDS, named
from bot.store.database import Database
from bot.store.job_tables import job_starts, jobs, polls, transitions
from bot.store.job_types import UNREAD, Answer, Brief, Job, Older, Sighting, Start, Step, Transition
from bot.store.polls import Poll

__all__ = ["UNREAD", "Answer", "Brief", "Job", "Jobs", "Older", "Sighting", "Start", "Step", "Transition"]

AFTER_SECONDS = 0.001
"""So much later is what comes after something, where clocks don't say so."""


class Jobs:
    """Repository of jobs, their transitions, and who started them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------------------------------------- noting
    async def record(self, kind: str, steps: Sequence[Step], answer: Answer) -> bool:
        """Store what a look changed, and each transition with its number, in one transaction.

        Returns:
            False if something else was recorded meanwhile: nothing is stored then.
        """
        try:
            return await self._database.run(lambda c: job_rows.record(c, kind, steps, answer))
        except sa.exc.IntegrityError:
            return False  # a process of the release before noted a job at the same time

    async def started(self, kind: str, id: str, *, team: str, user: str, channel: str, at: float) -> None:  # noqa: A002 - what it is everywhere
        """Note who started a job, and have its kind looked at at once."""
        start = Start(kind, id, team, user, channel, at)
        try:
            await self._database.run(lambda c: job_rows.started(c, start))
        except sa.exc.IntegrityError:
            return  # the same was noted in this moment

    async def told(self, change: Transition, *, elsewhere: bool = False) -> None:
        """Note that the notices of a change are durable workflows now; ``elsewhere`` its card shows something older."""
        mine = jobs.update().where(jobs.c.kind == change.kind, jobs.c.id == change.job)

        def work(connection: sa.Connection) -> None:
            connection.execute(_where(change).values(notified=1))
            if elsewhere:
                connection.execute(mine.values(old_since=sa.func.coalesce(jobs.c.old_since, change.at)))

        await self._database.run(work)

    async def redrawn(self, card: Older, now: float) -> None:
        """Note that a card shows what was known when it was found to be older; what has changed since is old from now on."""
        mine = jobs.update().where(
            jobs.c.kind == card.kind, jobs.c.card == card.card, jobs.c.old_since.is_not(None)
        )
        since = sa.case((jobs.c.version > card.up_to, now))
        await self._database.run(lambda c: c.execute(mine.values(old_since=since)))

    async def redraw_later(self, card: Older, now: float) -> None:
        """Put a card that can't be drawn now behind all others that show something older, whatever the clock says."""
        mine = jobs.update().where(
            jobs.c.kind == card.kind, jobs.c.card == card.card, jobs.c.old_since.is_not(None)
        )

        def work(connection: sa.Connection) -> None:
            last = connection.scalar(sa.select(sa.func.max(jobs.c.old_since))) or now
            connection.execute(mine.values(old_since=max(now, last + AFTER_SECONDS)))

        await self._database.run(work)

    # ------------------------------------------------------------------------------------------- reading
    async def since(self, kind: str, version: int) -> tuple[Poll, list[Job]]:
        """Return how looking at a kind goes, and its jobs that changed since ``version`` changes of it; -1 for all that aren't gone."""

        def work(connection: sa.Connection) -> tuple[Poll, list[Job]]:
            poll = job_polls.read(connection, polls.c.kind == kind).get(kind, Poll(kind))
            if poll.changed == version:
                return poll, []
            which = jobs.c.gone == 0 if version < 0 else jobs.c.version > version
            return poll, job_rows.found(connection, job_rows.JOBS.where(jobs.c.kind == kind, which))

        return await self._database.run(work)

    async def some(self, kind: str, names: Sequence[str]) -> list[Job]:
        """Return those of these jobs of a kind that are known."""
        return await self._database.run(lambda c: job_rows.some(c, kind, names))

    async def untold(self) -> list[Transition]:
        """Return the transitions whose notices are not all durable yet, oldest first, those of one job by their numbers."""
        query = transitions.select().where(transitions.c.notified == sa.literal_column("0"))
        rows = await self._database.run(lambda c: c.execute(query.order_by(transitions.c.number)).all())
        latest: dict[tuple[str, str], float] = {}
        ranks = list[tuple[float, int, str, str]]()
        for row in rows:  # a clock that was set back between two changes swaps none
            at = latest[row.kind, row.job] = max(row.at, latest.get((row.kind, row.job), row.at))
            ranks.append((at, row.number, row.kind, row.job))
        return [_transition(row) for _, row in sorted(zip(ranks, rows, strict=True), key=lambda one: one[0])]

    async def history(self, kind: str, job: str) -> list[Transition]:
        """Return all transitions of a job, first to last."""
        query = (
            transitions.select()
            .where(transitions.c.kind == kind, transitions.c.job == job)
            .order_by(transitions.c.number)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [_transition(row) for row in rows]

    async def card(self, kind: str, card: str) -> list[Job]:
        """Return the jobs on a card as they are now, in the order they began."""
        query = job_rows.JOBS.where(jobs.c.kind == kind, job_rows.on_card(card))
        return await self._found(query.order_by(*job_rows.IN_ORDER))

    async def job(self, kind: str, id: str) -> Job | None:  # noqa: A002 - what it is everywhere
        """Return a job as it was last seen, if it's known."""
        found = await self._found(job_rows.JOBS.where(jobs.c.kind == kind, jobs.c.id == id))
        return found[0] if found else None

    async def unfinished(self, kind: str | None = None) -> list[Job]:
        """Return the jobs of a kind, or of all, that had not ended when they were last seen, in the order they began."""
        query = job_rows.JOBS.where(job_rows.UNFINISHED, *([jobs.c.kind == kind] if kind else []))
        return await self._found(query.order_by(*job_rows.IN_ORDER))

    async def lately(self, since: float) -> list[Brief]:
        """Return what runs, in the order it began, then what ended since, the latest first; each in a few words."""
        ended = sa.func.coalesce(jobs.c.ended, jobs.c.changed_at)
        each = jobs.c.kind.in_(sa.select(polls.c.kind))  # of each a range of the index
        late = job_rows.BRIEFS.where(each, jobs.c.finished == 1, jobs.c.changed_at >= since, ended >= since)
        runs = job_rows.BRIEFS.where(job_rows.UNFINISHED).order_by(*job_rows.IN_ORDER)
        return await self._briefs(runs) + await self._briefs(late.order_by(ended.desc(), jobs.c.id))

    async def find(self, given: str) -> list[Brief]:
        """Return the jobs with an id that begins so, or perhaps with this title: what runs first, then the latest.

        All of them, because only who asks knows which of them they may know of; each in a few words.
        """
        order = (jobs.c.finished, jobs.c.changed_at.desc(), jobs.c.id)
        like = job_rows.BRIEFS.where(job_rows.named_so(given))
        return await self._briefs(like.order_by(*order)) if given else []

    async def past(self, kind: str, count: int = 20) -> list[float]:
        """Return how many seconds the last so many successful jobs of a kind took, the latest first."""
        query = (
            sa.select(jobs.c.took)
            .where(jobs.c.kind == kind, jobs.c.took.is_not(None))
            .order_by(jobs.c.ended.desc())
            .limit(count)
        )
        return [float(took) for took in await self._database.run(lambda c: c.execute(query).scalars().all())]

    async def to_redraw(self, limit: int) -> list[Older]:
        """Return cards that show something older than what is known, those first that have for longest."""
        oldest = sa.func.min(jobs.c.old_since)
        query = (
            sa.select(jobs.c.kind, jobs.c.card, polls.c.changed)
            .join(polls, polls.c.kind == jobs.c.kind)
            .where(jobs.c.old_since.is_not(None))
            .group_by(jobs.c.kind, jobs.c.card, polls.c.changed)
            .order_by(oldest, jobs.c.card)
            .limit(limit)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Older(*row) for row in rows]

    async def starts(self, kind: str, ids: Sequence[str]) -> list[Start]:
        """Return who started these jobs from Slack, the earliest first; those that no one started there are left out."""
        query = sa.select(*(job_starts.c[name] for name in Start.__slots__)).where(
            job_starts.c.kind == kind, job_starts.c.id.in_([named(one, IDS) for one in ids])
        )
        rows = await self._database.run(lambda c: c.execute(query.order_by(job_starts.c.at)).all())
        return [Start(*row) for row in rows]

    async def starts_on(self, kind: str, card: str) -> list[Start]:
        """Return who started the jobs on a card from Slack, the earliest first."""
        query = (
            sa.select(*(job_starts.c[name] for name in Start.__slots__))
            .join(jobs, (jobs.c.kind == job_starts.c.kind) & (jobs.c.id == job_starts.c.id))
            .where(jobs.c.kind == kind, job_rows.on_card(card))
            .order_by(job_starts.c.at)
        )
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Start(*row) for row in rows]

    async def _briefs(self, query: sa.Select[Any]) -> list[Brief]:
        return await self._database.run(lambda c: job_rows.briefs(c, query))

    async def _found(self, query: sa.Select[Any]) -> list[Job]:
        return await self._database.run(lambda c: job_rows.found(c, query))


def _transition(row: sa.Row[Any]) -> Transition:
    detail = (
        row.detail if isinstance(row.detail, dict) else {}
    )  # an odd row of an older release holds up no other
    return Transition(row.kind, row.job, row.number, row.status, detail, row.at)


def _where(change: Transition) -> sa.Update:
    return transitions.update().where(
        transitions.c.kind == change.kind,
        transitions.c.job == change.job,
        transitions.c.number == change.number,
    )
