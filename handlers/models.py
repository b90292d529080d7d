"""``/telnyx models``."""

from pydantic import Field

from bot.render.intent import Paged
from bot.render.models import models
from bot.render.outcomes import Table
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


class Models(Paged, verb="models"):
    """The models of the account."""

    task: str | None = Field(
        default=None, max_length=64, description="Only models for this task, such as text-generation."
    )


async def show(request: Request[Models]) -> Table:
    """As a table."""
    service = request.services.models
    return models(await service.catalog(request.intent.task), service.default)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Models,
        show,
        right=Right.MEMBERS,
        help="List the AI models: context, size, languages, price.",
        example="--task text-generation",
        operations=("models.list",),
        home="Models",
    ),
)
