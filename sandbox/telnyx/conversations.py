"""Family `conversations`: calls and chats with their messages and insights."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field, NaiveDatetime

from .arguments import Body, check_query, page_of, read_body, whole_number
from .filters import alternatives, condition, is_column, ordering
from .operations import Operation
from .refusals import invalid, refusal

Value = str | int | bool
_DEFAULT_LIMIT = 100
_MOST_PER_PAGE = 100
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# The documented roles of a message that is read; those of a message that is written are not limited by schema.
_READ_ROLES = frozenset({"user", "assistant", "tool"})


class ConversationBody(Body):
    """Body of POST /ai/conversations."""

    name: str = ""
    metadata: dict[str, str] = Field(default_factory=dict)


class MetadataBody(Body):
    """Body of PUT /ai/conversations/{conversation_id}: the name cannot be changed."""

    metadata: dict[str, str] | None = None


class MessageBody(Body):
    """Body of POST …/message. What is written as `content` is read as `text`."""

    role: str
    content: str = ""
    name: str | None = None
    sent_at: AwareDatetime | NaiveDatetime | None = None
    metadata: dict[str, Value | list[Value]] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None
    tool_choice: str | dict[str, Any] | None = None


class Conversations:
    """The operations over conversations.

    Each is `{"conversation": Conversation, "messages": [ConversationMessage], "insights": [ConversationInsight]}` in the
    documented shapes, messages oldest first (the documents leave their order open).

    Args:
        now: the sandbox's clock.
        insights: what is computed of a conversation, as ConversationInsights.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        insights: Callable[[str], list[dict[str, Any]]] = lambda _id: [],
    ) -> None:
        self._now = now
        self._insights = insights
        self.records: dict[str, Mapping[str, Any]] = {}

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        one = "/ai/conversations/{conversation_id}"
        return (
            Operation("conversations.page", "GET", "/ai/conversations", self.page),
            Operation("conversations.messages", "GET", f"{one}/messages", self.messages),
            Operation("conversations.insights", "GET", f"{one}/conversations-insights", self.insights),
            Operation("conversations.get", "GET", one, self.one),
            Operation("conversations.create", "POST", "/ai/conversations", self.create, replays=True),
            Operation("conversations.update", "PUT", one, self.update),
            Operation("conversations.delete", "DELETE", one, self.delete),
            Operation("conversations.add_message", "POST", f"{one}/message", self.add_message, replays=True),
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
        record = self._find(request)
        found = [*record["insights"], *self._insights(record["conversation"]["id"])]
        return web.json_response(page_of(found, 1, max(20, len(found))))

    async def create(self, request: web.Request) -> web.Response:
        """A new, empty conversation, bare."""
        check_query(request, ())
        body = await read_body(request, ConversationBody)
        now = self._now().isoformat()
        conversation = {
            "id": str(uuid.uuid4()),
            "created_at": now,
            "last_message_at": now,
            "metadata": body.metadata,
            "name": body.name,
        }
        self.add({"conversation": conversation, "messages": [], "insights": []})
        return web.json_response(conversation)

    async def update(self, request: web.Request) -> web.Response:
        """The metadata are replaced, not merged (the documents leave it open); `{data: Conversation}`."""
        check_query(request, ())
        conversation = self._find(request)["conversation"]
        body = await read_body(request, MetadataBody)
        if body.metadata is not None:
            conversation["metadata"] = body.metadata
        return web.json_response({"data": conversation})

    async def delete(self, request: web.Request) -> web.Response:
        """The conversation is gone with its messages; 200 without a body."""
        check_query(request, ())
        del self.records[self._find(request)["conversation"]["id"]]
        return web.Response()

    async def add_message(self, request: web.Request) -> web.Response:
        """One more message; 200 without a body. Unknown roles are kept out: they could not be read again.

        The id has to be a UUID here, and here alone, as Telnyx documents it.
        """
        check_query(request, ())
        if not _UUID.fullmatch(request.match_info["conversation_id"]):
            raise invalid(
                [
                    {
                        "loc": ["path", "conversation_id"],
                        "msg": "value is not a valid uuid",
                        "type": "uuid_parsing",
                    }
                ]
            )
        record = self._find(request)
        body = await read_body(request, MessageBody)
        if body.role not in _READ_ROLES:
            raise refusal(400, f"A message of role {body.role!r} could not be read again.", pointer="/role")
        now = self._now()
        sent = body.sent_at or now
        sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
        message: dict[str, Any] = {
            "role": body.role,
            "text": body.content,
            "created_at": now.isoformat(),
            "sent_at": sent.isoformat(),
        }
        if body.tool_calls is not None:
            message["tool_calls"] = body.tool_calls
        record["messages"].append(message)
        record["conversation"]["last_message_at"] = now.isoformat()
        return web.Response()

    def _find(self, request: web.Request) -> Mapping[str, Any]:
        record = self.records.get(request.match_info["conversation_id"])
        if record is None:
            raise refusal(404, "Conversation Not Found")
        return record


def _by(column: str) -> Callable[[Mapping[str, Any]], str]:
    """Sorts by a column; times are ISO-8601 in UTC, so their text sorts as they do."""
    return lambda row: row.get(column) or ""
