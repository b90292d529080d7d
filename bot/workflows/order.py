"""Work of one thread goes one after the other, by the time the person wrote it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress

import structlog

from bot.backoff import Backoff
from bot.store.turns import Turn, Turns
from bot.workflows.engine import Engine

log = structlog.get_logger(__name__)

LOOK_SECONDS, ALIVE_SECONDS, LONGEST_SECONDS = 0.2, 1.0, 1800.0
"""Between two looks whether an earlier question has ended, and whether its work is alive; and the longest wait for it."""
PEERS = Backoff(first=0.2, most=5.0)
"""Between two looks whether a peer is done with what comes first."""
PEERS_SECONDS = 7_200.0
"""The longest wait for it: an hour of a snooze, and as long again."""


class Order:
    """Lines of waiting work, one for each key. What is expected counts before it arrives."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, str]] = defaultdict(dict)
        self._moved: dict[str, asyncio.Event] = {}
        self._open = asyncio.Event()

    def expect(self, key: str, work_id: str, rank: str) -> bool:
        """Keep a place for ``work_id``, which will come; nothing of a higher rank may overtake it. Returns whether it is new in the line."""
        line = self._lines[key]
        new = work_id not in line
        line[work_id] = rank
        return new

    def forget(self, key: str, work_id: str) -> None:
        """Give up the place of ``work_id``, which is done, or will not come after all."""
        line = self._lines.get(key, {})
        line.pop(work_id, None)
        if not line:
            self._lines.pop(key, None)
        if (moved := self._moved.pop(key, None)) is not None:
            moved.set()

    def waiting(self, key: str) -> frozenset[str]:
        """Return what stands in a line of this process, also what is being done."""
        return frozenset(self._lines.get(key, ()))

    def begin(self) -> None:
        """Let the lines move: all unfinished work of an earlier process is expected by now."""
        self._open.set()

    @asynccontextmanager
    async def place(self, key: str, work_id: str, rank: str) -> AsyncIterator[None]:
        """Wait until nothing of a lower rank is left in the line; leave it at the end."""
        self.expect(key, work_id, rank)
        try:
            await self._open.wait()
            while self._first(key) not in (work_id, None):
                await self._moved.setdefault(key, asyncio.Event()).wait()
            yield
        finally:
            self.forget(key, work_id)

    def _first(self, key: str) -> str | None:
        line = self._lines.get(key)
        return min(line.items(), key=lambda item: (item[1], item[0]))[0] if line else None


async def after_others(
    turn: Turn,
    turns: Turns,
    engine: Engine,
    *,
    steady: Callable[[], float] = time.monotonic,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait while an earlier question of this thread is being answered, maybe by a peer, for half an hour at most.

    The peer may have been handed the earlier question a moment later than this one the later question. A row
    whose work is not alive will never end, so no one waits for it.

    Args:
        turn: the later question.
        turns: all questions.
        engine: knows which work is alive.
        steady: seconds that only go on.
        pause: waits.
    """
    dead: set[str] = set()
    begun = looked = steady()
    await pause(LOOK_SECONDS)
    while await turns.ahead(turn, but=dead):
        now = steady()
        if now - begun > LONGEST_SECONDS:
            log.warning("earlier_question_not_waited_for", turn=turn.id)
            return
        if now - looked > ALIVE_SECONDS:
            looked, before = now, await turns.begun_before(turn)
            dead = before - await engine.alive(before)
        await pause(LOOK_SECONDS)


async def after_peers(
    earlier: Collection[str],
    engine: Engine,
    *,
    meanwhile: Callable[[], Awaitable[object]],
    longest: float = PEERS_SECONDS,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait while a peer has earlier work to do.

    Args:
        earlier: the natural ids of what comes first.
        engine: knows which of it is alive.
        meanwhile: what can be done at once, if there is a wait.
        longest: seconds that are waited at most.
        pause: waits.
    """
    left = await engine.alive(earlier)
    if not left:
        return
    await meanwhile()
    with suppress(TimeoutError):
        async with asyncio.timeout(longest):
            for seconds in PEERS.pauses():
                await pause(seconds)
                if not (left := await engine.alive(left)):
                    return
    log.warning("earlier_work_not_waited_for", work=min(left), count=len(left))
