"""What was asked lately: by whom, and where; and which channels someone has set."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import channels, turns
from bot.store.turns import UNANSWERED

SETTINGS = (channels.c.buckets, channels.c.model, channels.c.tone, channels.c.experts, channels.c.mode)
LOOKED_THROUGH = 2_000
"""Answers among which the channels are looked for."""
MOST = 200
"""Channels with settings that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """What someone asked; ``ts`` and ``root`` are empty where no message asked it."""

    turn: str
    channel: str
    root: str
    ts: str
    words: str
    at: float
    """Unix seconds."""


class Recent:
    """Reads what others have written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def questions(self, team: str, user: str, limit: int) -> list[Question]:
        """Return the latest questions of a person, newest first, each of its words once."""
        columns = (
            turns.c.id,
            turns.c.channel,
            turns.c.root,
            turns.c.ts,
            turns.c.question,
            turns.c.created_at,
        )
        theirs = (turns.c.user == user, turns.c.team == team, turns.c.kind == "ask", turns.c.question != "")
        heard = sa.func.coalesce(turns.c.outcome, "").not_in(UNANSWERED)
        query = sa.select(*columns).where(*theirs, heard).order_by(turns.c.created_at.desc())
        rows = await self._database.run(lambda c: c.execute(query.limit(4 * limit)).all())
        found: dict[str, Question] = {}
        for row in rows:
            found.setdefault(" ".join(row.question.split()), Question(*row))
        return [*found.values()][:limit]

    async def channels(self, team: str, since: float) -> list[str]:
        """Return the places where I answered since then (Unix seconds), the latest first."""
        answered = (turns.c.team == team, turns.c.model.is_not(None), turns.c.created_at > since)
        query = sa.select(turns.c.channel).where(*answered).order_by(turns.c.created_at.desc())
        rows = await self._database.run(lambda c: c.execute(query.limit(LOOKED_THROUGH)).all())
        return [*dict.fromkeys(row.channel for row in rows)]

    async def settings(self, team: str) -> list[str]:
        """Return the channels for which something was set."""
        some = sa.or_(*(column.is_not(None) for column in SETTINGS))
        query = sa.select(channels.c.channel, *SETTINGS).where(channels.c.team == team, some)
        rows = await self._database.run(
            lambda c: c.execute(query.order_by(channels.c.channel).limit(MOST)).all()
        )
        # Buckets that were taken back are a JSON null.
        return [row.channel for row in rows if any(value is not None for value in row[1:])]
