"""Which kinds of block a workspace refused, and when it did so last."""

from collections.abc import Mapping

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import refused_blocks


class RefusedBlocks:
    """Repository of refused kinds: a row for each workspace and kind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[tuple[str, str], float]:
        """Return when each kind was refused last, by team and kind, in Unix seconds."""
        query = sa.select(refused_blocks.c.team, refused_blocks.c.kind, refused_blocks.c.at)
        rows = await self._database.run(lambda c: c.execute(query).all())
        return {(team, kind): at for team, kind, at in rows}

    async def note(self, team: str, kind: str, at: float | None) -> None:
        """Note that a kind was refused at this time, or (None) that it works."""
        row = {"team": team, "kind": kind}
        its = sa.and_(refused_blocks.c.team == team, refused_blocks.c.kind == kind)

        def work(connection: sa.Connection) -> None:
            connection.execute(refused_blocks.delete().where(its))
            if at is not None:
                connection.execute(refused_blocks.insert(), row | {"at": at})

        try:
            await self._database.run(work)
        except sa.exc.IntegrityError:
            return  # another process noted the same in the same moment
