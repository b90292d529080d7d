"""Fine-tuning jobs: `/ai/fine_tuning/jobs`."""

from __future__ import annotations

from bot.telnyx._bodies import NewFineTuningJob, Training
from bot.telnyx._resource import AnswerModel, Moment, Resource
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
    created_at: Moment | None = None
    finished_at: Moment | None = None
    trained_tokens: int | None = None
    hyperparameters: Hyperparameters | None = None

    @property
    def finished(self) -> bool:
        """Return whether the status is one after which nothing more happens; a status that we do not know is not."""
        return self.status in _FINISHED

    @property
    def failed(self) -> bool:
        """Return whether it finished without a model and no one canceled it."""
        return self.status == "failed"


class FineTuning(Resource):
    """Operations of /ai/fine_tuning. All raise TelnyxError."""

    async def jobs(self) -> tuple[FineTuningJob, ...]:
        """Return every job of the account."""
        return await self._rows(FineTuningJob, "fine_tuning.jobs", "GET", "/ai/fine_tuning/jobs")

    async def create(
        self, model: str, training_file: str, *, suffix: str | None = None, n_epochs: int | None = None
    ) -> FineTuningJob:
        """Start to train `model` on a bucket or object. It costs money and has no key, so it is not done twice by itself.

        `n_epochs` is 1 to 10, Telnyx's default 3; ValueError outside. Takes minutes to hours; ask `job` how it goes.
        https://developers.telnyx.com/api-reference/fine-tuning/create-a-fine-tuning-job
        """
        training = None if n_epochs is None else Training(n_epochs=n_epochs)
        body = NewFineTuningJob(
            model=model, training_file=training_file, suffix=suffix, hyperparameters=training
        )
        path = "/ai/fine_tuning/jobs"
        return await self._request(
            FineTuningJob, "fine_tuning.create", "POST", path, body=body.body(), bare=True
        )

    async def cancel(self, job_id: str) -> FineTuningJob:
        """Stop a job and give it as it is then. What Telnyx says to a finished one is not documented (400 or 409)."""
        path = path_of("/ai/fine_tuning/jobs/{}/cancel", job_id)
        return await self._request(FineTuningJob, "fine_tuning.cancel", "POST", path, bare=True)

    async def job(self, job_id: str) -> FineTuningJob:
        """One job."""
        path = path_of("/ai/fine_tuning/jobs/{}", job_id)
        return await self._request(FineTuningJob, "fine_tuning.job", "GET", path, bare=True)
