"""Cards of jobs: one message for each card and target, which shows how its jobs are now and what people pressed on it."""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError, UsageError
from bot.render import job_marks as words
from bot.render.blocks import Message
from bot.render.outcomes import QUIET
from bot.services.jobs import JobKind
from bot.slack.codes import NOT_NOW, Kind, kind_of
from bot.slack.workspace import Workspaces
from bot.store.job_marks import Mark, Marks, What
from bot.store.jobs import Job, Jobs
from bot.store.messages import Messages, Owned
from bot.store.polls import Polls
from bot.workflows.job_pictures import CardOf, Picture, Pictures
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages, digest
from bot.workflows.targets import Targets

log = structlog.get_logger(__name__)

Waiting = Callable[[], Collection[str]]
CLAIMED = Backoff(first=0.2, most=5.0)
HOUR = 3_600.0
REDRAW_SECONDS = 5.0
"""What is no news can wait: Slack takes it in so many seconds, or it's drawn later."""
LATER = NOT_NOW | {Kind.PASSING}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it stands: ``new`` where it was posted for who asked to have it drawn, ``wanted`` where its news still is."""

    picture: Picture
    channel: str
    ts: str
    new: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Press:
    """Who wants something of a card, and where they were."""

    user: str
    channel: str
    message: str
    """The ``ts`` of the message whose button was pressed; "" for what was typed."""


class JobCards:
    """Draws cards, and takes what people press on them.

    Args:
        jobs: how they are.
        polls: how often they have changed.
        marks: what people pressed.
        workspaces: where cards are posted.
        messages: what is known of our messages.
        targets: where a card stands.
        knowing: who may see what.
        kinds: the kinds of jobs, by name.
        clock: the time of day.
        redraw_seconds: see ``REDRAW_SECONDS``.
        pause: waits.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        polls: Polls,
        marks: Marks,
        workspaces: Workspaces,
        messages: Messages,
        targets: Targets,
        knowing: Knowing,
        kinds: Mapping[str, JobKind],
        clock: Callable[[], float] = time.time,
        redraw_seconds: float = REDRAW_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.targets = targets
        self._jobs, self._marks = jobs, marks
        self._own = OwnMessages(workspaces.only.posts, messages)
        self._messages, self._clock = messages, clock
        self._pictures = Pictures(jobs, polls, marks, knowing, kinds=kinds, clock=clock)
        self._redraw_seconds, self._pause = redraw_seconds, pause
        self._listening: dict[CardOf, list[asyncio.Event]] = defaultdict(list)

    # ------------------------------------------------------------------------------------------------ drawing
    async def draw(
        self, of: CardOf, work_id: str, since: float, waiting: Waiting = frozenset
    ) -> Drawn | None:
        """Have a card show all that is known, and post it where it doesn't stand yet; None where no one there may know of it, or wants to.

        Other notices of the card, also of other processes, may do the same at this moment. The first to ask has the claim
        to post it; who finds that another one moved it meanwhile edits it again, because the older picture may be on top.
        One that has the claim and waits for us, as it may after a restart, is waited for no longer than a look.

        Args:
            of: which card, and where.
            work_id: the notice that wants it.
            since: when the notice's change was seen, in Unix seconds.
            waiting: the notices of this card that are this process's to tell, one after the other.

        Raises:
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        if (audience := await self._pictures.audience(of)) is None:
            await self.give_up(of, work_id)
            return None
        channel, pauses = await self._own.channel(of.target), CLAIMED.pauses()
        holder, behind, overtaken, new = _holder(work_id), "", False, False
        wants = await self.targets.wants(of.kind, of.card, of.target)
        while True:
            own = await self._own.held(key=of.key, channel=channel, kind="card", holder=holder)
            if not own.ts and own.holder != holder:
                before, behind = behind, own.holder if own.holder in map(_holder, waiting()) else ""
                if not behind or behind != before:
                    await self._pause(next(pauses))
                    continue
            now = await self._pictures.now(of, audience) if own.ts or wants else None
            if now is None:
                await self._messages.give_up(of.key, holder)
                return None
            if own.ts and own.shown == digest(now.message) and not overtaken:
                return Drawn(now, channel, own.ts, new, wants)
            anew = f"{of.key}:{sum(job.number for job in now.jobs)}"
            new = new or not own.ts
            overtaken = not await self._own.show(own, now.message, anew=anew, since=since)

    async def give_up(self, of: CardOf, work_id: str) -> None:
        """This notice will never post the card; if it has the claim to do so, the next one has it."""
        await self._messages.give_up(of.key, _holder(work_id))

    async def redraw(self, kind: str, card: str) -> bool:
        """Have a card show how it is now, wherever it stands.

        Returns:
            False where Slack has no room for that now, so it may be wanted again. Of a channel where I may not write, the next
            change takes care.
        """
        drawn = [await self._redrawn(of, own) async for of, own in self._standing(kind, card)]
        return None not in drawn

    async def stands_elsewhere(self, kind: str, card: str, told: Collection[str]) -> bool:
        """Return whether a card stands where a change of it isn't told, and so has to be drawn again."""
        elsewhere = set(await self.targets.of_card(kind, card)).difference(told)
        return any([await self._messages.channels(CardOf(kind, card, one).key) for one in elsewhere])

    async def redraw_in(self, of: CardOf) -> None:
        """Have a card show how it is now in one of its places, if it stands there."""
        async for own in self._owned(of):
            await self._redrawn(of, own)

    async def end_snoozes(self) -> None:
        """Take from the cards what was snoozed for an hour that is over."""
        for mark in await self._marks.over(self._clock()):
            try:
                if await self.redraw(mark.kind, mark.card):
                    await self._marks.drop(mark)
            except Exception:
                log.exception("job_card_not_drawn", kind=mark.kind, card=mark.card)  # the others go on

    async def _redrawn(self, of: CardOf, own: Owned) -> bool | None:
        """Return whether the card is true now, or None where that may work later."""
        overtaken = False
        try:
            while True:
                audience = await self._pictures.audience(of)
                now = await self._pictures.now(of, audience) if audience else None
                if now is None:
                    return False
                if own.shown == digest(now.message) and not overtaken:
                    return True
                if await self._own.edit(own, now.message, patience=self._redraw_seconds):
                    return True
                own, overtaken = await self._messages.get(of.key, own.channel) or own, True
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("job_card_not_redrawn", card=of.key, error=str(error)[:200])
            later = isinstance(error, OutcomeUnknownError) or kind_of(error) in LATER
            return None if later else False

    async def _standing(self, kind: str, card: str) -> AsyncIterator[tuple[CardOf, Owned]]:
        """Yield where a card stands."""
        for target in await self.targets.of_card(kind, card):
            of = CardOf(kind, card, target)
            async for own in self._owned(of):
                yield of, own

    async def _owned(self, of: CardOf) -> AsyncIterator[Owned]:
        for channel in sorted(await self._messages.channels(of.key)):
            if own := await self._messages.get(of.key, channel):
                yield own

    # ----------------------------------------------------------------------------------------------- pressing
    async def on_it(self, job: Job, by: Press) -> Message:
        """Note on the card, in every channel, that someone takes care of it; pressed again, that they don't anymore."""
        mark = Mark(job.kind, job.card, "", What.ON_IT, by.user, self._clock())
        on_it = not await self._marks.drop(mark)
        if on_it:
            await self._marks.put(mark)
        return await self._shown(job, by, words.on_it(job, on_it=on_it))

    async def snooze(self, job: Job, by: Press) -> Message:
        """Hold back news of a card for an hour, where it was wanted."""
        of, now = await self._here(job, by), self._clock()
        mark = Mark(job.kind, job.card, of.target, What.SNOOZED, by.user, now, now + HOUR)
        return await self._quiet(job, by, of, mark, words.snoozed(job, of.target, now + HOUR))

    async def wake(self, job: Job, by: Press) -> Message:
        """End what anyone snoozed."""
        return await self._loud(job, by, What.SNOOZED)

    async def mute(self, job: Job, by: Press) -> Message:
        """Tell no news of a card anymore, where it was wanted."""
        of = await self._here(job, by)
        mark = Mark(job.kind, job.card, of.target, What.MUTED, by.user, self._clock())
        return await self._quiet(job, by, of, mark, words.muted(job, of.target))

    async def unmute(self, job: Job, by: Press) -> Message:
        """Tell news of a card again, also if someone else muted it."""
        return await self._loud(job, by, What.MUTED)

    async def _quiet(self, job: Job, by: Press, of: CardOf, mark: Mark, said: Message) -> Message:
        """Snoozed or muted: the later one counts."""
        other = What.MUTED if mark.what is What.SNOOZED else What.SNOOZED
        await self._marks.put(mark)
        await self._marks.clear(replace(mark, what=other))
        self.stir(of)
        return await self._shown(job, by, said)

    async def _loud(self, job: Job, by: Press, what: What) -> Message:
        of = await self._here(job, by)
        await self._marks.clear(Mark(job.kind, job.card, of.target, what, by.user, self._clock()))
        self.stir(of)
        return await self._shown(job, by, words.loud(job, of.target))

    async def _shown(self, job: Job, by: Press, said: Message) -> Message:
        """Redraw the card wherever it stands; the private line, unless it was pressed on the card itself."""
        here = False
        async for of, own in self._standing(job.kind, job.card):
            pressed = (own.channel, own.ts) == (by.channel, by.message)
            here = (await self._redrawn(of, own) is True and pressed) or here
        return QUIET if here else said

    async def _here(self, job: Job, by: Press) -> CardOf:
        """Return whose news is meant: where it was pressed or typed, else one's own, else that of the channel.

        Raises:
            UsageError: no one is told of this job.
        """
        standing = {own.channel: of async for of, own in self._standing(job.kind, job.card)}
        if by.channel in standing:
            return standing[by.channel]
        # Other channels, which someone subscribed, and the direct messages of someone else are never meant.
        for target in (by.user, self.targets.channel):
            found = next((of for of in standing.values() if of.target == target), None)
            if found is not None:
                return found
        raise UsageError(words.NOWHERE)

    # ------------------------------------------------------------------------------------------------ waiting
    @contextmanager
    def listening(self, of: CardOf) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something happens to a card in this process."""
        event = asyncio.Event()
        self._listening[of].append(event)
        try:
            yield event
        finally:
            self._listening[of].remove(event)
            if not self._listening[of]:
                del self._listening[of]

    def stir(self, of: CardOf) -> None:
        """Tell who listens that something happened to a card."""
        for event in self._listening.get(of, ()):
            event.set()


def _holder(work_id: str) -> str:
    """Return how a notice is named that has the claim to post a card."""
    return hashlib.sha256(work_id.encode()).hexdigest()[:30]
