"""Fine-tuning: models of one's own, trained on the documents of a bucket."""

from datetime import UTC, datetime

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.ids import meant
from bot.services.models import NONE_TO_TUNE, Models
from bot.telnyx import FineTuningJob as Job
from bot.telnyx import Telnyx, TelnyxConflictError, TelnyxInvalidError

_FIRST = datetime.min.replace(tzinfo=UTC)


def added(job: Job) -> str:
    """Return what the name of the new model adds to that of its base model, by which people know a job; else its whole id."""
    base = job.model.rpartition("/")[2]
    name = job.id.rpartition("/")[2]
    return name[len(base) :].strip("-:_") or name if name.casefold().startswith(base.casefold()) else job.id


def canceled(job: Job) -> bool:
    """Return whether someone stopped it."""
    return job.finished and not job.failed and job.status != "succeeded"


class FineTuning:
    """The use cases behind ``/telnyx finetune``."""

    def __init__(self, telnyx: Telnyx, models: Models) -> None:
        self._telnyx = telnyx
        self._models = models

    async def all(self, audience: Audience) -> list[Job]:
        """Return the jobs that train on buckets which this audience may know of, newest first."""
        audience.require(Right.BUCKETS)
        found = [job for job in await self._telnyx.fine_tuning.jobs() if _may_know(job, audience)]
        return sorted(found, key=lambda job: job.created_at or _FIRST, reverse=True)

    async def find(self, given: str, audience: Audience) -> Job:
        """Return the job that is meant: by its id, the beginning of it, or whole words of what its name adds.

        Raises:
            UsageError: there is none, or there are several.
        """
        jobs = {job.id: job for job in await self.all(audience)}
        names = {job.id: given if _says(job, given) else added(job) for job in jobs.values()}
        return jobs[meant(given, names, "fine-tuning job")]

    async def now(self, given: str, audience: Audience) -> Job:
        """Return the job that is meant as it is now. Raises as ``find``."""
        job = await self.find(given, audience)
        return await self._telnyx.fine_tuning.job(job.id)

    async def bases(self, audience: Audience) -> dict[str, str]:
        """Return the models that can be fine-tuned, each with its short name. Raises ``UsageError``: there are none."""
        audience.require(Right.ADMIN)
        if names := [model.id for model in await self._models.catalog(fine_tunable=True)]:
            return {name: name.rpartition("/")[2] for name in names}
        raise UsageError(NONE_TO_TUNE)

    async def create(self, model: str, bucket: str, epochs: int, suffix: str, audience: Audience) -> Job:
        """Start to train a model; its name gets the suffix, by which the job is found again."""
        audience.require(Right.ADMIN)
        return await self._telnyx.fine_tuning.create(model, bucket, suffix=suffix, n_epochs=epochs)

    async def running(self, given: str, audience: Audience) -> Job:
        """Return the job that is meant, which goes on. Raises ``UsageError`` where it has ended, and as ``find``."""
        job = await self.find(given, audience)
        if job.finished:
            raise _ended(job)
        return job

    async def cancel(self, job_id: str, audience: Audience, *, again: bool) -> Job:
        """Stop a job. One that is canceled is no mistake when an attempt before this one was cut off (``again``).

        Raises:
            UsageError: it has ended.
        """
        audience.require(Right.ADMIN)
        ours = True
        try:
            job = await self._telnyx.fine_tuning.cancel(job_id)
        except (
            TelnyxInvalidError,
            TelnyxConflictError,
        ) as error:  # what it says to an ended one isn't documented
            job = await self._telnyx.fine_tuning.job(job_id)
            if not job.finished:
                raise
            ours = again or error.maybe_done
        if job.finished and not (ours and canceled(job)):
            raise _ended(job)
        return job


def _ended(job: Job) -> UsageError:
    """Return what is said where a job is to be canceled that goes on no longer."""
    how = "was canceled" if canceled(job) else "failed" if job.failed else "succeeded"
    return UsageError(f"The fine-tuning job “{added(job)}” already {how}, so there's nothing to cancel.")


def _may_know(job: Job, audience: Audience) -> bool:
    """Return whether they may know of the bucket it trains on; one that names none is for admins alone."""
    bucket = (job.training_file or "").partition("/")[0]
    return bucket in audience.named if bucket else audience.has(Right.ADMIN)


def _says(job: Job, words: str) -> bool:
    """Return whether what the name of the new model adds holds these, whole: `polite` in `polite-2`."""
    return f"-{words}-".casefold() in f"-{added(job)}-".casefold()
