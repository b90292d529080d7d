"""Answers that were given: looked at again, asked again."""

from dataclasses import replace

from bot.errors import RefusedError, UsageError
from bot.services.access import APP, Audience
from bot.store.turns import Turn, Turns


class Answers:
    """The use cases behind the buttons under an answer."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def get(self, turn_id: str, audience: Audience) -> Turn:
        """Return a kept answer with its passages.

        Raises:
            UsageError: it isn't kept anymore.
        """
        audience.require_documents()
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError("I no longer have this answer. Ask again to see its sources.")
        return turn

    async def failed(self, turn_id: str, user: str) -> Turn:
        """Return a question that was not answered, for the person who asked it; what an app asked, anyone may ask again.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; someone else asked it.
        """
        turn = await self.asked(turn_id)
        if turn.user != user and not turn.user.startswith(APP):
            raise RefusedError("Only the person who asked can do this. Ask me the question yourself.")
        return turn

    async def asked(self, turn_id: str) -> Turn:
        """Return a question, without its answer, to be asked again by anyone who sees it.

        Raises:
            UsageError: it isn't kept anymore.
        """
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError("I no longer have this question. Ask it again.")
        return replace(turn, answer=None, passages=None)
