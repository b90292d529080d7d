"""Job news on Slack: one card for each burst of jobs, edited as they move, and lines in its thread, each of them once."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.render import jobs as render
from bot.slack.codes import NO_PLACE, NOT_NOW, Kind, kind_of
from bot.store.jobs import Jobs, Transition
from bot.workflows.messages import OwnMessages, digest

log = structlog.get_logger(__name__)

CLAIMED = Backoff(first=0.2, most=5.0)
AGAIN = Backoff(first=5.0, most=60.0, spread=0.1)
NEWS_SECONDS = 7 * 86_400.0
"""Older than this, a change that Slack would never show is no longer news."""

PASSING = NO_PLACE | NOT_NOW | {Kind.PASSING}

MayKnow = Callable[[str, str], Awaitable[bool]]
NotEmbedded = Callable[[Transition], Awaitable[Sequence[render.FailedFile]]]


class News:
    """Shows changes of jobs.

    Args:
        jobs: what is known of them.
        messages: what is shown of them.
        not_embedded: which files failed in a change, and why.
        may_know: whether everyone who reads a channel may know of a bucket.
        again: how long to wait before Slack is tried again.
        steady: seconds that only go on.
        pause: waits.
    """

    def __init__(
        self,
        jobs: Jobs,
        messages: OwnMessages,
        not_embedded: NotEmbedded,
        again: Backoff = AGAIN,
        steady: Callable[[], float] = time.monotonic,
        *,
        may_know: MayKnow,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pause = pause
        self._may_know = may_know
        self._steady = steady
        self._jobs = jobs
        self._messages = messages
        self._not_embedded = not_embedded
        self._again = again
        self._trouble: dict[str, asyncio.Lock] = {}

    async def tell(self, data: dict[str, Any], work_id: str) -> str:
        """Show a change as soon as Slack lets us; the card's ``ts``, or "" when it never will.

        While Slack or the channel is away, one change of each channel tries it, and the others wait for that one.
        """
        try:
            return await self._show(data, work_id)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.warning("job_not_told_yet", job=data["job"], error=_words(error), fix=_fix(error))
        began = self._steady()
        async with self._trouble.setdefault(data["channel"], asyncio.Lock()):
            for pause in self._again.pauses():
                try:
                    return await self._show(data, work_id)
                except (SlackApiError, OutcomeUnknownError) as error:
                    if not _passes(error) or self._steady() - began > NEWS_SECONDS:
                        log.warning("job_not_told", job=data["job"], error=_words(error))
                        return ""
                await self._pause(pause)
        raise AssertionError("the pauses have no end")

    async def _show(self, data: dict[str, Any], work_id: str) -> str:
        kind, job, number, channel = data["kind"], data["job"], data["number"], data["channel"]
        history = [change for change in await self._jobs.history(kind, job) if change.number <= number]
        bucket = history[0].detail.get("bucket")
        named = not bucket or await self._may_know(str(bucket), channel)
        history = history if named else [*map(render.unnamed, history)]
        burst, ts = await self._card(history[0], channel, work_id, named=named)
        for key, line in await self._lines(history, burst, channel):
            await self._messages.once(
                line.message,
                key=key,
                channel=channel,
                thread=ts,
                kind="line",
                since=history[-1].at,
                broadcast=line.loud,
            )
        log.info("job_told", kind=kind, job=job, number=number)
        return ts

    async def _card(
        self, change: Transition, channel: str, work_id: str, *, named: bool
    ) -> tuple[list[Transition], str]:
        """Have the card of a change's burst show all that is known; the changes it shows, and its ``ts``.

        Other notices of the burst, also of other processes, may do the same at this moment. The first to ask has the claim
        to post it; who finds that another one moved it meanwhile edits it again, because the older picture may be on top.
        """
        key = f"card:{change.kind}:{change.burst}:{channel}"
        holder = hashlib.sha256(work_id.encode()).hexdigest()[:30]
        waiting, overtaken = CLAIMED.pauses(), False
        while True:
            card = await self._messages.held(key=key, channel=channel, kind="card", holder=holder)
            if not card.ts and card.holder != holder:
                await self._pause(next(waiting))
                continue
            burst = await self._jobs.burst(change)
            burst = burst if named else [*map(render.unnamed, burst)]
            message = render.card(burst)
            if card.ts and card.shown == digest(message) and not overtaken:
                return burst, card.ts
            anew = f"{key}:{len(burst)}"
            overtaken = not await self._messages.show(card, message, anew=anew, since=burst[-1].at)

    async def _lines(
        self, history: list[Transition], burst: list[Transition], channel: str
    ) -> list[tuple[str, render.Line]]:
        """Return what the last change of ``history`` adds to the thread, each line with its key.

        Of a job alone that is each change; of a burst it is what failed, and the end if it took long.
        """
        now = history[-1]
        key = ids.notice(now.kind, now.job, now.number, channel)
        files = await self._not_embedded(now) if render.unsuccessful(now) else []
        if now.burst == now.job and all(change.job == now.job for change in burst):
            return [(key, render.line(history, files))] if len(history) > 1 else []
        lines = [(key, render.failure(now, files))] if render.unsuccessful(now) else []
        if (now.job, now.number) == (burst[-1].job, burst[-1].number) and (end := render.long_end(burst)):
            lines.append((f"end:{key}", end))
        return lines


def _passes(error: SlackApiError | OutcomeUnknownError) -> bool:
    """Return whether the same may work later: Slack is away, refuses the token, or has no place for us now."""
    return isinstance(error, OutcomeUnknownError) or kind_of(error) in PASSING


def _fix(error: SlackApiError | OutcomeUnknownError) -> str:
    if isinstance(error, SlackApiError) and kind_of(error) in NO_PLACE:
        return "invite me to JOBS_CHANNEL; I'll post it then"
    return "nothing, if Slack comes back"


def _words(error: Exception) -> str:
    return str(error)[:200]
