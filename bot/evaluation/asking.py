"""Ask the cases, a few at a time, as `bot ask` would, and keep what came of each."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.errors import RefusedError, UsageError
from bot.evaluation.cases import Case
from bot.services.ask import Answer, Ask, Delta, EmptyAnswerError, sources
from bot.services.passages import Passage
from bot.services.query import Exchange, Query
from bot.services.retrieval import Found
from bot.telnyx import TelnyxError, Usage
from bot.text import clean

SMALL_TALK = "It was taken for small talk and not searched."


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case. ``failed`` is the sentence for what went wrong; times are in seconds, None where nothing came."""

    case: Case
    answer: str = ""
    refused: bool = False
    partly: bool = False
    failed: str = ""
    note: str = ""
    model: str = ""
    searched: tuple[str, ...] = ()
    found: tuple[Passage, ...] = ()
    cited: tuple[tuple[int, Passage], ...] = ()
    """The sources, with their numbers, in order of first use."""
    search_seconds: float | None = None
    first_seconds: float | None = None
    seconds: float | None = None
    usage: Usage | None = None


@dataclass(slots=True)
class _Watched:
    """One question while it is answered."""

    clock: Callable[[], float]
    began: float = field(init=False)
    found: Found = field(default_factory=partial(Found, (), ()))
    search_seconds: float | None = None
    first_seconds: float | None = None

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.began

    async def end(self, ask: Ask, query: Query) -> Answer:
        """Return the end of the answer; what was found is known once it was, even if an error follows."""
        async for part in ask.answer(query):
            if isinstance(part, Answer):
                return part
            if isinstance(part, Found):
                self.found = part
                if self.search_seconds is None:
                    self.search_seconds = self.seconds
            elif isinstance(part, Delta) and self.first_seconds is None:
                self.first_seconds = self.seconds
        raise AssertionError("Ask.answer ends with an Answer")


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks cases.

    Args:
        ask: the use case.
        query: how to ask; its text and history are those of the case.
        failure: the sentence for an error.
        clock: seconds that only grow.
    """

    ask: Ask
    query: Query
    failure: Callable[[Exception], str]
    clock: Callable[[], float] = time.monotonic

    async def all(
        self, cases: Sequence[Case], *, at_once: int, heard: Callable[[Result], None]
    ) -> list[Result]:
        """Return the results in the order of the cases. ``heard`` is called with each as it comes."""
        places = asyncio.Semaphore(at_once)

        async def one(case: Case) -> Result:
            async with places:
                result = await self.one(case)
            heard(result)
            return result

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(case)) for case in cases]
        return [task.result() for task in tasks]

    async def one(self, case: Case) -> Result:
        """Return what came of a case. An error ends in its sentence, not in an exception."""
        watched = _Watched(self.clock)
        try:
            query = replace(self.query, text=_asked(case.question), history=await self._before(case))
            if query.talk:
                return Result(case, refused=True, note=SMALL_TALK)
            watched = _Watched(self.clock)  # what was asked before is another answer
            answer = await watched.end(self.ask, query)
        except (UsageError, RefusedError, TelnyxError, EmptyAnswerError) as error:
            failed = self.failure(error)
            found = watched.found
            return Result(case, failed=failed, searched=found.buckets, found=found.passages)
        return Result(
            case,
            answer="" if answer.refused else answer.text,
            refused=answer.refused,
            partly=answer.partly,
            model=answer.model,
            searched=answer.found.buckets,
            found=answer.found.passages,
            cited=() if answer.refused else tuple(sources(answer)),
            search_seconds=watched.search_seconds,
            first_seconds=None if answer.refused else watched.first_seconds,
            seconds=watched.seconds,
            usage=answer.usage,
        )

    async def _before(self, case: Case) -> tuple[Exchange, ...]:
        """Return the earlier questions of the thread with the answers that they get now."""
        before: tuple[Exchange, ...] = ()
        for text in case.history:
            query = replace(self.query, text=_asked(text), history=before)
            answer = await _Watched(self.clock).end(self.ask, query)
            before = (*before, Exchange(query.text, "" if answer.refused else answer.text))
        return before


def _asked(text: str) -> str:
    return clean(text).strip()
