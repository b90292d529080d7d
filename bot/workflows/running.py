"""What this process works at now: each piece of work once at a time, and none left half done when the process ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import structlog

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 1800.0
"""The longest that a second run waits for a first one, as questions of a thread wait for one another."""
BREAK_OFF_SECONDS = 30.0
"""What a run that is broken off gets to leave what it was doing."""


class Running:
    """The running work, by its natural ids.

    Args:
        longest: see ``LONGEST_SECONDS``.
        break_off: see ``BREAK_OFF_SECONDS``.
    """

    def __init__(self, *, longest: float = LONGEST_SECONDS, break_off: float = BREAK_OFF_SECONDS) -> None:
        self._longest = longest
        self._break_off = break_off
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._breakable: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def ids(self) -> Collection[str]:
        """Return the ids of all running work."""
        return self._tasks.keys()

    @contextlib.asynccontextmanager
    async def alone(self, work_id: str, *, breakable: bool) -> AsyncIterator[None]:
        """Mark work as running. A second run of the same work waits for the first: see ``Engine.running``."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("durable work runs as a task")
        while (first := self._tasks.get(work_id)) is not None and not first.done():
            await self._ended(work_id, first)
        self._tasks[work_id] = task
        self._idle.clear()
        if breakable:
            self._breakable.add(work_id)
        try:
            yield
        finally:
            self._breakable.discard(work_id)
            if self._tasks.get(work_id) is task:
                del self._tasks[work_id]
            if not self._tasks:
                self._idle.set()

    @contextlib.contextmanager
    def breakable(self, work_id: str) -> Iterator[None]:
        """Mark running work as breakable for a while."""
        self._breakable.add(work_id)
        try:
            yield
        finally:
            self._breakable.discard(work_id)

    async def end(self, deadline: float, *first: asyncio.Task[None]) -> None:
        """Give all work ``deadline`` seconds to end, once the tasks in ``first`` have; then break it off.

        What no one sees half done is broken off at once.
        """
        for work_id in self._breakable:
            self._tasks[work_id].cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                await asyncio.gather(*first, return_exceptions=True)
                await self._idle.wait()
        left = list(self._tasks.values())
        if left:
            log.warning("work_left_for_the_next_start", count=len(left))
            for task in left:  # DBOS records no outcome of it: the row stays pending
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _ended(self, work_id: str, first: asyncio.Task[Any]) -> None:
        """Wait for a first run, and break it off after the longest time. Never go on beside it: it may show what is shown twice.

        Raises:
            asyncio.CancelledError: it does not end even so. DBOS records no outcome, and the row stays pending.
        """
        ended, _ = await asyncio.wait({first}, timeout=self._longest)
        if not ended:
            log.error("first_run_broken_off", work=work_id, seconds=self._longest)
            first.cancel()
            ended, _ = await asyncio.wait({first}, timeout=self._break_off)
        if not ended:
            log.error("first_run_does_not_end", work=work_id)
            raise asyncio.CancelledError
