"""Remote jobs and their news: what Telnyx says now, compared with what was last known."""

from collections.abc import Sequence
from datetime import datetime

from bot.store.jobs import UNREAD, Jobs, Sighting, Transition
from bot.telnyx import BucketFile, EmbeddingTask, FineTuningJob, Telnyx, TelnyxError

EMBEDDING = "embedding"
FINE_TUNING = "fine-tuning"
STATUSES = ("queued", "processing", "success", "failure", "partial_success")
"""Every status an embedding task is documented to have; left out, Telnyx lists only the unfinished ones."""


class JobWatch:
    """The use case behind the clock: look, note what changed, and hand out the changes no one was told of."""

    def __init__(self, telnyx: Telnyx, jobs: Jobs, period: float) -> None:
        self._telnyx = telnyx
        self._jobs = jobs
        self._period = period
        self._unread: set[str] = set()
        """Kinds whose last poll by this process failed."""

    async def look(self, now: float) -> bool:
        """Poll Telnyx when it is due. The one who claims the slot polls; the first look ever notes ended jobs silently.

        A poll that fails leaves its changes for the next: nothing is recorded, so nothing is missed. The other kind is
        looked at all the same.

        Returns:
            Whether something was due and every kind can be read, as far as this process knows: another may poll the one that can't.

        Raises:
            TelnyxError: a poll failed (the first, if both did).
        """
        due, errors = False, list[TelnyxError]()
        for kind, read in ((EMBEDDING, self._embeddings), (FINE_TUNING, self._fine_tunings)):
            if await self._jobs.claim(kind, self._period, now):
                due = True
                try:
                    seen = await read()
                except TelnyxError as error:
                    errors.append(error)
                    self._unread.add(kind)
                else:
                    self._unread.discard(kind)
                    await self._jobs.record(kind, seen)
        if errors:
            raise errors[0]
        return due and not self._unread

    async def changes(self) -> list[Transition]:
        """Return the changes whose notice is not durable yet, oldest first."""
        return await self._jobs.untold()

    async def told(self, change: Transition) -> None:
        """Note that the notice of ``change`` is durable."""
        await self._jobs.told(change)

    async def not_embedded(self, change: Transition) -> list[BucketFile]:
        """Return the files that failed in an embedding task: the one it was for, or else all of its bucket.

        What Telnyx can't tell now is left out: the change itself is worth telling without it.
        """
        bucket, file = change.detail.get("bucket"), change.detail.get("file")
        if change.kind != EMBEDDING or not bucket:
            return []
        try:
            found = await self._telnyx.embeddings.files(bucket)
        except TelnyxError:
            return []
        return [one for one in found if one.error_reason and file in (None, one.filename)]

    async def _embeddings(self) -> Sequence[Sighting]:
        return [_embedding(task) for task in await self._telnyx.embeddings.tasks(STATUSES)]

    async def _fine_tunings(self) -> Sequence[Sighting]:
        return [_fine_tuning(job) for job in await self._telnyx.fine_tuning.jobs()]


def _embedding(task: EmbeddingTask) -> Sighting:
    title = task.bucket or task.task_name or str(task.task_id)
    detail = {
        "bucket": task.bucket,
        "file": _file(task),
        "failed": task.failed,
        "finished": task.finished,
        "created_at": _seconds(task.created_at),
        "finished_at": _seconds(task.finished_at),
    }
    status = task.status or UNREAD
    return Sighting(EMBEDDING, str(task.task_id), title, status, detail, task.finished, task.bucket)


def _file(task: EmbeddingTask) -> str | None:
    """Return the file a task is for, when its name says so: ``embed BUCKET/FILE``."""
    _, found, file = (task.task_name or "").partition(f" {task.bucket}/")
    return file if task.bucket and found and file else None


def _fine_tuning(job: FineTuningJob) -> Sighting:
    detail = {
        "model": job.model,
        "training_file": job.training_file,
        "failed": job.failed,
        "finished": job.finished,
        "created_at": _seconds(job.created_at),
        "finished_at": _seconds(job.finished_at),
        "trained_tokens": job.trained_tokens,
    }
    return Sighting(FINE_TUNING, job.id, job.id, job.status or UNREAD, detail, job.finished)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
