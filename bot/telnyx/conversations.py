"""Conversations that assistants had, their messages and what was found in them: `/ai/conversations`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.telnyx._resource import AnswerModel, Resource
from bot.telnyx._wire import path_of

_LARGEST_PAGE = 100


class Conversation(AnswerModel):
    """A call, a chat or a thread of text messages.

    Telnyx sets the metadata `telnyx_conversation_channel` (an open set of words), `telnyx_agent_target`,
    `telnyx_end_user_target`, `assistant_id` and `call_control_id`; customers add their own.
    """

    id: str
    created_at: datetime
    last_message_at: datetime | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    name: str | None = None


class ConversationMessage(AnswerModel):
    """One message; `text` may be None beside `tool_calls`. `sent_at` is when the person saw or heard it."""

    role: str
    text: str | None = None
    created_at: datetime | None = None
    sent_at: datetime | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    metadata: dict[str, Any] | None = None


class PageMeta(AnswerModel):
    """Where a page stands among all; numbers count from 1."""

    page_number: int
    page_size: int
    total_pages: int
    total_results: int


class MessagePage(AnswerModel):
    """One page of messages, in the order of Telnyx, which documents none."""

    data: tuple[ConversationMessage, ...]
    meta: PageMeta


class InsightResult(AnswerModel):
    """What one insight found: text, or a JSON object as text when the insight has a schema."""

    insight_id: str
    result: str


class ConversationInsight(AnswerModel):
    """One run of an insight group over a conversation; `status` is pending, in_progress, completed, failed or new to us."""

    id: str
    status: str
    created_at: datetime | None = None
    conversation_insights: tuple[InsightResult, ...] = ()


class Conversations(Resource):
    """Operations of /ai/conversations. All raise TelnyxError."""

    async def page(
        self, *, limit: int | None = None, order: str | None = None, filters: Mapping[str, str] | None = None
    ) -> tuple[Conversation, ...]:
        """Conversations that match all filters, such as `{"metadata->telnyx_conversation_channel": "eq.phone_call"}`.

        `order` is for example `created_at.desc`. There is no cursor: for the next page ask for `created_at` `lt.` or `gt.` the
        last one seen. https://developers.telnyx.com/api-reference/conversations/list-conversations
        """
        query = {**(filters or {}), "limit": limit, "order": order}
        return await self._call(
            tuple[Conversation, ...], "conversations.page", "GET", "/ai/conversations", query=query
        )

    async def get(self, conversation_id: str) -> Conversation:
        """One conversation."""
        path = path_of("/ai/conversations/{}", conversation_id)
        return await self._call(Conversation, "conversations.get", "GET", path)

    async def messages_page(
        self, conversation_id: str, number: int = 1, size: int = _LARGEST_PAGE
    ) -> MessagePage:
        """One page of messages; `size` is at most 100."""
        path = path_of("/ai/conversations/{}/messages", conversation_id)
        query = {"page[number]": number, "page[size]": size}
        return await self._call(
            MessagePage, "conversations.messages_page", "GET", path, query=query, bare=True
        )

    async def messages(self, conversation_id: str) -> AsyncGenerator[ConversationMessage, None]:
        """Every message, page by page."""
        number = 1
        while True:
            page = await self.messages_page(conversation_id, number)
            for message in page.data:
                yield message
            # An empty page ends the walk too: a total that grows meanwhile must not keep it going.
            if not page.data or number >= page.meta.total_pages:
                return
            number += 1

    async def insights(self, conversation_id: str) -> tuple[ConversationInsight, ...]:
        """What the insight groups found in a conversation."""
        path = path_of("/ai/conversations/{}/conversations-insights", conversation_id)
        return await self._call(tuple[ConversationInsight, ...], "conversations.insights", "GET", path)
