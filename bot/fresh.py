"""Look-ups that are remembered for a while: each key is asked for once at a time, and again when its answer is old."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

KEPT = 10_000


class Fresh(Generic[Key, Value]):
    """Answers of one look-up.

    Args:
        ask: looks a key up.
        seconds: how long an answer is believed.
        usable: how long it is used at once all the same, while it is asked for anew beside; asked each time.
        kept: how many answers are remembered; the oldest goes first.
        clock: seconds.
    """

    def __init__(
        self,
        ask: Callable[[Key], Awaitable[Value]],
        seconds: float,
        *,
        usable: Callable[[], float] = lambda: 0.0,
        kept: int = KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._usable = usable
        self._kept = kept
        self._clock = clock
        self._known: dict[Key, tuple[float, Value]] = {}
        self._asking: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        """Return the answer for ``key``; all who want it meanwhile wait for the same look-up.

        Raises:
            Exception: what ``ask`` raises. A failure is not remembered.
        """
        known = self._known.get(key)
        if known is not None and self._is_fresh(known):
            return known[1]
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(self._look(key))
            task.add_done_callback(lambda done: self._asked(key, done))
        if known is not None and self._clock() - known[0] < self._usable():
            return known[1]
        return await asyncio.shield(task)

    def now(self, key: Key) -> Value | None:
        """Return the answer if it is known and still believed, or None; nothing is asked for."""
        known = self._known.get(key)
        return known[1] if known is not None and self._is_fresh(known) else None

    def last(self, key: Key) -> Value | None:
        """Return the latest answer however old it is, or None."""
        known = self._known.get(key)
        return known[1] if known is not None else None

    def put(self, key: Key, value: Value) -> None:
        """Remember what was learned in another way, from an event for instance."""
        self.distrust(key)
        self._keep(key, value)

    def forget(self, key: Key) -> None:
        """Ask again the next time."""
        self.distrust(key)
        self._known.pop(key, None)

    def distrust(self, key: Key) -> None:
        """Don't remember the answer that is under way: it may have been given before what is known by now."""
        self._asking.pop(key, None)

    def clear(self) -> None:
        """Ask for everything again."""
        self._asking.clear()
        self._known.clear()

    def _keep(self, key: Key, value: Value) -> None:
        self._known.pop(key, None)
        if len(self._known) >= self._kept:
            del self._known[next(iter(self._known))]
        self._known[key] = (self._clock(), value)

    def _is_fresh(self, known: tuple[float, Value]) -> bool:
        return self._clock() - known[0] < self._seconds

    async def _look(self, key: Key) -> Value:
        value = await self._ask(key)
        if self._asking.get(key) is asyncio.current_task():
            self._keep(key, value)
        return value

    def _asked(self, key: Key, done: asyncio.Task[Value]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled():
            done.exception()  # asked for, so a failure that no one waits for any longer is no warning of asyncio's
