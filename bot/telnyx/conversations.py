"""Conversations that assistants had, their messages and what was found in them: `/ai/conversations`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime

from bot.telnyx._bodies import ConversationChange, NewConversation
from bot.telnyx._paging import walk
from bot.telnyx._resource import Resource
from bot.telnyx._wire import path_of
from bot.telnyx.conversation_filters import AnyOf, Condition, Where, moment_of, query_with
from bot.telnyx.conversation_types import (
    Conversation,
    ConversationInsight,
    ConversationMessage,
    InsightAggregate,
    MessagePage,
    NewMessage,
)

_LARGEST_PAGE = 100


class Conversations(Resource):
    """Operations of /ai/conversations. All raise TelnyxError."""

    async def page(
        self,
        *where: Condition | AnyOf,
        limit: int | None = None,
        order: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> tuple[Conversation, ...]:
        """Conversations that meet all conditions, such as `Where.metadata("assistant_id").equals("a")`.

        `order` is for example `Where.created_at.descending()`. `filters` are conditions in Telnyx's own words, such as
        `{"metadata->telnyx_conversation_channel": "eq.phone_call"}`. There is no cursor; `all` walks by time.
        https://developers.telnyx.com/api-reference/conversations/list-conversations
        """
        query = {**query_with(where), **(filters or {}), "limit": limit, "order": order}
        return await self._rows(Conversation, "conversations.page", "GET", "/ai/conversations", query=query)

    async def all(
        self, *where: Condition | AnyOf, since: datetime | None = None, limit: int = _LARGEST_PAGE
    ) -> AsyncGenerator[Conversation, None]:
        """Yield every conversation that meets the conditions, the oldest first, each once; `limit` of them in one request.

        Telnyx has no pages here, so the next request begins at the last time seen, that time included, and what was seen is
        left out. Raises ValueError for a condition on `created_at`: its beginning is `since`, its end is yours to stop at.
        """
        if any(condition.pair[0] == Where.created_at.name for condition in where):
            raise ValueError("all() walks by created_at; say since=... and stop when you have enough")
        seen: set[str] = set()  # of the last moment only: earlier ones are not asked for again
        while True:
            start = () if since is None else (Where.created_at >= since,)
            rows = await self.page(*where, *start, limit=limit, order=Where.created_at.ascending())
            fresh = [row for row in rows if row.id not in seen]
            for row in fresh:
                yield row
            timed = [row.created_at for row in fresh if row.created_at is not None]
            if not timed and len(rows) < limit:
                return
            if not timed:  # more of one moment than fit into an answer
                seen |= {row.id for row in fresh}
                limit *= 2
                continue
            last = timed[-1]
            seen = {row.id for row in rows if row.created_at in (last, None)} | (
                seen if last == since else set()
            )
            since = last

    async def create(
        self,
        *,
        name: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Conversation:
        """Begin a conversation.

        https://developers.telnyx.com/api-reference/conversations/create-a-conversation
        """
        body = NewConversation(name=name, metadata=metadata).body()
        path = "/ai/conversations"
        return await self._request(
            Conversation,
            "conversations.create",
            "POST",
            path,
            body=body,
            bare=True,
            idempotent=True,
            key=idempotency_key,
        )

    async def update(self, conversation_id: str, metadata: dict[str, str]) -> Conversation:
        """Set the metadata. Whether keys that are left out stay is not documented, so send all of them."""
        body = ConversationChange(metadata=metadata).body()
        path = path_of("/ai/conversations/{}", conversation_id)
        return await self._request(Conversation, "conversations.update", "PUT", path, body=body)

    async def delete(self, conversation_id: str) -> None:
        """Remove a conversation. TelnyxNotFoundError when there is none."""
        path = path_of("/ai/conversations/{}", conversation_id)
        await self._request(type(None), "conversations.delete", "DELETE", path)

    async def add_message(
        self, conversation_id: str, message: NewMessage, *, idempotency_key: str | None = None
    ) -> None:
        """Add a message; Telnyx does not give it back.

        https://developers.telnyx.com/api-reference/conversations/create-message
        """
        path = path_of("/ai/conversations/{}/message", conversation_id)
        body = message.body()
        await self._request(
            type(None),
            "conversations.add_message",
            "POST",
            path,
            body=body,
            idempotent=True,
            key=idempotency_key,
        )

    async def aggregates(
        self,
        *,
        group_by: Sequence[str] | None = None,
        show: Sequence[str] | None = None,
        insight_id: str | None = None,
        assistant_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[InsightAggregate, ...]:
        """Return how often insights found what, from `since` to just before `until`.

        Fields are those of the insight's results, or `metadata.KEY` of the conversation, with a dot here.
        https://developers.telnyx.com/api-reference/conversations/aggregate-conversation-insights
        """
        created = [f"gte.{moment_of(since)}"] if since else []
        created += [f"lt.{moment_of(until)}"] if until else []
        query = {
            "group_by": group_by,
            "show": show,
            "insight_id": insight_id,
            "created_at": created,
            "metadata.assistant_id": None if assistant_id is None else f"eq.{assistant_id}",
        }
        path = "/ai/conversations/conversation-insights/aggregates"
        return await self._rows(InsightAggregate, "conversations.aggregates", "GET", path, query=query)

    async def get(self, conversation_id: str) -> Conversation:
        """One conversation."""
        path = path_of("/ai/conversations/{}", conversation_id)
        return await self._request(Conversation, "conversations.get", "GET", path)

    async def messages_page(
        self, conversation_id: str, number: int = 1, size: int = _LARGEST_PAGE
    ) -> MessagePage:
        """One page of messages; `size` is at most 100."""
        path = path_of("/ai/conversations/{}/messages", conversation_id)
        query = {"page[number]": number, "page[size]": size}
        return await self._request(
            MessagePage, "conversations.messages_page", "GET", path, query=query, bare=True
        )

    def messages(self, conversation_id: str) -> AsyncGenerator[ConversationMessage, None]:
        """Return every message, page by page."""
        return walk(lambda number: self.messages_page(conversation_id, number))

    async def insights(self, conversation_id: str) -> tuple[ConversationInsight, ...]:
        """Return what the insight groups found in a conversation."""
        path = path_of("/ai/conversations/{}/conversations-insights", conversation_id)
        return await self._rows(ConversationInsight, "conversations.insights", "GET", path)
