"""What an answer stands on: all its passages in a window, and the way to each document."""

from bot.render.outcomes import Modal
from bot.render.sources import OpenDocument, ShowPassages, opened, passages
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


VERBS: tuple[AnyVerb, ...] = (
    Verb(ShowPassages, show_passages, typed=False, window="Passages"),
    Verb(OpenDocument, open_document, typed=False, window="Open document"),
)
