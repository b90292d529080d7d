"""What people find who look for jobs: what runs, what ended lately, and one of them. The watcher fills the store; this reads it."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

from bot.errors import SeveralError, UsageError
from bot.services.access import Asker, Audience, Place, Right
from bot.services.ids import SAID, meant, short
from bot.services.jobs.briefs import may_be_whole, named, runs, together
from bot.services.jobs.embeddings import EMBEDDINGS
from bot.services.jobs.kind import JobKind
from bot.services.jobs.kinds import KINDS
from bot.services.jobs.unseen import at_telnyx
from bot.store.job_marks import Mark, Marks
from bot.store.jobs import Brief, Job, Jobs
from bot.store.polls import Polls
from bot.telnyx import Telnyx

LATELY = 86_400.0
"""Seconds for which a job that ended is listed."""
WEEK = 7 * LATELY
CHOICES = 20
"""Of several that are meant, at most so many are named."""
AROUND = "`“”\"' "
"""What people type around a name."""


class AsOf(Enum):
    """How new what is known of jobs is."""

    NOW = auto()
    NOT_YET = auto()
    """No one has looked since this process began."""
    AWAY = auto()
    """Telnyx didn't say at the last look."""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands together on a card, as far as someone may know of it, in the order in which it began."""

    kind: JobKind
    jobs: Sequence[Job]
    now: float
    """The time of day at which it's looked at, in Unix seconds."""
    past: Sequence[float] = ()
    """Seconds that the latest jobs of this kind took which succeeded."""
    marks: Sequence[Mark] = ()
    members: bool = True
    """Only full members read it; others aren't told who started something, or who pressed what."""

    @property
    def runs(self) -> bool:
        """Return whether one of its jobs goes on."""
        return not all(job.finished for job in self.jobs)

    @property
    def bucket(self) -> str | None:
        """Return the bucket whose files are embedded, where some may have failed; None where there are none to look for."""
        states = [self.kind.state(job.status) for job in self.jobs]
        good = all(
            job.finished and not (s.failed or s.partly) for job, s in zip(self.jobs, states, strict=True)
        )
        return None if good or not self.kind.counts else self.jobs[0].bucket

    @property
    def files(self) -> frozenset[str]:
        """Return the files that its jobs are for; none where one of them is for the whole bucket."""
        files = [str(job.detail.get("file") or "") for job in self.jobs]
        return frozenset(files) if all(files) else frozenset()

    @property
    def at(self) -> float:
        """Return when it began or, where nothing of it goes on, when it ended, in Unix seconds."""
        return max((job.began if self.runs else job.ended) or job.moved_at for job in self.jobs)


@dataclass(frozen=True, slots=True)
class Board:
    """What is known of jobs: the cards of what goes on, the latest first, and below them of what ended lately.

    Attributes:
        cards: those that were asked for.
        as_of: how new that is.
        more: how many others there are.
    """

    cards: Sequence[Card]
    as_of: AsOf = AsOf.NOW
    more: int = 0


def may_know(kind: JobKind, job: Job, audience: Audience) -> bool:
    """Return whether someone may know of a job: of its bucket, or of its call. One that names no bucket may be of any."""
    return _may(kind, job.bucket, job.detail.get("assistant", ""), audience)


def _may(kind: JobKind, bucket: str | None, assistant: str, audience: Audience) -> bool:
    if not audience.has(kind.right):
        return False
    if kind.right is Right.CALLS:
        return assistant in audience.calls
    return bucket in audience.named if bucket else audience.has(Right.ADMIN)


def _all(total: int) -> slice:
    return slice(0, total)


class JobBoard:
    """The use cases behind ``/telnyx jobs``.

    Args:
        jobs: what the watcher saw.
        polls: when it looked.
        marks: what people pressed on cards.
        telnyx: asked for a job that the watcher has not seen yet.
        kinds: by their names.
        clock: the time of day.
    """

    def __init__(
        self,
        jobs: Jobs,
        polls: Polls,
        marks: Marks,
        telnyx: Telnyx,
        *,
        kinds: Mapping[str, JobKind] = KINDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._jobs = jobs
        self._polls = polls
        self._marks = marks
        self._telnyx = telnyx
        self._kinds = kinds
        self._clock = clock
        self._since = clock()
        self._looked = False
        """The watcher has looked since this process began."""

    async def lately(
        self,
        audience: Audience,
        here: str = "",
        asked: Callable[[int], slice] = _all,
        *,
        running: bool = False,
    ) -> Board:
        """Return what goes on, and what ended in the last 24 hours.

        Args:
            audience: whom it's shown.
            here: the channel where it's shown or, in direct messages, the person.
            asked: which of so many cards are wanted.
            running: leave out what ended.
        """
        audience.require(Right.JOBS)
        since = self._clock() - (0.0 if running else LATELY)
        found = self._known(await self._jobs.lately(since), audience)
        cards = [card for card in together(found) if not running or runs(card)]
        wanted = cards[asked(len(cards))]
        shown = [await self._card(card[0].kind, card[0].card, here, audience) for card in wanted]
        there = [card for card in shown if card.jobs]
        return Board(there, await self._as_of(), len(cards) - len(wanted))

    async def running(self, audience: Audience, most: int) -> tuple[Board, int]:
        """Return what goes on, at most so many cards of it, and how many more there are."""
        board = await self.lately(audience, asked=lambda _total: slice(0, most), running=True)
        return board, board.more

    async def card(self, job: Job, here: str, audience: Audience) -> Card:
        """Return the card on which a job that was found stands, as it is now, with what people pressed ``here``.

        Args:
            job: one of those on it.
            here: the channel where it's shown or, in direct messages, the person.
            audience: whom it's shown.
        """
        audience.require(Right.JOBS)
        found = await self._card(job.kind, job.card, here, audience)
        return found if found.jobs else replace(found, jobs=[job])

    async def find(self, given: str, audience: Audience) -> Job:
        """Return the job that an id, its beginning, or a title means: of a title what runs, else what ended last.

        Raises:
            UsageError: there is none that this audience may know of.
            SeveralError: there are several that go on, or several ids that begin so.
            TelnyxError: no one has seen it yet, and Telnyx doesn't say.
        """
        audience.require(Right.JOBS)
        wanted = given.strip(AROUND)
        known = self._known(await self._jobs.find(wanted), audience)
        fits = [job for job in known if job.id == wanted] or [job for job in known if named(job, wanted)]
        found = together(fits)
        running = [card for card in found if runs(card)]
        by_title = all(job.title.casefold() == wanted.casefold() for job in fits)
        chosen = running or (found[:1] if by_title else found)
        if len(chosen) > 1:
            raise self._several(given, [card[0] for card in chosen])
        job = await self._jobs.job(chosen[0][0].kind, chosen[0][0].id) if chosen else None
        return job or await self._otherwise(given, wanted, audience)

    async def embeddings(self, statuses: Collection[str], audience: Audience) -> list[Card]:
        """Return the embedding tasks with one of these statuses as Telnyx lists them now, ordered as in ``lately``.

        Without statuses these are those that go on, and those that ended in the last seven days.
        """
        audience.require(Right.BUCKETS)
        found = await at_telnyx(self._telnyx, {EMBEDDINGS.name: EMBEDDINGS}, self._clock())
        since = self._clock() - WEEK
        lately = (one for one in found if not one.finished or (one.ended or 0) >= since)
        wanted = (one for one in found if one.status in statuses) if statuses else lately
        known = [
            Card(EMBEDDINGS, [job], self._clock(), members=audience.member)
            for job in wanted
            if may_know(EMBEDDINGS, job, audience)
        ]
        return sorted(known, key=lambda card: (not card.runs, -card.at))

    async def started(self, kind: JobKind, job: str, asker: Asker, place: Place) -> None:
        """Note who started a job, and where; it's told to them."""
        await self._jobs.started(
            kind.name, job, team=place.team, user=asker.user, channel=place.channel, at=self._clock()
        )

    async def _otherwise(self, given: str, wanted: str, audience: Audience) -> Job:
        """Return a job whose title is spelled a little differently, or that no one has seen yet."""
        lately = self._known(await self._jobs.lately(self._clock() - LATELY), audience)
        known = {job.id: job for job in lately}
        try:
            meant_one = known[meant(given, {job.id: job.title for job in lately}, "job")]
        except SeveralError:
            raise
        except UsageError as error:
            return await self._unseen(wanted, audience, error)
        return await self._jobs.job(meant_one.kind, meant_one.id) or await self._unseen(
            wanted, audience, UsageError(f"There's no job “{given[:SAID]}”.")
        )

    async def _unseen(self, wanted: str, audience: Audience, error: UsageError) -> Job:
        """Return a job that no one has seen yet, if what was typed may be its whole id; raise ``error`` where there's none."""
        kinds = {name: kind for name, kind in self._kinds.items() if may_be_whole(wanted, name)}
        for job in await at_telnyx(self._telnyx, kinds, self._clock(), wanted):
            if job.id == wanted and may_know(self._kinds[job.kind], job, audience):
                starts = await self._jobs.starts(job.kind, [job.id])
                return replace(job, starter=starts[0].user if starts else "")
        raise UsageError(f"{error.text} `/telnyx jobs` lists them.") from error

    async def _card(self, kind: str, card: str, here: str, audience: Audience) -> Card:
        """Return a card as it is now, with what of it this audience may know of."""
        of = self._kinds[kind]
        found = [job for job in await self._jobs.card(kind, card) if may_know(of, job, audience)]
        marks = await self._marks.of(kind, card, here)
        shown = Card(of, found, self._clock(), marks=marks, members=audience.member)
        return replace(shown, past=await self._jobs.past(kind)) if shown.runs else shown

    def _known(self, jobs: Iterable[Brief], audience: Audience) -> list[Brief]:
        """Return the jobs that this audience may know of; rights are looked at once for a kind and bucket, or assistant."""

        @cache
        def may(kind: str, bucket: str | None, assistant: str) -> bool:
            of = self._kinds.get(kind)
            return of is not None and _may(of, bucket, assistant, audience)

        return [job for job in jobs if may(job.kind, job.bucket, job.assistant)]

    def _several(self, given: str, jobs: Sequence[Brief]) -> SeveralError:
        """Return the question which of them is meant."""
        found = {job.id: f"{self._kinds[job.kind].title} · {short(job.id)}" for job in jobs[:CHOICES]}
        said = f"There are several jobs called “{given[:SAID]}”"
        listed = ", ".join(f"{name} ({label})" for name, label in [*found.items()][:5])
        return SeveralError(
            f"{said}: {listed}. Which one?", question=f"{said}. Which one?", given=given, found=found
        )

    async def _as_of(self) -> AsOf:
        """Return how new what is known is, of the kinds that are always looked at."""
        polls = await self._polls.all()
        always = [polls.get(kind.name) for kind in self._kinds.values() if not kind.ends_only]
        if any(poll is not None and poll.failures for poll in always):
            return AsOf.AWAY
        self._looked = self._looked or all(
            poll is not None and poll.looked and poll.next_at >= self._since for poll in always
        )
        return AsOf.NOW if self._looked else AsOf.NOT_YET
