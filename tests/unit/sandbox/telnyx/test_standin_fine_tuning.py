from typing import Any

import pytest

from sandbox.telnyx.models import DEFAULT_MODEL
from tests.unit.sandbox.telnyx.conftest import Running

NEW = {"model": DEFAULT_MODEL, "training_file": "calls.jsonl", "suffix": "polite"}


async def status(telnyx: Running, job_id: str) -> Any:
    return (await telnyx.api.get(f"/ai/fine_tuning/jobs/{job_id}")).json()["status"]


async def test_seeded_jobs_are_in_several_states(telnyx: Running) -> None:
    jobs = (await telnyx.api.get("/ai/fine_tuning/jobs")).json()["data"]

    assert {job["status"] for job in jobs} == {"succeeded", "failed", "cancelled", "running"}
    assert all(isinstance(job["created_at"], int) for job in jobs)
    assert all((job["finished_at"] is None) == (job["status"] == "running") for job in jobs)


async def test_a_new_job_is_queued_runs_and_succeeds(telnyx: Running) -> None:
    job = (await telnyx.api.post("/ai/fine_tuning/jobs", json=NEW)).json()
    seen = [job["status"]]
    for seconds in (5, 60):
        await telnyx.control.post("/clock", json={"advance": seconds})
        seen.append(await status(telnyx, job["id"]))

    assert seen == ["queued", "running", "succeeded"]
    assert job["hyperparameters"] == {"n_epochs": 3}
    assert job["trained_tokens"] is None


async def test_a_running_job_can_be_cancelled_once(telnyx: Running) -> None:
    job = (await telnyx.api.post("/ai/fine_tuning/jobs", json=NEW)).json()

    cancelled = await telnyx.api.post(f"/ai/fine_tuning/jobs/{job['id']}/cancel")
    again = await telnyx.api.post(f"/ai/fine_tuning/jobs/{job['id']}/cancel")

    assert cancelled.json()["status"] == "cancelled"
    assert again.status_code == 400


async def test_what_came_of_a_job_that_succeeded_is_a_model_like_any_other(telnyx: Running) -> None:
    job = (await telnyx.api.post("/ai/fine_tuning/jobs", json=NEW)).json()
    asked = {"model": job["id"], "messages": [{"role": "user", "content": "Hello?"}]}
    early = await telnyx.api.post("/ai/chat/completions", json=asked)
    await telnyx.control.post("/clock", json={"advance": 65})

    models = {model["id"]: model for model in (await telnyx.api.get("/ai/models")).json()["data"]}
    answered = await telnyx.api.post("/ai/chat/completions", json=asked)

    assert (early.status_code, answered.status_code) == (404, 200)
    assert models[job["id"]]["base_model"] == DEFAULT_MODEL
    assert (models[job["id"]]["owned_by"], models[job["id"]]["is_fine_tunable"]) == (
        "org-acme-telecom",
        False,
    )


async def test_a_job_can_be_put_into_a_status(telnyx: Running) -> None:
    job = (await telnyx.api.post("/ai/fine_tuning/jobs", json=NEW)).json()

    answer = await telnyx.control.post("/jobs", json={"job_id": job["id"], "status": "failed"})

    assert answer.status_code == 200
    assert await status(telnyx, job["id"]) == "failed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"model": "nobody/knows"}, 400), ({"hyperparameters": {"n_epochs": 11}}, 422), ({"file": "x"}, 422)],
)
async def test_a_wrong_job_is_refused(telnyx: Running, change: dict[str, Any], expected: int) -> None:
    assert (await telnyx.api.post("/ai/fine_tuning/jobs", json=NEW | change)).status_code == expected


async def test_an_unknown_job_is_404(telnyx: Running) -> None:
    assert (await telnyx.api.get("/ai/fine_tuning/jobs/none")).status_code == 404
    assert (
        await telnyx.control.post("/jobs", json={"job_id": "none", "status": "failed"})
    ).status_code == 404
