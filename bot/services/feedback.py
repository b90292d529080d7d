"""What readers think of answers, and why an answer is as it is."""

from dataclasses import dataclass, replace

from bot.errors import RefusedError
from bot.services.access import Asker, Audience, Place, Right
from bot.services.answers import Answers
from bot.services.passages import read_by, readable
from bot.services.prices import Cost, Prices
from bot.store.feedback import Opinion, Opinions, Value
from bot.store.turns import Turn
from bot.store.usage import Made, Usages

NOT_EXPLAINED = "Only the person who asked and workspace admins can see this. Ask me the question yourself, then look below my answer."


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer and how it was made, as far as one person may see it now."""

    turn: Turn
    made: Made
    hidden: bool
    """Some of what was found is left out."""
    cost: Cost | None = None
    """None where no one knows it."""


class Feedback:
    """The use cases behind the thumbs and *Why this answer?*.

    Args:
        answers: knows who may see which.
        opinions: where feedback is kept.
        usages: what answers took, and how they were made.
        prices: what tokens cost.
    """

    def __init__(self, answers: Answers, opinions: Opinions, usages: Usages, prices: Prices) -> None:
        self._answers = answers
        self._opinions = opinions
        self._usages = usages
        self._prices = prices

    async def up(self, turn_id: str, place: Place, asker: Asker) -> None:
        """Keep that an answer helped someone who can see it.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; they can't see it.
        """
        await self._give(turn_id, place, asker, Value.UP)

    async def down(
        self,
        turn_id: str,
        place: Place,
        asker: Asker,
        *,
        reason: str | None = None,
        comment: str | None = None,
    ) -> Opinion:
        """Keep that an answer didn't help, and why if they say so; what is kept now.

        Raises:
            UsageError, RefusedError: see ``up``.
        """
        return await self._give(turn_id, place, asker, Value.DOWN, reason=reason, comment=comment)

    async def why(self, turn_id: str, audience: Audience, place: Place, asker: Asker) -> Explained:
        """Return how an answer was made, without anything from buckets that this audience may not see now.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; it is someone else's, and they are no admin.
        """
        audience.require(Right.ANSWERS)
        turn = await self._answers.asked(turn_id, place, asker)
        if turn.user != asker.user and not audience.has(Right.ADMIN):
            raise RefusedError(NOT_EXPLAINED)
        made = await self._usages.of(turn.id) or Made({}, None, None, None, None, turn.created_at or 0.0)
        noted, passages = made.trace.get("passages") or [], made.passages or []
        seen = [one for one in noted if readable(one, audience)]
        still = read_by(audience, passages, files=not turn.private or turn.user == asker.user)
        buckets = [name for name in turn.buckets or [] if name in audience.named]
        hidden = len(seen) < len(noted) or len(still) < len(passages)
        made = replace(made, trace={**made.trace, "passages": seen}, passages=still)
        cost = await self._prices.cost(turn.model, made.prompt_tokens, made.completion_tokens)
        return Explained(replace(turn, passages=still, buckets=buckets), made, hidden, cost)

    async def _give(
        self,
        turn_id: str,
        place: Place,
        asker: Asker,
        value: Value,
        *,
        reason: str | None = None,
        comment: str | None = None,
    ) -> Opinion:
        turn = await self._answers.asked(turn_id, place, asker)
        return await self._opinions.give(Opinion(turn.id, asker.user, turn.team, value, reason, comment))
