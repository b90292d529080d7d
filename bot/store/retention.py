"""What is too old goes: found by an index, in pages, so what else wants the database waits for one page at most."""

from collections.abc import Callable

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import BEGUN, feedback, messages, turns

PAGE = 100
"""Rows that are deleted at a time (measured: benchmarks/README.md)."""
OF_ANSWERS = ("stream", "post", "whole", "share")
"""Kinds of messages that are answers; "whole" was noted by the releases before."""


async def drop_turns(database: Database, limit: float) -> int:
    """Delete the questions of before ``limit`` that ended or never began, with what hangs on them; the number of questions."""
    begun = sa.exists().where(turns.c.id == messages.c.key, turns.c.state.in_(BEGUN))
    place = (messages.c.key, messages.c.channel, messages.c.thread)
    for kind in OF_ANSWERS:  # one after the other, each is a range of the index
        old = (
            sa.select(*place).where(messages.c.kind == kind, messages.c.tried_at < limit, ~begun).limit(PAGE)
        )
        await database.by_pages(_page(messages.delete().where(sa.tuple_(*place).in_(old))))
    gone = sa.select(turns.c.id).where(turns.c.created_at < limit, turns.c.state.not_in(BEGUN)).limit(PAGE)

    def page(connection: sa.Connection) -> int:
        keys = connection.execute(gone).scalars().all()
        connection.execute(feedback.delete().where(feedback.c.turn.in_(keys)))
        return connection.execute(turns.delete().where(turns.c.id.in_(keys))).rowcount

    return await database.by_pages(page)


def _page(page: sa.Delete) -> Callable[[sa.Connection], int]:
    return lambda connection: connection.execute(page).rowcount
