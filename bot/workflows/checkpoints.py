"""Writes down how far a turn has come. Where that cannot be done (a full disk) the turn goes on: no one waits for it in silence."""

from dataclasses import replace
from typing import Any, Unpack, cast

import structlog

from bot.store.turn_columns import Columns
from bot.store.turns import ENDED, Turn, Turns
from bot.workflows.asked import Asked

log = structlog.get_logger(__name__)


class Checkpoints:
    """The rows of turns, as their workflow writes them."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._owed: dict[str, Columns] = {}

    async def begin(self, asked: Asked, *, boot: str) -> Turn:
        """Return the row of an attempt that begins.

        Args:
            asked: the question.
            boot: this process.

        Raises:
            Exception: nothing was ever written of this turn, and nothing can be.
        """
        try:
            turn = await self._turns.begin(boot=boot, **asked.row())
        except Exception as error:
            found = await self._as_it_was(asked)
            if found is None:
                raise
            turn = found
            log.warning("attempt_not_written", error=type(error).__name__)
        if owed := self._owed.get(asked.id):  # this process has shown more than it could write
            await self.note(asked.id, owed)
            turn = with_columns(turn, owed)
        return turn

    async def note(self, turn_id: str, values: Columns) -> None:
        """Set columns. Those that cannot be written go along with the next ones of the same turn."""
        owed: Columns = {**self._owed.pop(turn_id, Columns()), **values}
        write = self._turns.end if owed.get("state") in ENDED else self._turns.update
        try:
            await write(turn_id, **owed)
        except Exception:
            self._owed[turn_id] = owed
            log.exception("checkpoint_not_written", columns=sorted(owed))

    async def read(self, turn_id: str) -> Turn | None:
        """Return the row; None if there is none, or it can't be read now."""
        try:
            return await self._turns.get(turn_id)
        except Exception:
            log.exception("turn_not_read")
            return None

    async def fail(self, asked: Asked, wrong: Columns) -> Turn:
        """Return a turn in which something failed that never should; an answer that it has stays, to be looked at."""
        known = await self.read(asked.id)
        if known is None:
            turn = unwritten(asked, **(wrong | {"retryable": 0}))
        else:
            if known.answer:
                wrong = cast("Columns", {name: value for name, value in wrong.items() if name != "answer"})
            turn = with_columns(known, wrong)
        await self.note(asked.id, wrong)
        return turn

    async def _as_it_was(self, asked: Asked) -> Turn | None:
        found = await self._turns.get(asked.id)
        if found is None:
            return None
        if found.state == "accepted":
            found = replace(found, state="running", private=int(asked.private))
        return replace(found, attempts=found.attempts + 1)


def with_columns(turn: Turn, values: Columns) -> Turn:
    """Return the turn with these columns; those that only the database has are left out."""
    known: dict[str, Any] = {key: value for key, value in values.items() if key in Turn.__slots__}
    return replace(turn, **known)


def unwritten(asked: Asked, **columns: Unpack[Columns]) -> Turn:
    """Return the turn of a question of which nothing could be written: what it says is found in its thread, if anywhere."""
    known: dict[str, Any] = {**asked.row(), "boot": "", "state": "written", "attempts": 2, **columns}
    return Turn(**{**dict.fromkeys(Turn.__slots__), **known})
