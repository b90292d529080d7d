"""What a turn that takes long has made so far, kept in its row beside the checkpoints: a process that comes back goes on from it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import BEGUN, turns

NOTES = "notes"
"""The key in ``trace``, where how an answer was made stands once it is made."""


class Noted:
    """Repository of unfinished work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, turn_id: str) -> dict[str, Any]:
        """Return what was kept of a turn; empty where nothing was."""
        query = sa.select(turns.c.trace).where(turns.c.id == turn_id)
        row = await self._database.run(lambda c: c.execute(query).one_or_none())
        found: dict[str, Any] = ((row.trace if row else None) or {}).get(NOTES) or {}
        return found

    async def keep(self, turn_id: str, notes: Mapping[str, Any]) -> None:
        """Keep what was made so far, of a turn that has not ended and that no one has forgotten."""
        going_on = (turns.c.id == turn_id, turns.c.state.in_(BEGUN), turns.c.user != "")
        change = turns.update().where(*going_on).values(trace={NOTES: dict(notes)})
        await self._database.run(lambda c: c.execute(change))
