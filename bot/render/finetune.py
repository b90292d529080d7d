"""Fine-tuning jobs as Slack shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.render.blocks import OPTION_VALUE, Block, Message, actions, button, menu, row, section
from bot.render.channel import UseModel
from bot.render.intent import Intent, Name, Paged
from bot.render.markdown import code, escape_mrkdwn, moment, plain
from bot.render.numbers import counted, lasted
from bot.render.outcomes import AGAIN, Listing
from bot.services.finetune import added, canceled
from bot.services.jobs.fine_tuning import FINE_TUNING
from bot.telnyx import FineTuningJob

NONE = "Nothing has been fine-tuned yet. An admin can start with `/telnyx finetune create`."
STATES = {"queued": "is waiting", "running": "is running", "succeeded": "succeeded", "failed": "failed"}
STARTED = "I've started this job."
CANCELED = "I've told Telnyx to cancel this job."
EPOCHS, MOST_EPOCHS = 3, 10
WHEN = "{date_short_pretty} {time}"


class Tunings(Paged, verb="finetune"):
    """The fine-tuning jobs."""


class ShowTuning(Intent, verb="finetune show"):
    """One job."""

    job: Name


class Tune(Intent, verb="finetune create"):
    """A new model, trained on a bucket."""

    model: Annotated[Name, Field(description="The model to start from.")]
    bucket: Annotated[str, Field(min_length=1, max_length=1_100, description="What it learns.")]
    epochs: int = Field(EPOCHS, ge=1, le=MOST_EPOCHS, description="How often it's read; by default 3.")
    suffix: str = Field("", max_length=20, pattern=r"^[A-Za-z0-9 -]*$", description="The end of its name.")


class CancelTuning(Intent, verb="finetune cancel"):
    """Stop a job."""

    job: Name


@dataclass(frozen=True, slots=True)
class May:
    """What the one who reads may do."""

    change: bool
    use: bool
    """Set the model of the channel in which they read."""


def listing(found: Sequence[FineTuningJob], may: May) -> Listing:
    """One job a row, with what can be done with it."""
    return Listing(
        "Fine-tuning",
        [_row(job, may) for job in found],
        NONE,
        "Start one: `/telnyx finetune create`" if may.change else "",
    )


def tuning(job: FineTuningJob, may: May, news: str = "") -> Message:
    """Show a job: how it stands, its facts, what came of it, and what can be done now."""
    head = f"{_sign(job)} {code(added(job))} {_state(job)}. {_outcome(job)}"
    text = f"{news}\n{head}" if news else head
    facts = [f"*{name}*\n{value}" for name, value in _facts(job)]
    buttons = [*_buttons(job, may)]
    return Message(text, [section(text, columns=facts), *([actions(*buttons)] if buttons else [])])


def asking(it: Tune) -> str:
    """Ask before a model is trained, which costs what no one publishes."""
    return (
        f"Fine-tune {code(it.model)} on {code(it.bucket)} in {counted(it.epochs, 'epoch')}? Telnyx bills the tokens "
        "that are trained in each epoch, and doesn't publish their price, so I can't tell you what it will cost."
    )


def canceling(job: FineTuningJob) -> str:
    """Ask before a job is stopped."""
    return (
        f"Cancel the fine-tuning of {code(job.model)} on {_file(job)} ({code(added(job))})? "
        "What it has learned so far is lost, and there will be no model."
    )


def _row(job: FineTuningJob, may: May) -> list[Block]:
    facts = " · ".join(value for _, value in _facts(job))
    fit = [(words, intent) for words, intent in _further(job, may) if len(intent.pick()) <= OPTION_VALUE]
    return row(
        f"{_sign(job)} {code(added(job))} {_state(job)}\n{facts}",
        button("Show", ShowTuning(job=job.id)),
        *([menu(*fit)] if fit else []),
    )


def _further(job: FineTuningJob, may: May) -> Iterator[tuple[str, Intent]]:
    """Yield what an admin can do with a job in a list."""
    if may.change and not job.finished:
        yield "Cancel…", CancelTuning(job=job.id)
    if may.use and job.status == "succeeded":
        yield "Use in this channel", UseModel(model=job.id)


def _buttons(job: FineTuningJob, may: May) -> Iterator[Block]:
    """Yield what can be done with a job that is shown alone."""
    if not job.finished:
        yield button("Refresh", ShowTuning(job=job.id), name=AGAIN)
    yield from (button(words, intent) for words, intent in _further(job, may))
    if may.change and job.training_file and (job.failed or canceled(job)):
        epochs = min(_epochs(job) or EPOCHS, MOST_EPOCHS)
        yield button("Train again…", Tune(model=job.model, bucket=job.training_file, epochs=epochs))


def _facts(job: FineTuningJob) -> Iterator[tuple[str, str]]:
    """Yield what is known of a job."""
    yield "Base model", code(job.model)
    yield "Training data", _file(job)
    if epochs := _epochs(job):
        yield "Epochs", counted(epochs, "epoch")
    if job.created_at:
        yield "Started", moment(job.created_at.timestamp(), WHEN)
    if job.created_at and job.finished_at:
        took = lasted((job.finished_at - job.created_at).total_seconds())
        yield "Ended", f"{moment(job.finished_at.timestamp(), WHEN)}, after {took}"
    if job.trained_tokens:
        yield "Billed", counted(job.trained_tokens, "trained token")


def _epochs(job: FineTuningJob) -> int | None:
    return job.hyperparameters.n_epochs if job.hyperparameters else None


def _file(job: FineTuningJob) -> str:
    return code(job.training_file) if job.training_file else "what Telnyx doesn't name"


def _sign(job: FineTuningJob) -> str:
    return FINE_TUNING.state(job.status).icon


def _state(job: FineTuningJob) -> str:
    if canceled(job):
        return "was canceled"
    return STATES.get(job.status) or escape_mrkdwn(f"is {plain(job.status)}")


def _outcome(job: FineTuningJob) -> str:
    """Return what came of it, and what to do next."""
    if job.failed:
        return "Telnyx doesn't say why. Check that it can read what's in the bucket, then train it again."
    if canceled(job):
        return "There's no model."
    if job.finished:
        return f"Use the model by its name: {code(job.id)}"
    return f"It takes minutes to hours. The model will be called {code(job.id)}."
