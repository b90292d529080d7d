import json
from typing import Any

import pytest

from sandbox.seeding import seed_world
from tests.unit.sandbox.telnyx.conftest import Running

EVERY = "/ai/conversations/insights"
GROUPS = "/ai/conversations/insight-groups"


async def make(telnyx: Running, path: str, **body: Any) -> dict[str, Any]:
    answer = await telnyx.api.post(path, json=body)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def test_literal_paths_are_no_conversation(telnyx: Running) -> None:
    for path in (EVERY, GROUPS, "/ai/conversations/conversation-insights/aggregates"):
        assert isinstance((await telnyx.api.get(path)).json()["data"], list)


async def test_a_change_touches_only_what_it_names(telnyx: Running) -> None:
    made = await make(telnyx, EVERY, name="Mood", instructions="How?", webhook="http://127.0.0.1:9/")

    changed = (await telnyx.api.put(f"{EVERY}/{made['id']}", json={"name": "Tone"})).json()["data"]

    assert changed == made | {"name": "Tone"}


async def test_an_insight_leaves_its_groups_when_it_is_deleted(telnyx: Running) -> None:
    insight = await make(telnyx, EVERY, name="Mood", instructions="How?")
    group = await make(telnyx, GROUPS, name="Group")
    path = f"{GROUPS}/{group['id']}"
    for _ in range(2):
        assert (await telnyx.api.post(f"{path}/insights/{insight['id']}/assign")).content == b""
    held = (await telnyx.api.get(path)).json()["data"]["insights"]
    deleted = await telnyx.api.delete(f"{EVERY}/{insight['id']}")

    assert held == [insight]
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert (await telnyx.api.get(path)).json()["data"]["insights"] == []
    assert (await telnyx.api.post(f"{path}/insights/{insight['id']}/assign")).status_code == 404
    assert (await telnyx.api.delete(f"{path}/insights/{insight['id']}/unassign")).status_code == 404


@pytest.mark.parametrize(("size", "status"), [("0", 200), ("99", 200), ("100", 422), ("-1", 422)])
async def test_a_page_has_fewer_than_a_hundred(telnyx: Running, size: str, status: int) -> None:
    await make(telnyx, EVERY, name="Mood", instructions="How?")

    assert (await telnyx.api.get(EVERY, params={"page[size]": size})).status_code == status


async def test_pages_number_from_1(telnyx: Running) -> None:
    ids = [(await make(telnyx, GROUPS, name=f"Group {n}"))["id"] for n in range(5)]

    pages = [
        (await telnyx.api.get(GROUPS, params={"page[number]": str(n), "page[size]": "2"})).json()
        for n in (1, 2, 3, 4)
    ]

    assert [row["id"] for page in pages for row in page["data"]] == ids
    assert pages[0]["meta"] == {"page_number": 1, "page_size": 2, "total_pages": 3, "total_results": 5}
    assert (await telnyx.api.get(GROUPS, params={"page[number]": "0"})).status_code == 422


async def test_insights_are_computed_when_a_conversation_ends(telnyx: Running) -> None:
    schema = {
        "type": "object",
        "properties": {
            "decided": {"type": "string"},
            "score": {"type": "integer"},
            "question": {"type": "boolean"},
        },
    }
    plain = await make(telnyx, EVERY, name="Next", instructions="Which action was promised?")
    rich = await make(telnyx, EVERY, name="Card", instructions="Fill in", json_schema=schema)
    group = await make(telnyx, GROUPS, name="Group")
    for insight in (plain, rich):
        await telnyx.api.post(f"{GROUPS}/{group['id']}/insights/{insight['id']}/assign")
    call = (await telnyx.api.post("/ai/conversations", json={})).json()["id"]
    said = "We agreed to move on Friday. I will send you the plan. Thank you, is that all?"
    await telnyx.api.post(f"/ai/conversations/{call}/message", json={"role": "user", "content": said})

    ended = await telnyx.control.post("/conversations/end", json={"conversation_id": call})
    seen = []
    for seconds in (0, 1, 3):
        await telnyx.control.post("/clock", json={"advance": seconds})
        page = (await telnyx.api.get(f"/ai/conversations/{call}/conversations-insights")).json()
        seen.append(page["data"][0])

    assert ended.status_code == 200
    assert [row["status"] for row in seen] == ["pending", "in_progress", "completed"]
    assert seen[1]["conversation_insights"] == []
    results = {row["insight_id"]: row["result"] for row in seen[2]["conversation_insights"]}
    assert results[plain["id"]] == "I will send you the plan."
    card = json.loads(results[rich["id"]])
    assert card["decided"] == "We agreed to move on Friday."
    assert card["question"] is True
    assert 1 <= card["score"] <= 10


async def test_aggregates_count_by_metadata_and_by_fields_of_results(telnyx: Running) -> None:
    seed_world(telnyx.standin)
    path = "/ai/conversations/conversation-insights/aggregates"

    by_channel = (
        await telnyx.api.get(path, params={"group_by": "metadata.telnyx_conversation_channel"})
    ).json()
    texts = (
        await telnyx.api.get(
            path, params={"metadata.telnyx_conversation_channel": "eq.sms_chat", "show[]": "score"}
        )
    ).json()
    none = (await telnyx.api.get(path, params={"created_at": "gt.2100-01-01"})).json()

    counts = {row["metadata.telnyx_conversation_channel"]: row["record_count"] for row in by_channel["data"]}
    assert counts.keys() == {"phone_call", "web_call", "sms_chat"}
    assert sum(counts.values()) > 50
    assert texts["data"] == [{"score": None, "record_count": counts["sms_chat"]}]
    assert none["data"] == []
