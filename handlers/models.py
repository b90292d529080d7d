"""``/telnyx models``."""

from bot.render.models import Models, models
from bot.render.outcomes import Table
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def show(request: Request[Models]) -> Table:
    """Show a table, and in a channel let those who may change it choose the one it is answered with."""
    it, place, service = request.intent, request.place, request.services.models
    found = await service.catalog(it.task, fine_tunable=it.fine_tunable)
    settable = bool(place.channel) and not place.direct and request.audience.has(Right.ADMIN)
    return models(found, service.default, tunable=it.fine_tunable, settable=settable)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Models,
        show,
        right=Right.MEMBERS,
        help="List the AI models: context, size, languages, price, and which can be fine-tuned.",
        example="--task text-generation",
        operations=("models.list",),
        home="Models",
    ),
)
