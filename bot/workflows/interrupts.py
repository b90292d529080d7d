"""Tells anyone who answers a question that someone edited it, deleted it or pressed stop: in this process at once, in another within a second."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import structlog

from bot.store.interruptions import Interruption, Interruptions, Kind
from bot.store.turns import UNFINISHED, Turns
from bot.workflows.acceptance import in_time
from bot.workflows.asked import Asked

log = structlog.get_logger(__name__)

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""Between two looks for what other processes noted about questions that are answered here."""
REMEMBERED = 1_000
"""Interruptions that may arrive before the question they belong to begins."""


class Watch:
    """What was done to one question. ``pending`` is what its turn has not taken note of yet."""

    def __init__(self, pending: Interruption | None = None) -> None:
        self.pending = pending
        self._taken: Interruption | None = None
        self._work: asyncio.Task[Any] | None = None

    def tell(self, change: Interruption) -> None:
        """Someone did this; the same a second time is no news, nor is an edit older than what is known."""
        known = self.pending or self._taken
        if known is not None and (change == known or not change.replaces(known)):
            return
        self.pending = change
        if self._work is not None:
            self._work.cancel()

    @property
    def deleted(self) -> bool:
        """Is a deletion pending?"""
        return self.pending is not None and self.pending.kind == "deleted"

    def take(self) -> Interruption | None:
        """Return what is pending, which then is not anymore."""
        if self.pending is not None:
            self._taken = self.pending
        self.pending = None
        return self._taken

    async def over(self, making: Coroutine[Any, Any, T]) -> T | None:
        """Return what comes of ``making``; None when something was done to the question meanwhile."""
        work = asyncio.create_task(making)
        try:
            with self.breaking(work):
                await asyncio.wait({work})
            return None if work.cancelled() else work.result()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    @contextmanager
    def breaking(self, work: asyncio.Task[Any]) -> Iterator[None]:
        """Cancel ``work`` as soon as something is pending."""
        self._work = work
        if self.pending is not None:
            work.cancel()
        try:
            yield
        finally:
            self._work = None


class Interrupts:
    """All questions that this process answers now, and what is done to them.

    Args:
        store: what people did.
        turns: the questions.
        erase: takes the words of questions out of the engine.
    """

    def __init__(
        self,
        store: Interruptions,
        turns: Turns,
        erase: Callable[[Collection[str]], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._erase = erase
        self._turns = turns
        self._live: dict[str, Watch] = {}
        self._early: OrderedDict[str, Interruption] = OrderedDict()
        self._noting: set[asyncio.Task[None]] = set()

    async def change(self, question: Asked, text: str | None, at: float, *, expected: bool = True) -> None:
        """A question was edited to ``text``, or with None deleted (or edited so it asks nothing anymore).

        Args:
            question: as it was.
            text: as it is.
            at: when, in Unix seconds.
            expected: if it has no row, it is on its way; otherwise it is no question of ours.

        Raises:
            NotDurableInTimeError: it is still being written down.
        """
        await self._in_time(self._change(question, text, at, expected=expected))

    async def became(self, question: Asked) -> str | None:
        """Return what became of a question: its outcome, "" if it has none yet; None of one that we don't know."""
        turn = await self._turns.get(question.id)
        return None if turn is None else turn.outcome or ""

    async def stop(self, channel: str, root: str, user: str, at: float) -> None:
        """Someone pressed stop in a thread: it means the question that is being answered there.

        Raises:
            NotDurableInTimeError: it is still being written down.
        """
        await self._in_time(self._stop(channel, root, user, at))

    async def stop_turn(self, turn: str, user: str, at: float) -> None:
        """Someone pressed stop below a private answer, which stands in no thread.

        Raises:
            NotDurableInTimeError: it is still being written down.
        """
        await self._in_time(self._note(Interruption(turn, "stopped", user, at=at)))

    @asynccontextmanager
    async def watching(self, turn: str, *, ask: bool) -> AsyncIterator[Watch]:
        """Watch over a turn that is being answered.

        Args:
            turn: its id.
            ask: also ask the database for what an earlier or another process noted.
        """
        watch = self._live[turn] = Watch(self._early.pop(turn, None))
        try:
            if ask and (known := await self._store.of([turn])):
                watch.tell(known[turn])
            yield watch
        finally:
            del self._live[turn]

    async def forget(self, turns: Collection[str]) -> None:
        """Keep no word of questions that were deleted, here or in the engine."""
        try:
            await self._turns.erase(turns)
            if self._erase is not None:
                await self._erase(turns)
        except Exception:
            log.exception("not_forgotten", turns=sorted(turns))  # at the end of the turn it is tried again

    async def follow(self) -> None:
        """For ever: pass on what other processes note about the questions answered here."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._live:
                continue
            try:
                for turn, change in (await self._store.of(list(self._live))).items():
                    if (watch := self._live.get(turn)) is not None:
                        watch.tell(change)
            except Exception:
                log.exception("interruptions_unread")  # the next look tries again

    async def _change(self, question: Asked, text: str | None, at: float, *, expected: bool) -> None:
        kind: Kind = "deleted" if text is None else "edited"
        user = question.asker.user
        states = await self._turns.of_question(question.place.channel, question.ts, user)
        if not (states or expected):
            return
        unfinished = [turn for turn, state in states.items() if state in UNFINISHED]
        # What has been answered stays. Without a row it is on its way; *Try again* is work of its own.
        for turn in unfinished if states else [question.id]:
            await self._note(Interruption(turn, kind, user, text, at))
        if kind == "deleted":
            await self.forget({question.id, *states})

    async def _stop(self, channel: str, root: str, user: str, at: float) -> None:
        turn = await self._turns.answering(channel, root)
        if turn is not None:
            await self._note(Interruption(turn, "stopped", user, at=at))

    async def _note(self, change: Interruption) -> None:
        await self._store.note(change)
        if (watch := self._live.get(change.turn)) is not None:
            watch.tell(change)
            return
        early = self._early.get(change.turn)
        if early is None or change.replaces(early):
            self._early[change.turn] = change
        if len(self._early) > REMEMBERED:
            self._early.popitem(last=False)

    async def _in_time(self, noting: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(noting)
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)
        await in_time(task, "interruption")
