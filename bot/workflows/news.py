"""Job news on Slack: the card first, which shows how it stands, then a line in its thread, each of them once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.observability.outage import Outage
from bot.render import job_cards as render
from bot.services.jobs import STALLED, VANISHED, Rank
from bot.slack.codes import NO_PLACE, NOT_NOW, Kind, kind_of
from bot.store.job_marks import What
from bot.store.jobs import Jobs, Transition
from bot.workflows.job_cards import Drawn, JobCards, Waiting
from bot.workflows.job_pictures import CardOf, Picture
from bot.workflows.messages import OwnMessages
from bot.workflows.targets import told_of

log = structlog.get_logger(__name__)

AGAIN = Backoff(first=5.0, most=60.0, spread=0.1)
NEWS_SECONDS = 7 * 86_400.0
"""Older than this, a change that Slack would never show is no longer news."""
LATE_SECONDS = 300.0
"""What is told so long after it happened is said to be late."""
LOOK_SECONDS = 60.0
"""Between two looks whether a snoozed card was woken in another process."""
REMEMBERED = 1_000
"""Cards that were snoozed."""
PASSING = NO_PLACE | NOT_NOW | {Kind.PASSING}

NotEmbedded = Callable[[Transition], Awaitable[Sequence[render.FailedFile]]]


@dataclass(frozen=True, slots=True)
class Told:
    """How far a notice came.

    Attributes:
        ts: the card's message; "" where nothing was to be told.
        until: its lines are snoozed so long, in Unix seconds; None where everything is told.
    """

    ts: str = ""
    until: float | None = None


class Trouble:
    """What keeps changes from being told in one target: they try one after the other, with pauses that grow for all of them."""

    def __init__(self, again: Backoff) -> None:
        self._again = again
        self.turn = asyncio.Lock()
        self.away = Outage("job_not_told_yet", "jobs_told_again")
        self.over()

    def over(self) -> None:
        """Something was told there."""
        self.pauses = self._again.pauses()
        self.away.gone()


def card_of(data: Mapping[str, Any]) -> CardOf:
    """Return the card that a notice is told on, also one that an older release began."""
    card = data.get("card") or data.get("burst") or data["job"]
    return CardOf(data["kind"], card, data["channel"])


class News:
    """Shows changes of jobs.

    Args:
        jobs: what is known of them.
        messages: posts our messages.
        cards: draws their cards.
        not_embedded: which files failed in a change, and why.
        again: how long to wait before Slack is tried again.
        steady: seconds that only go on.
        clock: the time of day.
        pause: waits.
    """

    def __init__(
        self,
        jobs: Jobs,
        messages: OwnMessages,
        cards: JobCards,
        not_embedded: NotEmbedded,
        again: Backoff = AGAIN,
        *,
        steady: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pause = pause
        self._steady = steady
        self._clock = clock
        self._jobs = jobs
        self._messages = messages
        self._cards = cards
        self._not_embedded = not_embedded
        self._again = again
        self._trouble: dict[str, Trouble] = {}
        self._snoozed: dict[CardOf, float] = {}
        """When lines of a card were last held back because someone snoozed it, in Unix seconds."""

    async def card(self, data: Mapping[str, Any]) -> str:
        """Return the card that a notice is told on: an older release said it in the first change of a job alone."""
        changes = await self._jobs.history(data["kind"], data["job"])
        return changes[0].burst if changes else card_of(data).card

    async def tell(self, data: dict[str, Any], work_id: str, waiting: Waiting = frozenset) -> str:
        """Show a change as soon as Slack lets us, and its line once no one snoozes it; the card's ``ts``, or "" when it never will.

        Args:
            data: which change, and where.
            work_id: the notice.
            waiting: the notices of the same card that are this process's to tell.
        """
        changes = await self._jobs.history(data["kind"], data["job"])
        if not (history := told_of(changes, data)):
            return ""
        of = CardOf(data["kind"], changes[0].burst, data["channel"])
        with self._cards.listening(of) as stirred:
            while True:
                stirred.clear()
                told = await self._as_soon_as_possible(history, of, work_id, waiting)
                if told.until is None:
                    return told.ts
                left = max(told.until - self._clock(), 0.0)
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LOOK_SECONDS)):
                        await stirred.wait()
                self._hold(of, self._clock())  # also what came just before someone woke it

    def stir(self, data: Mapping[str, Any]) -> None:
        """More is to be told on a card: who waits for the end of a snooze has it show that meanwhile."""
        self._cards.stir(card_of(data))

    async def redraw(self, data: Mapping[str, Any]) -> None:
        """Have a card that stands show what is known, while its line waits for a peer; elsewhere other notices see to it."""
        await self._cards.redraw_in(card_of(data))

    async def give_up(self, data: Mapping[str, Any], work_id: str) -> None:
        """Give up the claim to post a card that a notice has from an attempt before; what that posted is found all the same."""
        await self._cards.give_up(card_of(data), work_id)

    async def _as_soon_as_possible(
        self, history: Sequence[Transition], of: CardOf, work_id: str, waiting: Waiting
    ) -> Told:
        """While Slack or the channel is away, one change of each channel tries it, and the others wait for their turn.

        One that fails for a reason of its own so holds up another of its channel for no longer than a pause.
        """
        began, trouble = self._steady(), self._trouble.setdefault(of.target, Trouble(self._again))
        told = await self._try(history, of, work_id, waiting, trouble)
        while told is None:
            async with trouble.turn:
                told = await self._try(history, of, work_id, waiting, trouble)
                if told is None and self._steady() - began > NEWS_SECONDS:
                    log.warning("job_not_told", job=history[-1].job, error=f"not for {NEWS_SECONDS:.0f} s")
                    return Told()
                if told is None:
                    await self._pause(next(trouble.pauses))
        return told

    async def _try(
        self, history: Sequence[Transition], of: CardOf, work_id: str, waiting: Waiting, trouble: Trouble
    ) -> Told | None:
        """Return how far a change was told, or None where that may work later."""
        job = history[-1].job
        try:
            told = await self._show(history, of, work_id, waiting)
        except Exception as error:
            # Whoever comes first posts the card, and finds what was posted: no one waits for one who waits for a turn.
            await self._cards.give_up(of, work_id)
            if not isinstance(error, SlackApiError | OutcomeUnknownError):
                raise
            said = str(error)[:200]
            if not _passes(error):
                log.warning("job_not_told", job=job, error=said)
                return Told()
            trouble.away.seen(job=job, channel=of.target, error=said, fix=_fix(error))
            return None
        trouble.over()
        return told

    async def _show(self, history: Sequence[Transition], of: CardOf, work_id: str, waiting: Waiting) -> Told:
        kind, job, number = of.kind, history[-1].job, history[-1].number
        drawn = await self._cards.draw(of, work_id, history[-1].at, waiting)
        if drawn is None:
            log.info("job_not_for_these_readers", kind=kind, job=job, number=number)
            return Told()
        quiet = {mark.what: mark.until for mark in drawn.picture.seen.marks}
        if What.MUTED in quiet or not drawn.wanted:
            return Told(drawn.ts)
        if What.SNOOZED in quiet:
            self._hold(of, drawn.picture.seen.now)
            waits = await self._lines(history, drawn, of, _some)
            return Told(drawn.ts, quiet[What.SNOOZED] if waits else None)
        lines = await self._lines(history, drawn, of, self._not_embedded)
        for key, line in lines:
            await self._messages.once(
                line.message,
                key=key,
                channel=drawn.channel,
                thread=drawn.ts,
                kind="line",
                since=history[-1].at,
                broadcast=line.loud and not drawn.new,
            )
        log.info("job_told", kind=kind, job=job, number=number)
        return Told(drawn.ts)

    def _hold(self, of: CardOf, now: float) -> None:
        """Note that lines of a card are held back now."""
        self._snoozed.pop(of, None)
        self._snoozed[of] = now
        if len(self._snoozed) > REMEMBERED:
            del self._snoozed[next(iter(self._snoozed))]

    async def _lines(
        self, history: Sequence[Transition], drawn: Drawn, of: CardOf, ask: NotEmbedded
    ) -> list[tuple[str, render.Line]]:
        """Return what the last change of ``history`` adds to the thread, each line with its key.

        Of a job alone that is each change but the first, which the card tells; of several it is what went wrong, and the
        end. What is found only after that was told is told by itself, unless something of it went wrong too.
        """
        change, before, now = history[-1], history[-2] if len(history) > 1 else None, drawn.picture
        job = next((one for one in now.jobs if one.id == change.job), None)
        if job is None:
            return []
        key = ids.notice(change.kind, change.job, change.number, of.target)
        state, seen = now.kind.state(change.status), self._seen(change, now, of)
        bad = state.failed or state.partly
        files = await ask(change) if bad and seen.named else []
        if len(now.jobs) == 1:
            if before is None and not files and seen.late is None:
                return []
            line = render.line(now.kind, job, before, change, files, seen)
            # A card that has just come into the channel isn't followed by a line there.
            return [(key, line if before else replace(line, loud=False))]
        lines = []
        if bad:
            lines.append((key, render.failed(now.kind, job, files, seen)))
        elif state in (STALLED, VANISHED):
            lines.append((key, render.line(now.kind, job, before, change, [], seen)))
        last = max(now.jobs, key=lambda one: (one.changed_in, one.changed_at, one.id))
        end = render.end(now.kind, now.jobs, seen) if last is job and job.number == change.number else None
        if end is None:
            return lines
        if not bad and await self._ended_before(f"end:{key}", drawn):
            return lines or [(key, render.alone(now.kind, job, seen))]
        return [*lines, (f"end:{key}", end)]

    async def _ended_before(self, key: str, drawn: Drawn) -> bool:
        """Return whether the end of all on a card was told already, by another change than that with this key."""
        told = await self._messages.keys(drawn.channel, drawn.ts)
        return key not in told and any(one.startswith("end:") for one in told)

    def _seen(self, change: Transition, now: Picture, of: CardOf) -> render.Seen:
        """Return how a line is looked at: late, if what it tells happened long ago, by Telnyx's time of it if there is one."""
        ended = now.kind.state(change.status).rank is Rank.ENDED
        happened = float((change.detail.get("ended") if ended else None) or change.at)
        usual = LATE_SECONDS + (now.kind.seen_after if ended else 0.0)
        late = (ended or change.number > 1) and now.seen.now - happened > usual
        wanted = change.at <= self._snoozed.get(of, 0.0)
        return replace(now.seen, late=happened if late else None, snoozed=late and wanted)


@dataclass(frozen=True, slots=True)
class Some:
    """What stands for a file that failed, as long as no line names it."""

    filename: str = ""
    error_reason: str | None = None


async def _some(_change: Transition) -> Sequence[render.FailedFile]:
    """Return what a line that isn't told yet may name; Telnyx isn't asked."""
    return [Some()]


def _passes(error: SlackApiError | OutcomeUnknownError) -> bool:
    """Return whether the same may work later: Slack is away, refuses the token, or has no place for us now."""
    return isinstance(error, OutcomeUnknownError) or kind_of(error) in PASSING


def _fix(error: SlackApiError | OutcomeUnknownError) -> str:
    absent = isinstance(error, SlackApiError) and kind_of(error) in NO_PLACE
    return "invite me to that channel; I'll post it then" if absent else "nothing, if Slack comes back"
