"""``/telnyx finetune``."""

from collections.abc import Sequence
from typing import Any

from bot.render.blocks import Message
from bot.render.finetune import (
    CANCELED,
    STARTED,
    CancelTuning,
    May,
    ShowTuning,
    Tune,
    Tunings,
    asking,
    canceling,
    listing,
    tuning,
)
from bot.render.forms import Choice, Form
from bot.render.outcomes import Listing
from bot.services.access import Right
from bot.services.ids import meant, short
from bot.services.jobs.fine_tuning import FINE_TUNING
from handlers.begun import begun
from handlers.verb import AnyVerb, Effect, Question, Request, Verb


async def overview(request: Request[Tunings]) -> Listing:
    """Show the jobs over buckets that this person may know of."""
    found = await request.services.finetune.all(request.audience)
    return listing(found, _may(request))


async def show(request: Request[ShowTuning]) -> Message:
    """Show a job as it is now."""
    job = await request.services.finetune.now(request.intent.job, request.audience)
    return tuning(job, _may(request))


async def start(request: Request[Tune]) -> Message:
    """Start it at Telnyx, under a name that ends with a part of the deed's key."""
    it, finetune = request.intent, request.services.finetune
    suffix = "-".join([*it.suffix.lower().split(), short(request.key)])
    job = await finetune.create(it.model, it.bucket, it.epochs, suffix, request.audience)
    return tuning(job, _may(request), f"{STARTED} {await begun(request, FINE_TUNING, job.id)}")


async def started(request: Request[Tune]) -> Message | None:
    """Find what an attempt started that was cut off."""
    for job in await request.services.finetune.all(request.audience):
        if short(request.key) in job.id:
            return tuning(job, _may(request), f"{STARTED} {await begun(request, FINE_TUNING, job.id)}")
    return None


async def starting_asks(request: Request[Tune]) -> Question[Tune]:
    """Say what is known of the price of training the model that was meant."""
    known = await request.services.finetune.bases(request.audience)
    it = request.intent.model_copy(update={"model": meant(request.intent.model, known, "fine-tunable model")})
    return Question(asking(it), it, yes="Start training")


async def bases(request: Request[Tune]) -> Sequence[Choice]:
    """Offer the models that can be fine-tuned."""
    return [Choice(name) for name in await request.services.finetune.bases(request.audience)]


async def buckets(request: Request[Tune]) -> Sequence[Choice]:
    """Offer the buckets this person may see."""
    return [Choice(name) for name in await request.services.documents.buckets(request.audience)]


async def cancel(request: Request[CancelTuning]) -> Message:
    """Stop it at Telnyx."""
    job = await request.services.finetune.cancel(request.intent.job, request.audience, again=request.again)
    return tuning(job, _may(request), CANCELED)


async def canceling_asks(request: Request[CancelTuning]) -> Question[CancelTuning]:
    """Name the job that was meant, if it still goes on."""
    job = await request.services.finetune.running(request.intent.job, request.audience)
    return Question(canceling(job), CancelTuning(job=job.id), yes="Yes, cancel it")


def _may(request: Request[Any]) -> May:
    admin, place = request.audience.has(Right.ADMIN), request.place
    return May(change=admin, use=admin and bool(place.channel) and not place.direct)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Tunings,
        overview,
        right=Right.BUCKETS,
        help="List the fine-tuning jobs and what came of them.",
        operations=("fine_tuning.jobs.list",),
        home="Fine-tuning",
    ),
    Verb(
        ShowTuning,
        show,
        right=Right.BUCKETS,
        help="Show a fine-tuning job: how it stands, and the name of its model.",
        example="support-tone",
        operations=("fine_tuning.jobs.list", "fine_tuning.jobs.retrieve"),
    ),
    Verb(
        Tune,
        start,
        help="Fine-tune a model on a bucket; opens a form.",
        example="meta-llama/Meta-Llama-3.1-8B-Instruct handbook --epochs 2",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("models.list", "fine_tuning.jobs.create", "fine_tuning.jobs.list"),
        form=Form("Fine-tune a model", "Next", ("model", "bucket", "epochs", "suffix")),
        choices={"model": bases, "bucket": buckets},
        question=starting_asks,
        found=started,
        see="finetune",
    ),
    Verb(
        CancelTuning,
        cancel,
        help="Cancel a fine-tuning job that is running.",
        example="support-tone",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("fine_tuning.jobs.list", "fine_tuning.jobs.cancel"),
        question=canceling_asks,
        see="finetune",
    ),
)
