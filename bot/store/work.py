"""What the engine's tables hold about a person: work that has ended goes whole, what has not loses its words.

The tables are DBOS's own, so none of its columns is relied on but those that name the work, and the inputs of it.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

PAGE = 200
"""Rows at a time (measured: benchmarks/README.md)."""
SCHEMA = "dbos"
_STATUS = "workflow_status"
OPEN = ("PENDING", "ENQUEUED", "DELAYED")
"""What the engine says of work that has not ended."""
_NAMING = ("workflow_uuid", "destination_uuid")
"""Columns that name the work that a row belongs to."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work."""

    id: str
    name: str
    """Its kind: turn, deed …"""
    open: bool
    """It has not ended."""
    given: Row
    """Its input."""

    @property
    def who(self) -> dict[str, str]:
        """Return where it was wanted and by whom, in whichever shape this release or one before wrote that down."""
        flat: Row = {}
        for name in ("by", "destination", "place", "asker"):
            flat |= self.given.get(name) or {}
        return {name: str(flat.get(name, "")) for name in ("team", "channel", "user", "user_team")}


class WorkRows:
    """The rows of work, in the tables that DBOS keeps.

    Args:
        engine: what DBOS works on.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._schema = SCHEMA if engine.dialect.name == "postgresql" else None

    @cached_property
    def _tables(self) -> dict[str, sa.TableClause]:
        """All tables with rows that belong to work; that of the work itself comes last. None before the engine ran once."""
        inspector = sa.inspect(self._engine)
        if self._schema and self._schema not in inspector.get_schema_names():
            return {}
        found = {
            table: sa.table(
                table,
                *(sa.column(one["name"]) for one in inspector.get_columns(table, self._schema)),
                schema=self._schema,
            )
            for table in inspector.get_table_names(self._schema)
        }
        ours = {name: table for name, table in found.items() if _key(table) is not None}
        return dict(sorted(ours.items(), key=lambda item: item[0] == _STATUS))

    async def of(self, user: str) -> list[Piece]:
        """Return all work whose input says that this person wanted it, or is told of it in direct messages."""
        return await asyncio.to_thread(self._of, user)

    async def rows(self, work_ids: Sequence[str]) -> dict[str, dict[str, list[Row]]]:
        """Return all rows of work, by its id and their table."""
        return await asyncio.to_thread(self._rows, work_ids)

    async def delete(self, work_ids: Sequence[str]) -> None:
        """Delete all rows of work that has ended, in pages."""
        await asyncio.to_thread(self._delete, work_ids)

    async def erase(self, work_ids: Collection[str], user: str) -> None:
        """Take the words, and the person, out of the inputs of work that is not to be done; it can still be taken up, to end."""
        await asyncio.to_thread(self._erase, work_ids, user)

    def _of(self, user: str) -> list[Piece]:
        found: dict[str, Row] = {}
        for table in self._tables.values():
            if "inputs" in table.c:
                found |= self._wanted_by(table, user)
        kinds: dict[str, Any] = {}
        for page in _pages(list(found)):
            status = self._tables[_STATUS]
            query = sa.select(status.c.workflow_uuid, status.c.name, status.c.status)
            with self._engine.connect() as connection:
                for row in connection.execute(query.where(status.c.workflow_uuid.in_(page))):
                    kinds[row.workflow_uuid] = row
        return [
            Piece(key, kinds[key].name, kinds[key].status in OPEN, given)
            for key, given in found.items()
            if key in kinds
        ]

    def _wanted_by(self, table: sa.TableClause, user: str) -> dict[str, Row]:
        """Return the inputs in a table that name the person as the one who wants it, read page by page."""
        found: dict[str, Row] = {}
        key, after = table.c.workflow_uuid, ""
        while True:
            span = (
                sa.select(key).where(key > after).order_by(key).offset(PAGE * 10).limit(1).scalar_subquery()
            )
            with self._engine.connect() as connection:
                end = connection.scalar(sa.select(span))
                query = sa.select(key, table.c.inputs).where(
                    key > after, table.c.inputs.contains(f'"{user}"', autoescape=True)
                )
                rows = connection.execute(query if end is None else query.where(key <= end)).all()
            for row in rows:
                given = _given(row.inputs)
                if any(user in (one.get("user"), one.get("channel")) for one in _objects(given)):
                    found[row.workflow_uuid] = given[-1] if given and isinstance(given[-1], dict) else {}
            if end is None:
                return found
            after = end

    def _rows(self, work_ids: Sequence[str]) -> dict[str, dict[str, list[Row]]]:
        found: dict[str, dict[str, list[Row]]] = {key: defaultdict(list) for key in work_ids}
        for page in _pages(work_ids):
            for name, table in self._tables.items():
                key = _required(table)
                with self._engine.connect() as connection:
                    for row in connection.execute(sa.select(table).where(key.in_(page))):
                        one = row._asdict()
                        found[one[key.name]][name].append(one)
        return found

    def _delete(self, work_ids: Sequence[str]) -> None:
        for page in _pages(work_ids):
            with self._engine.begin() as connection:
                for table in self._tables.values():
                    connection.execute(sa.delete(table).where(_required(table).in_(page)))

    def _erase(self, work_ids: Collection[str], user: str) -> None:
        for page in _pages(list(work_ids)):
            for table in self._tables.values():
                if "inputs" not in table.c:
                    continue
                key = table.c.workflow_uuid
                query = sa.select(key, table.c.inputs).where(key.in_(page), table.c.inputs.is_not(None))
                with self._engine.begin() as connection:
                    for row in connection.execute(query).all():
                        same = sa.update(table).where(key == row.workflow_uuid)
                        connection.execute(same.values(inputs=_wordless(row.inputs, user)))


def _key(table: sa.TableClause) -> sa.ColumnClause[Any] | None:
    return next((table.c[name] for name in _NAMING if name in table.c), None)


def _required(table: sa.TableClause) -> sa.ColumnClause[Any]:
    key = _key(table)
    if key is None:
        raise AssertionError("tables without work are left out")
    return key


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))


def _given(inputs: str) -> list[Any]:
    """Return what a call was given; nothing of what is no call that this release could have written."""
    try:
        call = json.loads(inputs)
    except ValueError:
        return []
    given = call.get("positionalArgs") if isinstance(call, dict) else None
    return given if isinstance(given, list) else []


def _objects(value: Any) -> Iterator[Row]:
    """Yield every object in plain JSON, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)


def _wordless(inputs: str, user: str) -> str:
    call = json.loads(inputs)
    for given in call["positionalArgs"]:
        if isinstance(given, dict):
            given.update({name: "" for name in ("text",) if name in given})
            given.update({name: {} for name in ("options", "given") if name in given})
    for one in _objects(call):
        one.update({name: "" for name, value in one.items() if value == user})
    return json.dumps(call)
