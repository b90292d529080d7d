"""``/telnyx clusters``."""

from bot.render.blocks import Message
from bot.render.intent import Intent, Name
from bot.render.markdown import escape_mrkdwn
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Request, Verb


class Delete(Intent, verb="clusters delete"):
    """Delete a clustering."""

    task: Name


async def delete(request: Request[Delete]) -> Message:
    """Delete it at Telnyx."""
    task = request.intent.task
    await request.services.clusters.delete(task, again=request.again)
    return Message(f"The clustering `{escape_mrkdwn(task)}` is deleted.")


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Delete,
        delete,
        help="Delete a clustering.",
        example="3fa85f64-5717-4562-b3fc-2c963f66afa6",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("clusters.delete",),
        question=lambda it: (
            f"Delete the clustering `{escape_mrkdwn(it.task)}`? Its topics and picture are gone then."
        ),
    ),
)
