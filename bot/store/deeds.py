"""The audit log, which is also how far a change has got."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import deeds


@dataclass(frozen=True, slots=True)
class Deed:
    """One change; ``result`` is None until it is known."""

    attempts: int
    result: str | None
    shown: dict[str, Any] | None


class Deeds:
    """Repository of changes."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, work_id: str, **columns: Any) -> Deed:
        """Note the attempt before anything is changed; what an earlier one came to is in the row."""

        def work(connection: sa.Connection) -> Deed:
            row = connection.execute(deeds.select().where(deeds.c.id == work_id)).one_or_none()
            if row is None:
                new = {"id": work_id, "at": self._clock(), "attempts": 1, **columns}
                connection.execute(deeds.insert(), new)
                return Deed(1, None, None)
            connection.execute(deeds.update().where(deeds.c.id == work_id).values(attempts=row.attempts + 1))
            return Deed(row.attempts + 1, row.result, row.shown)

        return await self._database.run(work)

    async def end(self, work_id: str, result: str, shown: dict[str, Any]) -> None:
        """Note what came of it, before anybody is told."""
        change = deeds.update().where(deeds.c.id == work_id).values(result=result, shown=shown)
        await self._database.run(lambda connection: connection.execute(change))
