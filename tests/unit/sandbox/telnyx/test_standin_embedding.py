"""Documents are embedded by a thread, a file at a time; what is embedded so far can be searched."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest

from sandbox.clock import SandboxClock
from sandbox.telnyx.library import Library
from sandbox.telnyx.vector_file import Matrix
from sandbox.telnyx.vectors import Vectors
from tests.unit.sandbox.telnyx.conftest import Running, running

CANTEEN = "# Canteen\n\nThe canteen serves gooseberry crumble on Fridays."


class SlowEngine:
    """A model whose passages come when a test lets them; a text's vector is of its letters."""

    def __init__(self) -> None:
        self.allowed = threading.Semaphore(0)
        self.asked: list[str] = []
        self.begun = threading.Semaphore(0)

    def passage(self, texts: Sequence[str]) -> Matrix:
        self.asked += texts
        self.begun.release()
        assert self.allowed.acquire(timeout=20)
        if any("unlucky" in text for text in texts):
            raise MemoryError
        return np.array([self.query(text) for text in texts], np.float32)

    def query(self, text: str) -> Matrix:
        counts = np.array([text.lower().count(chr(97 + at % 26)) for at in range(384)], np.float32)
        return counts / max(float(np.linalg.norm(counts)), 1)


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


@pytest.fixture
async def slow(engine: SlowEngine) -> AsyncIterator[Running]:
    async with running(Vectors(engine, None)) as started:
        yield started
        engine.allowed.release(1000)


async def begun(engine: SlowEngine) -> None:
    """Once the next few blocks are being embedded."""
    assert await asyncio.to_thread(engine.begun.acquire, timeout=20)


async def shown(telnyx: Running, bucket: str) -> dict[str, str]:
    rows = (await telnyx.api.get(f"/ai/embeddings/buckets/{bucket}")).json()["data"]
    return {row["filename"]: row["status"] for row in rows}


def load(telnyx: Running, *names: str) -> None:
    for name in names:
        telnyx.standin.library.load("own", name, f"# {name}\n\nAll about {name}.".encode())
    telnyx.standin.library.embed_loaded()


async def test_a_folder_is_a_task_with_counts_and_is_searched_as_far_as_it_is(
    slow: Running, engine: SlowEngine
) -> None:
    load(slow, "ants.md", "bees.md", "crows.md")
    await begun(engine)

    before = await slow.search("own", "ants")
    engine.allowed.release()
    await begun(engine)
    first = (await slow.api.get("/ai/embeddings")).json()["data"]
    files = await shown(slow, "own")
    meanwhile = await slow.search("own", "crows")
    engine.allowed.release(2)
    await asyncio.to_thread(settle, slow)
    after = await slow.search("own", "crows")

    assert before == []
    row = next(row for row in first if row["bucket"] == "own")
    assert (row["task_name"], row["status"]) == ("embed own (1 of 3 files)", "processing")
    assert files == {"ants.md": "success", "bees.md": "processing", "crows.md": "queued"}
    assert [match["metadata"]["filename"] for match in meanwhile] == ["ants.md"]
    assert sorted(match["metadata"]["filename"] for match in after) == ["ants.md", "bees.md", "crows.md"]
    ended = await slow.task(row["task_id"])
    assert (ended["task_name"], ended["status"]) == ("embed own", "success")
    assert set((await shown(slow, "own")).values()) == {"success"}


def settle(telnyx: Running) -> None:
    assert telnyx.standin.library.embedder is not None
    telnyx.standin.library.embedder.settle()


async def test_a_task_ends_when_its_time_has_passed_and_its_work_is_done(
    slow: Running, engine: SlowEngine
) -> None:
    body = {"bucket": "handbook", "filename": "canteen.md", "text": CANTEEN}
    task_id = (await slow.control.post("/documents", json=body)).json()["task_id"]
    await begun(engine)
    statuses = []
    for _ in range(3):
        statuses.append((await slow.task(task_id))["status"])
        await slow.control.post("/clock", json={"advance": 60})

    engine.allowed.release()
    await asyncio.to_thread(settle, slow)
    ended = await slow.task(task_id)

    assert statuses == ["queued", "processing", "processing"]
    assert ended["status"] == "success"
    assert ended["finished_at"] == slow.standin.clock.now().isoformat()


async def test_what_someone_adds_goes_ahead_of_a_folder(slow: Running, engine: SlowEngine) -> None:
    load(slow, "ants.md", "bees.md")
    await begun(engine)
    await slow.control.post("/documents", json={"bucket": "own", "filename": "now.md", "text": "Me first"})

    engine.allowed.release(3)
    await asyncio.to_thread(settle, slow)

    assert engine.asked[-3:] == ["ants.md All about ants.md.", "Me first", "bees.md All about bees.md."]


async def test_a_file_that_cannot_be_embedded_says_so_and_stops_nothing(
    slow: Running, engine: SlowEngine
) -> None:
    load(slow, "unlucky.md", "lucky.md")

    engine.allowed.release(2)
    await asyncio.to_thread(settle, slow)

    rows = (await slow.api.get("/ai/embeddings/buckets/own")).json()["data"]
    assert [(row["filename"], row["status"]) for row in rows] == [
        ("unlucky.md", "failure"),
        ("lucky.md", "success"),
    ]
    assert rows[0]["error_reason"] == "couldn't be embedded (MemoryError)"


def test_closing_ends_the_thread_between_two_steps_and_nobody_waits_on(engine: SlowEngine) -> None:
    library = Library(SandboxClock(scale=0).now, Vectors(engine, None))
    library.load("own", "long.md", "".join(f"{n} {'word ' * 95}\n" for n in range(100)).encode())
    library.embed_loaded()
    assert library.embedder is not None
    assert engine.begun.acquire(timeout=20)
    waiting = threading.Thread(target=library.embedder.settle)
    waiting.start()

    closing = threading.Thread(target=library.embedder.close)
    closing.start()
    waiting.join(timeout=20)
    engine.allowed.release()
    closing.join(timeout=20)

    assert not waiting.is_alive()
    assert not closing.is_alive()
    assert len(engine.asked) == 8
    assert library.buckets["own"].documents["long.md"].embedded is None


async def test_an_added_document_is_found_by_meaning_and_names_the_model(dense: Running) -> None:
    before = await dense.search("handbook", "Which dessert is there at the end of the week?")
    task_id = await dense.add(bucket="handbook", filename="canteen.md", text=CANTEEN)
    hidden = await dense.search("handbook", "Which dessert is there at the end of the week?")
    await dense.control.post("/clock", json={"advance": 12})

    found = await dense.search("handbook", "Which dessert is there at the end of the week?")

    assert "canteen.md" not in {match["metadata"]["filename"] for match in before + hidden}
    assert (await dense.task(task_id))["status"] == "success"
    assert found[0]["metadata"]["filename"] == "canteen.md"
    assert found[0]["metadata"]["embedding"] == "intfloat/multilingual-e5-small"


async def test_the_chunk_size_that_was_asked_for_comes_when_it_is_embedded(
    slow: Running, engine: SlowEngine
) -> None:
    async def longest() -> int:
        return max(len(match["document_chunk"]) for match in await slow.search("manual", "phone", limit=99))

    before = await longest()
    body: dict[str, Any] = {"bucket_name": "manual", "document_chunk_size": 256}
    answer = await slow.api.post("/ai/embeddings", json=body | {"document_chunk_overlap_size": 128})
    await begun(engine)
    meanwhile = await longest()
    engine.allowed.release(1000)
    await asyncio.to_thread(settle, slow)
    await slow.control.post("/clock", json={"advance": 12})

    assert 500 < before <= 1024
    assert meanwhile == before
    assert (await slow.task(answer.json()["data"]["task_id"]))["status"] == "success"
    assert 128 < await longest() <= 256


async def test_without_a_model_a_folder_is_found_by_its_words_at_once(telnyx: Running) -> None:
    load(telnyx, "ants.md", "bees.md")

    found = await telnyx.search("own", "bees")

    assert found[0]["metadata"]["filename"] == "bees.md"
    assert found[0]["metadata"]["embedding"] == "bm25"
    assert await shown(telnyx, "own") == {"ants.md": "success", "bees.md": "success"}
