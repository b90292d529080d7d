"""In place of the engine: what it took is done, though not at once, not in one go, and sometimes twice; what it didn't take it says so."""

import asyncio
import contextlib
import inspect
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.workflows.acceptance import NotDurableInTimeError

Run = Callable[[dict[str, Any]], Awaitable[Any]]


@dataclass
class Luck:
    """How likely each kind of bad luck is."""

    dropped: float = 0.05
    """A start isn't taken; who wants it done has to come again."""
    unheard: float = 0.05
    """It's taken, and the word of it is lost."""
    delayed: float = 0.2
    doubled: float = 0.05
    """It's done, no one hears of it, and it's done once more."""
    longest_delay: float = 90.0


@dataclass
class Entry:
    """A piece of work that was taken."""

    work_id: str
    data: str
    """Plain JSON."""
    by: str
    """The process that does it."""
    done: bool = False
    again: bool = False
    """It's to be done once more."""


class Ledger:
    """What all processes together took: it outlives each of them."""

    def __init__(self, random: Random, luck: Luck) -> None:
        self.random = random
        self.luck = luck
        self.entries: dict[str, Entry] = {}
        self.refused = Counter[str]()

    def take(self, work_id: str, data: dict[str, Any], by: str) -> bool:
        """Write a piece of work down, once; is it new?"""
        if work_id in self.entries:
            return False
        again = self.random.random() < self.luck.doubled
        self.entries[work_id] = Entry(work_id, json.dumps(data), by, again=again)
        return True

    def left_by(self, name: str) -> list[Entry]:
        """What a process hasn't done, in the order in which it was taken."""
        return [entry for entry in self.entries.values() if entry.by == name and not entry.done]

    @property
    def open(self) -> list[str]:
        return [entry.work_id for entry in self.entries.values() if not entry.done]

    def delay(self) -> float:
        """Seconds until a piece of work begins."""
        if self.random.random() >= self.luck.delayed:
            return 0.0
        return self.random.uniform(0, self.luck.longest_delay)


class Starter:
    """What one process has for an engine."""

    has_peers = True

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[str, asyncio.Lock] = {}
        self._known: set[str] = set()
        self.failures: list[BaseException] = []

    def knows(self, work_id: str) -> bool:
        """See ``Engine.knows``."""
        return work_id in self._known

    async def alive(self, work_ids: Collection[str]) -> set[str]:
        """See ``Engine.alive``."""
        return set(work_ids).intersection(self._ledger.open)

    async def start(
        self,
        work_id: str,
        work: Callable[[Any], Coroutine[Any, Any, Any]],
        data: dict[str, Any],
        *,
        before: Callable[[], Awaitable[None]] | None = None,
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """See ``Engine.start``.

        Raises:
            NotDurableInTimeError: it wasn't taken, or was and no one says so.
        """
        luck, chance = self._ledger.luck, self._ledger.random.random()
        if chance < luck.dropped:
            self._ledger.refused[work_id] += 1
            if otherwise is not None:
                otherwise()
            raise NotDurableInTimeError
        if before is not None:
            await before()
        if self._ledger.take(work_id, data, self._name):
            self.begin(self._ledger.entries[work_id], work)
        elif otherwise is not None:
            otherwise()
        self._known.add(work_id)
        if chance < luck.dropped + luck.unheard:
            raise NotDurableInTimeError

    @contextlib.asynccontextmanager
    async def running(self, work_id: str, *, breakable: bool = False) -> AsyncIterator[None]:
        """See ``Engine.running``."""
        assert breakable, "no one sees news half told"
        async with self._turns.setdefault(work_id, asyncio.Lock()):
            yield

    def begin(self, entry: Entry, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
        """Do a piece of work, or take it up again."""
        # The method without DBOS around it, which is what this stands for.
        plain: Callable[..., Awaitable[Any]] = inspect.unwrap(work.__func__)  # type: ignore[attr-defined] # a bound method
        one = work.__self__  # type: ignore[attr-defined] # as above
        task = asyncio.create_task(self._do(entry, lambda data: plain(one, data)))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def kill(self) -> None:
        """The process ends, in the middle of whatever it does."""
        for task in self._tasks:
            task.cancel()

    async def _do(self, entry: Entry, run: Run) -> None:
        await asyncio.sleep(self._ledger.delay())
        await run(json.loads(entry.data))
        if entry.again:
            entry.again = False
            await asyncio.sleep(self._ledger.delay())
            await run(json.loads(entry.data))
        entry.done = True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)
