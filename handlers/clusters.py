"""``/telnyx clusters``."""

from bot.render.blocks import Message
from bot.render.clusters import Delete, deleted, deleting
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Question, Request, Verb


async def delete(request: Request[Delete]) -> Message:
    """Delete it at Telnyx."""
    task = request.intent.task
    await request.services.clusters.delete(task, request.audience, again=request.again)
    return deleted(task)


async def deleting_asks(request: Request[Delete]) -> Question[Delete]:
    """Name the clustering that the typed id begins."""
    found = await request.services.clusters.find(request.intent.task, request.audience)
    return Question(deleting(found), Delete(task=found.task_id))


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Delete,
        delete,
        help="Delete a clustering.",
        example="3fa85f64",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("clusters.delete",),
        question=deleting_asks,
    ),
)
