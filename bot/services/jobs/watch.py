"""What Telnyx says of jobs now, compared with what was last known, kind by kind, each in its own rhythm."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.observability.outage import Outage
from bot.services.jobs.kind import Extra, JobKind, Look
from bot.services.jobs.known import Known
from bot.services.jobs.states import step
from bot.store.columns import IDS, named
from bot.store.job_types import KEPT_SECONDS
from bot.store.jobs import Answer, Jobs, Older, Sighting, Step, Transition
from bot.store.polls import Poll, Polls
from bot.telnyx import BucketFile, Telnyx, TelnyxError

IDLE = 4
"""So many times longer is the pause where nothing of a kind runs."""
LONGEST_SECONDS = 300.0
"""Between two looks that fail."""
FULL_SECONDS = 600.0
"""Between two looks at everything, also at what ended long ago."""
GONE_SECONDS = 86_400.0
"""One that ended so long ago, and that a look at everything doesn't show, is remembered no longer."""
REQUESTS = 20
"""At most, in one tick."""
DOUBLINGS = 10
"""Of the pause, at most."""
SHARED_SECONDS, SHARED = 300.0, 100
"""So long an answer which files failed is shared, and so many of them are kept."""
TRIES = 3
"""To store what a look found, while other processes store something."""

Heard = Callable[[JobKind], Awaitable[bool]]
UNREADABLE, READABLE = "jobs_unreadable", "jobs_readable_again"


async def by_all(_kind: JobKind) -> bool:
    """Return that every kind has someone to tell."""
    return True


class JobWatch:
    """The use case behind the clock: look, note what changed, and hand out the changes that no one was told of.

    Args:
        telnyx: who is asked.
        jobs: what is known of them.
        polls: when each kind is looked at.
        kinds: what is looked at, by name.
        period: seconds between two looks at a kind of which something runs.
        heard: whether anyone would be told of a kind.
    """

    def __init__(
        self,
        telnyx: Telnyx,
        jobs: Jobs,
        polls: Polls,
        *,
        kinds: Mapping[str, JobKind],
        period: float,
        heard: Heard = by_all,
    ) -> None:
        self._telnyx = telnyx
        self._jobs = jobs
        self._polls = polls
        self._kinds = kinds
        self._period = period
        self._heard = heard
        self._known = {name: Known(jobs, name) for name in kinds}
        self._memory = {name: dict[str, Any]() for name in kinds}
        self._unread = {name: Outage(UNREADABLE, READABLE) for name in kinds}
        self._spent = dict.fromkeys(kinds, 0)
        """Requests beside the first that each kind's last look made."""
        self._files = Fresh(self._files_of, SHARED_SECONDS, kept=SHARED)
        self._begun: set[str] = set()
        """Kinds that this process has read whole."""
        self._last: float | None = None
        self._still = 0.0

    async def look(self, now: float) -> bool:
        """Look at each kind that is due. The one who claims it looks; the first look ever notes ended jobs silently.

        A look that fails leaves its changes for the next: nothing is recorded, so nothing is missed. The other kinds are
        looked at all the same.

        Returns:
            Whether every kind can be read, as far as any process knows.
        """
        self._notice_jumps(now)
        polls = await self._all_polls()
        due = [
            kind
            for name, kind in self._kinds.items()
            if polls[name].due(now, self._longest) and await self._hears(kind)
        ]
        left = REQUESTS - len(due)
        due.sort(
            key=lambda kind: self._spent[kind.name]
        )  # what those leave who need little is for the others
        for after, kind in zip(reversed(range(len(due))), due, strict=True):
            lease = self._after(max(2, polls[kind.name].failures + 1))
            if slot := await self._polls.claim(kind.name, lease, now, self._longest):
                extra = Extra(share := left // (after + 1), now)
                await self._look_at(kind, slot, now, extra)
                self._spent[kind.name] = share - extra.left
                left -= self._spent[kind.name]
        polls = await self._all_polls() if due else polls
        for name, outage in self._unread.items():
            if not polls[name].failures:
                outage.gone(kind=name)
        failing = [kind for name, kind in self._kinds.items() if polls[name].failures]
        return not any([await self._hears(kind) for kind in failing])

    async def changes(self) -> list[Transition]:
        """Return the changes whose notices are not all durable yet, oldest first."""
        return await self._jobs.untold()

    async def told(self, change: Transition, *, elsewhere: bool = False) -> None:
        """Note that the notices of ``change`` are durable; ``elsewhere`` its card stands where it isn't told."""
        await self._jobs.told(change, elsewhere=elsewhere)

    async def older(self, limit: int) -> list[Older]:
        """Return cards that show something older than what is known, those first that have for longest."""
        return await self._jobs.to_redraw(limit)

    async def redrawn(self, card: Older, now: float) -> None:
        """Note that a card shows what was known when it was found to be older."""
        await self._jobs.redrawn(card, now)

    async def redraw_later(self, card: Older, now: float) -> None:
        """Note that a card can't be drawn now: the others come first."""
        await self._jobs.redraw_later(card, now)

    async def not_embedded(self, change: Transition) -> list[BucketFile]:
        """Return the files that failed in an embedding task: the one it was for, or else all of its bucket.

        What Telnyx can't tell now is left out: the change itself is worth telling without it. All changes of a bucket that
        one look found share an answer for a few minutes, so 22 files that failed at once cost one request.
        """
        bucket, file = change.detail.get("bucket"), change.detail.get("file")
        if change.kind != "embedding" or not bucket:
            return []
        try:
            found = await self._files.get((bucket, change.at))
        except TelnyxError:
            return []
        return [one for one in found if one.error_reason and file in (None, one.filename)]

    async def _files_of(self, key: tuple[str, float]) -> Sequence[BucketFile]:
        return await self._telnyx.embeddings.files(key[0])

    @property
    def _longest(self) -> float:
        return max(LONGEST_SECONDS, IDLE * self._period)

    def _after(self, failures: int) -> float:
        """Return seconds until the next look after one that failed, or after one that does not end."""
        most = max(LONGEST_SECONDS, self._period)
        return min(self._period * 2.0 ** min(failures, DOUBLINGS), most)

    def _notice_jumps(self, now: float) -> None:
        """What stood still across a jump of the clock, or while no one looked, is not said to have stood still for so long."""
        if self._last is not None and abs(now - self._last) > LONGEST_SECONDS:
            self._still = now
        self._last = now

    async def _all_polls(self) -> Mapping[str, Poll]:
        return {name: Poll(name) for name in self._kinds} | dict(await self._polls.all())

    async def _hears(self, kind: JobKind) -> bool:
        try:
            return await self._heard(kind)
        except OutcomeUnknownError:
            return False  # Slack will say it at another time; the kind stays due

    async def _look_at(self, kind: JobKind, slot: int, now: float, extra: Extra) -> None:
        known = self._known[kind.name]
        poll = await known.refresh()
        old = not now - FULL_SECONDS < poll.full_at <= now + FULL_SECONDS
        full = old or kind.name not in self._begun
        failed = partial(self._polls.failed, kind.name, slot, now + self._after(poll.failures + 1))
        memory, first = self._memory[kind.name], not poll.looked
        look = Look(self._telnyx, now, full, known.unfinished, extra, known.job, memory, first)
        try:
            seen = await kind.read(look)
            noted = await self._note(kind, seen, poll, slot, look)
        except TelnyxError as error:
            self._unread[kind.name].seen(kind=kind.name, error=str(error))
            await failed()
        except Exception as error:  # noqa: BLE001 - an answer that one kind can't make anything of hides no other
            self._unread[kind.name].seen(kind=kind.name, error=repr(error)[:200], exc_info=True)
            memory.clear()
            await failed()
        else:
            self._begun |= {kind.name} if noted and full else set()
            if not noted:
                memory.clear()  # what was said and no one noted is asked for again

    async def _note(self, kind: JobKind, seen: Sequence[Sighting], poll: Poll, slot: int, look: Look) -> bool:
        """Store what a look changed; False if a later look was stored meanwhile."""
        known, each = self._known[kind.name], {named(one.id, IDS): one for one in seen}
        now, full = look.now, look.full
        for _ in range(TRIES):
            await known.complete(each)
            steps = self._steps(kind, each, look, first=not poll.looked)
            pause = self._period * (1 if _runs(known, steps) else IDLE)
            gone = known.absent(each, now - GONE_SECONDS) if full else ()
            answer = Answer(slot, poll.changed, now, now + pause, full, gone)
            if await self._jobs.record(kind.name, steps, answer):
                return True
            before, poll = poll, await known.refresh()
            if poll.answered >= slot:
                return False
            if poll.changed == before.changed:
                known.doubt()
                await known.refresh()
        return False

    def _steps(self, kind: JobKind, each: Mapping[str, Sighting], look: Look, *, first: bool) -> list[Step]:
        known, now = self._known[kind.name], look.now
        since = min(now, self._telnyx.said_at or now) - KEPT_SECONDS
        found = partial(step, kind, now=now, first=first, still=self._still, since=since)
        steps = [found(known.job(name), one, said_at=look.said_of(name)) for name, one in each.items()]
        # What this look doesn't show in its earlier state, the next can't confirm.
        unconfirmed = [Step(replace(job, back=None)) for job in known.doubted if job.id not in each]
        return [*unconfirmed, *(one for one in steps if one is not None)]


def _runs(known: Known, steps: Sequence[Step]) -> bool:
    """Return whether something goes on after these steps."""
    ended = sum(one.job.finished and one.job.id in known.unfinished for one in steps)
    return ended < len(known.unfinished) or any(not one.job.finished for one in steps)
