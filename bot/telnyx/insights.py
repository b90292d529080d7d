"""What assistants look for in a conversation after it: `/ai/conversations/insights`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from bot.telnyx._bodies import InsightChange, NewInsight
from bot.telnyx._paging import Page, walk
from bot.telnyx._resource import AnswerModel, Moment, Resource
from bot.telnyx._wire import path_of

LARGEST_PAGE = 99
"""Telnyx's `exclusiveMaximum` for pages of insights and insight groups is 100."""


class Insight(AnswerModel):
    """An instruction to a model; with `json_schema`, an object or JSON text, its results are objects as text.

    `webhook` is empty when no one is told; `insight_type` is `custom` or `default`.
    """

    id: str
    instructions: str
    created_at: Moment | None = None
    name: str = ""
    webhook: str = ""
    insight_type: str | None = None
    json_schema: str | dict[str, Any] | None = None


class Insights(Resource):
    """Operations of /ai/conversations/insights. All raise TelnyxError; changes hold for later conversations only."""

    async def page(self, number: int = 1, size: int = 20) -> Page[Insight]:
        """One page, counted from 1; `size` is at most 99."""
        query = {"page[number]": number, "page[size]": size}
        path = "/ai/conversations/insights"
        return await self._request(Page[Insight], "insights.page", "GET", path, query=query, bare=True)

    def all(self) -> AsyncGenerator[Insight, None]:
        """Return every insight of the account."""
        return walk(lambda number: self.page(number, LARGEST_PAGE), name=lambda insight: insight.id)

    async def create(
        self,
        name: str,
        instructions: str,
        *,
        json_schema: str | dict[str, Any] | None = None,
        webhook: str | None = None,
        idempotency_key: str | None = None,
    ) -> Insight:
        """Make an insight.

        https://developers.telnyx.com/api-reference/conversations/create-insight-template
        """
        body = NewInsight(name=name, instructions=instructions, json_schema=json_schema, webhook=webhook)
        path = "/ai/conversations/insights"
        return await self._request(
            Insight, "insights.create", "POST", path, body=body.body(), idempotent=True, key=idempotency_key
        )

    async def get(self, insight_id: str) -> Insight:
        """One insight. TelnyxNotFoundError when there is none."""
        path = path_of("/ai/conversations/insights/{}", insight_id)
        return await self._request(Insight, "insights.get", "GET", path)

    async def update(
        self,
        insight_id: str,
        *,
        name: str | None = None,
        instructions: str | None = None,
        json_schema: str | dict[str, Any] | None = None,
        webhook: str | None = None,
    ) -> Insight:
        """Change what is given and leave the rest; an empty `webhook` ends the telling."""
        body = InsightChange(name=name, instructions=instructions, json_schema=json_schema, webhook=webhook)
        path = path_of("/ai/conversations/insights/{}", insight_id)
        return await self._request(Insight, "insights.update", "PUT", path, body=body.body())

    async def delete(self, insight_id: str) -> None:
        """Remove an insight."""
        path = path_of("/ai/conversations/insights/{}", insight_id)
        await self._request(type(None), "insights.delete", "DELETE", path)
