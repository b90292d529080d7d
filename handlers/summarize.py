"""``/telnyx summarize CALL-ID``."""

from bot.render.calls import Summarize
from bot.services.access import Right
from bot.workflows.asked import Asked
from handlers.verb import AnyVerb, Effect, Request, Verb


async def summarize(request: Request[Summarize]) -> Asked:
    """Long work, so it is a durable turn."""
    options = {"model": request.intent.model}
    return Asked(
        id=request.id,
        kind="summary",
        text=request.intent.call_id,
        ts="",
        place=request.place,
        asker=request.asker,
        private=True,
        options=options,
    )


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Summarize,
        summarize,
        help="Summarize a call; only you see it.",
        example="3fa85f64-5717-4562-b3fc-2c963f66afa6",
        right=Right.CALLS,
        effect=Effect.TURN,
        operations=("conversations.retrieve", "conversations.messages", "chat.completions"),
    ),
)
