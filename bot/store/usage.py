"""What answers took: tokens, times, and how one was made. Summed without reading a word of theirs."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import turns


@dataclass(frozen=True, slots=True)
class Spent:
    """What some answers of one model took together."""

    of: str
    """Whose they are: a person, a channel, or the model."""
    model: str
    answers: int
    estimated: int
    """Answers of which Telnyx didn't say how many tokens they took, so it's our estimate."""
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Made:
    """How one answer was made."""

    trace: dict[str, Any]
    """Empty where nothing was noted."""
    passages: list[dict[str, Any]] | None
    """What the model read."""
    prompt_tokens: int | None
    completion_tokens: int | None
    estimated: int | None
    created_at: float


_MADE = sa.select(*(turns.c[name] for name in Made.__slots__)).where(turns.c.id == sa.bindparam("key"))


class Usages:
    """Repository of what answers took."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, turn_id: str) -> Made | None:
        """Return how an answer was made; None if it is not kept anymore."""
        row = await self._database.run(lambda c: c.execute(_MADE, {"key": turn_id}).one_or_none())
        if row is None:
            return None
        return Made(**row._asdict() | {"trace": row.trace or {}})

    async def spent(self, team: str, since: float, by: str, *, user: str = "") -> list[Spent]:
        """Return what was spent since then in a workspace, by ``user``, ``channel``, or ``model``, and by model in each.

        Args:
            team: the workspace.
            since: in Unix seconds.
            by: the column that tells whose it is.
            user: only what this person asked.
        """
        whose = turns.c[by]
        columns = (
            whose.label("of"),
            turns.c.model.label("model"),
            sa.func.count().label("answers"),
            sa.func.coalesce(sa.func.sum(turns.c.estimated), 0).label("estimated"),
            sa.func.coalesce(sa.func.sum(turns.c.prompt_tokens), 0).label("prompt_tokens"),
            sa.func.coalesce(sa.func.sum(turns.c.completion_tokens), 0).label("completion_tokens"),
        )
        # As the index says it: what it holds is all that is asked.
        query = sa.select(*columns).where(
            turns.c.model.is_not(None), turns.c.team == team, turns.c.created_at >= since
        )
        if user:
            query = query.where(turns.c.user == user)
        query = query.group_by(whose) if by == "model" else query.group_by(whose, turns.c.model)
        rows = await self._database.run(lambda c: c.execute(query).all())
        return [Spent(**row._asdict()) for row in rows]
