"""What this process remembers of the jobs it looked at: only what changed since is read again, and what Telnyx lists no longer is forgotten."""

from collections.abc import Collection, Mapping

from bot.store.jobs import Job, Jobs
from bot.store.polls import Poll


class Known:
    """The jobs of one kind that Telnyx may still list, as they were last noted by any process."""

    def __init__(self, jobs: Jobs, kind: str) -> None:
        self._jobs = jobs
        self._kind = kind
        self._known: dict[str, Job] = {}
        self._unfinished: dict[str, Job] = {}
        self._doubted: dict[str, Job] = {}
        self._changed = -1

    async def refresh(self) -> Poll:
        """Read what changed since the last time. Returns how looking at the kind goes."""
        poll, changed = await self._jobs.since(self._kind, self._changed)
        self._changed = poll.changed
        self._note(changed)
        return poll

    async def complete(self, shown: Collection[str]) -> None:
        """Read what is shown and isn't remembered: it's new, or it was gone."""
        if unknown := [name for name in shown if name not in self._known]:
            self._note(await self._jobs.some(self._kind, unknown), shown=True)

    def doubt(self) -> None:
        """Read everything again the next time."""
        self._known, self._unfinished, self._doubted, self._changed = {}, {}, {}, -1

    def job(self, job_id: str) -> Job | None:
        """Return a job as it was last noted."""
        return self._known.get(job_id)

    def absent(self, shown: Collection[str], before: float) -> list[str]:
        """Return the ids of the jobs that had ended before this time and aren't among everything, which is shown."""
        return [
            name
            for name, job in self._known.items()
            if job.finished and job.changed_at < before and name not in shown and not job.gone
        ]

    @property
    def doubted(self) -> Collection[Job]:
        """Return the jobs that the latest look showed in an earlier state."""
        return self._doubted.values()

    @property
    def unfinished(self) -> Mapping[str, Job]:
        """Return the jobs that had not ended."""
        return self._unfinished

    def _note(self, jobs: Collection[Job], *, shown: bool = False) -> None:
        for job in jobs:
            for of, belongs in (
                (self._known, shown or not job.gone),
                (self._unfinished, not job.finished),
                (self._doubted, job.back is not None),
            ):
                if belongs:
                    of[job.id] = job
                else:
                    of.pop(job.id, None)
