import asyncio
from typing import Any

import httpx
import pytest

from tests.unit.sandbox.telnyx.conftest import Running

SEVEN: list[tuple[str, dict[str, Any]]] = [
    ("/ai/conversations", {"name": "new"}),
    ("/ai/conversations/{call}/message", {"role": "user", "content": "hello"}),
    ("/ai/conversations/insights", {"name": "a", "instructions": "b"}),
    ("/ai/conversations/insight-groups", {"name": "a"}),
    ("/ai/embeddings", {"bucket_name": "handbook"}),
    ("/ai/embeddings/url", {"bucket_name": "handbook", "url": "http://192.0.2.1/"}),
    ("/ai/summarize", {"bucket": "handbook", "filename": "leave.md"}),
]


async def post(telnyx: Running, path: str, body: dict[str, Any], key: str) -> Any:
    call = next(iter(telnyx.standin.conversations.records))
    return await telnyx.api.post(path.replace("{call}", call), json=body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(("path", "body"), [row for row in SEVEN if "url" not in row[1]])
async def test_a_repeated_post_is_replayed_and_not_done_again(
    telnyx: Running, path: str, body: dict[str, Any]
) -> None:
    first = await post(telnyx, path, body, "key-1")
    again = await post(telnyx, path, body, "key-1")

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("path", "body"), SEVEN)
async def test_a_malformed_key_is_refused_on_each_of_the_seven(
    telnyx: Running, path: str, body: dict[str, Any]
) -> None:
    answer = await post(telnyx, path, body, "no spaces")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "10015"


async def test_a_key_used_with_another_body_is_422(telnyx: Running) -> None:
    await post(telnyx, "/ai/conversations", {"name": "one"}, "k")

    assert (await post(telnyx, "/ai/conversations", {"name": "two"}, "k")).status_code == 422


async def test_a_failure_is_not_replayed(telnyx: Running) -> None:
    await telnyx.fault(operation="conversations.create", kind="status", status=500)

    statuses = [(await post(telnyx, "/ai/conversations", {}, "k")).status_code for _ in range(2)]

    assert statuses == [500, 200]


async def test_what_was_done_behind_a_cut_answer_is_replayed(telnyx: Running) -> None:
    await telnyx.fault(operation="conversations.create", kind="cut")
    before = len(telnyx.standin.conversations.records)

    with pytest.raises(httpx.RemoteProtocolError):
        await post(telnyx, "/ai/conversations", {}, "k")
    again = await post(telnyx, "/ai/conversations", {}, "k")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(telnyx.standin.conversations.records) == before + 1


async def test_a_call_in_progress_is_409(telnyx: Running) -> None:
    await telnyx.fault(operation="conversations.create", kind="slow", seconds=0.3)

    answers = await asyncio.gather(*(post(telnyx, "/ai/conversations", {}, "k") for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert "10036" in next(answer.text for answer in answers if answer.status_code == 409)


async def test_a_key_is_forgotten_after_a_day(telnyx: Running) -> None:
    await post(telnyx, "/ai/conversations", {}, "k")
    await telnyx.control.post("/clock", json={"advance": 24 * 3600})

    assert "Idempotent-Replayed" not in (await post(telnyx, "/ai/conversations", {}, "k")).headers


async def test_clusters_know_no_such_key(telnyx: Running) -> None:
    ids = [(await post(telnyx, "/ai/clusters", {"bucket": "manual"}, "k")).json() for _ in range(2)]

    assert ids[0] != ids[1]
