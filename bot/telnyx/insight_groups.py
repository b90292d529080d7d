"""Sets of insights that an assistant runs after its conversations: `/ai/conversations/insight-groups`."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from bot.telnyx._bodies import InsightGroupChange, NewInsightGroup
from bot.telnyx._paging import Page, walk
from bot.telnyx._resource import AnswerModel, Moment, Resource
from bot.telnyx._rows import Rows
from bot.telnyx._wire import path_of
from bot.telnyx.insights import LARGEST_PAGE, Insight


class InsightGroup(AnswerModel):
    """A named set of insights; `webhook` is told what they found and is empty when no one is."""

    id: str
    name: str
    created_at: Moment | None = None
    description: str | None = None
    webhook: str = ""
    insights: Rows[Insight] | None = None


class InsightGroups(Resource):
    """Operations of /ai/conversations/insight-groups. All raise TelnyxError."""

    async def page(self, number: int = 1, size: int = 20) -> Page[InsightGroup]:
        """One page, counted from 1; `size` is at most 99."""
        query = {"page[number]": number, "page[size]": size}
        path = "/ai/conversations/insight-groups"
        return await self._request(
            Page[InsightGroup], "insight_groups.page", "GET", path, query=query, bare=True
        )

    def all(self) -> AsyncGenerator[InsightGroup, None]:
        """Return every group of the account."""
        return walk(lambda number: self.page(number, LARGEST_PAGE), name=lambda group: group.id)

    async def create(
        self,
        name: str,
        *,
        description: str | None = None,
        webhook: str | None = None,
        idempotency_key: str | None = None,
    ) -> InsightGroup:
        """Make a group.

        https://developers.telnyx.com/api-reference/conversations/create-insight-template-group
        """
        body = NewInsightGroup(name=name, description=description, webhook=webhook).body()
        path = "/ai/conversations/insight-groups"
        return await self._request(
            InsightGroup,
            "insight_groups.create",
            "POST",
            path,
            body=body,
            idempotent=True,
            key=idempotency_key,
        )

    async def get(self, group_id: str) -> InsightGroup:
        """One group. TelnyxNotFoundError when there is none."""
        path = path_of("/ai/conversations/insight-groups/{}", group_id)
        return await self._request(InsightGroup, "insight_groups.get", "GET", path)

    async def update(
        self,
        group_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        webhook: str | None = None,
    ) -> InsightGroup:
        """Change what is given and leave the rest."""
        body = InsightGroupChange(name=name, description=description, webhook=webhook).body()
        path = path_of("/ai/conversations/insight-groups/{}", group_id)
        return await self._request(InsightGroup, "insight_groups.update", "PUT", path, body=body)

    async def delete(self, group_id: str) -> None:
        """Remove a group."""
        path = path_of("/ai/conversations/insight-groups/{}", group_id)
        await self._request(type(None), "insight_groups.delete", "DELETE", path)

    async def assign(self, group_id: str, insight_id: str) -> None:
        """Put an insight into a group. What a second time does is not documented, so it is not repeated by itself."""
        path = path_of("/ai/conversations/insight-groups/{}/insights/{}/assign", group_id, insight_id)
        await self._request(type(None), "insight_groups.assign", "POST", path)

    async def unassign(self, group_id: str, insight_id: str) -> None:
        """Take an insight out of a group."""
        path = path_of("/ai/conversations/insight-groups/{}/insights/{}/unassign", group_id, insight_id)
        await self._request(type(None), "insight_groups.unassign", "DELETE", path)
