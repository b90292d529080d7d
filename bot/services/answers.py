"""Answers that were given: looked at again, asked again."""

import time
from collections.abc import Callable
from dataclasses import replace

from bot import ids
from bot.errors import RefusedError, UsageError
from bot.services.access import APP, Asker, Audience, Place, Right, Rights
from bot.services.passages import read_by
from bot.services.unclear import ASK_SECONDS, MEANT, kept
from bot.store.messages import Messages
from bot.store.turns import Turn, Turns

NOT_KEPT = "I no longer have this answer. Ask again to see its sources."
NO_QUESTION = "I no longer have this question. Ask it again."
EXPIRED = "This question has expired. Ask it again."
NOT_YOURS = "Only the person who asked can do this. Ask me the question yourself."


class Answers:
    """The use cases behind the buttons under an answer."""

    def __init__(
        self, turns: Turns, messages: Messages, rights: Rights, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._turns = turns
        self._messages = messages
        self._rights = rights

    async def get(self, turn_id: str, audience: Audience, place: Place, asker: Asker) -> Turn:
        """Return a kept answer with those of its passages that this audience may read now.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; it isn't theirs to see, or no longer.
        """
        audience.require(Right.ANSWERS)
        turn = await self._shown_to(turn_id, place, asker, gone=NOT_KEPT)
        passages = turn.passages or []
        still = read_by(audience, passages, files=not turn.private or turn.user == asker.user)
        if passages and not still:
            what = "calls" if passages[0].get("heard") else "documents"
            raise RefusedError(
                f"You no longer have access to the {what} that this answer is from. Ask a workspace admin."
            )
        return replace(turn, passages=still)

    async def failed(self, turn_id: str, asker: Asker) -> Turn:
        """Return a question that was not answered, for the person who asked it; what an app asked, anyone may ask again.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; someone else asked it.
        """
        return replace(await self._own(turn_id, asker), answer=None, passages=None)

    async def unclear(self, turn_id: str, asker: Asker) -> Turn:
        """Return a question that was asked back, for the person who asked it, while it can still be said what it means.

        Raises:
            UsageError, RefusedError: it was none, or no longer is; someone else asked it; it is too late.
        """
        turn = await self._own(turn_id, asker)
        if turn.outcome != "unclear":
            raise UsageError(NO_QUESTION)
        late = self._clock() > (turn.created_at or 0.0) + ASK_SECONDS
        if late and await self._turns.get(ids.meant(turn_id)) is None:
            raise UsageError(EXPIRED)
        return turn

    async def meant(self, turn_id: str, meaning: str | int, asker: Asker) -> tuple[Turn, str]:
        """Return a question that was asked back, and what is meant by it: in words, or one of its meanings by its number from 1.

        Raises:
            UsageError, RefusedError: see ``unclear``; another meaning was chosen before.
        """
        turn = await self.unclear(turn_id, asker)
        known = kept(turn.answer)
        if isinstance(meaning, int):
            if meaning > len(known):
                raise UsageError(NO_QUESTION)
            meaning = known[meaning - 1]
        first = await self._turns.get(ids.meant(turn_id))
        chosen = (first.options or {}).get(MEANT) if first is not None else meaning
        if chosen != meaning:
            raise UsageError(f"You chose “{chosen}” before. Ask again if you mean something else.")
        return replace(turn, answer=None, passages=None), meaning

    async def asked(self, turn_id: str, place: Place, asker: Asker) -> Turn:
        """Return a question, without its answer, to be asked again by anyone who sees it.

        Raises:
            UsageError, RefusedError: it isn't kept anymore; they can't see it.
        """
        turn = await self._shown_to(turn_id, place, asker, gone=NO_QUESTION)
        return replace(turn, answer=None, passages=None)

    async def _own(self, turn_id: str, asker: Asker) -> Turn:
        """Return a turn for the person who asked; for anyone, where that was an app."""
        turn = await self._turns.get(turn_id)
        if turn is None:
            raise UsageError(NO_QUESTION)
        if turn.user != asker.user and not turn.user.startswith(APP):
            raise RefusedError(NOT_YOURS)
        return turn

    async def _shown_to(self, turn_id: str, place: Place, asker: Asker, *, gone: str) -> Turn:
        """Return a turn that stands where it is asked for: what a button carries counts as if it had been typed."""
        turn = await self._turns.get(turn_id)
        if turn is None or turn.team != place.team:
            raise UsageError(gone)
        if turn.user == asker.user:
            return turn
        channels = await self._messages.channels(turn.id) if turn.private else {turn.channel}
        if place.channel in channels:
            return turn
        for channel in channels:  # pressed in a window, which stands in no place
            if await self._rights.present(Place(turn.team, channel, ""), asker):
                return turn
        raise RefusedError(NOT_YOURS)
