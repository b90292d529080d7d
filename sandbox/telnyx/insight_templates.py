"""What insights there are and how they are grouped: the state behind the families `insights` and `insight_groups`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from .arguments import page_of, query_error, whole_number

_BELOW = 100


@dataclass
class Insight:
    """One template: an instruction for a model that reads a conversation, and where its results are sent."""

    name: str
    instructions: str
    created: datetime
    json_schema: str | dict[str, Any] | None = None
    webhook: str = ""
    insight_type: str = "custom"
    insight_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def shown(self) -> dict[str, Any]:
        """In the documented shape; a schema that there is not is left out."""
        row = {
            "id": self.insight_id,
            "name": self.name,
            "instructions": self.instructions,
            "created_at": self.created.isoformat(),
            "webhook": self.webhook,
            "insight_type": self.insight_type,
        }
        return row | ({} if self.json_schema is None else {"json_schema": self.json_schema})


@dataclass
class Group:
    """Insights that are computed together for the conversations of an assistant."""

    name: str
    created: datetime
    description: str = ""
    webhook: str = ""
    insight_ids: list[str] = field(default_factory=list)
    group_id: str = field(default_factory=lambda: str(uuid.uuid4()))


class InsightTemplates:
    """All insights and groups, in the order in which they were made."""

    def __init__(self) -> None:
        self.insights: dict[str, Insight] = {}
        self.groups: dict[str, Group] = {}

    def add(self, insight: Insight) -> Insight:
        """Put an insight in."""
        self.insights[insight.insight_id] = insight
        return insight

    def add_group(self, group: Group) -> Group:
        """Put a group in."""
        self.groups[group.group_id] = group
        return group

    def remove(self, insight_id: str) -> None:
        """Take an insight away, out of its groups too (what Telnyx does with them is not documented)."""
        del self.insights[insight_id]
        for group in self.groups.values():
            group.insight_ids = [known for known in group.insight_ids if known != insight_id]

    def of(self, group: Group) -> list[Insight]:
        """The insights of a group."""
        return [self.insights[insight_id] for insight_id in group.insight_ids]

    def shown(self, group: Group) -> dict[str, Any]:
        """A group in the documented shape."""
        return {
            "id": group.group_id,
            "name": group.name,
            "description": group.description,
            "created_at": group.created.isoformat(),
            "webhook": group.webhook,
            "insights": [insight.shown() for insight in self.of(group)],
        }


def template_page(request: web.Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The page asked for: numbers from 1, at least 0 and fewer than 100 rows, 20 when nothing is said."""
    number = whole_number(request, "page[number]", default=1)
    size = whole_number(request, "page[size]", default=20, least=0)
    if size >= _BELOW:
        raise query_error("page[size]", f"must be less than {_BELOW}", "less_than")
    return page_of(rows, number, size)
