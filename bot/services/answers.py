"""Answers that were given: looked at again, asked again."""

from bot.errors import RefusedError, UsageError
from bot.services.access import Audience
from bot.store.turns import Turn, Turns


class Answers:
    """The use cases behind the buttons under an answer."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def get(self, turn_id: str, audience: Audience) -> Turn:
        """A kept answer with its passages.

        Raises:
            UsageError: it is no longer kept.
        """
        audience.require_documents()
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError("This answer is no longer kept. Ask again to see its passages.")
        return turn

    async def failed(self, turn_id: str, user: str) -> Turn:
        """A failed question, for the person who asked it.

        Raises:
            UsageError, RefusedError: it is no longer kept; somebody else asked it.
        """
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError("This question is no longer kept. Please ask it again.")
        if turn.user != user:
            raise RefusedError("Only the person who asked can try again.")
        return turn
