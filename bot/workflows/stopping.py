"""*Stop*: the one who asked for a private answer no longer wants it."""

import time
from collections.abc import Callable

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker
from bot.services.answers import NO_QUESTION, NOT_YOURS
from bot.store.turns import Turns
from bot.workflows.interrupts import Interrupts


class Stopping:
    """What is behind the button below the line that a long private answer is being made.

    Args:
        turns: the questions.
        interrupts: tells the process that makes the answer.
        clock: the time of day.
    """

    def __init__(
        self, turns: Turns, interrupts: Interrupts, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._turns = turns
        self._interrupts = interrupts
        self._clock = clock

    async def stop(self, turn_id: str, asker: Asker) -> bool:
        """Have an answer stopped; False where it is finished already.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; someone else asked for it.
            NotDurableInTimeError: it is still being written down.
        """
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError(NO_QUESTION)
        if turn.user != asker.user:
            raise RefusedError(NOT_YOURS)
        if turn.state != "running":
            return False
        await self._interrupts.stop_turn(turn_id, asker.user, self._clock())
        return True
