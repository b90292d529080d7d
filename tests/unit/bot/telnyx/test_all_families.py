"""Operations that change things, and those of insights, groups, clusters and summaries: what is sent and what comes back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.telnyx import (
    Cluster,
    Conversation,
    InsightAggregate,
    NewMessage,
    RetryPolicy,
    Telnyx,
    TelnyxConflictError,
    TelnyxNotFoundError,
    TelnyxServerError,
    TelnyxUnreadableError,
    Where,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]
Do = Callable[[Telnyx], Awaitable[Any]]

WHEN = "2025-04-15T13:07:28Z"
MOMENT = datetime(2025, 4, 15, 13, 7, 28, tzinfo=UTC)
META = {"page_number": 1, "page_size": 2, "total_pages": 1, "total_results": 1}
CONVERSATION = {"id": "c1", "created_at": WHEN, "last_message_at": WHEN, "metadata": {"k": "v"}}
INSIGHT = {
    "id": "i1",
    "name": "n",
    "instructions": "do",
    "created_at": WHEN,
    "json_schema": {"type": "object"},
}
GROUP = {"id": "g1", "name": "n", "created_at": WHEN, "insights": [INSIGHT]}
TASK = {"task_id": "t1", "status": "queued"}
JOB = {"id": "j1", "model": "m", "status": "queued", "created_at": 1_700_000_000}
CLUSTERS = {"status": "completed", "bucket": "b", "clusters": [
    {"cluster_id": "0", "cluster_summary": "s", "total_number_of_nodes": 3, "nodes": [{"filename": "f", "text": "t"}],
     "subclusters": [{"cluster_id": "0.1", "cluster_summary": "u", "total_number_of_nodes": 1}]}]}  # fmt: skip


class Service:
    """One route with one answer; notes what it was sent."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.bodies: list[Any] = []
        self.keys: list[str | None] = []
        self.queries: list[str] = []

    async def give(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(json.loads(await request.read() or b"null"))
        self.keys.append(request.headers.get("Idempotency-Key"))
        self.queries.append(request.raw_path.partition("?")[2])
        status, answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer)
        return web.json_response(answer, status=status)


async def nobody_waits(_: float) -> None:
    return


@pytest.mark.parametrize(
    ("route", "do", "told"),  # the answer, the body that asks for it, the id that is read
    [
        ("POST conversations", lambda c: c.conversations.create(name="n", metadata={"k": "v"}), (CONVERSATION, {"name": "n", "metadata": {"k": "v"}}, "c1")),
        ("PUT conversations/c1", lambda c: c.conversations.update("c1", {"k": "v"}), ({"data": CONVERSATION}, {"metadata": {"k": "v"}}, "c1")),
        ("POST conversations/insight-groups", lambda c: c.insight_groups.create("n", description="d"), ({"data": GROUP}, {"name": "n", "description": "d"}, "g1")),
        ("GET conversations/insight-groups/g1", lambda c: c.insight_groups.get("g1"), ({"data": GROUP}, None, "g1")),
        ("PUT conversations/insight-groups/g1", lambda c: c.insight_groups.update("g1", webhook=""), ({"data": GROUP}, {"webhook": ""}, "g1")),
        ("POST conversations/insights", lambda c: c.insights.create("n", "do", json_schema={"a": None}), ({"data": INSIGHT}, {"name": "n", "instructions": "do", "json_schema": {"a": None}}, "i1")),
        ("GET conversations/insights/i1", lambda c: c.insights.get("i1"), ({"data": INSIGHT}, None, "i1")),
        ("PUT conversations/insights/i1", lambda c: c.insights.update("i1", name="m"), ({"data": INSIGHT}, {"name": "m"}, "i1")),
        ("POST fine_tuning/jobs", lambda c: c.fine_tuning.create("m", "t", n_epochs=4), (JOB, {"model": "m", "training_file": "t", "hyperparameters": {"n_epochs": 4}}, "j1")),
        ("POST fine_tuning/jobs/j1/cancel", lambda c: c.fine_tuning.cancel("j1"), (JOB, None, "j1")),
    ],
)  # fmt: skip
async def test_a_thing_is_sent_and_read(
    http: httpx.AsyncClient, serve: Serve, route: str, do: Do, told: tuple[Any, Any, str]
) -> None:
    answer, body, expected = told
    service = Service((200, answer))
    verb, path = route.split(" ")
    client = Telnyx(http, api_key="KEY", base_url=await serve({f"{verb} /v2/ai/{path}": service.give}))

    got = await do(client)

    assert (got.id, service.bodies) == (expected, [body])
    assert got.created_at.tzinfo is not None


@pytest.mark.parametrize("answer", [b"", b"null", b"{}"])
@pytest.mark.parametrize(
    ("route", "do"),
    [
        ("DELETE conversations/c1", lambda c: c.conversations.delete("c1")),
        ("POST conversations/c1/message", lambda c: c.conversations.add_message("c1", NewMessage(role="user", sent_at=MOMENT))),
        ("DELETE conversations/insight-groups/g1", lambda c: c.insight_groups.delete("g1")),
        ("POST conversations/insight-groups/g1/insights/i1/assign", lambda c: c.insight_groups.assign("g1", "i1")),
        ("DELETE conversations/insight-groups/g1/insights/i1/unassign", lambda c: c.insight_groups.unassign("g1", "i1")),
        ("DELETE conversations/insights/i1", lambda c: c.insights.delete("i1")),
        ("DELETE embeddings/buckets/b", lambda c: c.embeddings.delete_bucket("b")),
    ],
)  # fmt: skip
async def test_an_empty_answer_is_enough(
    http: httpx.AsyncClient, serve: Serve, route: str, do: Do, answer: bytes
) -> None:
    service = Service((200, answer))
    verb, path = route.split(" ")
    client = Telnyx(http, api_key="KEY", base_url=await serve({f"{verb} /v2/ai/{path}": service.give}))

    assert await do(client) is None
    assert len(service.bodies) == 1


async def test_a_204_is_enough(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((204, b""))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"DELETE /v2/ai/clusters/t1": service.give}))

    await client.clusters.delete("t1")

    assert service.bodies == [None]


@pytest.mark.parametrize(
    ("path", "answer", "do"),
    [
        ("embeddings", {"data": TASK}, lambda c: c.embeddings.create("b", chunk_size=9)),
        ("embeddings/url", {"data": TASK}, lambda c: c.embeddings.create_from_url("b", "https://example.com")),
        ("conversations", CONVERSATION, lambda c: c.conversations.create()),
        ("conversations/c1/message", b"", lambda c: c.conversations.add_message("c1", NewMessage(role="user"))),
        ("conversations/insights", {"data": INSIGHT}, lambda c: c.insights.create("n", "do")),
        ("conversations/insight-groups", {"data": GROUP}, lambda c: c.insight_groups.create("n")),
        ("summarize", {"data": {"summary": "s"}}, lambda c: c.summaries.create("b", "f")),
    ],
)  # fmt: skip
async def test_a_repeat_carries_the_key_of_the_first_and_a_new_call_a_new_one(
    http: httpx.AsyncClient, serve: Serve, path: str, answer: Any, do: Do
) -> None:
    service = Service((500, {}), (409, {"errors": [{"code": "10036", "title": "processing"}]}), (200, answer))
    base_url = await serve({f"POST /v2/ai/{path}": service.give})
    client = Telnyx(http, api_key="KEY", base_url=base_url, retry=RetryPolicy(sleep=nobody_waits))

    await do(client)
    await do(client)

    first, second, third, other = service.keys
    assert first is not None
    assert first == second == third != other


@pytest.mark.parametrize(
    ("path", "do"),
    [
        ("clusters", lambda c: c.clusters.create("b")),
        ("fine_tuning/jobs", lambda c: c.fine_tuning.create("m", "t")),
        ("fine_tuning/jobs/j1/cancel", lambda c: c.fine_tuning.cancel("j1")),
        ("conversations/insight-groups/g1/insights/i1/assign", lambda c: c.insight_groups.assign("g1", "i1")),
    ],
)
async def test_a_post_without_a_key_is_never_repeated_after_a_500(
    http: httpx.AsyncClient, serve: Serve, path: str, do: Do
) -> None:
    service = Service((500, {}))
    base_url = await serve({f"POST /v2/ai/{path}": service.give})
    client = Telnyx(http, api_key="KEY", base_url=base_url, retry=RetryPolicy(sleep=nobody_waits))

    with pytest.raises(TelnyxServerError):
        await do(client)
    assert service.keys == [None]


async def test_own_key_is_sent_as_it_is_and_a_bad_one_is_refused_before_sending(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    service = Service((200, CONVERSATION))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"POST /v2/ai/conversations": service.give}))

    await client.conversations.create(idempotency_key="order-7")

    with pytest.raises(ValueError, match="idempotency key"):
        await client.conversations.create(idempotency_key="a\r\nb")
    assert service.keys == ["order-7"]


async def test_another_conflict_is_not_repeated(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((409, {"errors": [{"code": "1"}]}))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"POST /v2/ai/conversations": service.give}))

    with pytest.raises(TelnyxConflictError):
        await client.conversations.create()
    assert len(service.keys) == 1


async def test_clusters_are_read_to_their_leaves(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((200, {"data": CLUSTERS}))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/clusters/t1": service.give}))

    found = await client.clusters.get("t1", top_n_nodes=2, show_subclusters=True)

    (cluster,) = found.clusters
    assert found.finished
    assert cluster.subclusters == (Cluster(cluster_id="0.1", cluster_summary="u", total_number_of_nodes=1),)
    assert service.queries == ["top_n_nodes=2&show_subclusters=true"]


async def test_a_clustering_is_started_by_its_bucket(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((200, {"data": {"task_id": "t9"}}))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"POST /v2/ai/clusters": service.give}))

    assert await client.clusters.create("b", files=["a.md"], min_cluster_size=2) == "t9"
    assert service.bodies == [{"bucket": "b", "files": ["a.md"], "min_cluster_size": 2}]


async def test_a_graph_is_a_picture_or_an_error(http: httpx.AsyncClient, serve: Serve) -> None:
    picture = b"\x89PNG\r\n\x1a\n\x00\xff"
    service = Service((200, picture), (200, b'{"status": "running"}'))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/clusters/t1/graph": service.give}))

    assert await client.clusters.graph("t1", cluster_id=0) == picture
    with pytest.raises(TelnyxUnreadableError, match="not a PNG"):
        await client.clusters.graph("t1")
    assert service.queries == ["cluster_id=0", ""]


async def test_a_summary_is_text(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((200, {"data": {"summary": "short"}}))
    client = Telnyx(http, api_key="KEY", base_url=await serve({"POST /v2/ai/summarize": service.give}))

    assert await client.summaries.create("b", "f.mp3", system_prompt="p") == "short"
    assert service.bodies == [{"bucket": "b", "filename": "f.mp3", "system_prompt": "p"}]


async def test_a_bucket_that_is_not_embedded_says_so_in_its_own_shape(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    service = Service(
        (404, {"detail": [{"detail": "no such bucket", "code": "10005", "title": "Not found"}]})
    )
    base_url = await serve({"DELETE /v2/ai/embeddings/buckets/b": service.give})
    client = Telnyx(http, api_key="KEY", base_url=base_url)

    with pytest.raises(TelnyxNotFoundError) as caught:
        await client.embeddings.delete_bucket("b")
    assert (caught.value.code, caught.value.detail) == ("10005", "no such bucket")


@pytest.mark.parametrize("family", ["insights", "insight_groups"])
async def test_all_of_a_family_are_walked(http: httpx.AsyncClient, serve: Serve, family: str) -> None:
    row = INSIGHT if family == "insights" else GROUP
    service = Service((200, {"data": [row], "meta": META}))
    path = family.replace("_", "-")
    client = Telnyx(
        http, api_key="KEY", base_url=await serve({f"GET /v2/ai/conversations/{path}": service.give})
    )

    rows = [got async for got in getattr(client, family).all()]

    assert [got.id for got in rows] == [row["id"]]
    assert dict(httpx.QueryParams(service.queries[0])) == {"page[number]": "1", "page[size]": "99"}


async def test_aggregates_keep_what_was_grouped_by(http: httpx.AsyncClient, serve: Serve) -> None:
    service = Service((200, {"data": [{"record_count": 4, "score": 5, "metadata.assistant_id": "a"}]}))
    path = "GET /v2/ai/conversations/conversation-insights/aggregates"
    client = Telnyx(http, api_key="KEY", base_url=await serve({path: service.give}))

    rows = await client.conversations.aggregates(
        group_by=["score", "metadata.assistant_id"], since=MOMENT, until=MOMENT, assistant_id="a"
    )

    assert rows == (InsightAggregate(record_count=4, values={"score": 5, "metadata.assistant_id": "a"}),)
    assert httpx.QueryParams(service.queries[0]).multi_items() == [
        ("group_by", "score"),
        ("group_by", "metadata.assistant_id"),
        ("created_at", f"gte.{WHEN}"),
        ("created_at", f"lt.{WHEN}"),
        ("metadata.assistant_id", "eq.a"),
    ]


def test_a_time_without_a_zone_is_read_as_utc() -> None:
    conversation = Conversation.model_validate({"id": "c", "created_at": "2025-04-15T13:07:28"})

    assert conversation.created_at == MOMENT


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_every_conversation_comes_once_even_when_many_began_at_one_moment(
    http: httpx.AsyncClient, serve: Serve, limit: int
) -> None:
    moments = ["01", "02", "02", "02", "03", "03", "04"]
    rows = [
        CONVERSATION | {"id": f"c{n}", "created_at": f"2025-04-15T13:07:{s}Z"} for n, s in enumerate(moments)
    ]

    async def give(request: web.Request) -> web.StreamResponse:
        assert request.query["order"] == "created_at.asc"
        since = request.query.get("created_at", "gte.").removeprefix("gte.")
        match = [row for row in rows if str(row["created_at"]) >= since]
        return web.json_response({"data": match[: int(request.query["limit"])]})

    client = Telnyx(http, api_key="KEY", base_url=await serve({"GET /v2/ai/conversations": give}))

    assert [row.id async for row in client.conversations.all(limit=limit)] == [row["id"] for row in rows]


async def test_all_conversations_take_no_condition_on_the_time_they_walk_by(http: httpx.AsyncClient) -> None:
    client = Telnyx(http, api_key="KEY")

    with pytest.raises(ValueError, match="since="):
        await anext(client.conversations.all(Where.created_at >= MOMENT))
