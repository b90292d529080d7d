"""Jobs, what is seen of them, and what is noted: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

UNREAD = "unknown"
"""The status of a job whose row could not be read whole: no news about a job that is known."""
KEPT_SECONDS = 180 * 86_400.0
"""So long after its end a job is kept, also if Telnyx doesn't list it anymore. One that is new and ended earlier may have been
known before, so it's no news."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a job; ``number`` counts from 1, because a state can come back."""

    kind: str
    job: str
    number: int
    status: str
    """A state of its kind, or that it's stalled."""
    detail: dict[str, Any]
    """What the job was then: title, bucket, began, ended, done, total, finished, the card it stands on as ``burst``,
    and what its kind noted."""
    at: float = 0.0
    """When it was seen, in Unix seconds: no message about it is older."""

    @property
    def burst(self) -> str:
        """Return the job that began the card this one stands on; a job alone is its own."""
        return str(self.detail.get("burst", self.job))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A job as Telnyx shows it now."""

    kind: str
    id: str
    title: str
    status: str
    detail: Mapping[str, Any]
    """What else its card and its lines say: whether it failed, and with which ``reason`` ("" where Telnyx gives none)."""
    finished: bool
    """It ended, whatever Telnyx calls that."""
    bucket: str | None = None
    began: float | None = None
    ended: float | None = None
    """By Telnyx's clock, in Unix seconds."""
    done: int = 0
    total: int = 0
    """Of what its kind counts; 0 where that isn't known."""
    counted: bool = True
    """Whether this look said how far it is. What it had no room to ask for may have moved."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was last seen, as it stands on its card."""

    kind: str
    id: str
    title: str
    status: str
    card: str
    """The job that began the card it stands on; a job alone is its own."""
    number: int = 0
    """Of its last transition; 0 of one that was no news so far."""
    bucket: str | None = None
    began: float | None = None
    ended: float | None = None
    """By Telnyx's clock, in Unix seconds."""
    took: float | None = None
    """Seconds, of one that succeeded."""
    finished: bool = False
    done: int = 0
    total: int = 0
    """Of what its kind counts; 0 where that isn't known."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    first_seen: float = 0.0
    changed_at: float = 0.0
    """When its state was last found to be another."""
    moved_at: float = 0.0
    """When its status or its count last changed."""
    stalled: bool = False
    back: str | None = None
    """An earlier state that the latest look showed; the next has to confirm it."""
    changed_in: int = 0
    """Its kind's number of changes at its last transition: one that came later has a greater number, whatever clocks say.
    0 of one that only an older release noted."""
    gone: bool = False
    """It ended, and the latest look at everything didn't show it."""
    said_at: float | None = None
    """The date of the answer that first showed it in its state, in Unix seconds by Telnyx's clock; None where that isn't known."""
    starter: str = ""
    """The user who started it from Slack."""


class Brief(NamedTuple):
    """A job in a few words: who may know of it, what it's called, and where it stands among others."""

    kind: str
    id: str
    card: str
    title: str
    bucket: str | None
    assistant: str
    """Of the call that it's about."""
    finished: bool
    began: float
    ended: float
    """In Unix seconds; when it moved last where that isn't known."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return a job in a few words."""
        about = str(job.detail.get("assistant") or "")
        began, ended = job.began or job.moved_at, job.ended or job.moved_at
        return cls(job.kind, job.id, job.card, job.title, job.bucket, about, job.finished, began, ended)


@dataclass(frozen=True, slots=True)
class Step:
    """What a look changes of a job.

    Attributes:
        job: the job from now on; the card of one that is new is found when it's stored.
        told: the status of its new transition, whose number the job has; None for none.
        new: it wasn't known.
        redraw: its card shows something older, and no notice will change that.
        shares_card: a new one may stand on the card of one that began shortly before.
    """

    job: Job
    told: str | None = None
    new: bool = False
    redraw: bool = False
    shares_card: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The look that ends with what is recorded.

    Attributes:
        slot: its number; an answer of an earlier look than one that was recorded is too old.
        changed: the number of changes that was known when its steps were found.
        now: the time of day, in Unix seconds.
        next_at: when the next look is due.
        full: everything was read, also what ended long ago.
        gone: the ids of jobs that had ended and that weren't among everything.
    """

    slot: int
    changed: int
    now: float
    next_at: float
    full: bool = False
    gone: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Who started a job from Slack, and where."""

    kind: str
    id: str
    team: str
    user: str
    channel: str
    """Empty in a window."""
    at: float


@dataclass(frozen=True, slots=True)
class Older:
    """A card that shows something older than what is known."""

    kind: str
    card: str
    up_to: int
    """The kind's number of changes when this was found."""
