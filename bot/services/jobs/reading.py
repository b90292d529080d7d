"""What the readers of all kinds share: requests that are counted, and jobs that left the list."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from bot.services.at_once import all_of
from bot.services.jobs.kind import VANISHED, JobKind, Look, Rank
from bot.store.columns import IDS, named
from bot.store.jobs import UNREAD, Job, Sighting
from bot.telnyx import TelnyxError, TelnyxNotFoundError

T = TypeVar("T")

AT_ONCE = 5
"""How many questions Telnyx is asked at the same time."""
YOUNG_SECONDS = 60.0
"""One that moved so lately and isn't known to Telnyx may not have reached its every server yet."""


async def asked(names: Sequence[str], ask: Callable[[str], Awaitable[T]]) -> dict[str, T | None]:
    """Return what is said of each, None of what Telnyx doesn't know. What can't be asked now is left out."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> tuple[str, T | None] | None:
        try:
            async with gate:
                return name, await ask(name)
        except TelnyxNotFoundError:
            return name, None
        except TelnyxError:
            return None

    return dict(filter(None, await all_of(map(one, names))))


async def missing(
    look: Look, listed: Collection[str], ask: Callable[[str], Awaitable[T]]
) -> dict[str, T | None]:
    """Return the unfinished jobs that left the list, each by its id, as far as they may be asked for; None where it's gone."""

    async def dated(name: str) -> T:
        """Ask, and note the date of what is said, also of a no."""
        try:
            return await ask(name)
        finally:
            look.note(name)

    names = [name for name in look.unfinished if name not in listed]
    found = await asked(look.extra.some(names), dated)
    return {
        name: row
        for name, row in found.items()
        if row is not None or abs(look.now - look.unfinished[name].moved_at) >= YOUNG_SECONDS
    }


def key(name: str) -> str:
    """Return an id as the store knows it."""
    return named(name, IDS)


def sighting(
    kind: JobKind,
    name: str,
    title: str,
    status: str,
    detail: Mapping[str, Any],
    *,
    bucket: str | None = None,
    began: datetime | float | None = None,
    ended: datetime | float | None = None,
    done: int = 0,
    total: int = 0,
) -> Sighting:
    """Return a job as it's seen, its end and its failure by its state; an end that comes before that is none."""
    state = kind.state(status)
    finished = state.rank is Rank.ENDED
    return Sighting(
        kind=kind.name,
        id=name,
        title=title,
        status=status or UNREAD,
        detail={"reason": "", **detail, "failed": state.failed, "finished": finished},
        finished=finished,
        bucket=bucket,
        began=seconds(began),
        ended=seconds(ended) if finished else None,
        done=done,
        total=total,
    )


def vanished(kind: JobKind, known: Job) -> Sighting:
    """Return a job that Telnyx doesn't know anymore, as it was."""
    return sighting(
        kind,
        known.id,
        known.title,
        VANISHED.name,
        known.detail,
        bucket=known.bucket,
        began=known.began,
        done=known.done,
        total=known.total,
    )


def seconds(at: datetime | float | None) -> float | None:
    """Return a time in Unix seconds."""
    return at.timestamp() if isinstance(at, datetime) else at
