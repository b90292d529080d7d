"""A large account in a moment, as the API then shows it."""

from collections import Counter

import pytest

from sandbox.telnyx.filling import LARGE
from tests.unit.sandbox.telnyx.conftest import Running


async def test_a_filled_account_has_so_many_rows_of_each(telnyx: Running) -> None:
    before = len((await telnyx.api.get("/ai/embeddings/buckets")).json()["data"]["buckets"])

    answer = await telnyx.control.post("/fill", json=LARGE.model_dump())

    assert answer.json() == LARGE.model_dump()
    api = telnyx.api
    assert len((await api.get("/ai/embeddings/buckets")).json()["data"]["buckets"]) == before + LARGE.buckets
    files = (await api.get("/ai/embeddings/buckets/handbook")).json()["data"]
    assert len({file["filename"] for file in files}) >= LARGE.files
    assert Counter(file["status"] for file in files)["failure"] == LARGE.files // 100
    for path, least in (
        ("/ai/clusters", LARGE.clusterings),
        ("/ai/conversations/insights", LARGE.insights),
        ("/ai/conversations/insight-groups", LARGE.groups),
    ):
        page = (await api.get(path, params={"page[size]": 20})).json()
        assert page["meta"]["total_results"] >= least
        assert len({tuple(sorted(map(str, row.items()))) for row in page["data"]}) == 20
    jobs = (await api.get("/ai/fine_tuning/jobs")).json()["data"]
    assert len({job["id"] for job in jobs}) >= LARGE.jobs
    tasks = (await api.get("/ai/embeddings", params={"status": "success,failure,partial_success"})).json()[
        "data"
    ]
    assert len({task["task_id"] for task in tasks}) >= LARGE.tasks * 3 // 5


async def test_what_is_filled_can_be_opened_and_destroyed(telnyx: Running) -> None:
    await telnyx.control.post(
        "/fill", json={"clusterings": 2, "insights": 2, "buckets": 2, "files": 3, "bucket": "many"}
    )

    row = (await telnyx.api.get("/ai/clusters", params={"page[size]": 100})).json()["data"][-1]
    assert (await telnyx.api.get(f"/ai/clusters/{row['task_id']}")).json()["data"]["status"] == "completed"
    assert (await telnyx.api.delete(f"/ai/clusters/{row['task_id']}")).status_code == 204
    assert await telnyx.search("many", "anything") == []
    assert (await telnyx.api.delete("/ai/embeddings/buckets/bucket-001")).status_code == 200


async def test_what_is_filled_as_running_stays_so(telnyx: Running) -> None:
    await telnyx.control.post("/fill", json={"running_tasks": 3, "running_jobs": 2})
    await telnyx.control.post("/clock", json={"advance": 86_400})

    tasks = (await telnyx.api.get("/ai/embeddings")).json()["data"]
    jobs = (await telnyx.api.get("/ai/fine_tuning/jobs")).json()["data"]
    running = [task["bucket"] for task in tasks if task["bucket"].startswith("running-")]
    assert len(set(running)) == 3
    assert (await telnyx.api.get(f"/ai/embeddings/buckets/{running[0]}")).json()["data"] == []
    assert Counter(job["status"] for job in jobs if job["id"].startswith("tuning-")) == {"running": 2}


@pytest.mark.parametrize("body", [{"files": -1}, {"files": 1_000_000}, {"bucket": "No Bucket"}, {"cats": 3}])
async def test_what_it_does_not_know_is_refused(telnyx: Running, body: dict[str, object]) -> None:
    answer = await telnyx.control.post("/fill", json=body)

    assert answer.status_code == 422
    assert next(iter(body)) in answer.text
