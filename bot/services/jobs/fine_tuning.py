"""Fine-tuning jobs: Telnyx trains a model on a bucket."""

from collections.abc import Sequence

from bot.services.access import Right
from bot.services.finetune import added
from bot.services.jobs.kind import JobKind, Look, Rank, State
from bot.services.jobs.reading import key, missing, sighting, vanished
from bot.store.jobs import Sighting
from bot.telnyx import FineTuningJob


async def read(look: Look) -> Sequence[Sighting]:
    """Return every job; Telnyx lists them all. Raises TelnyxError."""
    found: dict[str, FineTuningJob | None] = {
        key(job.id): job for job in await look.telnyx.fine_tuning.jobs()
    }
    found |= await missing(look, found, look.telnyx.fine_tuning.job)
    return [
        _sighting(job) if job else vanished(FINE_TUNING, look.unfinished[name]) for name, job in found.items()
    ]


def _sighting(job: FineTuningJob) -> Sighting:
    bucket = (job.training_file or "").partition("/")[0] or None
    detail = {
        "bucket": bucket,
        "model": job.model,
        "training_file": job.training_file,
        "trained_tokens": job.trained_tokens,
    }
    title, began, ended = added(job), job.created_at, job.finished_at
    return sighting(FINE_TUNING, job.id, title, job.status, detail, bucket=bucket, began=began, ended=ended)


FINE_TUNING = JobKind(
    name="fine-tuning",
    title="Fine-tuning",
    what="fine-tuning jobs",
    states=(
        State("queued", Rank.WAITING, ":hourglass_flowing_sand:", "queued"),
        State("running", Rank.RUNNING, ":gear:", "running"),
        State("succeeded", Rank.ENDED, ":white_check_mark:", "succeeded"),
        State("failed", Rank.ENDED, ":x:", "failed", failed=True),
        State("cancelled", Rank.ENDED, ":no_entry_sign:", "canceled", cut_off=True),
    ),
    right=Right.BUCKETS,
    read=read,
    next_step=(
        "Telnyx doesn't say why. `/telnyx docs show` with the bucket's name tells whether it can read what's in there; "
        "`/telnyx finetune create` trains again."
    ),
    stalls_seconds=21_600.0,
)
