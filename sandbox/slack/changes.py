"""A counter of everything that happened, and a way to wait for the next thing without sleeping."""

import asyncio


class Changes:
    """Counts visible changes; waiters learn of the next one at once."""

    def __init__(self) -> None:
        self.count = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def bump(self) -> None:
        """Note that something changed."""
        self.count += 1
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def after(self, count: int, timeout: float) -> int:  # noqa: ASYNC109 - the long-poll's own argument
        """Return the counter as soon as it exceeds `count`, or as it is after `timeout` seconds."""
        if self.count <= count:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait({waiter}, timeout=timeout)
            finally:
                self._waiters.discard(waiter)
        return self.count
