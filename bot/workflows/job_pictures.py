"""How the card of jobs looks to those who read where it stands; remembered as long as nothing of it changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.render import job_cards as render
from bot.render.blocks import Message
from bot.services.access import Audience, Right
from bot.services.jobs import JobKind
from bot.services.jobs.board import may_know
from bot.store.job_marks import Marks
from bot.store.jobs import Job, Jobs
from bot.store.polls import Polls
from bot.workflows.knowing import Knowing

REMEMBERED = 200
"""Pictures."""


@dataclass(frozen=True, slots=True)
class CardOf:
    """A card in one target: a channel, or someone's direct messages."""

    kind: str
    card: str
    target: str

    @property
    def key(self) -> str:
        """Return what its message is found by."""
        return f"card:{self.kind}:{self.card}:{self.target}"


@dataclass(frozen=True, slots=True)
class Picture:
    """How a card looks, and of what that was made."""

    made_of: tuple[object, ...]
    kind: JobKind
    jobs: Sequence[Job]
    seen: render.Seen
    message: Message


class Pictures:
    """Makes pictures of cards.

    Args:
        jobs: how they are.
        polls: how often they have changed.
        marks: what people pressed.
        knowing: who may see what.
        kinds: the kinds of jobs, by name.
        clock: the time of day.
    """

    def __init__(
        self,
        jobs: Jobs,
        polls: Polls,
        marks: Marks,
        knowing: Knowing,
        *,
        kinds: Mapping[str, JobKind],
        clock: Callable[[], float],
    ) -> None:
        self._jobs = jobs
        self._polls = polls
        self._marks = marks
        self._knowing = knowing
        self._kinds = kinds
        self._clock = clock
        self._known: dict[CardOf, Picture] = {}

    async def audience(self, of: CardOf) -> Audience | None:
        """Return what those may see who read in a target; None where none of it is for them, or no one is there anymore.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack doesn't say who they are.
        """
        audience, kind = await self._knowing(of.target), self._kinds.get(of.kind)
        if audience is None or kind is None:
            return None
        if kind.right is Right.CALLS and not audience.calls:
            await self._knowing.sure(of.target)  # or else this is told later
            audience = await self._knowing(of.target)
            return audience if audience is not None and audience.calls else None
        return audience

    async def now(self, of: CardOf, audience: Audience) -> Picture | None:
        """Return how a card looks now to those who read there; None if they may not know of any of its jobs.

        As long as nothing of its kind has changed, the picture of before is that of now.
        """
        now, changed = self._clock(), await self._changed(of.kind)
        found = await self._marks.of(of.kind, of.card, of.target)
        marks = tuple(mark for mark in found if mark.until is None or mark.until > now)
        made_of = (changed, marks, audience.named, audience.calls, audience.has(Right.ADMIN), audience.member)
        known = self._known.get(of)
        if known is not None and known.made_of == made_of:
            return replace(known, seen=replace(known.seen, now=now))
        kind = self._kinds[of.kind]
        jobs = [job for job in await self._jobs.card(of.kind, of.card) if _told(kind, job, audience)]
        if not jobs:
            return None
        named = all(may_know(kind, job, audience) for job in jobs)
        past = await self._jobs.past(of.kind)
        seen = render.Seen(now, named=named, past=past, marks=marks, members=audience.member)
        self._known[of] = picture = Picture(made_of, kind, jobs, seen, render.card(kind, jobs, seen))
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return picture

    async def _changed(self, kind: str) -> int:
        """Return how many times something of a kind's jobs has changed."""
        poll = (await self._polls.all()).get(kind)
        return poll.changed if poll is not None else 0


def _told(kind: JobKind, job: Job, audience: Audience) -> bool:
    """Return whether a job is told to these readers at all: of calls only those that they may see."""
    return kind.right is not Right.CALLS or job.detail.get("assistant") in audience.calls
