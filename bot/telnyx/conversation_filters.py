"""Which conversations to show, in the words of Telnyx's query language, which is like PostgREST's.

`Where.created_at >= moment` and `Where.metadata("assistant_id").equals("a")` are conditions; several hold together, and
`Where.any_of(...)` holds when one does. https://developers.telnyx.com/api-reference/conversations/list-conversations
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_RESERVED = re.compile(r'[,()"\\\s]')


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value, such as `created_at`, `gte`, `2025-04-01T00:00:00Z`."""

    field: str
    operator: str
    value: str

    @property
    def pair(self) -> tuple[str, str]:
        """Return the name and the value of the query parameter, not yet percent-encoded."""
        return self.field, f"{self.operator}.{self.value}"

    @property
    def nested(self) -> str:
        """Return the condition inside `or=(...)`, where a value with commas, brackets or blanks stands in quotation marks."""
        value = self.value
        if _RESERVED.search(value):
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{self.field}.{self.operator}.{value}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one of its conditions does."""

    conditions: tuple[Condition, ...]

    @property
    def pair(self) -> tuple[str, str]:
        """Return the name and the value of the query parameter, not yet percent-encoded."""
        return "or", f"({','.join(condition.nested for condition in self.conditions)})"


@dataclass(frozen=True, slots=True)
class TextField:
    """A field that holds text."""

    name: str

    def equals(self, value: str) -> Condition:
        """The field is exactly this."""
        return Condition(self.name, "eq", value)

    def like(self, pattern: str) -> Condition:
        """Return the field matches a pattern in which `%` stands for anything."""
        return Condition(self.name, "like", pattern)


@dataclass(frozen=True, slots=True)
class TimeField:
    """A field that holds a time. Compare it with an aware `datetime`; ValueError for one without a zone."""

    name: str

    def __ge__(self, moment: datetime) -> Condition:
        return Condition(self.name, "gte", moment_of(moment))

    def __gt__(self, moment: datetime) -> Condition:
        return Condition(self.name, "gt", moment_of(moment))

    def __le__(self, moment: datetime) -> Condition:
        return Condition(self.name, "lte", moment_of(moment))

    def __lt__(self, moment: datetime) -> Condition:
        return Condition(self.name, "lt", moment_of(moment))

    def ascending(self) -> str:
        """Return the order from the oldest on."""
        return f"{self.name}.asc"

    def descending(self) -> str:
        """Return the order from the newest on."""
        return f"{self.name}.desc"


class Where:
    """The fields of a conversation that Telnyx can compare."""

    id = TextField("id")
    name = TextField("name")
    created_at = TimeField("created_at")
    last_message_at = TimeField("last_message_at")

    @staticmethod
    def metadata(key: str) -> TextField:
        """Return a key of the metadata: `telnyx_end_user_target`, `assistant_id`, one of the customer's own."""
        return TextField(f"metadata->{key}")

    @staticmethod
    def any_of(*conditions: Condition) -> AnyOf:
        """Holds when one of the conditions does. Raises ValueError for none."""
        if not conditions:
            raise ValueError("any_of needs a condition")
        return AnyOf(conditions)


def query_with(conditions: Iterable[Condition | AnyOf]) -> dict[str, list[str]]:
    """Query parameters; two conditions on one field give the parameter twice, as PostgREST reads them.

    Raises ValueError for a second `any_of`: Telnyx documents one `or`, and what two mean nowhere.
    """
    query: dict[str, list[str]] = {}
    for condition in conditions:
        name, value = condition.pair
        if name == "or" and name in query:
            raise ValueError("a query holds one any_of")
        query.setdefault(name, []).append(value)
    return query


def moment_of(moment: datetime) -> str:
    """Return a time as Telnyx writes it, in UTC with a `Z`. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
