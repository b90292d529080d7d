"""Families `collections` and `conversation_histories`: search over the transcripts of calls that were persisted.

A record is the transcript of one call, a line for each thing that was said. It is found by its chunks, minutes after the call has
ended and for thirty days. The documents don't say what names a record, so there are three kinds: of a phone call, named by an id of
its own with the call's `call_control_id` beside it; of a web call, named by the conversation's id; and one of a call that no
assistant took, which is no conversation at all.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from .arguments import check_query, page_of, query_error, whole_number
from .completions import count_tokens
from .conversations import Conversations
from .operations import Operation
from .refusals import refusal
from .retrieval import VectorIndex, WordIndex
from .vectors import Vectors

CHUNK_TOKENS, SHARED_TOKENS = 480, 64
INDEXED_AFTER, KEPT = timedelta(minutes=2), timedelta(days=30)
_VOICE = {"phone_call", "web_call"}
_SPEAKERS = {"user": "Customer", "assistant": "Agent"}
_NAMES = uuid.UUID("5e1f4a3c-02c9-4a0c-9f0e-0d6b4a1f7c55")
_CREATED = "filter[record_created_at]"
_COMPARES: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "gte": lambda left, right: left >= right,
    "gt": lambda left, right: left > right,
    "lte": lambda left, right: left <= right,
    "lt": lambda left, right: left < right,
}
_MOST_TOP, _MOST_PER_PAGE = 50, 100


@dataclass(frozen=True, slots=True)
class Record:
    """The transcript of a call; `lines` are what was said."""

    record_id: str
    created: datetime
    ended: datetime
    metadata: Mapping[str, str]
    lines: tuple[str, ...]


@dataclass(slots=True)
class Collection:
    """A collection and the types of its sources; only `voice` can be searched."""

    slug: str
    name: str
    sources: tuple[str, ...]
    top: int = 5
    uuid: str = ""

    def json(self) -> dict[str, Any]:
        """As the API shows it."""
        sources = [{"source_type": one, "status": "ready"} for one in self.sources]
        settings = {"top_k": self.top, "retrieval_type": "vector"}
        name = self.uuid or str(uuid.uuid5(_NAMES, self.slug))
        return {"uuid": name, "slug": self.slug, "name": self.name, "sources": sources, "settings": settings}


Chunk = tuple[Record, int, int, str]
"""A record, which of how many chunks, and its text."""


@dataclass(slots=True)
class _Index:
    """What was embedded of the records that were there."""

    key: tuple[tuple[str, int], ...] = ()
    chunks: list[Chunk] = field(default_factory=list)
    by: VectorIndex | WordIndex | None = None


class Histories:
    """The operations over transcripts.

    Args:
        conversations: whose calls are searched. now: the sandbox's clock.
        vectors: the embedding model; by words when there is none.
    """

    def __init__(
        self, conversations: Conversations, now: Callable[[], datetime], vectors: Vectors | None
    ) -> None:
        self._conversations = conversations
        self._now = now
        self._vectors = vectors
        self._index = _Index()
        self._indexing = threading.Lock()
        self.collections: dict[str, Collection] = {}
        self.others: list[Record] = []
        """Records of calls that are no conversations."""

    def operations(self) -> tuple[Operation, ...]:
        """The operations of both families."""
        documents = "/ai/collections/{slug}/documents"
        return (
            Operation("collections.all", "GET", "/ai/collections", self.all),
            Operation("collections.documents", "GET", documents, self.documents),
            Operation("conversation_histories.search", "GET", "/ai/conversation_histories", self.search),
        )

    async def all(self, request: web.Request) -> web.Response:
        """All collections, on one page."""
        check_query(request, ())
        rows = [one.json() for one in self.collections.values()]
        return web.json_response(page_of(rows, 1, max(20, len(rows))))

    async def documents(self, request: web.Request) -> web.Response:
        """The best `top_k` chunks of a collection, best first; without a query the newest."""
        filters = [_CREATED + f"[{operator}]" for operator in _COMPARES]
        check_query(
            request,
            {"query", "top_k", "sources", "retrieval_type", "page[number]", "page[size]", *filters},
        )
        collection = self.collections.get(request.match_info["slug"])
        if collection is None:
            raise refusal(404, "The requested collection could not be found.")
        wanted = [one for one in request.query.get("sources", "voice").split(",") if one]
        if not {"voice"}.intersection(collection.sources, wanted):
            raise refusal(422, "The collection has no searchable sources.")
        if request.query.get("retrieval_type", "vector") != "vector":
            raise refusal(422, "Only the retrieval type vector is supported.", pointer="/retrieval_type")
        top = whole_number(request, "top_k", default=collection.top, most=_MOST_TOP)
        query = request.query.get("query", "")
        rows = (await self._found(request, query))[: top if query else None]
        return web.json_response(_paged(request, rows))

    async def search(self, request: web.Request) -> web.Response:
        """A page of all chunks, best first."""
        filters = [_CREATED + f"[{operator}]" for operator in _COMPARES]
        check_query(request, {"q", "record_type", "min_score", "page[number]", "page[size]", *filters})
        query = request.query.get("q", "")
        if not query:
            raise query_error("q", "Field required", "missing")
        if request.query.get("record_type", "voice") != "voice":
            raise query_error("record_type", "Input should be 'voice'", "enum")
        try:
            least = float(request.query.get("min_score", "0"))
        except ValueError:
            raise query_error("min_score", "value is not a valid number", "float_parsing") from None
        if not 0 <= least <= 1:
            raise query_error("min_score", "must be from 0 to 1", "range")
        rows = [row for row in await self._found(request, query) if row["score"] >= least]
        more = {"region": "USA", "user_id": "user-sandbox", "organization_id": "org-sandbox"}
        return web.json_response(_paged(request, [row | more for row in rows]))

    async def _found(self, request: web.Request, query: str) -> list[dict[str, Any]]:
        """All chunks that the filters leave, by nearness to the query; by time where there is none."""
        tests = [
            (compare, _moment(name, request.query[name]))
            for operator, compare in _COMPARES.items()
            if (name := f"{_CREATED}[{operator}]") in request.query
        ]
        now = self._now()
        records = [
            one for one in self._records() if now - KEPT <= one.created and one.ended <= now - INDEXED_AFTER
        ]
        ranked = await asyncio.to_thread(self._ranked, records, query)
        return [
            _row(record, at, total, text, score)
            for (record, at, total, text), score in ranked
            if all(test(record.created, moment) for test, moment in tests)
        ]

    def _ranked(self, records: Sequence[Record], query: str) -> list[tuple[Chunk, float]]:
        """All chunks of the records with their scores. Embeds what it hasn't yet, so not in the loop."""
        with self._indexing:
            key = tuple((one.record_id, len(one.lines)) for one in records)
            if key != self._index.key:
                chunks = [chunk for record in records for chunk in _chunks(record)]
                self._index = _Index(key, chunks, self._by([text for *_, text in chunks]))
            index = self._index
        if query and index.by is not None:
            near = index.by.search(query, len(index.chunks))
            return [(index.chunks[hit.position], round(1 - hit.distance, 6)) for hit in near]
        newest = sorted(index.chunks, key=lambda chunk: chunk[0].created, reverse=True)
        return [(chunk, 0.0) for chunk in newest]

    def _by(self, texts: list[str]) -> VectorIndex | WordIndex | None:
        if not texts:
            return None
        if self._vectors is None:
            return WordIndex([[text] for text in texts])
        return VectorIndex(self._vectors.passages(texts), self._vectors.query)

    def _records(self) -> Iterator[Record]:
        yield from self.others
        for held in self._conversations.records.values():
            about = held["conversation"]
            channel = about["metadata"].get("telnyx_conversation_channel")
            lines = lines_of(held["messages"])
            if channel not in _VOICE or not lines:
                continue
            leg = about["metadata"].get("call_control_id")
            yield Record(
                record_id=str(uuid.uuid5(_NAMES, about["id"])) if leg else about["id"],
                created=datetime.fromisoformat(about["created_at"]),
                ended=datetime.fromisoformat(about["last_message_at"]),
                metadata={"call_control_id": leg} if leg else {},
                lines=lines,
            )


def lines_of(messages: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """What of a call is in its transcript: who spoke and what they said; of tools nothing."""
    return tuple(
        f"{_SPEAKERS[message['role']]}: {message['text']}"
        for message in messages
        if message["role"] in _SPEAKERS and (message["text"] or "").strip()
    )


def chunks_of(lines: tuple[str, ...]) -> list[str]:
    """The lines in chunks of at most 480 tokens; neighbors share the lines that fit into 64."""
    chunks: list[list[str]] = [[]]
    for line in lines:
        if chunks[-1] and count_tokens("\n".join([*chunks[-1], line])) > CHUNK_TOKENS:
            chunks.append(_end(chunks[-1]))
        chunks[-1].append(line)
    return ["\n".join(chunk) for chunk in chunks if chunk]


def _end(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in reversed(lines):
        if count_tokens("\n".join([line, *kept])) > SHARED_TOKENS:
            break
        kept.insert(0, line)
    return kept


def _chunks(record: Record) -> Iterator[Chunk]:
    texts = chunks_of(record.lines)
    yield from ((record, at, len(texts), text) for at, text in enumerate(texts))


def _row(record: Record, at: int, total: int, text: str, score: float) -> dict[str, Any]:
    return {
        "id": f"{record.record_id}_chunk_{at}",
        "record_id": record.record_id,
        "record_type": "voice",
        "chunk_index": at,
        "chunk_total": total,
        "text": text,
        "score": max(0.0, score),
        "record_created_at": record.created.isoformat(),
        "ingested_at": (record.ended + INDEXED_AFTER).isoformat(),
        "metadata": dict(record.metadata),
    }


def _paged(request: web.Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    number = whole_number(request, "page[number]", default=1)
    size = whole_number(request, "page[size]", default=20, most=_MOST_PER_PAGE)
    return page_of(rows, number, size)


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise query_error(name, "value is not a valid date-time", "datetime_parsing") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
