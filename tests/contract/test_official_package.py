"""Telnyx's own package against the stand-in: a stateful scenario over all 41 operations, one family after the other."""

import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator
from telnyx import AsyncTelnyx, NotFoundError

from tests.contract.conftest import KEY, Contract
from tests.loopback import PLAIN

SHARED = Path(__file__).parents[3] / "shared" / "telnyx"
AUDIO = Path(__file__).parents[2] / "sandbox" / "seed" / "audio"
MODEL = "meta-llama/Meta-Llama-3.1-8B-Instruct"
PAGES = {
    "/": '<h1>Acme</h1><p>Opening hours are nine to five.</p><a href="/fax">Fax</a><a href="http://192.0.2.1/">x</a>',
    "/fax": "<h1>Fax</h1><p>The fax adapter costs ninety euros.</p>",
}


@dataclass
class Official:
    """The package's client, what came back, and levers of the stand-in."""

    client: AsyncTelnyx
    contract: Contract
    site: str
    answers: list[httpx.Response] = field(default_factory=list)

    async def wait(self, seconds: float) -> None:
        """Let the stand-in's time pass."""
        answer = await self.contract.control.post("/clock", json={"advance": seconds})
        assert answer.status_code == 200


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.Response:
        if request.path not in PAGES:
            raise web.HTTPNotFound
        return web.Response(text=PAGES[request.path], content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
async def official(contract: Contract, site: str) -> AsyncIterator[Official]:
    made: list[httpx.Response] = []

    async def note(response: httpx.Response) -> None:
        await response.aread()
        made.append(response)

    base = str(contract.control.base_url).replace("/control/", "/v2")
    async with (
        httpx.AsyncClient(verify=PLAIN, trust_env=False, event_hooks={"response": [note]}) as http,
        AsyncTelnyx(api_key=KEY, base_url=base, http_client=http, max_retries=0) as client,
    ):
        yield Official(client, contract, site, made)


async def conversations(official: Official) -> None:
    ai = official.client.ai.conversations
    made = await ai.create(name="Fax line", metadata={"telnyx_end_user_target": "+4930999", "team": "north"})
    for number in range(3):
        await ai.add_message(made.id, role="user" if number % 2 else "assistant", content=f"turn {number}")
    pages = [page async for page in ai.messages.list(made.id, page_size=2)]
    found = await ai.list(metadata_telnyx_end_user_target="eq.+4930999", or_="(name.eq.Fax line,name.eq.x)")
    changed = await ai.update(made.id, metadata={"team": "south"})
    read = await ai.retrieve(made.id)
    results = await ai.retrieve_conversations_insights(made.id)
    await ai.delete(made.id)

    assert [message.text for message in pages] == ["turn 0", "turn 1", "turn 2"]
    assert [row.id for row in found.data] == [made.id]
    assert read.data is not None
    assert changed.data == read.data
    assert read.data.metadata == {"team": "south"}
    assert results.data == []
    with pytest.raises(NotFoundError):
        await ai.retrieve(made.id)


async def insights(official: Official) -> None:
    ai = official.client.ai.conversations
    made = [
        (await ai.insights.create(name=f"Insight {n}", instructions="What was decided?")).data
        for n in range(3)
    ]
    group = (await ai.insight_groups.insight_groups(name="Group", description="first")).data
    await ai.insight_groups.insights.assign(made[0].id, group_id=group.id)
    listed = [row.id async for row in ai.insights.list(page_size=2)]
    groups = [row.id async for row in ai.insight_groups.retrieve_insight_groups(page_size=1)]
    renamed = (await ai.insights.update(made[0].id, name="Decisions")).data
    regrouped = (await ai.insight_groups.update(group.id, description="second")).data
    read = (await ai.insights.retrieve(made[0].id)).data
    whole = (await ai.insight_groups.retrieve(group.id)).data
    await ai.insight_groups.insights.delete_unassign(made[0].id, group_id=group.id)
    emptied = (await ai.insight_groups.retrieve(group.id)).data
    await ai.insights.delete(made[0].id)
    await ai.insight_groups.delete(group.id)

    assert {row.id for row in made} <= set(listed)
    assert len(listed) == len(set(listed))
    assert group.id in groups
    assert read == renamed
    assert (read.name, read.instructions) == ("Decisions", "What was decided?")
    assert whole == regrouped
    assert [row.id for row in whole.insights or []] == [made[0].id]
    assert emptied.insights == []
    with pytest.raises(NotFoundError):
        await ai.insights.retrieve(made[0].id)
    with pytest.raises(NotFoundError):
        await ai.insight_groups.retrieve(group.id)


async def embeddings(official: Official) -> None:
    ai = official.client.ai.embeddings
    task = (await ai.create(bucket_name="handbook")).data
    waiting = await ai.list(status=["queued", "processing"])
    crawled = (await ai.url(bucket_name="handbook", url=official.site)).data
    assert task is not None
    assert crawled is not None
    assert task.task_id is not None
    await official.wait(20)
    done = (await ai.retrieve(task.task_id)).data
    found = (await ai.similarity_search(bucket_name="handbook", query="What does the fax adapter cost?")).data
    names = (await ai.buckets.list()).data.buckets
    files = (await ai.buckets.retrieve("handbook")).data
    await ai.buckets.delete("handbook")

    assert task.task_id in {row.task_id for row in waiting.data}
    assert done is not None
    assert (task.status, done.status) == ("queued", "success")
    assert found[0].metadata.filename == "127.0.0.1/fax.html"
    assert "handbook" in names
    assert {"leave.md", "127.0.0.1/fax.html"} <= {file.filename for file in files}
    with pytest.raises(NotFoundError):
        await ai.buckets.retrieve("handbook")
    with pytest.raises(NotFoundError):
        await ai.buckets.delete("handbook")


async def clusters(official: Official) -> None:
    ai = official.client.ai.clusters
    tasks = [
        (await ai.compute(bucket="manual", min_cluster_size=3, min_subcluster_size=2)).data.task_id
        for _ in range(3)
    ]
    before = (await ai.retrieve(tasks[0])).data
    await official.wait(10)
    after = (await ai.retrieve(tasks[0], top_n_nodes=2, show_subclusters=True)).data
    listed = [row.task_id async for row in ai.list(page_size=2)]
    picture = await (await ai.fetch_graph(tasks[0])).read()
    one = await (await ai.fetch_graph(tasks[0], cluster_id=0)).read()
    await ai.delete(tasks[0])

    assert (before.status, before.clusters) == ("pending", [])
    assert after.status == "completed"
    assert len(after.clusters) > 1
    assert all(len(made.nodes or []) == 2 <= made.total_number_of_nodes for made in after.clusters)
    assert set(tasks) <= set(listed)
    assert len(listed) == len(set(listed))
    assert picture[:8] == one[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture != one
    with pytest.raises(NotFoundError):
        await ai.retrieve(tasks[0])


async def fine_tuning(official: Official) -> None:
    ai = official.client.ai.fine_tuning.jobs
    made = await ai.create(model=MODEL, training_file="a.jsonl", hyperparameters={"n_epochs": 2})
    other = await ai.create(model=MODEL, training_file="b.jsonl", suffix="two")
    await official.wait(6)
    running = await ai.retrieve(made.id)
    cancelled = await ai.cancel(other.id)
    await official.wait(60)
    listed = {job.id: job.status for job in (await ai.list()).data}

    assert (made.status, running.status, cancelled.status) == ("queued", "running", "cancelled")
    assert (listed[made.id], listed[other.id]) == ("succeeded", "cancelled")
    with pytest.raises(NotFoundError):
        await ai.retrieve("none")


async def inference(official: Official) -> None:
    ai = official.client.ai
    with pytest.warns(DeprecationWarning, match="deprecated"):
        models = await ai.retrieve_models()
    with pytest.warns(DeprecationWarning, match="deprecated"):
        said: Any = await ai.chat.create_completion(
            messages=[{"role": "user", "content": "Hello"}], model=MODEL
        )
    summary = (await ai.summarize(bucket="manual", filename="voicemail.md")).data.summary
    heard = await ai.audio.transcribe(
        model="deepgram/nova-3",
        file=AUDIO / "voicemail-order.wav",
        model_config={"diarize": True, "numerals": True},
        response_format="verbose_json",
        timestamp_granularities="segment",
    )

    assert MODEL in {model.id for model in models.data}
    assert said["choices"][0]["finish_reason"] == "stop"
    assert "mailbox" in summary.lower() or "voicemail" in summary.lower()
    assert "Order 70418 has not arrived." in [segment.text for segment in heard.segments or []]
    with pytest.raises(NotFoundError):
        await ai.summarize(bucket="manual", filename="none.md")


FAMILIES: list[Callable[[Official], Awaitable[None]]] = [
    conversations,
    insights,
    embeddings,
    clusters,
    fine_tuning,
    inference,
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
async def test_the_official_package_creates_reads_pages_changes_and_deletes(
    official: Official, family: Callable[[Official], Awaitable[None]]
) -> None:
    await family(official)

    assert all(answer.status_code in {200, 204, 404} for answer in official.answers)


async def test_the_scenario_covers_41_operations_and_every_answer_fits_the_document(
    official: Official,
) -> None:
    for family in FAMILIES:
        await family(official)
    calls = (await official.contract.control.get("/calls")).json()["calls"]

    assert len({call["operation"] for call in calls if call["status"] != 404}) == 41
    if not SHARED.exists() and os.environ.get("CI") != "true":
        pytest.skip("Telnyx's OpenAPI document is not beside this checkout.")
    rows = json.loads((SHARED / "operations.json").read_text(encoding="utf-8"))
    document = json.loads((SHARED / "openapi-ai.json").read_text(encoding="utf-8"))
    fitting = set()
    for answer in official.answers:
        if answer.is_success:
            row = operation_of(rows, answer)
            assert problems(document, row, answer) == []
            fitting.add(row["id"])
    assert fitting == {row["id"] for row in rows}
    assert len(fitting) == 41


def operation_of(rows: list[dict[str, Any]], answer: httpx.Response) -> dict[str, Any]:
    """The operation that was called: the one with the most literal path among those that fit."""
    path = answer.request.url.path.removeprefix("/telnyx")
    fitting = [
        row
        for row in rows
        if row["method"] == answer.request.method
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", row["path"]), path)
    ]
    return min(fitting, key=lambda row: row["path"].count("{"))


def problems(document: dict[str, Any], row: dict[str, Any], answer: httpx.Response) -> list[str]:
    """What of a success the document does not allow: its status, its content type, its body."""
    responses = document["paths"][row["path"].removeprefix("/v2")][row["method"].lower()]["responses"]
    documented = responses.get(str(answer.status_code))
    if documented is None:
        return [f"{row['id']}: status {answer.status_code}"]
    contents = documented.get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not contents:
        return [f"{row['id']}: a body"] if answer.content else []
    if kind not in contents:
        return [f"{row['id']}: content type {kind}"]
    if kind != "application/json":
        return []
    schema = {**contents[kind].get("schema", {}), "components": document["components"]}
    found = Draft202012Validator(schema).iter_errors(answer.json())
    return [f"{row['id']} {list(error.path)}: {error.message[:200]}" for error in found]
