"""Watches jobs at Telnyx, has each change told once, and keeps their cards true."""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from bot.observability.health import Health
from bot.observability.outage import Outage
from bot.services.jobs import JobWatch
from bot.store.jobs import Transition
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.targets import Target

log = structlog.get_logger(__name__)

CARDS = 3
"""That are drawn again in one tick because a count moved: Slack takes few edits in a minute."""

Targets = Callable[[Transition], Awaitable[Sequence[Target]]]
Redraw = Callable[[str, str], Awaitable[bool]]
Elsewhere = Callable[[str, str, Collection[str]], Awaitable[bool]]


class Watcher:
    """One tick of the watch.

    Args:
        watch: looks, and knows what no one was told of.
        notices: tell it.
        targets: where a change is told.
        redraw: draws a card again wherever it stands; False where that has to be tried again.
        elsewhere: whether a card stands in other places than these.
        health: hears whether Telnyx can be read.
        clock: the time of day, which all processes share.
    """

    def __init__(
        self,
        watch: JobWatch,
        notices: NotifyWorkflow,
        *,
        targets: Targets,
        redraw: Redraw,
        elsewhere: Elsewhere,
        health: Health,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._watch = watch
        self._notices = notices
        self._targets = targets
        self._redraw = redraw
        self._elsewhere = elsewhere
        self._health = health
        self._clock = clock
        self._broken = Outage("job_news_wait", "job_news_go_on")

    async def tick(self, now: float | None = None) -> None:
        """Look at what is due; then make every untold change durable notices, even while Telnyx is away; then draw cards.

        Args:
            now: the time of day, in Unix seconds; by the clock if it's left out.
        """
        now = self._clock() if now is None else now
        readable = await self._watch.look(now)
        self._health.set("jobs", readable, "watching" if readable else "Telnyx doesn't answer")
        await self._tell()
        await self._draw(now)

    async def _tell(self) -> None:
        """Start the notices of what is untold. One that can't be started holds up later changes of its own job alone."""
        held = set[tuple[str, str]]()
        for change in await self._watch.changes():
            job = change.kind, change.job
            if job in held:
                continue
            try:
                targets = await self._targets(change)
                for target in targets:
                    await self._notices.start(change, target.id, target.only)
                told = [target.id for target in targets]
                elsewhere = await self._elsewhere(change.kind, change.burst, told)
                await self._watch.told(change, elsewhere=elsewhere)
            except NotDurableInTimeError:
                return  # the next tick joins it
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one job hides no other
                held.add(job)
                self._broken.seen(job=change.job, error=repr(error)[:200], exc_info=True)
        if not held:
            self._broken.gone()

    async def _draw(self, now: float) -> None:
        """Draw a few cards that show something older; one that Slack doesn't take now comes after all others."""
        for card in await self._watch.older(CARDS):
            try:
                drawn = await self._redraw(card.kind, card.card)
            except Exception:
                log.exception("job_card_not_drawn", kind=card.kind, card=card.card)
                drawn = False
            await (self._watch.redrawn(card, now) if drawn else self._watch.redraw_later(card, now))
