"""Family `conversations`: calls and chats with their messages and insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from .arguments import check_query, page_of, whole_number
from .filters import alternatives, condition, is_column, ordering
from .operations import Operation
from .refusals import refusal

_DEFAULT_LIMIT = 100
_MOST_PER_PAGE = 100


class Conversations:
    """The operations over conversations.

    Each is `{"conversation": Conversation, "messages": [ConversationMessage], "insights": [ConversationInsight]}` in the
    documented shapes, messages oldest first (the documents leave their order open).
    """

    def __init__(self) -> None:
        self.records: dict[str, Mapping[str, Any]] = {}

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        one = "/ai/conversations/{conversation_id}"
        return (
            Operation("conversations.page", "GET", "/ai/conversations", self.page),
            Operation("conversations.messages", "GET", f"{one}/messages", self.messages),
            Operation("conversations.insights", "GET", f"{one}/conversations-insights", self.insights),
            Operation("conversations.get", "GET", one, self.one),
        )

    def add(self, record: Mapping[str, Any]) -> None:
        """Put a conversation in."""
        self.records[record["conversation"]["id"]] = record

    async def page(self, request: web.Request) -> web.Response:
        """Conversations by filter, order and limit (100 when none is given); `{data}` without meta."""
        rows = [record["conversation"] for record in self.records.values()]
        for name, value in request.query.items():
            if is_column(name):
                rows = list(filter(condition(name, value), rows))
            elif name == "or":
                rows = list(filter(alternatives(value), rows))
            else:
                check_query(request, {"limit", "order", "or", *filter(is_column, request.query)})
        for column, descending in reversed(ordering(request.query.get("order", "created_at.desc"))):
            rows.sort(key=_by(column), reverse=descending)
        limit = whole_number(request, "limit", default=_DEFAULT_LIMIT)
        return web.json_response({"data": rows[:limit]})

    async def one(self, request: web.Request) -> web.Response:
        """`{data: Conversation}`."""
        check_query(request, ())
        return web.json_response({"data": self._find(request)["conversation"]})

    async def messages(self, request: web.Request) -> web.Response:
        """A page of messages with meta; at most 100 a page."""
        check_query(request, {"page[number]", "page[size]"})
        number = whole_number(request, "page[number]", default=1)
        size = whole_number(request, "page[size]", default=20, most=_MOST_PER_PAGE)
        return web.json_response(page_of(list(self._find(request)["messages"]), number, size))

    async def insights(self, request: web.Request) -> web.Response:
        """All insights of a conversation with meta, on one page."""
        check_query(request, ())
        found = list(self._find(request)["insights"])
        return web.json_response(page_of(found, 1, max(20, len(found))))

    def _find(self, request: web.Request) -> Mapping[str, Any]:
        record = self.records.get(request.match_info["conversation_id"])
        if record is None:
            raise refusal(404, "Conversation Not Found")
        return record


def _by(column: str) -> Callable[[Mapping[str, Any]], str]:
    """Sorts by a column; times are ISO-8601 in UTC, so their text sorts as they do."""
    return lambda row: row.get(column) or ""
