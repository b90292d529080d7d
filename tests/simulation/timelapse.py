"""An event loop on which hours pass in seconds: where nothing is left to do, its time goes on at once to the next timer.

Whoever is given ``loop.time`` as a clock, or waits by ``asyncio.sleep``, lives in that time; nothing is replaced. While a thread works, or
something is on its way through a socket, time goes on as it does outside, so that no timeout ends what only takes a moment.
"""

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


class _Skipping(selectors.DefaultSelector):
    """Waits for nothing but what is really under way."""

    loop: "TimelapseLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0 or self.loop.under_way:
            return super().select(timeout)
        found = super().select(0)
        if not found:
            self.loop.skipped += timeout
        return found


class TimelapseLoop(asyncio.SelectorEventLoop):
    """Its ``time()`` is what everything inside should be given as a clock."""

    def __init__(self) -> None:
        self.skipped = 0.0
        """Seconds that no one had to wait for."""
        self.under_way = 0
        """How much is being done in threads and sockets."""
        selector = _Skipping()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return super().time() + self.skipped

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """Mark what takes a moment of the world outside, such as a request on a socket."""
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override] # without the typeshed's variadic generics
        working = super().run_in_executor(executor, func, *args)
        self.under_way += 1

        def done(_: asyncio.Future[Any]) -> None:
            self.under_way -= 1

        working.add_done_callback(done)
        return working


def now() -> TimelapseLoop:
    """The running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TimelapseLoop)
    return loop


def live(story: Coroutine[Any, Any, T]) -> T:
    """Run a story in time that skips what no one needs."""
    with asyncio.Runner(loop_factory=TimelapseLoop) as runner:
        return runner.run(story)
