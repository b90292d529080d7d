"""Search over transcripts: what is found, by which records, in what pieces, and what is refused."""

import uuid
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.telnyx.completions import count_tokens
from sandbox.telnyx.histories import CHUNK_TOKENS, INDEXED_AFTER, KEPT, SHARED_TOKENS, chunks_of
from tests.unit.sandbox.telnyx.conftest import Running

LOCKED = "My mailbox is locked and I can't hear my messages"


async def found(
    telnyx: Running, query: str = LOCKED, *, size: int = 20, **params: Any
) -> list[dict[str, Any]]:
    answer = await telnyx.api.get(
        "/ai/conversation_histories", params={"q": query, "page[size]": size, **params}
    )
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


async def test_the_nearest_chunk_comes_first_with_what_telnyx_says_of_it(telnyx: Running) -> None:
    answer = (
        await telnyx.api.get("/ai/conversation_histories", params={"q": LOCKED, "page[size]": 2})
    ).json()

    best, second = answer["data"]
    assert "Customer: Hello, this is Tom Berger" in best["text"]
    assert best["score"] > second["score"] >= 0
    assert best["record_type"] == "voice"
    assert (best["chunk_index"], best["chunk_total"]) == (0, 1)
    assert answer["meta"]["page_size"] == 2
    assert answer["meta"]["total_pages"] > 5


async def test_a_phone_call_has_an_id_of_its_own_and_a_call_without_assistant_is_no_conversation(
    telnyx: Running,
) -> None:
    (best, *_), (other, *_) = await found(telnyx), await found(telnyx, "spare analogue gateway lightning")
    calls = (await telnyx.api.get("/ai/conversations")).json()["data"]

    assert best["record_id"] not in {call["id"] for call in calls}
    legs = {call["metadata"].get("call_control_id"): call["name"] for call in calls}
    assert legs[best["metadata"]["call_control_id"]] == "Mailbox locked after wrong PIN"
    assert other["metadata"]["call_control_id"] not in legs


async def test_text_messages_and_what_tools_said_are_not_found(telnyx: Running) -> None:
    texts = "\n".join([row["text"] for row in await found(telnyx, "support hours shipped", size=100)])

    assert "until when can I reach support today" not in texts
    assert "Parcel North" in texts
    assert '"status": "shipped"' not in texts


async def test_a_long_call_is_cut_into_chunks_that_share_lines() -> None:
    lines = tuple(f"Agent: Sentence number {number} of a very long call." for number in range(200))

    chunks = chunks_of(lines)

    assert len(chunks) > 3
    assert all(count_tokens(chunk) <= CHUNK_TOKENS for chunk in chunks)
    for one, two in pairwise(chunks):
        shared = [line for line in two.splitlines() if line in one.splitlines()]
        assert shared
        assert count_tokens("\n".join(shared)) <= SHARED_TOKENS


async def test_a_call_is_found_minutes_after_it_ended_and_for_a_month(telnyx: Running) -> None:
    now = telnyx.standin.clock.now()
    conversation = {
        "id": str(uuid.uuid4()),
        "created_at": now.isoformat(),
        "last_message_at": now.isoformat(),
        "metadata": {"telnyx_conversation_channel": "web_call"},
        "name": "",
    }
    said = [{"role": "user", "text": "The zeppelin is late.", "sent_at": now.isoformat()}]
    telnyx.standin.conversations.add({"conversation": conversation, "messages": said, "insights": []})

    async def is_found() -> bool:
        return any(row["record_id"] == conversation["id"] for row in await found(telnyx, "zeppelin"))

    assert not await is_found()
    telnyx.standin.clock.advance(INDEXED_AFTER / timedelta(seconds=1))
    assert await is_found()
    telnyx.standin.clock.advance((KEPT - INDEXED_AFTER) / timedelta(seconds=1) + 1)
    assert not await is_found()


async def test_records_are_filtered_by_their_time(telnyx: Running) -> None:
    start = telnyx.standin.clock.now() - timedelta(hours=3)

    since: dict[str, Any] = {"filter[record_created_at][gte]": start.isoformat()}

    rows = await found(telnyx, size=100, **since)

    assert rows
    assert all(row["record_created_at"] >= start.isoformat() for row in rows)
    assert len(rows) < len(await found(telnyx, size=100))


async def test_a_collection_gives_as_many_as_its_settings_or_the_request_say(telnyx: Running) -> None:
    slugs = [row["slug"] for row in (await telnyx.api.get("/ai/collections")).json()["data"]]
    path = "/ai/collections/support-calls/documents"

    usual = (await telnyx.api.get(path, params={"query": LOCKED})).json()["data"]
    two = (await telnyx.api.get(path, params={"query": LOCKED, "top_k": 2})).json()["data"]
    listed = (await telnyx.api.get(path)).json()["data"]

    assert slugs == ["support-calls", "chats"]
    assert len(usual) == 5
    assert two == usual[:2]
    assert two[0]["record_id"] == (await found(telnyx))[0]["record_id"]
    times = [row["record_created_at"] for row in listed]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("path", "params", "status", "named"),
    [
        ("/ai/collections/nope/documents", {"query": "x"}, 404, "collection"),
        ("/ai/collections/chats/documents", {"query": "x"}, 422, "no searchable sources"),
        (
            "/ai/collections/support-calls/documents",
            {"query": "x", "sources": "message"},
            422,
            "no searchable",
        ),
        (
            "/ai/collections/support-calls/documents",
            {"query": "x", "retrieval_type": "hybrid"},
            422,
            "vector",
        ),
        ("/ai/collections/support-calls/documents", {"query": "x", "top_k": "51"}, 422, "50 or less"),
        ("/ai/collections", {"query": "x"}, 422, "query"),
        ("/ai/conversation_histories", {}, 422, "q"),
        ("/ai/conversation_histories", {"q": "x", "page[size]": "101"}, 422, "100 or less"),
        ("/ai/conversation_histories", {"q": "x", "min_score": "2"}, 422, "0 to 1"),
        ("/ai/conversation_histories", {"q": "x", "record_type": "message"}, 422, "voice"),
        ("/ai/conversation_histories", {"q": "x", "filter[record_created_at][gte]": "soon"}, 422, "date"),
    ],
)
async def test_what_telnyx_refuses_is_refused(
    telnyx: Running, path: str, params: dict[str, str], status: int, named: str
) -> None:
    answer = await telnyx.api.get(path, params=params)

    assert answer.status_code == status, answer.text
    assert named in answer.text


async def test_that_telnyx_offers_neither_is_a_fault_like_any_other(telnyx: Running) -> None:
    for operation in ("conversation_histories.search", "collections.documents"):
        await telnyx.fault(operation=operation, kind="status", status=404, count=0)

    answer = await telnyx.api.get("/ai/conversation_histories", params={"q": "x"})

    assert answer.status_code == 404


async def test_chunks_are_found_by_meaning(dense: Running) -> None:
    best = (await found(dense, "Someone forgot the code for listening to recorded messages"))[0]

    assert "Tom Berger" in best["text"]
