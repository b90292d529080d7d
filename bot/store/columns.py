"""Kinds of columns: the border at which words, numbers, and JSON of other people's become storable in both databases.

PostgreSQL refuses NUL, texts longer than their column, integers beyond 32 bits, and NaN in JSON; SQLite and Python refuse
others. What is refused at its last checkpoint would leave work unfinished for ever.
"""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from bot.text import bounded, clean, storable

IDS = 200
"""Characters of an id of something at Slack or Telnyx, and of one of ours made of them."""
LARGEST = 2**31 - 1


def named(name: str, length: int) -> str:
    """Return a name as it is stored: clean, and the end of one that is too long replaced by its hash, so two stay two."""
    name = clean(name)
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
        return None if value is None else named(value, length or len(value))


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
