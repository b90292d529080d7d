"""What a kind of job is: how it's read, the states it goes through, and the words for them."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar
from zlib import crc32

from bot.services.access import Right
from bot.store.jobs import Job, Sighting
from bot.telnyx import Telnyx

T = TypeVar("T")

EMPTY: Mapping[str, Job] = {}


class Rank(IntEnum):
    """How far a job is. What Telnyx says cannot move it to a lower one by a single answer."""

    WAITING = 0
    RUNNING = 1
    ENDED = 2


@dataclass(frozen=True, slots=True)
class State:
    """A state of a job: Telnyx's word for it, and ours."""

    name: str
    rank: Rank
    icon: str
    """An emoji by its name, with colons."""
    word: str
    failed: bool = False
    partly: bool = False
    """It ended, and not all of it succeeded."""
    cut_off: bool = False
    """It ended before it was done."""


class Extra:
    """The requests that a look may make beside its first; what it leaves is for other kinds.

    Args:
        left: how many.
        now: makes each look begin elsewhere.
    """

    def __init__(self, left: int, now: float = 0.0) -> None:
        self.left = left
        self._turn = crc32(str(now).encode())

    def take(self, wanted: int) -> int:
        """Return how many of so many requests may still be made, and count them."""
        count = max(0, min(self.left, wanted))
        self.left -= count
        return count

    def some(self, waiting: Sequence[T]) -> list[T]:
        """Return as many as may still be asked for, and count them. Each look begins elsewhere, and none waits forever."""
        count = self.take(len(waiting))
        first = self._turn % max(1, len(waiting))
        return [*waiting[first:], *waiting[:first]][:count]


@dataclass(frozen=True, slots=True)
class Look:
    """What a kind is given to read: the whole list, or what moves and what left the list.

    Attributes:
        telnyx: who is asked.
        now: the time of day, in Unix seconds.
        full: also what ended long ago.
        unfinished: the jobs of this kind that had not ended when they were last seen, by id.
        extra: how much more than once this kind may ask.
        known: gives a job of this kind as it was last seen, ended or not, by its id.
        memory: what the reader notes from look to look, one for each kind and process; losing it costs requests and no news.
        said: the dates of answers that showed jobs by themselves, by job.
        first: no one has ever looked: what has ended by now is no news.
    """

    telnyx: Telnyx
    now: float
    full: bool
    unfinished: Mapping[str, Job]
    extra: Extra
    known: Callable[[str], Job | None] = EMPTY.get
    memory: MutableMapping[str, Any] = field(default_factory=dict)
    first: bool = False
    said: MutableMapping[str, float | None] = field(default_factory=dict)

    def note(self, *names: str) -> None:
        """Remember that Telnyx's last answer to this task showed these jobs: others may come before the look ends."""
        self.said.update(dict.fromkeys(names, self.telnyx.dated))

    def said_of(self, name: str) -> float | None:
        """Return the date of the answer that showed a job, by Telnyx's clock: its own, or that of the latest list."""
        return self.said.get(name, self.telnyx.dated)


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: its name in the database and in natural ids.
        title: what people call one, such as "Embedding".
        what: the noun for several, such as "embeddings".
        states: those that Telnyx documents; any other counts as running.
        right: who may know of such jobs at all.
        read: asks Telnyx, and returns what it saw; one odd row hides no other.
        next_step: what to do about one that failed; mrkdwn.
        counts: what its bar counts, such as "files"; empty where nothing can be counted.
        stalls_seconds: without a move for so long it's said to be stalled; None where that's never said.
        shares_card: jobs of one bucket that begin within a minute of each other share a card.
        ends_only: its beginning is no news: the card comes with the end, or when it stalls.
        of: what stands between its title and that of a job, as in "Embedding of handbook".
        each: what several are that succeeded, as in "14 of 22 embedded"; empty for the word of their state.
        seen_after: seconds after its end before anyone can see that it ended; so much is not late.
        kept_seconds: after its last change, of a kind that Telnyx is asked about for a while only; None where a job stays for
            as long as Telnyx lists it.
    """

    name: str
    title: str
    what: str
    states: tuple[State, ...]
    right: Right
    read: Callable[[Look], Awaitable[Sequence[Sighting]]]
    next_step: str
    counts: str = ""
    stalls_seconds: float | None = None
    shares_card: bool = True
    ends_only: bool = False
    of: str = "of"
    each: str = ""
    seen_after: float = 0.0
    kept_seconds: float | None = None

    def state(self, status: str) -> State:
        """Return the state with this name; one that no one documents counts as running."""
        for one in (*self.states, VANISHED, STALLED):
            if one.name == status:
                return one
        return State(status, Rank.RUNNING, ":grey_question:", status.replace("_", " "))


VANISHED = State("vanished", Rank.ENDED, ":ghost:", "gone", cut_off=True)
"""A job that had not ended, and that Telnyx says it doesn't know."""
STALLED = State("stalled", Rank.RUNNING, ":turtle:", "stalled")
"""The news that nothing of a job has moved for long; the job keeps its state."""
