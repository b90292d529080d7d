from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.telnyx import EmbeddingTask, FineTuningJob, InsightResult, MessagePage, Model, PageMeta, Telnyx

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]

ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
WHEN = "2025-04-15T13:07:28.764Z"
CONVERSATION = {
    "id": ID,
    "created_at": WHEN,
    "last_message_at": WHEN,
    "metadata": {"assistant_id": "a"},
    "name": "",
    "new": 1,
}
TASK = {"task_id": "t1", "task_name": "n", "status": "queued", "created_at": WHEN, "finished_at": None}
JOB = {
    "id": "ft-1", "model": "m", "training_file": "docs", "organization_id": "o", "status": "running",
    "created_at": 1_700_000_000, "finished_at": None, "trained_tokens": None, "hyperparameters": {"n_epochs": 3},
}  # fmt: skip
META = {"page_number": 1, "page_size": 2, "total_pages": 2, "total_results": 3}


class Recorder:
    """Answers with one payload and keeps the raw query and body of each request."""

    def __init__(self, payload: Any) -> None:
        self.payload = payload
        self.queries: list[str] = []
        self.bodies: list[Any] = []

    async def give(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(request.raw_path.partition("?")[2])
        self.bodies.append(json.loads(await request.read() or b"null"))
        return web.json_response(self.payload)


async def client_for(http: httpx.AsyncClient, serve: Serve, route: str, recorder: Recorder) -> Telnyx:
    return Telnyx(http, api_key="KEY", base_url=await serve({route: recorder.give}))


async def test_search_gives_passages_with_their_source(http: httpx.AsyncClient, serve: Serve) -> None:
    metadata = {"source": "https://x/bee.txt", "checksum": "34", "embedding": "e", "filename": "bee.txt", "certainty": 0.9, "loader_metadata": {}}  # fmt: skip
    recorder = Recorder({"data": [{"document_chunk": "Vanessa", "distance": 0.186, "metadata": metadata}]})
    client = await client_for(http, serve, "POST /v2/ai/embeddings/similarity-search", recorder)

    (match,) = await client.embeddings.search("docs", "who?", num_of_docs=5)

    assert (match.document_chunk, match.distance, match.metadata.filename) == ("Vanessa", 0.186, "bee.txt")
    assert recorder.bodies == [{"bucket_name": "docs", "query": "who?", "num_of_docs": 5}]


async def test_bucket_names_are_unpacked(http: httpx.AsyncClient, serve: Serve) -> None:
    client = await client_for(
        http, serve, "GET /v2/ai/embeddings/buckets", Recorder({"data": {"buckets": ["a", "b"]}})
    )

    assert await client.embeddings.buckets() == ("a", "b")


async def test_files_tell_why_they_could_not_be_embedded(http: httpx.AsyncClient, serve: Serve) -> None:
    file = {"filename": "a.pdf", "status": "oops", "created_at": WHEN, "error_reason": "encrypted"}
    client = await client_for(
        http, serve, "GET /v2/ai/embeddings/buckets/my docs", Recorder({"data": [file]})
    )

    (got,) = await client.embeddings.files("my docs")

    assert (got.filename, got.status, got.error_reason) == ("a.pdf", "oops", "encrypted")


async def test_task_statuses_are_repeated_in_the_query(http: httpx.AsyncClient, serve: Serve) -> None:
    recorder = Recorder({"data": [TASK | {"user_id": "u", "bucket": "docs"}]})
    client = await client_for(http, serve, "GET /v2/ai/embeddings", recorder)

    (task,) = await client.embeddings.tasks(["success", "failure"])
    await client.embeddings.tasks()

    assert (task.task_id, task.bucket, task.finished_at) == ("t1", "docs", None)
    assert recorder.queries == ["status=success&status=failure", ""]


async def test_one_task_is_read_without_user_and_bucket(http: httpx.AsyncClient, serve: Serve) -> None:
    client = await client_for(http, serve, "GET /v2/ai/embeddings/t1", Recorder({"data": TASK}))

    task = await client.embeddings.task("t1")

    assert (task.status, task.bucket) == ("queued", None)


@pytest.mark.parametrize(
    ("status", "finished", "failed"),
    [
        ("queued", False, False),
        ("processing", False, False),
        ("success", True, False),
        ("partial_success", True, False),
        ("failure", True, True),
        ("failed", True, True),
        ("something new", False, False),
    ],
)
def test_both_words_for_failure_count_and_an_unknown_status_is_not_the_end(
    status: str, finished: bool, failed: bool
) -> None:
    task = EmbeddingTask(task_id="t", status=status)

    assert (task.finished, task.failed) == (finished, failed)


async def test_models_are_read_with_old_and_new_fields(http: httpx.AsyncClient, serve: Serve) -> None:
    new = {"id": "org/new", "created": "2026-06-01T00:00:00Z", "context_length": 262144, "pricing": {"prompt": "0.300000", "unit": "1M_tokens"}, "tier": "large"}  # fmt: skip
    old = {"id": "org/old", "created": 1_700_000_000, "owned_by": "Telnyx", "object": "model"}
    client = await client_for(
        http, serve, "GET /v2/ai/models", Recorder({"object": "list", "data": [new, old]})
    )

    first, second = await client.models.all()

    assert (first.context_length, first.pricing) == (262144, {"prompt": "0.300000", "unit": "1M_tokens"})
    assert (second.created, second.tier) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), None)


async def test_models_are_found_under_their_new_path(http: httpx.AsyncClient, serve: Serve) -> None:
    client = await client_for(http, serve, "GET /v2/ai/openai/models", Recorder({"data": [{"id": "m"}]}))

    assert [model.id for model in await client.models.all()] == ["m"]


async def test_plus_of_a_telephone_number_arrives_as_a_plus(http: httpx.AsyncClient, serve: Serve) -> None:
    recorder = Recorder({"data": [CONVERSATION]})
    client = await client_for(http, serve, "GET /v2/ai/conversations", recorder)
    filters = {
        "metadata->telnyx_end_user_target": "eq.+13128675309",
        "or": "(created_at.gte.2025-04-01,id.eq.1)",
    }

    (conversation,) = await client.conversations.page(limit=5, order="created_at.desc", filters=filters)

    assert "eq.%2B13128675309" in recorder.queries[0]
    assert dict(httpx.QueryParams(recorder.queries[0])) == filters | {
        "limit": "5",
        "order": "created_at.desc",
    }
    assert (conversation.id, conversation.metadata) == (ID, {"assistant_id": "a"})


async def test_conversation_is_unwrapped(http: httpx.AsyncClient, serve: Serve) -> None:
    client = await client_for(http, serve, f"GET /v2/ai/conversations/{ID}", Recorder({"data": CONVERSATION}))

    conversation = await client.conversations.get(ID)

    assert conversation.created_at == datetime(2025, 4, 15, 13, 7, 28, 764000, tzinfo=UTC)


async def test_page_of_messages_comes_with_its_place(http: httpx.AsyncClient, serve: Serve) -> None:
    recorder = Recorder(
        {"data": [{"role": "assistant", "text": None, "tool_calls": [{"id": "c"}]}], "meta": META}
    )
    client = await client_for(http, serve, f"GET /v2/ai/conversations/{ID}/messages", recorder)

    page = await client.conversations.messages_page(ID, 2, 50)

    assert isinstance(page, MessagePage)
    assert page.meta == PageMeta(page_number=1, page_size=2, total_pages=2, total_results=3)
    assert (page.data[0].text, page.data[0].tool_calls) == (None, ({"id": "c"},))
    assert dict(httpx.QueryParams(recorder.queries[0])) == {"page[number]": "2", "page[size]": "50"}


async def test_all_messages_are_walked_page_by_page(http: httpx.AsyncClient, serve: Serve) -> None:
    pages = {
        "1": [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}],
        "2": [{"role": "user", "text": "c"}],
    }
    asked: list[str] = []

    async def give(request: web.Request) -> web.StreamResponse:
        asked.append(request.query["page[number]"])
        return web.json_response({"data": pages[asked[-1]], "meta": META})

    base_url = await serve({f"GET /v2/ai/conversations/{ID}/messages": give})
    client = Telnyx(http, api_key="KEY", base_url=base_url)

    assert [message.text async for message in client.conversations.messages(ID)] == ["a", "b", "c"]
    assert asked == ["1", "2"]


async def test_walk_ends_at_an_empty_page(http: httpx.AsyncClient, serve: Serve) -> None:
    recorder = Recorder({"data": [], "meta": META | {"total_pages": 99}})
    client = await client_for(http, serve, f"GET /v2/ai/conversations/{ID}/messages", recorder)

    assert [message async for message in client.conversations.messages(ID)] == []
    assert len(recorder.queries) == 1


async def test_insights_of_a_conversation_are_read(http: httpx.AsyncClient, serve: Serve) -> None:
    insight = {"id": "i", "status": "completed", "created_at": WHEN, "conversation_insights": [{"insight_id": "x", "result": "good"}]}  # fmt: skip
    recorder = Recorder({"data": [insight], "meta": META})
    client = await client_for(http, serve, f"GET /v2/ai/conversations/{ID}/conversations-insights", recorder)

    (got,) = await client.conversations.insights(ID)

    assert (got.status, got.conversation_insights) == (
        "completed",
        (InsightResult(insight_id="x", result="good"),),
    )


async def test_unix_seconds_of_a_job_become_a_moment_in_utc(http: httpx.AsyncClient, serve: Serve) -> None:
    client = await client_for(http, serve, "GET /v2/ai/fine_tuning/jobs/ft-1", Recorder(JOB))

    job = await client.fine_tuning.job("ft-1")

    assert (job.created_at, job.finished_at) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), None)
    assert (job.finished, job.failed) == (False, False)


async def test_jobs_are_unwrapped(http: httpx.AsyncClient, serve: Serve) -> None:
    payload = {"data": [JOB, JOB | {"id": "ft-2", "status": "failed"}]}
    client = await client_for(http, serve, "GET /v2/ai/fine_tuning/jobs", Recorder(payload))

    assert [(job.id, job.failed) for job in await client.fine_tuning.jobs()] == [
        ("ft-1", False),
        ("ft-2", True),
    ]


@pytest.mark.parametrize(
    ("status", "finished"),
    [
        ("queued", False),
        ("running", False),
        ("succeeded", True),
        ("failed", True),
        ("cancelled", True),
        ("new", False),
    ],
)
def test_job_is_finished_only_in_a_status_that_we_know_to_be_the_end(status: str, finished: bool) -> None:
    assert FineTuningJob(id="j", model="m", status=status).finished is finished


def test_answers_cannot_be_changed() -> None:
    model = Model(id="m")

    with pytest.raises(ValidationError, match="frozen"):
        model.id = "n"  # type: ignore[misc]  # what is being tested
