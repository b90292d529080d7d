"""Inserts that mind a row that is there, in one statement: each database has its own form of it."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

OfDialect = Mapping[str, sa.Insert]
"""A statement by the name of the dialect that takes it."""


def unless_there(table: sa.Table) -> OfDialect:
    """Return an insert that changes nothing where the row is there; its ``rowcount`` is 0 then."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }


def or_change(table: sa.Table, columns: Sequence[str]) -> OfDialect:
    """Return an insert that sets these columns instead where a row with the same primary key is there."""
    key, lite, server = table.primary_key, sqlite.insert(table), postgresql.insert(table)
    return {
        "sqlite": lite.on_conflict_do_update(
            index_elements=key, set_={name: lite.excluded[name] for name in columns}
        ),
        "postgresql": server.on_conflict_do_update(
            key, set_={name: server.excluded[name] for name in columns}
        ),
    }
