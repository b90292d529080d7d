"""What goes on by itself can be put into any state, lose fields of its row, and vanish."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from sandbox.seeding import seed_world
from tests.unit.sandbox.telnyx.conftest import Running

TUNE = {"model": "meta-llama/Meta-Llama-3.1-8B-Instruct", "training_file": "handbook"}


async def put(telnyx: Running, **body: Any) -> str:
    answer = await telnyx.control.post("/tasks", json=body)
    assert answer.status_code == 200, answer.text
    name: str = answer.json()["id"]
    return name


async def begun(telnyx: Running) -> Sequence[tuple[str, str, str]]:
    """One of each kind: how it's named to the control API, its id, and where it's read."""
    api = telnyx.api
    task = (await api.post("/ai/embeddings", json={"bucket_name": "handbook"})).json()["data"]["task_id"]
    job = (await api.post("/ai/fine_tuning/jobs", json=TUNE)).json()["id"]
    clustering = (await api.post("/ai/clusters", json={"bucket": "manual"})).json()["data"]["task_id"]
    return [
        ("task_id", task, f"/ai/embeddings/{task}"),
        ("job_id", job, f"/ai/fine_tuning/jobs/{job}"),
        ("cluster_task_id", clustering, f"/ai/clusters/{clustering}"),
    ]


async def run(telnyx: Running) -> tuple[str, str]:
    """A run of insights over a call that has ended, and where it's read."""
    seed_world(telnyx.standin)
    call = next(iter(telnyx.standin.conversations.records))
    answer = await telnyx.control.post("/conversations/end", json={"conversation_id": call})
    return answer.json()["conversation_insights"][0], f"/ai/conversations/{call}/conversations-insights"


async def test_each_kind_takes_a_word_that_no_document_knows_loses_it_and_vanishes(telnyx: Running) -> None:
    for subject, name, path in await begun(telnyx):
        await put(telnyx, **{subject: name}, status="paused", odd=True)
        paused = (await telnyx.api.get(path)).json()
        await put(telnyx, **{subject: name}, without=["status"])
        less = (await telnyx.api.get(path)).json()
        await put(telnyx, **{subject: name}, gone=True)

        assert paused.get("data", paused)["status"] == "paused"
        assert less.get("data", less).keys() == paused.get("data", paused).keys() - {"status"}
        assert (await telnyx.api.get(path)).status_code == 404


async def test_a_run_of_insights_goes_its_way_and_can_fail_lose_its_status_and_vanish(
    telnyx: Running,
) -> None:
    name, path = await run(telnyx)

    async def seen() -> dict[str, Any] | None:
        rows = (await telnyx.api.get(path)).json()["data"]
        return next((row for row in rows if row["id"] == name), None)

    statuses = []
    for seconds in (0, 1, 3):
        await telnyx.control.post("/clock", json={"advance": seconds})
        statuses.append((await seen() or {})["status"])
    await put(telnyx, run_id=name, status="failed")
    failed = await seen() or {}
    await put(telnyx, run_id=name, without=["status"])
    less = await seen() or {}
    await put(telnyx, run_id=name, gone=True)

    assert statuses == ["pending", "in_progress", "completed"]
    assert (failed["status"], failed["conversation_insights"]) == ("failed", [])
    assert "status" not in less
    assert await seen() is None


async def test_files_of_a_task_become_ready_one_after_another(telnyx: Running) -> None:
    await telnyx.api.delete("/ai/embeddings/buckets/handbook")
    task = (await telnyx.api.post("/ai/embeddings", json={"bucket_name": "handbook"})).json()["data"]
    counts = []
    for seconds in (0, 3, 4, 4, 1):
        await telnyx.control.post("/clock", json={"advance": seconds})
        rows = (await telnyx.api.get("/ai/embeddings/buckets/handbook")).json()["data"]
        counts.append(sum(row["status"] == "success" for row in rows))

    assert counts == sorted(counts)
    assert (counts[0], counts[1], counts[-1]) == (0, 0, len(rows))
    assert 0 < counts[2] < counts[3] < len(rows)
    assert (await telnyx.task(task["task_id"]))["status"] == "success"


async def test_so_many_files_of_a_bucket_are_done_and_at_the_end_all(telnyx: Running) -> None:
    async def counted(**body: Any) -> Counter[str]:
        await put(telnyx, bucket="handbook", **body)
        rows = (await telnyx.api.get("/ai/embeddings/buckets/handbook")).json()["data"]
        return Counter(row["status"] for row in rows)

    some = await counted(status="processing", done=3)
    more = await counted(status="processing", done=5)
    whole = await counted(status="success")

    assert (some["success"], more["success"]) == (3, 5)
    assert some["processing"] == some.total() - 3
    assert whole == {"success": some.total()}


async def test_the_next_task_of_a_bucket_has_an_id_of_its_own_after_one_vanished(telnyx: Running) -> None:
    body = {"bucket": "new", "filename": "a.txt", "text": "plain words"}
    gone, second = await telnyx.add(**body), await telnyx.add(**body)
    await put(telnyx, task_id=gone, gone=True)

    assert await telnyx.add(**body) not in {gone, second}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"status": "success"}, 422, "bucket"),
        ({"bucket": "handbook", "job_id": "x", "status": "success"}, 422, "one of"),
        ({"bucket": "handbook"}, 422, "gone"),
        ({"bucket": "handbook", "status": "sucess"}, 422, "partial_success"),
        ({"job_id": "x", "status": "failed", "done": 3}, 422, "done"),
        ({"run_id": "no-run", "status": "failed"}, 404, "no-run"),
        ({"task_id": "no-task", "gone": True}, 404, "no-task"),
        ({"bucket": "no-bucket", "status": "success"}, 404, "no-bucket"),
    ],
)
async def test_what_cannot_be_moved_is_refused(
    telnyx: Running, body: dict[str, object], status: int, word: str
) -> None:
    answer = await telnyx.control.post("/tasks", json=body)

    assert answer.status_code == status
    assert word in answer.text


async def test_an_answer_says_when_it_came_by_the_sandbox_clock(telnyx: Running) -> None:
    await telnyx.control.post("/clock", json={"advance": 86_400})

    said = parsedate_to_datetime((await telnyx.api.get("/ai/embeddings")).headers["date"])

    assert said == telnyx.standin.clock.now().replace(microsecond=0)


async def test_what_moves_may_have_moved_a_while_ago(telnyx: Running) -> None:
    ((_, task, path), *_) = await begun(telnyx)
    now = datetime.fromisoformat((await telnyx.control.post("/clock", json={})).json()["now"])

    await put(telnyx, task_id=task, status="success", ago=3_600)

    ended = datetime.fromisoformat((await telnyx.api.get(path)).json()["data"]["finished_at"])
    assert 3_590 < (now - ended).total_seconds() <= 3_600
