"""Counts of insight results: GET /ai/conversations/conversation-insights/aggregates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiohttp import web

from .arguments import check_query
from .conversations import Conversations
from .filters import condition
from .operations import Operation

_METADATA = "metadata."


class Aggregates:
    """The one operation.

    Args:
        conversations: whose metadata and shipped insights are counted.
        computed: insights by conversation id, as ConversationInsights.
    """

    def __init__(self, conversations: Conversations, computed: Callable[[str], list[dict[str, Any]]]) -> None:
        self._conversations = conversations
        self._computed = computed

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        path = "/ai/conversations/conversation-insights/aggregates"
        return (Operation("conversations.aggregates", "GET", path, self.aggregate),)

    async def aggregate(self, request: web.Request) -> web.Response:
        """`{data: [{<field>\u2026, record_count}]}`, most frequent first. Fields come from JSON results, or `metadata.<key>`."""
        metadata = [name for name in request.query if name.startswith(_METADATA)]
        arrays = {"group_by", "show", "group_by[]", "show[]"}
        check_query(request, arrays | {"insight_id", "created_at", *metadata})
        fields = list(dict.fromkeys(_spread(request)))
        kept = [
            condition(f"metadata->{n.removeprefix(_METADATA)}", _filter(request.query[n])) for n in metadata
        ]
        in_time = [condition("created_at", value) for value in request.query.getall("created_at", [])]
        counts: Counter[tuple[str, ...]] = Counter()
        for row, insight in self._rows():
            if not all(test(row) for test in kept):
                continue
            if not all(test({"created_at": insight["created_at"]}) for test in in_time):
                continue
            if request.query.get("insight_id", insight["insight_id"]) != insight["insight_id"]:
                continue
            counts[tuple(_value(field, row, insight["result"]) for field in fields)] += 1
        data = [
            dict(zip(fields, (json.loads(value) for value in values), strict=True)) | {"record_count": count}
            for values, count in counts.most_common()
        ]
        return web.json_response({"data": data})

    def _rows(self) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
        """(conversation, insight result with the time of its run)."""
        for record in list(self._conversations.records.values()):
            conversation = record["conversation"]
            for run in [*record["insights"], *self._computed(conversation["id"])]:
                for result in run["conversation_insights"]:
                    yield conversation, {**result, "created_at": run["created_at"]}


def _spread(request: web.Request) -> Iterator[str]:
    """The fields of `group_by` and `show`, repeated or joined by commas."""
    for name in ("group_by", "group_by[]", "show", "show[]"):
        for value in request.query.getall(name, []):
            yield from filter(None, value.split(","))


def _filter(value: str) -> str:
    """The official package sends a bare value where the filter language has `eq.value`."""
    known = ("eq.", "like.", "gt.", "gte.", "lt.", "lte.")
    return value if value.startswith(known) else f"eq.{value}"


def _value(field: str, row: Mapping[str, Any], result: str) -> str:
    """The field's value as JSON text, so it can be counted; null when there is none."""
    if field.startswith(_METADATA):
        return json.dumps(row["metadata"].get(field.removeprefix(_METADATA)))
    try:
        found = json.loads(result)
    except ValueError:
        found = None
    return json.dumps(found.get(field) if isinstance(found, dict) else None, sort_keys=True)
