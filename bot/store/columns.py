"""Kinds of columns: the border at which words, numbers, and JSON of other people's become storable in both databases.

PostgreSQL refuses NUL, texts longer than their column, integers beyond 32 bits, and NaN in JSON; SQLite and Python refuse
others. What is refused at its last checkpoint would leave work unfinished for ever.
"""

import hashlib
import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from bot.text import clean

LARGEST = 2**31 - 1
LARGEST_IN_JSON = 2**63 - 1
DEEPEST = 50
"""Levels of JSON that are kept; Python gives up far below."""


def bounded(value: Any, largest: int) -> Any:
    """Return a number as it can be stored, None where it is none; what is no number is returned as it is."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return max(-largest, min(value, largest)) if isinstance(value, int) else value


def storable(value: Any, levels: int = DEEPEST) -> Any:
    """Return plain JSON as it can be stored: clean texts, numbers within bounds, nothing nested without end."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return (
            {clean(str(key)): storable(inner, levels - 1) for key, inner in value.items()} if levels else None
        )
    if isinstance(value, list | tuple):
        return [storable(inner, levels - 1) for inner in value] if levels else None
    return bounded(value, LARGEST_IN_JSON)


def within(name: str, length: int) -> str:
    """Return a name that fits: the end of a longer one is replaced by its hash, so that two stay two."""
    if len(name) <= length:
        return name
    sign = hashlib.sha256(name.encode()).hexdigest()[: length // 2]
    return name[: length - len(sign)] + sign


class Words(TypeDecorator[str]):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return it clean."""
        del dialect
        return None if value is None else clean(value)


class Name(TypeDecorator[str]):
    """A short text, such as an id or a state."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return it clean and no longer than its column, written and looked for alike."""
        del dialect
        length: int | None = getattr(self.impl_instance, "length", None)
        return None if value is None else within(clean(value), length or len(value))


class Count(TypeDecorator[int]):
    """A whole number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: sa.Dialect) -> int | None:
        """Return it within 32 bits."""
        del dialect
        number = bounded(value, LARGEST)
        return None if number is None else bounded(int(number), LARGEST)


class Data(TypeDecorator[Any]):
    """Plain JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """Return it storable."""
        del dialect
        return storable(value)
