"""``/telnyx summarize CALL-ID``."""

from pydantic import Field

from bot.render.intent import Intent, Name
from bot.services.access import Right
from bot.workflows.asked import Asked
from handlers.verb import AnyVerb, Effect, Request, Verb


class Summarize(Intent, verb="summarize"):
    """A call to sum up."""

    call_id: Name
    model: str | None = Field(default=None, description="Summarise with this model.")


async def summarize(request: Request[Summarize]) -> Asked:
    """Long work, so it is a durable turn."""
    options = {"model": request.intent.model}
    return Asked(
        id=request.id,
        kind="summary",
        text=request.intent.call_id,
        ts="",
        destination=request.by,
        options=options,
    )


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Summarize,
        summarize,
        help="Summarise a call; only you see it.",
        example="3fa85f64-5717-4562-b3fc-2c963f66afa6",
        right=Right.CALLS,
        effect=Effect.TURN,
        operations=("conversations.retrieve", "conversations.messages", "chat.completions"),
    ),
)
