from sandbox.seed.generated_calls import generated_calls
from sandbox.seeding import seed_world
from sandbox.telnyx.models import CATALOG
from tests.unit.sandbox.telnyx.conftest import Running


def test_generated_calls_are_the_same_each_time() -> None:
    assert list(generated_calls()) == list(generated_calls())


async def test_the_world_has_60_calls_and_the_newest_are_the_written_ones(telnyx: Running) -> None:
    written = (await telnyx.api.get("/ai/conversations")).json()["data"]

    seed_world(telnyx.standin)
    every = (await telnyx.api.get("/ai/conversations")).json()["data"]

    assert len(every) == len({row["id"] for row in every}) == 60
    assert every[:12] == written


async def test_the_world_has_the_hard_cases(telnyx: Running) -> None:
    seed_world(telnyx.standin)
    records = list(telnyx.standin.conversations.records.values())
    lengths = [sum(len(message["text"]) for message in record["messages"]) for record in records]
    texts = " ".join(message["text"] for record in records for message in record["messages"])
    calls = [m for record in records for m in record["messages"] if m.get("tool_calls")]

    assert max(lengths) / 4 > min(
        model["context_length"] for model in CATALOG if model["task"] == "text-generation"
    )
    assert lengths.count(0) == 2
    assert len(set(lengths)) > 40
    assert all(word in texts for word in ("Guten Tag", "Buenos días", "bonjour"))
    assert len(calls) > 8
    assert all(message["text"] == "" for message in calls)
    assert "{" not in " ".join(m["text"] for r in records for m in r["messages"] if m["role"] != "tool")


async def test_the_world_has_tasks_and_jobs_in_every_state(telnyx: Running) -> None:
    seed_world(telnyx.standin)
    every = {"status": "queued,processing,success,failure,partial_success"}

    tasks = (await telnyx.api.get("/ai/embeddings", params=every)).json()["data"]
    jobs = (await telnyx.api.get("/ai/fine_tuning/jobs")).json()["data"]
    clusters = (await telnyx.api.get("/ai/clusters")).json()["data"]

    assert {row["status"] for row in tasks} == set(every["status"].split(","))
    assert {row["status"] for row in jobs} == {"queued", "running", "succeeded", "failed", "cancelled"}
    assert {row["status"] for row in clusters} == {"pending", "starting", "running", "completed", "failed"}
