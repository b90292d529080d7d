"""Each of the 41 operations as our client calls it and as Telnyx's own package does, with the same wishes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telnyx import AsyncTelnyx

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    JsonSchemaFormat,
    NewMessage,
    RetrievalTool,
    Telnyx,
    TranscriptionOptions,
    Where,
)

ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
OTHER = "428c31b6-7af4-4bcb-b68e-5013ef9657c1"
WHEN = "2025-04-15T13:07:28Z"
PNG = b"\x89PNG\r\n\x1a\n..."
DEEPGRAM = "deepgram/nova-3"
META = {"page_number": 1, "page_size": 20, "total_pages": 1, "total_results": 1}
EMPTY_PAGE = {"data": [], "meta": META}
CONVERSATION = {"id": ID, "created_at": WHEN, "last_message_at": WHEN, "metadata": {}}
INSIGHT = {"id": ID, "name": "n", "instructions": "i", "created_at": WHEN}
GROUP = {"id": ID, "name": "n", "created_at": WHEN}
TASK = {"task_id": ID, "task_name": "n", "status": "queued", "created_at": WHEN}
JOB = {"id": "j", "model": "m", "training_file": "t", "organization_id": "o", "status": "queued", "created_at": 1,
       "finished_at": None, "trained_tokens": None, "hyperparameters": {"n_epochs": 3}}  # fmt: skip
SCHEMA = {"type": "object", "properties": {"score": {"type": "integer"}}}


@dataclass(frozen=True)
class Pair:
    """One operation: its name at Telnyx, what a server answers, our call and the package's."""

    name: str
    answer: Any
    ours: Callable[[Telnyx], Awaitable[Any]]
    theirs: Callable[[Any], Awaitable[Any]]  # the package's types do not know some documented values


def ai(client: AsyncTelnyx) -> Any:
    """The part of the package that this is about."""
    return client.ai


_SAID = datetime(2025, 4, 15, 13, 7, 28, tzinfo=UTC)
_QUESTION = ChatRequest(
    messages=(ChatMessage(role="user", content="Grüße?"),),
    model="m",
    max_tokens=9,
    tools=(RetrievalTool.over("docs", max_num_results=2),),
    response_format=JsonSchemaFormat.of("s", SCHEMA, strict=True),
)
_QUESTION_OF_THEIRS = {
    "messages": [{"role": "user", "content": "Grüße?"}],
    "model": "m",
    "max_tokens": 9,
    "tools": [{"type": "retrieval", "retrieval": {"bucket_ids": ["docs"], "max_num_results": 2}}],
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "s", "schema": SCHEMA, "strict": True},
    },
}
_FILTERS = (
    Where.created_at >= _SAID,
    Where.metadata("telnyx_end_user_target").equals("+13128675309"),
    Where.any_of(Where.name.like("Voice%"), Where.id.equals("1")),
)
_LISTENING = TranscriptionOptions(
    model=DEEPGRAM,
    language="en",
    response_format="verbose_json",
    timestamp_granularity="segment",
    options={"diarize": True},
)

PAIRS = (
    Pair("conversations.list", {"data": [CONVERSATION]},
         lambda c: c.conversations.page(*_FILTERS, limit=5, order=Where.created_at.descending()),
         lambda a: a.conversations.list(created_at=f"gte.{WHEN}", metadata_telnyx_end_user_target="eq.+13128675309",
                                        or_="(name.like.Voice%,id.eq.1)", limit=5, order="created_at.desc")),
    Pair("conversations.create", CONVERSATION, lambda c: c.conversations.create(name="n", metadata={"k": "v"}),
         lambda a: a.conversations.create(name="n", metadata={"k": "v"})),
    Pair("conversations.retrieve", {"data": CONVERSATION}, lambda c: c.conversations.get(ID),
         lambda a: a.conversations.retrieve(ID)),
    Pair("conversations.update", {"data": CONVERSATION}, lambda c: c.conversations.update(ID, {"k": "v"}),
         lambda a: a.conversations.update(ID, metadata={"k": "v"})),
    Pair("conversations.delete", None, lambda c: c.conversations.delete(ID), lambda a: a.conversations.delete(ID)),
    Pair("conversations.insights_results", EMPTY_PAGE, lambda c: c.conversations.insights(ID),
         lambda a: a.conversations.retrieve_conversations_insights(ID)),
    Pair("conversations.add_message", None,
         lambda c: c.conversations.add_message(ID, NewMessage(role="user", content="hi", sent_at=_SAID, metadata={"n": 1})),
         lambda a: a.conversations.add_message(ID, role="user", content="hi", sent_at=_SAID, metadata={"n": 1})),
    Pair("conversations.messages", EMPTY_PAGE, lambda c: c.conversations.messages_page(ID, 2, 50),
         lambda a: a.conversations.messages.list(ID, page_number=2, page_size=50)),
    Pair("insight_groups.list", EMPTY_PAGE, lambda c: c.insight_groups.page(2, 50),
         lambda a: a.conversations.insight_groups.retrieve_insight_groups(page_number=2, page_size=50)),
    Pair("insight_groups.create", {"data": GROUP}, lambda c: c.insight_groups.create("n", description="d", webhook="w"),
         lambda a: a.conversations.insight_groups.insight_groups(name="n", description="d", webhook="w")),
    Pair("insight_groups.retrieve", {"data": GROUP}, lambda c: c.insight_groups.get(ID),
         lambda a: a.conversations.insight_groups.retrieve(ID)),
    Pair("insight_groups.update", {"data": GROUP}, lambda c: c.insight_groups.update(ID, webhook=""),
         lambda a: a.conversations.insight_groups.update(ID, webhook="")),
    Pair("insight_groups.delete", None, lambda c: c.insight_groups.delete(ID),
         lambda a: a.conversations.insight_groups.delete(ID)),
    Pair("insight_groups.assign", None, lambda c: c.insight_groups.assign(ID, OTHER),
         lambda a: a.conversations.insight_groups.insights.assign(OTHER, group_id=ID)),
    Pair("insight_groups.unassign", None, lambda c: c.insight_groups.unassign(ID, OTHER),
         lambda a: a.conversations.insight_groups.insights.delete_unassign(OTHER, group_id=ID)),
    Pair("insights.list", EMPTY_PAGE, lambda c: c.insights.page(2, 50),
         lambda a: a.conversations.insights.list(page_number=2, page_size=50)),
    Pair("insights.create", {"data": INSIGHT}, lambda c: c.insights.create("n", "i", json_schema=SCHEMA),
         lambda a: a.conversations.insights.create(name="n", instructions="i", json_schema=SCHEMA)),
    Pair("insights.retrieve", {"data": INSIGHT}, lambda c: c.insights.get(ID),
         lambda a: a.conversations.insights.retrieve(ID)),
    Pair("insights.update", {"data": INSIGHT}, lambda c: c.insights.update(ID, instructions="j", webhook=""),
         lambda a: a.conversations.insights.update(ID, instructions="j", webhook="")),
    Pair("insights.delete", None, lambda c: c.insights.delete(ID), lambda a: a.conversations.insights.delete(ID)),
    Pair("embeddings.list_tasks", {"data": [TASK]}, lambda c: c.embeddings.tasks(["success", "failure"]),
         lambda a: a.embeddings.list(status=["success", "failure"])),
    Pair("embeddings.create", {"data": TASK},
         lambda c: c.embeddings.create("docs", chunk_size=512, chunk_overlap=64, loader="intercom"),
         lambda a: a.embeddings.create(bucket_name="docs", document_chunk_size=512, document_chunk_overlap_size=64,
                                       loader="intercom")),
    Pair("embeddings.retrieve_task", {"data": TASK}, lambda c: c.embeddings.task(ID), lambda a: a.embeddings.retrieve(ID)),
    Pair("embeddings.buckets.list", {"data": {"buckets": ["docs"]}}, lambda c: c.embeddings.buckets(),
         lambda a: a.embeddings.buckets.list()),
    Pair("embeddings.buckets.retrieve", {"data": []}, lambda c: c.embeddings.files("my docs"),
         lambda a: a.embeddings.buckets.retrieve("my docs")),
    Pair("embeddings.buckets.delete", None, lambda c: c.embeddings.delete_bucket("docs"),
         lambda a: a.embeddings.buckets.delete("docs")),
    Pair("embeddings.similarity_search", {"data": []}, lambda c: c.embeddings.search("docs", "who?", num_of_docs=5),
         lambda a: a.embeddings.similarity_search(bucket_name="docs", query="who?", num_of_docs=5)),
    Pair("embeddings.url", {"data": TASK}, lambda c: c.embeddings.create_from_url("docs", "https://example.com/"),
         lambda a: a.embeddings.url(bucket_name="docs", url="https://example.com/")),
    Pair("clusters.list", EMPTY_PAGE, lambda c: c.clusters.page(1, 50),
         lambda a: a.clusters.list(page_number=1, page_size=50)),
    Pair("clusters.compute", {"data": {"task_id": ID}},
         lambda c: c.clusters.create("docs", prefix="p", files=["a.md"], min_cluster_size=9, min_subcluster_size=3),
         lambda a: a.clusters.compute(bucket="docs", prefix="p", files=["a.md"], min_cluster_size=9, min_subcluster_size=3)),
    Pair("clusters.retrieve", {"data": {"status": "completed", "bucket": "docs", "clusters": []}},
         lambda c: c.clusters.get(ID, top_n_nodes=3, show_subclusters=True),
         lambda a: a.clusters.retrieve(ID, top_n_nodes=3, show_subclusters=True)),
    Pair("clusters.delete", None, lambda c: c.clusters.delete(ID), lambda a: a.clusters.delete(ID)),
    Pair("clusters.graph", PNG, lambda c: c.clusters.graph(ID, cluster_id=4),
         lambda a: a.clusters.fetch_graph(ID, cluster_id=4)),
    Pair("audio.transcribe", {"text": "hello"},
         lambda c: c.audio.transcribe(b"RIFF....", filename="a.wav", options=_LISTENING),
         lambda a: a.audio.transcribe(model=DEEPGRAM, file=("a.wav", b"RIFF...."), language="en",
                                      response_format="verbose_json", timestamp_granularities="segment",
                                      model_config={"diarize": True})),
    Pair("chat.completions", {"model": "m", "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]},
         lambda c: c.chat.complete(_QUESTION), lambda a: a.chat.create_completion(**_QUESTION_OF_THEIRS)),
    Pair("fine_tuning.jobs.list", {"data": [JOB]}, lambda c: c.fine_tuning.jobs(), lambda a: a.fine_tuning.jobs.list()),
    Pair("fine_tuning.jobs.create", JOB, lambda c: c.fine_tuning.create("m", "docs", suffix="s", n_epochs=4),
         lambda a: a.fine_tuning.jobs.create(model="m", training_file="docs", suffix="s", hyperparameters={"n_epochs": 4})),
    Pair("fine_tuning.jobs.retrieve", JOB, lambda c: c.fine_tuning.job("j"), lambda a: a.fine_tuning.jobs.retrieve("j")),
    Pair("fine_tuning.jobs.cancel", JOB, lambda c: c.fine_tuning.cancel("j"), lambda a: a.fine_tuning.jobs.cancel("j")),
    Pair("models.list", {"object": "list", "data": [{"id": "m"}]}, lambda c: c.models.all(), lambda a: a.retrieve_models()),
    Pair("summarize", {"data": {"summary": "s"}}, lambda c: c.summaries.create("docs", "a.md", system_prompt="p"),
         lambda a: a.summarize(bucket="docs", filename="a.md", system_prompt="p")),
)  # fmt: skip
