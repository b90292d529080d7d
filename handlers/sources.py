"""What an answer stands on: all its passages in a window, and the way to each document."""

from bot.render.outcomes import Modal
from bot.render.sources import OpenDocument, OpenFound, ShowPassages, opened, passages
from bot.services.access import Right
from handlers.verb import AnyVerb, Request, Verb


async def show_passages(request: Request[ShowPassages]) -> Modal:
    """Rights are asked anew each time."""
    turn = await request.services.answers.get(
        request.intent.turn, request.audience, request.place, request.asker
    )
    return passages(turn, request.intent.page)


async def open_document(request: Request[OpenDocument]) -> Modal:
    """Rights are asked anew each time, and the address is made then: it works for anyone, for a few minutes."""
    it = request.intent
    return opened(
        *await request.services.sources.find(
            it.turn, it.passage, request.audience, request.place, request.asker
        )
    )


async def open_found(request: Request[OpenFound]) -> Modal:
    """Open it as under an answer; what the button names counts as typed."""
    named = request.intent.model_dump()
    return opened(named, await request.services.sources.address(named, request.audience))


VERBS: tuple[AnyVerb, ...] = (
    Verb(ShowPassages, show_passages, right=Right.ANSWERS, typed=False, window="Passages"),
    Verb(OpenDocument, open_document, typed=False, window="Open document"),
    Verb(OpenFound, open_found, typed=False, window="Open document"),
)
