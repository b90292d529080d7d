"""When the bot last listened to a workspace, whichever of its processes that was."""

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import SKEW_SECONDS, presence


class Presence:
    """Repository of presence: one row for a workspace, in Unix seconds, which only grows while no clock is set back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, team: str) -> float | None:
        """Return when someone last listened; None before the first time."""
        query = sa.select(presence.c.listened_at).where(presence.c.team == team)
        return await self._database.run(lambda c: c.scalar(query))

    async def note(self, team: str, at: float) -> None:
        """Someone listens ``at`` this time. A later time that another process noted stays, but none of the future."""
        row = {"team": team, "listened_at": at}

        def work(connection: sa.Connection) -> None:
            other = sa.or_(presence.c.listened_at < at, presence.c.listened_at > at + SKEW_SECONDS)
            grown = presence.update().where(presence.c.team == team, other)
            if connection.execute(grown.values(listened_at=at)).rowcount:
                return
            if connection.scalar(sa.select(presence.c.team).where(presence.c.team == team)) is None:
                connection.execute(presence.insert(), row)

        try:
            await self._database.run(work)
        except sa.exc.IntegrityError:
            return  # another process noted its first time in the same moment
