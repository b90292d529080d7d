from typing import Any

import pytest

from tests.unit.sandbox.telnyx.conftest import Running


async def page(telnyx: Running, **params: str) -> list[dict[str, Any]]:
    answer = await telnyx.api.get("/ai/conversations", params=params)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


async def test_twelve_calls_come_newest_first_without_meta(telnyx: Running) -> None:
    answer = (await telnyx.api.get("/ai/conversations")).json()

    times = [row["created_at"] for row in answer["data"]]
    assert len(times) == 12
    assert times == sorted(times, reverse=True)
    assert answer.keys() == {"data"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"metadata->telnyx_conversation_channel": "eq.sms_chat"}, ["Support hours by text message"]),
        ({"metadata->telnyx_end_user_target": "eq.+493055501206"}, ["Outage at a hotel"]),
        ({"name": "like.Moving%"}, ["Moving from Start to Team"]),
        ({"name": "eq.Caller hung up"}, ["Caller hung up"]),
        ({"order": "created_at.asc", "limit": "1"}, ["Planning the move of four offices"]),
        ({"or": "(name.like.Quote%,name.like.Mailbox%)", "order": "name.desc"}, None),
        ({"metadata->nothing": "eq.x"}, []),
    ],
)
async def test_filters_of_the_documented_language(
    telnyx: Running, params: dict[str, str], expected: list[str] | None
) -> None:
    names = [row["name"] for row in await page(telnyx, **params)]

    assert names == (
        ["Quote for a law firm with thirty users", "Mailbox locked after wrong PIN"]
        if expected is None
        else expected
    )


async def test_times_walk_forward_with_gt(telnyx: Running) -> None:
    walked: list[str] = []
    after = "2000-01-01"
    while rows := await page(telnyx, order="created_at.asc", limit="5", created_at=f"gt.{after}"):
        walked += [row["id"] for row in rows]
        after = rows[-1]["created_at"]

    assert len(walked) == len(set(walked)) == 12


@pytest.mark.parametrize(
    ("params", "status", "named"),
    [
        ({"name": "ilike.x"}, 400, "ilike"),
        ({"created_at": "gt.yesterday"}, 400, "yesterday"),
        ({"order": "size.desc"}, 400, "size"),
        ({"or": "name.eq.x"}, 400, "or"),
        ({"limit": "0"}, 422, "limit"),
        ({"offset": "3"}, 422, "offset"),
    ],
)
async def test_what_is_not_documented_is_refused(
    telnyx: Running, params: dict[str, str], status: int, named: str
) -> None:
    answer = await telnyx.api.get("/ai/conversations", params=params)

    assert answer.status_code == status
    assert named in answer.text


async def test_messages_are_paged_with_meta(telnyx: Running) -> None:
    (call,) = await page(telnyx, name="like.Planning%")

    path = f"/ai/conversations/{call['id']}/messages"
    first = (await telnyx.api.get(path)).json()
    last = (await telnyx.api.get(path, params={"page[number]": "5", "page[size]": "20"})).json()

    assert first["meta"] == {"page_number": 1, "page_size": 20, "total_pages": 5, "total_results": 89}
    assert len(first["data"]) == 20
    assert len(last["data"]) == 9
    assert {"role", "text", "created_at", "sent_at"} <= first["data"][0].keys()


async def test_a_page_of_more_than_a_hundred_is_refused(telnyx: Running) -> None:
    (call,) = await page(telnyx, name="like.Planning%")

    answer = await telnyx.api.get(f"/ai/conversations/{call['id']}/messages", params={"page[size]": "101"})

    assert answer.status_code == 422


async def test_the_calls_hold_the_hard_cases(telnyx: Running) -> None:
    records = telnyx.standin.conversations.records.values()
    sizes = {
        record["conversation"]["name"]: sum(len(m["text"]) for m in record["messages"]) for record in records
    }
    tools = [message for record in records for message in record["messages"] if message.get("tool_calls")]

    assert max(sizes.values()) / 4 > 1536
    assert sizes["Caller hung up"] == 0
    assert [message["text"] for message in tools] == ["", ""]


async def test_insights_of_a_conversation_carry_meta(telnyx: Running) -> None:
    (call,) = await page(telnyx, name="like.Outage%")

    answer = (await telnyx.api.get(f"/ai/conversations/{call['id']}/conversations-insights")).json()

    assert answer["meta"]["total_results"] == 1
    assert answer["data"][0]["status"] == "completed"
    assert "5061" in answer["data"][0]["conversation_insights"][0]["result"]


async def test_one_conversation_is_wrapped_in_data_and_an_unknown_one_is_404(telnyx: Running) -> None:
    (call,) = await page(telnyx, name="like.Outage%")

    assert (await telnyx.api.get(f"/ai/conversations/{call['id']}")).json() == {"data": call}
    assert (await telnyx.api.get("/ai/conversations/no-such-call")).status_code == 404


async def test_a_conversation_is_made_written_to_changed_and_deleted(telnyx: Running) -> None:
    made = (await telnyx.api.post("/ai/conversations", json={"metadata": {"a": "1", "b": "2"}})).json()
    path = f"/ai/conversations/{made['id']}"
    written = await telnyx.api.post(
        f"{path}/message", json={"role": "user", "content": "Hi", "sent_at": "2026-01-02"}
    )
    (message,) = (await telnyx.api.get(f"{path}/messages")).json()["data"]
    changed = (await telnyx.api.put(path, json={"metadata": {"b": "3"}})).json()["data"]
    deleted = await telnyx.api.delete(path)

    assert (written.status_code, written.content) == (200, b"")
    assert (message["text"], message["sent_at"]) == ("Hi", "2026-01-02T00:00:00+00:00")
    assert changed["metadata"] == {"b": "3"}
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert (await telnyx.api.get(path)).status_code == 404
    assert (await telnyx.api.delete(path)).status_code == 404


async def test_a_message_is_written_to_a_uuid_alone(telnyx: Running) -> None:
    said = {"role": "user", "content": "Hi"}

    wrong = await telnyx.api.post("/ai/conversations/no-such-call/message", json=said)
    unknown = await telnyx.api.post(
        "/ai/conversations/00000000-0000-4000-8000-000000000000/message", json=said
    )

    assert (wrong.status_code, wrong.json()["detail"][0]["loc"]) == (422, ["path", "conversation_id"])
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": 1}, "name"),
        ({"metadata": {"attempts": 3}}, "metadata"),
        ({"metadata": {"a": None}}, "metadata"),
        ({"title": "x"}, "title"),
    ],
)
async def test_a_wrong_conversation_is_not_made(telnyx: Running, body: dict[str, Any], field: str) -> None:
    refused = await telnyx.api.post("/ai/conversations", json=body)

    assert (refused.status_code, refused.json()["detail"][0]["loc"][:2]) == (422, ["body", field])


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("PUT", "", {"name": "new"}, 422),
        ("PUT", "", {"metadata": {"ai_disabled": True}}, 422),
        ("PUT", "", {"metadata": {"attempts": 3}}, 422),
        ("PUT", "", {"metadata": "a=b"}, 422),
        ("POST", "/message", {"role": "user", "content": None}, 422),
        ("POST", "/message", {"content": "no role"}, 422),
        ("POST", "/message", {"role": "system"}, 400),
        ("POST", "/message", {"role": "user", "text": "wrong field"}, 422),
    ],
)
async def test_a_wrong_change_is_refused(
    telnyx: Running, verb: str, path: str, body: dict[str, Any], status: int
) -> None:
    call = (await page(telnyx, limit="1"))[0]["id"]

    assert (
        await telnyx.api.request(verb, f"/ai/conversations/{call}{path}", json=body)
    ).status_code == status
