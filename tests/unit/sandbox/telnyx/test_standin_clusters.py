import io
from typing import Any

import pytest
from PIL import Image

from sandbox.telnyx.clustering import cluster
from tests.unit.sandbox.telnyx.conftest import Running

SMALL = {"bucket": "manual", "min_cluster_size": 3, "min_subcluster_size": 2}


async def start(telnyx: Running, **change: Any) -> str:
    answer = await telnyx.api.post("/ai/clusters", json=SMALL | change)
    assert answer.status_code == 200, answer.text
    task_id: str = answer.json()["data"]["task_id"]
    return task_id


def test_texts_of_one_subject_fall_into_one_cluster() -> None:
    cats = [(f"cat{n}.md", f"The cat number {n} purrs, eats fish and sleeps on the sofa.") for n in range(6)]
    rockets = [(f"rocket{n}.md", f"Rocket {n} lifts off with liquid oxygen into orbit.") for n in range(8)]

    found = cluster([*cats, *rockets], 4, 2)

    files = [{node.filename.rstrip("0123456789.md") for node in made.nodes} for made in found]
    assert files == [{"rocket"}, {"cat"}]
    assert set(found[0].header.split(", ")) <= {"rocket", "lifts", "off", "liquid", "oxygen", "orbit"}
    assert set(found[1].header.split(", ")) <= {"cat", "number", "purrs", "eats", "fish", "sleeps", "sofa"}


@pytest.mark.parametrize("texts", [[], [("a.md", "one text")], [("a.md", ""), ("b.md", "")]])
def test_too_little_text_has_no_clusters(texts: list[tuple[str, str]]) -> None:
    assert cluster(texts, 2, 2) == ()


async def test_a_task_is_pending_starts_runs_and_completes(telnyx: Running) -> None:
    task, seen = await start(telnyx), []
    for seconds in (0, 1, 1, 4):
        await telnyx.control.post("/clock", json={"advance": seconds})
        seen.append((await telnyx.api.get(f"/ai/clusters/{task}")).json()["data"])

    assert [row["status"] for row in seen] == ["pending", "starting", "running", "completed"]
    assert seen[2]["clusters"] == []
    assert len(seen[3]["clusters"]) > 1
    assert all(made["nodes"] == [] and "subclusters" not in made for made in seen[3]["clusters"])
    assert all(made["cluster_summary"].startswith("About ") for made in seen[3]["clusters"])


async def test_pages_number_from_0(telnyx: Running) -> None:
    tasks = [await start(telnyx) for _ in range(3)]

    first = (await telnyx.api.get("/ai/clusters", params={"page[size]": "2"})).json()
    second = (await telnyx.api.get("/ai/clusters", params={"page[size]": "2", "page[number]": "1"})).json()
    beyond = (await telnyx.api.get("/ai/clusters", params={"page[size]": "2", "page[number]": "2"})).json()

    assert [row["task_id"] for row in first["data"] + second["data"]] == tasks
    assert first["meta"]["page_number"] == 0
    assert beyond["data"] == []


async def test_only_the_files_that_were_named_are_clustered(telnyx: Running) -> None:
    named = {"voicemail.md", "setup.md", "firmware.md", "warranty.md", "conference.md"}
    task = await start(telnyx, files=sorted(named), min_cluster_size=2)
    await telnyx.control.post("/clock", json={"advance": 10})

    found = (await telnyx.api.get(f"/ai/clusters/{task}", params={"top_n_nodes": "50"})).json()["data"]

    names = {node["filename"] for made in found["clusters"] for node in made["nodes"]}
    assert names <= named
    assert len(names) > 1


async def test_the_graph_is_a_picture_with_a_colour_for_each_cluster(telnyx: Running) -> None:
    task = await start(telnyx)
    early = await telnyx.api.get(f"/ai/clusters/{task}/graph")
    await telnyx.control.post("/clock", json={"advance": 10})
    clusters = (await telnyx.api.get(f"/ai/clusters/{task}")).json()["data"]["clusters"]

    answer = await telnyx.api.get(f"/ai/clusters/{task}/graph")
    unknown = await telnyx.api.get(f"/ai/clusters/{task}/graph", params={"cluster_id": "99"})

    with Image.open(io.BytesIO(answer.content)) as picture:
        colours = {colour for count, colour in picture.getcolors(maxcolors=4096) or [] if count > 60}
        size = picture.size
    assert early.status_code == 400
    assert unknown.status_code == 404
    assert answer.headers["content-type"] == "image/png"
    assert size == (800, 600)
    assert len(colours) >= 2 + min(len(clusters), 8)


async def test_a_task_is_deleted_with_204_and_is_404_then(telnyx: Running) -> None:
    task = await start(telnyx)

    deleted = await telnyx.api.delete(f"/ai/clusters/{task}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await telnyx.api.get(f"/ai/clusters/{task}")).status_code == 404
    assert (await telnyx.api.post("/ai/clusters", json={"bucket": "none"})).status_code == 404


async def test_a_task_can_be_put_into_a_status(telnyx: Running) -> None:
    task = await start(telnyx)

    await telnyx.control.post("/clusters", json={"cluster_task_id": task, "status": "failed"})

    assert (await telnyx.api.get(f"/ai/clusters/{task}")).json()["data"]["status"] == "failed"
