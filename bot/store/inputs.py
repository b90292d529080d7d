"""What people wrote in the rows of the engine: the input of durable work, which is kept for a day."""

import asyncio
import json
from collections.abc import Collection

import sqlalchemy as sa

from bot.store.database import settled, without_traces


class Inputs:
    """The inputs of work, in the tables that DBOS keeps."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        schema = "dbos" if engine.dialect.name == "postgresql" else None
        names = ("workflow_uuid", "inputs")
        # Releases of DBOS before 3.4 had the second table alone.
        self._kept = [
            sa.table(table, *map(sa.column, names), schema=schema)
            for table in (
                "workflow_input",
                "workflow_status",
            )
        ]

    async def erase(self, work_ids: Collection[str]) -> None:
        """Take the words out of the input of work, whether it has ended or not."""
        await asyncio.to_thread(self._erase, work_ids)

    def _erase(self, work_ids: Collection[str]) -> None:
        with self._engine.begin() as connection:
            for kept in self._kept:
                rows = sa.select(kept).where(kept.c.workflow_uuid.in_(work_ids), kept.c.inputs.is_not(None))
                for row in connection.execute(rows).all():
                    same = kept.c.workflow_uuid == row.workflow_uuid
                    connection.execute(kept.update().where(same).values(inputs=_wordless(row.inputs)))
        settled(self._engine)
        with self._engine.connect() as connection:
            without_traces(connection)


def _wordless(inputs: str) -> str:
    """Return the input without what people wrote: the same call, so it can still be taken up."""
    call = json.loads(inputs)
    for given in call["positionalArgs"]:
        if isinstance(given, dict) and "text" in given:
            given.update(text="", options={})
    return json.dumps(call)
