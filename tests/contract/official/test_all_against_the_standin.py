"""Our client over all 41 operations against the stand-in: what is made is found, changed, walked, removed and then gone."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    EndPart,
    NewMessage,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TextPart,
    TranscriptionOptions,
    Where,
)
from tests.contract.conftest import Contract

NONE = "00000000-0000-4000-8000-000000000000"


async def forward(contract: Contract, seconds: float = 86_400) -> None:
    """Let the stand-in's clock jump, so that what works in the background is done."""
    answer = await contract.control.post("/clock", json={"advance": seconds})
    assert answer.status_code == 200, answer.text


async def test_a_conversation_is_made_found_changed_and_removed(contract: Contract) -> None:
    calls = contract.telnyx.conversations
    made = await calls.create(
        name="Kim, again", metadata={"telnyx_end_user_target": "+13125550199", "team": "b"}
    )

    await calls.add_message(made.id, NewMessage(role="user", content="Hello?", sent_at=datetime.now(UTC)))
    await calls.add_message(made.id, NewMessage(role="assistant", content="Good day."))
    messages = [message.text async for message in calls.messages(made.id)]
    by_number = await calls.page(Where.metadata("telnyx_end_user_target").equals("+13125550199"))
    by_name = await calls.page(Where.any_of(Where.name.like("Kim%"), Where.id.equals(NONE)))
    changed = await calls.update(made.id, {"team": "c"})
    read = await calls.get(made.id)
    await calls.delete(made.id)

    assert messages == ["Hello?", "Good day."]
    assert [found.id for found in by_number] == [found.id for found in by_name] == [made.id]
    assert changed.metadata["team"] == read.metadata["team"] == "c"
    with pytest.raises(TelnyxNotFoundError):
        await calls.get(made.id)


async def test_every_conversation_and_message_is_walked_once(contract: Contract) -> None:
    calls = contract.telnyx.conversations
    expected = {call.id for call in await calls.page()}

    walked = [call.id async for call in calls.all(limit=5)]
    some = [call.id async for call in calls.all(limit=1)]
    for call in await calls.page(limit=3):
        whole = (await calls.messages_page(call.id, 1, 100)).meta.total_results
        assert len([message async for message in calls.messages(call.id)]) == whole

    assert (len(walked), set(walked)) == (len(expected), expected)
    assert walked == some


async def test_insights_are_grouped_and_taken_apart_again(contract: Contract) -> None:
    insights, groups = contract.telnyx.insights, contract.telnyx.insight_groups
    insight = await insights.create("Mood", "How does the customer feel?", json_schema={"type": "object"})
    group = await groups.create("Support", description="for all")

    await groups.assign(group.id, insight.id)
    with_it = await groups.get(group.id)
    await groups.unassign(group.id, insight.id)
    without = await groups.get(group.id)
    renamed = (await insights.update(insight.id, name="Temper"), await groups.update(group.id, name="Help"))
    listed = (await insights.page(1, 5), await groups.page(1, 5))
    walked = [row.id async for row in insights.all()], [row.id async for row in groups.all()]
    read = await insights.get(insight.id)
    await insights.delete(insight.id)
    await groups.delete(group.id)

    assert [member.id for member in with_it.insights or ()] == [insight.id]
    assert not without.insights
    assert (renamed[0].name, renamed[1].name, read.name) == ("Temper", "Help", "Temper")
    assert all(page.meta.page_number == 1 for page in listed)
    assert (insight.id in walked[0], group.id in walked[1]) == (True, True)
    with pytest.raises(TelnyxNotFoundError):
        await insights.get(insight.id)
    with pytest.raises(TelnyxNotFoundError):
        await groups.get(group.id)


async def test_what_insights_found_is_read_and_counted(contract: Contract) -> None:
    calls = contract.telnyx.conversations
    found = [await calls.insights(call.id) for call in await calls.page(limit=5)]

    rows = await calls.aggregates(
        group_by=["metadata.telnyx_conversation_channel"], since=datetime.now(UTC) - timedelta(days=9000)
    )

    assert all(result.status for results in found for result in results)
    assert all(row.record_count > 0 for row in rows)


async def test_a_bucket_is_embedded_searched_clustered_summarised_and_let_go(contract: Contract) -> None:
    embeddings, clusters = contract.telnyx.embeddings, contract.telnyx.clusters
    task = await embeddings.create("handbook", chunk_size=512, chunk_overlap=64)
    await forward(contract)
    done = await embeddings.task(task.task_id)
    listed = await embeddings.tasks(["success", "failure"])
    files = await embeddings.files("handbook")
    found = await embeddings.search("handbook", "annual leave", num_of_docs=2)
    task_id = await clusters.create("handbook", min_cluster_size=2, min_subcluster_size=2)
    await forward(contract)
    clustering = await clusters.get(task_id, top_n_nodes=2, show_subclusters=True)
    picture = await clusters.graph(task_id)
    walked = [row.task_id async for row in clusters.all()]
    summary = await contract.telnyx.summaries.create("handbook", files[0].filename)
    await clusters.delete(task_id)
    await embeddings.delete_bucket("handbook")

    assert (done.finished, done.failed) == (True, False)
    assert task.task_id in {row.task_id for row in listed}
    assert len(found) == 2
    assert clustering.finished
    assert clustering.clusters
    assert len(picture) > 100
    assert (walked.count(task_id), len(walked)) == (1, len(set(walked)))
    assert summary
    assert "handbook" not in await embeddings.buckets()
    with pytest.raises(TelnyxNotFoundError):
        await clusters.get(task_id)


async def test_an_address_is_stored_or_refused_in_words(contract: Contract) -> None:
    with pytest.raises((TelnyxNotFoundError, TelnyxInvalidError)):
        await contract.telnyx.embeddings.create_from_url("no-such-bucket", "http://127.0.0.1:9/")


@pytest.mark.parametrize("source", ["path", "bytes", "stream"])
async def test_speech_is_heard_from_every_source(contract: Contract, tmp_path: Path, source: str) -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    path = tmp_path / "a.wav"
    path.write_bytes(buffer.getvalue())

    async def stream() -> Any:
        yield buffer.getvalue()

    files = {"path": path, "bytes": buffer.getvalue(), "stream": stream()}
    options = TranscriptionOptions(response_format="verbose_json", timestamp_granularity="segment")

    heard = await contract.telnyx.audio.transcribe(files[source], filename="a.wav", options=options)

    assert "1 second" in heard.text
    assert heard.duration == 1.0


async def test_a_question_is_answered_whole_and_streamed(contract: Contract) -> None:
    models = await contract.telnyx.models.all()
    model = "meta-llama/Meta-Llama-3.1-70B-Instruct"
    request = ChatRequest(messages=(ChatMessage(role="user", content="Say hello."),), model=model)

    whole = await contract.telnyx.chat.complete(request)
    parts = [part async for part in contract.telnyx.chat.stream(request)]

    assert model in {known.id for known in models}
    assert whole.text == "".join(part.text for part in parts if isinstance(part, TextPart))
    assert isinstance(parts[-1], EndPart)


async def test_a_job_is_started_seen_and_cancelled(contract: Contract) -> None:
    tuning = contract.telnyx.fine_tuning
    base = next(model.id for model in await contract.telnyx.models.all() if model.is_fine_tunable)
    job = await tuning.create(base, "handbook", suffix="a", n_epochs=2)

    seen = await tuning.job(job.id)
    cancelled = await tuning.cancel(job.id)

    assert (seen.id, seen.hyperparameters and seen.hyperparameters.n_epochs) == (job.id, 2)
    assert (cancelled.status, cancelled.finished, cancelled.failed) == ("cancelled", True, False)
    assert job.id in {known.id for known in await tuning.jobs()}
