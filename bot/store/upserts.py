"""Inserts that mind a row that is there, in one statement: each database has its own form of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Condition = Callable[[Mapping[str, sa.ColumnElement[Any]]], sa.ColumnElement[bool]]
"""Made of the values that the row would have."""

OfDialect = Mapping[str, sa.Insert]
"""A statement by the name of the dialect that takes it."""


def or_change(
    table: sa.Table, columns: Sequence[str], *, where: Condition = lambda _: sa.true()
) -> OfDialect:
    """Return an insert that sets these columns instead where a row with the same primary key is there, and ``where`` holds."""
    return {
        "sqlite": _changing(sqlite.insert(table), columns, where),
        "postgresql": _changing(postgresql.insert(table), columns, where),
    }


def _changing(
    insert: sqlite.Insert | postgresql.Insert, columns: Sequence[str], where: Condition
) -> sqlite.Insert | postgresql.Insert:
    new = {name: insert.excluded[name] for name in columns}
    return insert.on_conflict_do_update(index_elements=insert.table.primary_key, set_=new, where=where(new))
