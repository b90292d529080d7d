import pytest

from tests.unit.sandbox.telnyx.conftest import Running


async def test_buckets_are_named_in_an_object(telnyx: Running) -> None:
    data = (await telnyx.api.get("/ai/embeddings/buckets")).json()["data"]

    assert {"handbook", "manual"} <= set(data["buckets"])


async def test_files_of_a_bucket_carry_their_status(telnyx: Running) -> None:
    await telnyx.control.post(
        "/documents", json={"bucket": "new", "filename": "a.pdf", "text": "no PDF at all"}
    )
    await telnyx.control.post(
        "/documents", json={"bucket": "new", "filename": "b.txt", "text": "plain words"}
    )
    await telnyx.control.post("/clock", json={"advance": 60})

    files = {
        file["filename"]: file for file in (await telnyx.api.get("/ai/embeddings/buckets/new")).json()["data"]
    }

    assert files["a.pdf"]["status"] == "failure"
    assert "PDF" in files["a.pdf"]["error_reason"]
    assert files["b.txt"]["status"] == "success"
    assert files["b.txt"]["last_embedded_at"]


async def test_an_embedding_task_goes_its_way_and_leaves_the_default_list(telnyx: Running) -> None:
    await telnyx.control.post("/clock", json={"advance": 3600})
    started = (await telnyx.api.post("/ai/embeddings", json={"bucket_name": "manual"})).json()["data"]

    listed = (await telnyx.api.get("/ai/embeddings")).json()["data"]
    await telnyx.control.post("/clock", json={"advance": 12})
    finished = (await telnyx.api.get(f"/ai/embeddings/{started['task_id']}")).json()["data"]

    assert [task["task_id"] for task in listed] == [started["task_id"]]
    assert (listed[0]["bucket"], listed[0]["status"]) == ("manual", "queued")
    assert finished["status"] == "success"
    assert finished["finished_at"] > finished["created_at"]
    assert (await telnyx.api.get("/ai/embeddings")).json()["data"] == []


@pytest.mark.parametrize(
    "query",
    ["status=success&status=partial_success", "status=success%2Cpartial_success"],
    ids=["repeated", "comma"],
)
async def test_statuses_may_be_repeated_or_joined_by_commas(telnyx: Running, query: str) -> None:
    data = (await telnyx.api.get(f"/ai/embeddings?{query}")).json()["data"]

    assert {task["status"] for task in data} == {"success", "partial_success"}


async def test_failed_is_read_as_failure(telnyx: Running) -> None:
    await telnyx.control.post("/tasks", json={"bucket": "handbook", "status": "failure"})

    data = (await telnyx.api.get("/ai/embeddings", params={"status": "failed"})).json()["data"]

    assert [(task["bucket"], task["status"]) for task in data] == [("handbook", "failure")]


async def test_an_unknown_status_is_refused(telnyx: Running) -> None:
    answer = await telnyx.api.get("/ai/embeddings", params={"status": "done"})

    assert answer.status_code == 422
    assert "done" in answer.json()["detail"][0]["msg"]


async def test_an_unknown_task_is_404(telnyx: Running) -> None:
    assert (await telnyx.api.get("/ai/embeddings/no-such-task")).status_code == 404


async def test_deleting_a_bucket_ends_its_search_and_a_second_time_has_a_shape_of_its_own(
    telnyx: Running,
) -> None:
    first = await telnyx.api.delete("/ai/embeddings/buckets/manual")
    second = await telnyx.api.delete("/ai/embeddings/buckets/manual")

    assert (first.status_code, first.content) == (200, b"")
    assert second.status_code == 404
    assert second.json()["detail"][0].keys() == {"detail", "code", "title"}
    body = {"bucket_name": "manual", "query": "pin"}
    assert (await telnyx.api.post("/ai/embeddings/similarity-search", json=body)).status_code == 404


async def test_a_page_elsewhere_is_not_fetched(telnyx: Running) -> None:
    body = {"bucket_name": "manual", "url": "http://192.0.2.1/"}

    answer = await telnyx.api.post("/ai/embeddings/url", json=body)

    assert answer.status_code == 400
    assert "loopback" in answer.text


async def test_the_pages_of_the_made_up_site_are_fetched_and_no_other_of_that_host(telnyx: Running) -> None:
    body = {"bucket_name": "manual", "url": "https://help.example.com/"}

    added = await telnyx.api.post("/ai/embeddings/url", json=body)
    missing = await telnyx.api.post(
        "/ai/embeddings/url", json=body | {"url": "https://help.example.com/../index"}
    )
    await telnyx.control.post("/clock", json={"advance": 60})
    found = await telnyx.search("manual", "Which badge do visitors get?", 1)

    assert added.status_code == 200
    assert missing.status_code == 400
    assert found[0]["metadata"]["filename"] == "help.example.com/visitors.html"
    assert "purple badge" in found[0]["document_chunk"]


async def test_a_disabled_bucket_is_in_no_list_but_its_files_stay_and_can_be_embedded_again(
    telnyx: Running,
) -> None:
    await telnyx.api.delete("/ai/embeddings/buckets/manual")
    listed = (await telnyx.api.get("/ai/embeddings/buckets")).json()["data"]["buckets"]
    stored = await telnyx.api.post("/storage/buckets/manual/setup.md/presigned_url", json={})

    started = await telnyx.api.post("/ai/embeddings", json={"bucket_name": "manual"})
    waiting = (await telnyx.api.get("/ai/embeddings/buckets/manual")).json()["data"]
    await telnyx.control.post("/clock", json={"advance": 60})
    done = (await telnyx.api.get("/ai/embeddings/buckets/manual")).json()["data"]

    assert "manual" not in listed
    assert stored.status_code == 200
    assert started.status_code == 200
    assert {file["status"] for file in waiting} == {"queued"}
    assert {file["status"] for file in done} == {"success"}
    assert await telnyx.search("manual", "voicemail pin")


async def test_a_bucket_that_was_never_in_storage_cannot_be_embedded(telnyx: Running) -> None:
    answer = await telnyx.api.post("/ai/embeddings", json={"bucket_name": "no-such-bucket"})

    assert answer.status_code == 404
