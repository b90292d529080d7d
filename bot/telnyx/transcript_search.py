"""Search over transcripts that Telnyx keeps: AI Search, `/ai/collections`, and what was there before it, `/ai/conversation_histories`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from bot.telnyx._paging import Page
from bot.telnyx._resource import AnswerModel, Moment, Resource
from bot.telnyx._rows import Rows
from bot.telnyx._wire import path_of
from bot.telnyx.conversation_filters import moment_of

VOICE = "voice"
"""The only source that Telnyx searches today."""
_LARGEST_PAGE = 100
_MOST = 50


class Chunk(AnswerModel):
    """A part of a transcript, at most 480 tokens; the higher its `score` (NaN when it was not said), the closer to the query.

    `record_id` names the transcript. Telnyx documents nowhere how it goes with the id of a conversation.
    """

    record_id: str
    text: str
    score: float
    id: str | None = None
    record_type: str | None = None
    chunk_index: int | None = None
    chunk_total: int | None = None
    record_created_at: Moment | None = None
    metadata: dict[str, Any] | None = None


class ChunkPage(Page[Chunk]):
    """One page of chunks, the closest first."""


class Source(AnswerModel):
    """What a collection searches: `voice`, `message`, `bucket`, or what is new to us."""

    source_type: str


class Collection(AnswerModel):
    """A named set of sources; searches name it by its `slug`."""

    slug: str
    name: str | None = None
    uuid: str | None = None
    sources: Rows[Source] | None = Field(default=None)


class _Chunks(AnswerModel):
    data: Rows[Chunk]


class Collections(Resource):
    """Operations of /ai/collections. All raise TelnyxError."""

    async def all(self) -> tuple[Collection, ...]:
        """Return the collections of the account."""
        return await self._rows(Collection, "collections.all", "GET", "/ai/collections")

    async def documents(
        self,
        slug: str,
        query: str,
        *,
        top: int | None = None,
        since: datetime | None = None,
    ) -> tuple[Chunk, ...]:
        """Return the `top` chunks (1 to 50; 5 without it) of a collection's calls that are closest to a query, the closest first.

        `since` leaves out records made before. TelnyxNotFoundError when there is no such collection, TelnyxInvalidError when
        none of its sources can be searched, ValueError for another `top`. https://developers.telnyx.com/docs/ai-search/searching
        """
        if top is not None and not 1 <= top <= _MOST:
            raise ValueError(f"top must be from 1 to {_MOST}")
        parameters = {"query": query, "top_k": top, "page[size]": top, "sources": VOICE}
        path = path_of("/ai/collections/{}/documents", slug)
        answer = await self._request(
            _Chunks,
            "collections.documents",
            "GET",
            path,
            query={**parameters, **_from(since)},
            bare=True,
        )
        return answer.data


class ConversationHistories(Resource):
    """The operation of /ai/conversation_histories. Raises TelnyxError."""

    async def search(
        self,
        query: str,
        *,
        number: int = 1,
        size: int = 20,
        since: datetime | None = None,
    ) -> ChunkPage:
        """Return one page of the chunks of all persisted calls that are closest to a query, the closest first.

        `size` is 1 to 100, else ValueError; `since` leaves out records made before. https://developers.telnyx.com/api-reference/conversation-histories/search-conversation-histories
        """
        if not 1 <= size <= _LARGEST_PAGE:
            raise ValueError(f"size must be from 1 to {_LARGEST_PAGE}")
        parameters: dict[str, str | int] = {
            "q": query,
            "record_type": VOICE,
            "page[number]": number,
            "page[size]": size,
        }
        return await self._request(
            ChunkPage,
            "conversation_histories.search",
            "GET",
            "/ai/conversation_histories",
            query={**parameters, **_from(since)},
            bare=True,
        )


def _from(since: datetime | None) -> dict[str, str]:
    return {} if since is None else {"filter[record_created_at][gte]": moment_of(since)}
