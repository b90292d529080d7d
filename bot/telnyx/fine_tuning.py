"""Fine-tuning jobs: `/ai/fine_tuning/jobs`."""

from __future__ import annotations

from datetime import datetime

from bot.telnyx._resource import AnswerModel, Resource
from bot.telnyx._wire import path_of

_FINISHED = frozenset({"succeeded", "failed", "cancelled"})


class Hyperparameters(AnswerModel):
    """How a job trains: `n_epochs` is how often it goes through the data, 1 to 10."""

    n_epochs: int | None = None


class FineTuningJob(AnswerModel):
    """A job; `id` is also the name of the model that it makes. Times come as Unix seconds and are read as UTC."""

    id: str
    model: str
    status: str
    training_file: str | None = None
    organization_id: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    trained_tokens: int | None = None
    hyperparameters: Hyperparameters | None = None

    @property
    def finished(self) -> bool:
        """Whether the status is one after which nothing more happens; a status that we do not know is not."""
        return self.status in _FINISHED

    @property
    def failed(self) -> bool:
        """Whether it finished without a model and nobody cancelled it."""
        return self.status == "failed"


class FineTuning(Resource):
    """Operations of /ai/fine_tuning. All raise TelnyxError."""

    async def jobs(self) -> tuple[FineTuningJob, ...]:
        """Every job of the account."""
        return await self._call(tuple[FineTuningJob, ...], "fine_tuning.jobs", "GET", "/ai/fine_tuning/jobs")

    async def job(self, job_id: str) -> FineTuningJob:
        """One job."""
        path = path_of("/ai/fine_tuning/jobs/{}", job_id)
        return await self._call(FineTuningJob, "fine_tuning.job", "GET", path, bare=True)
