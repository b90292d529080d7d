"""The filter language of GET /ai/conversations, as far as Telnyx documents it: eq, like, gt, gte, lt, lte, `order`, `or`.

`metadata->key` reads a metadata value. What is not documented (in, is, ilike, negation, nesting) is refused with 400: code
that works here then does not rest on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from .refusals import refusal

Row = Mapping[str, Any]
COLUMNS = ("id", "name", "created_at", "last_message_at")
_TIMES = frozenset({"created_at", "last_message_at"})
_OPERATORS = ("eq", "like", "gte", "gt", "lte", "lt")
_CONDITION = re.compile(rf"^({'|'.join(_OPERATORS)})\.(.*)$", re.DOTALL)
_ALTERNATIVE = re.compile(rf"^([\w>-]+?)\.({'|'.join(_OPERATORS)})\.(.*)$", re.DOTALL)


def is_column(name: str) -> bool:
    """Whether a query parameter filters by a column or a metadata key."""
    return name in COLUMNS or (name.startswith("metadata->") and len(name) > len("metadata->"))


def condition(column: str, expression: str) -> Callable[[Row], bool]:
    """The test that `column=op.value` states; 400 when it cannot be read."""
    match = _CONDITION.match(expression)
    if match is None:
        raise refusal(
            400, f"Cannot read the filter {column}={expression}: expected one of {', '.join(_OPERATORS)}."
        )
    return _test(column, match.group(1), match.group(2))


def alternatives(expression: str) -> Callable[[Row], bool]:
    """The test that `or=(a.op.value,b.op.value)` states: at least one holds; 400 when it cannot be read."""
    if not (expression.startswith("(") and expression.endswith(")")):
        raise refusal(400, "Cannot read or: expected (column.operator.value,…).")
    tests = []
    for part in expression[1:-1].split(","):
        match = _ALTERNATIVE.match(part)
        if match is None or not is_column(match.group(1)):
            raise refusal(400, f"Cannot read or: {part!r} is not column.operator.value.")
        tests.append(_test(*match.groups()))
    return lambda row: any(test(row) for test in tests)


def ordering(expression: str) -> list[tuple[str, bool]]:
    """(column, descending) pairs of `order=created_at.desc,name`; 400 when it cannot be read."""
    pairs = []
    for part in expression.split(","):
        column, _, direction = part.partition(".")
        if column not in COLUMNS or direction not in {"", "asc", "desc"}:
            raise refusal(400, f"Cannot read order: {part!r} is not column.asc or column.desc.")
        pairs.append((column, direction == "desc"))
    return pairs


def _test(column: str, operator: str, value: str) -> Callable[[Row], bool]:
    if operator == "like":
        pattern = re.compile(
            "".join({"%": ".*", "*": ".*", "_": "."}.get(char, re.escape(char)) for char in value), re.DOTALL
        )
        return lambda row: (text := _text(row, column)) is not None and pattern.fullmatch(text) is not None
    if column in _TIMES:
        moment = _moment(column, value)
        return lambda row: _compare(operator, datetime.fromisoformat(row[column]), moment)
    return lambda row: (text := _text(row, column)) is not None and _compare(operator, text, value)


def _text(row: Row, column: str) -> str | None:
    key = column.removeprefix("metadata->")
    value = row["metadata"].get(key) if key != column else row.get(column)
    return None if value is None else str(value)


def _moment(column: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise refusal(400, f"Cannot read the filter {column}: {value!r} is not a date or a time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _compare(operator: str, left: Any, right: Any) -> bool:
    return bool(
        {
            "eq": lambda: left == right,
            "gt": lambda: left > right,
            "gte": lambda: left >= right,
            "lt": lambda: left < right,
            "lte": lambda: left <= right,
        }[operator]()
    )
