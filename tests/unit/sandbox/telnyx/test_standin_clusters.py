import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sandbox.telnyx.clustering import Cluster, by_words, cluster
from sandbox.telnyx.vectors import Vectors
from tests.unit.sandbox.telnyx.conftest import Running

SMALL = {"bucket": "manual", "min_cluster_size": 3, "min_subcluster_size": 2}


async def start(telnyx: Running, **change: Any) -> str:
    answer = await telnyx.api.post("/ai/clusters", json=SMALL | change)
    assert answer.status_code == 200, answer.text
    task_id: str = answer.json()["data"]["task_id"]
    return task_id


CATS = [(f"cat{n}.md", f"The cat number {n} purrs, eats fish and sleeps on the sofa.") for n in range(6)]
ROCKETS = [(f"rocket{n}.md", f"Rocket {n} lifts off with liquid oxygen into orbit.") for n in range(8)]


def groups(found: tuple[Cluster, ...]) -> list[set[str]]:
    return [{node.filename.rstrip("0123456789.md") for node in made.nodes} for made in found]


def test_texts_of_one_subject_fall_into_one_cluster() -> None:
    texts = [*CATS, *ROCKETS]

    found = cluster(texts, by_words([text for _, text in texts]), 4, 2)

    assert groups(found) == [{"rocket"}, {"cat"}]
    assert set(found[0].header.split(", ")) <= {"rocket", "lifts", "off", "liquid", "oxygen", "orbit"}
    assert set(found[1].header.split(", ")) <= {"cat", "number", "purrs", "eats", "fish", "sleeps", "sofa"}


def test_by_vectors_one_subject_is_one_cluster_in_other_words_too(vectors: Vectors) -> None:
    cats = ["My cat purrs.", "A kitten drinks milk.", "Katzen schlafen viel.", "The tomcat hunts mice."]
    tax = [
        "Pay your taxes by May.",
        "The tax office sent a bill.",
        "Die Steuer ist fällig.",
        "VAT is 19 percent.",
    ]
    texts = [
        *((f"cat{n}.md", text) for n, text in enumerate(cats)),
        *((f"tax{n}.md", text) for n, text in enumerate(tax)),
    ]

    found = cluster(texts, vectors.passages([text for _, text in texts]), 3, 2)

    assert sorted(map(sorted, groups(found))) == [["cat"], ["tax"]]


def test_what_is_far_from_the_middle_belongs_to_no_cluster() -> None:
    rng = np.random.default_rng(7)
    middles = np.eye(384, dtype=np.float32)[:2]
    near = [middle + rng.normal(scale=0.005, size=(20, 384)) for middle in middles]
    stray = middles.sum(axis=0) + 2 * np.eye(384, dtype=np.float32)[2]
    vectors = np.asarray(np.concatenate([*near, stray[None]]), np.float32)
    texts = [(f"{name}.md", name) for name in (*"a" * 20, *"b" * 20, "stray")]

    found = cluster(texts, vectors, 5, 5)

    assert groups(found) == [{"a"}, {"b"}]


def test_the_same_texts_have_the_same_clusters() -> None:
    rows = np.random.default_rng(3).normal(size=(24, 384)).astype(np.float32)
    texts = [(f"{n}.md", f"text {n}") for n in range(24)]

    assert cluster(texts, rows, 3, 2) == cluster(texts, rows.copy(), 3, 2)


@pytest.mark.parametrize("texts", [[], [("a.md", "one text")], [("a.md", ""), ("b.md", "")]])
def test_too_little_text_has_no_clusters(texts: list[tuple[str, str]]) -> None:
    assert cluster(texts, by_words([text for _, text in texts]), 2, 2) == ()


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


async def test_the_sandboxs_manual_has_clusters_by_vectors(dense: Running) -> None:
    task = await start(dense)
    await dense.control.post("/clock", json={"advance": 10})

    found = (await dense.api.get(f"/ai/clusters/{task}", params={"top_n_nodes": "50"})).json()["data"]

    files = [{node["filename"] for node in made["nodes"]} for made in found["clusters"]]
    assert len(files) > 1
    assert all(made["total_number_of_nodes"] >= 3 for made in found["clusters"])


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
