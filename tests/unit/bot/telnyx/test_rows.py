"""A broken row among good ones: every list of Telnyx's, with every kind of break."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.telnyx import RetryPolicy, Telnyx, TelnyxUnreadableError
from bot.telnyx._rows import _log_once

Serve = Callable[[Mapping[str, Any]], Awaitable[str]]
WHEN = "2026-04-15T13:07:28Z"
META = {"page_number": 1, "page_size": 99, "total_pages": 1, "total_results": 3}


async def every(rows: Any) -> tuple[Any, ...]:
    return tuple([row async for row in rows])


LISTS: list[tuple[str, str, Callable[[Telnyx], Awaitable[Any]], dict[str, Any]]] = [
    ("GET fine_tuning/jobs", "id", lambda c: c.fine_tuning.jobs(), {"model": "m", "status": "running", "created_at": 1_700_000_000}),
    ("GET embeddings", "task_id", lambda c: c.embeddings.tasks(), {"status": "processing", "created_at": WHEN, "bucket": "b"}),
    ("GET embeddings/buckets/b", "filename", lambda c: c.embeddings.files("b"), {"status": "success", "created_at": WHEN}),
    ("GET conversations", "id", lambda c: c.conversations.page(), {"created_at": WHEN, "last_message_at": WHEN, "metadata": {}, "name": "n"}),
    ("GET conversations/insights", "id", lambda c: every(c.insights.all()), {"name": "n", "instructions": "i", "created_at": WHEN}),
    ("GET conversations/insight-groups", "id", lambda c: every(c.insight_groups.all()), {"name": "n", "created_at": WHEN, "insights": []}),
    ("GET clusters", "task_id", lambda c: every(c.clusters.all()), {"status": "completed", "bucket": "b", "created_at": WHEN}),
    ("GET models", "id", lambda c: c.models.all(), {"created": WHEN, "context_length": 8192, "pricing": {"prompt": "1"}}),
]  # fmt: skip
BREAKS: list[Any] = [None, [], {"a": 1}, "\ud800", -(10**30), True]


@pytest.mark.parametrize("kind", LISTS)
async def test_a_broken_row_costs_the_others_nothing(
    http: httpx.AsyncClient,
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    kind: tuple[str, str, Callable[[Telnyx], Awaitable[Any]], dict[str, Any]],
) -> None:
    route, name, ask, good = kind
    verb, _, path = route.partition(" ")
    rows: list[Any] = []

    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response({"data": rows, "meta": META})

    client = Telnyx(
        http,
        api_key="KEY",
        base_url=await serve({f"{verb} /v2/ai/{path}": give}),
        retry=RetryPolicy(attempts=1),
    )
    first, last = good | {name: "first"}, good | {name: "last"}
    for field in good:
        for broken in BREAKS:
            rows[:] = [first, good | {name: "odd", field: broken}, last]
            assert [getattr(row, name) for row in await ask(client)] == ["first", "odd", "last"], (
                field,
                broken,
            )
        rows[:] = [first, {key: value for key, value in (good | {name: "odd"}).items() if key != field}, last]
        assert [getattr(row, name) for row in await ask(client)] == ["first", "odd", "last"], field
    unreadable: list[Any] = [None, 7, "row", [], {}, good | {name: None}]
    for nothing in unreadable:
        rows[:] = [first, nothing, last]
        assert [getattr(row, name) for row in await ask(client)] == ["first", "last"], nothing
    assert "13:07" not in caplog.text


async def test_a_broken_row_is_logged_once_and_shown_as_far_as_it_can_be_read(
    http: httpx.AsyncClient, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def give(_: web.Request) -> web.StreamResponse:
        good = {"id": "j", "model": "m", "status": "running"}
        return web.json_response(
            {"data": [good, good | {"status": None, "finished_at": {"secret": 1}}, good | {"id": 7}]}
        )

    _log_once.cache_clear()
    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/fine_tuning/jobs": give}))
    with caplog.at_level(logging.WARNING):
        jobs = await client.fine_tuning.jobs()
        await client.fine_tuning.jobs()

    assert [(job.id, job.status, job.finished) for job in jobs] == [
        ("j", "running", False),
        ("j", "", False),
        ("7", "running", False),
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "a FineTuningJob of Telnyx's cannot be read whole: finished_at (datetime_type)",
        "a FineTuningJob of Telnyx's cannot be read whole: status (string_type)",
    ]


async def test_passages_that_can_be_used_are_used(http: httpx.AsyncClient, serve: Serve) -> None:
    good = {
        "document_chunk": "text",
        "distance": 0.2,
        "metadata": {"filename": "a.md", "source": "https://s/a.md"},
    }
    rows = [
        good,
        good | {"distance": None},
        good | {"document_chunk": None},
        good | {"metadata": {"filename": None, "source": "https://s/a.md", "certainty": "much"}},
        good | {"metadata": None},
        None,
    ]

    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response({"data": rows})

    client = Telnyx(
        http, api_key="KEY", base_url=await serve({"POST /v2/ai/embeddings/similarity-search": give})
    )
    found = await client.embeddings.search("b", "q")

    assert [(match.metadata.filename, match.metadata.source) for match in found] == [
        ("a.md", "https://s/a.md"), ("a.md", "https://s/a.md"), (None, "https://s/a.md"), (None, None)
    ]  # fmt: skip
    assert math.isnan(found[1].distance)


async def test_a_bucket_without_a_name_is_no_bucket(http: httpx.AsyncClient, serve: Serve) -> None:
    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response({"data": {"buckets": ["a", None, {"name": "b"}, "c"]}})

    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/embeddings/buckets": give}))

    assert await client.embeddings.buckets() == ("a", "c")


@pytest.mark.parametrize("body", [{"data": None}, {"data": "rows"}, {"data": {"id": "j"}}, None])
async def test_what_is_no_list_is_unreadable(http: httpx.AsyncClient, serve: Serve, body: Any) -> None:
    async def give(_: web.Request) -> web.StreamResponse:
        return web.json_response(body)

    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/fine_tuning/jobs": give}))

    with pytest.raises(TelnyxUnreadableError):
        await client.fine_tuning.jobs()
