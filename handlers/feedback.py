"""What stands below an answer: thumbs, *Why this answer?*, another model, and questions that go on from it."""

from collections.abc import Sequence

from bot.render.blocks import Message
from bot.render.feedback import (
    MODELS,
    NOTED,
    REASONS,
    THANKS,
    AskAgain,
    Explain,
    FollowUp,
    SayWhy,
    ThumbDown,
    ThumbUp,
    WithModel,
    form,
    models,
)
from bot.render.forms import Choice
from bot.render.outcomes import Modal
from bot.render.why import why
from bot.services.access import Right
from bot.services.unclear import MEANT
from bot.workflows.asked import PRESSED, WITHIN, Asked
from handlers.verb import AnyVerb, Effect, Request, Verb


async def thumb_up(request: Request[ThumbUp]) -> Message:
    """Keep it; the one who pressed alone reads the thanks."""
    await request.services.feedback.up(request.intent.turn, request.place, request.asker)
    return THANKS


async def thumb_down(request: Request[ThumbDown]) -> Modal:
    """Keep it, and ask why."""
    return form(await request.services.feedback.down(request.intent.turn, request.place, request.asker))


async def say_why(request: Request[SayWhy]) -> Message:
    """Keep the reason."""
    it = request.intent
    await request.services.feedback.down(
        it.turn, request.place, request.asker, reason=it.reason, comment=it.comment
    )
    return NOTED


async def explain(request: Request[Explain]) -> Modal:
    """Show how an answer was made; rights are asked anew each time."""
    turn, feedback = request.intent.turn, request.services.feedback
    return why(await feedback.why(turn, request.audience, request.place, request.asker))


async def ask_again(request: Request[AskAgain]) -> Modal:
    """Show the models to choose from."""
    services = request.services
    turn = await services.answers.asked(request.intent.turn, request.place, request.asker)
    return models(turn, await services.models.that_answer())


async def with_model(request: Request[WithModel]) -> Asked:
    """Return the same question as work of its own, in the same place, with what was said before it."""
    it = request.intent
    turn = await request.services.answers.asked(it.turn, request.place, request.asker)
    same = {name: value for name, value in (turn.options or {}).items() if name in (WITHIN, MEANT)}
    before = {WITHIN: [turn.root, turn.ts]} if turn.root and turn.ts else {}
    given = {"model": it.model, PRESSED: it.model, **before, **same}
    return Asked.pressed(turn, request.asker, request.id, turn.question, given)


async def follow_up(request: Request[FollowUp]) -> Asked:
    """Return a question that goes on from an answer, in its thread."""
    turn = await request.services.answers.asked(request.intent.turn, request.place, request.asker)
    return Asked.pressed(turn, request.asker, request.id, request.intent.question, {PRESSED: ""})


async def to_choose(request: Request[WithModel]) -> Sequence[Choice]:
    """Offer each model that answers."""
    return [Choice(name) for name in await request.services.models.that_answer()]


VERBS: tuple[AnyVerb, ...] = (
    Verb(ThumbUp, thumb_up, right=Right.ANSWERS, typed=False),
    Verb(ThumbDown, thumb_down, right=Right.ANSWERS, typed=False, window=REASONS.title),
    Verb(SayWhy, say_why, right=Right.ANSWERS, typed=False, form=REASONS),
    Verb(Explain, explain, typed=False, right=Right.ANSWERS, window="Why this answer?"),
    Verb(AskAgain, ask_again, right=Right.ANSWERS, typed=False, window=MODELS.title),
    Verb(WithModel, with_model, effect=Effect.TURN, typed=False, form=MODELS, choices={"model": to_choose}),
    Verb(FollowUp, follow_up, effect=Effect.TURN, typed=False),
)
