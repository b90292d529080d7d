"""Jobs on a terminal: as Telnyx lists them now, because there is no database that a watcher fills."""

import time
from collections.abc import Mapping, Sequence

from bot.services.jobs.kinds import KINDS
from bot.services.jobs.unseen import at_telnyx
from bot.store.job_marks import Mark
from bot.store.jobs import Brief, Job, Start
from bot.store.polls import Poll
from bot.telnyx import Telnyx

PAGES = 9
"""Beside the first of each list."""


class AtTelnyx:
    """In the place of what is kept of jobs, of looks at them, and of what people pressed."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx
        self._seen: dict[tuple[str, str], Job] = {}
        """What the latest question found."""

    async def lately(self, since: float) -> list[Brief]:
        """``Jobs.lately``."""
        found = await self._look(requests=PAGES)
        return [Brief.of(job) for job in found if not job.finished or (job.ended or 0) >= since]

    async def find(self, given: str) -> list[Brief]:
        """``Jobs.find``."""
        wanted = given.casefold()
        found = await self._look(given, PAGES)
        fits = [job for job in found if job.id.startswith(given) or job.title.casefold() == wanted]
        return [
            Brief.of(job)
            for job in sorted(fits, key=lambda job: (job.finished, -(job.ended or job.began or 0)))
        ]

    async def job(self, kind: str, name: str) -> Job | None:
        """``Jobs.job``."""
        return self._seen.get((kind, name))

    async def card(self, kind: str, card: str) -> list[Job]:
        """``Jobs.card``."""
        job = self._seen.get((kind, card))
        return [job] if job else []

    async def _look(self, wanted: str = "", requests: int = 0) -> list[Job]:
        found = await at_telnyx(self._telnyx, KINDS, time.time(), wanted, requests)
        self._seen = {(job.kind, job.id): job for job in found}
        return found

    async def past(self, _kind: str) -> list[float]:
        """``Jobs.past``."""
        return []

    async def starts(self, _kind: str, _ids: Sequence[str]) -> Sequence[Start]:
        """``Jobs.starts``."""
        return ()

    async def all(self) -> Mapping[str, Poll]:
        """``Polls.all``: this is a look of its own."""
        return {name: Poll(name, next_at=time.time(), looked=True) for name in KINDS}

    async def of(self, *_card: str) -> tuple[Mark, ...]:
        """``Marks.of``."""
        return ()
