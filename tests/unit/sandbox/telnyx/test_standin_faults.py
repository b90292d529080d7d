import asyncio
from typing import Any

import httpx
import pytest

from sandbox.telnyx.faults import Fault, FaultBoard
from tests.unit.sandbox.telnyx.conftest import Running

HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello there"}], "stream": True}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "10015"),
        (401, "10009"),
        (403, "10010"),
        (404, "10005"),
        (409, "10036"),
        (429, "10011"),
        (500, "10007"),
    ],
)
async def test_an_ordered_status_comes_in_telnyxs_shape_and_once(
    telnyx: Running, status: int, code: str
) -> None:
    await telnyx.fault(operation="models.all", kind="status", status=status)

    refused, fine = [await telnyx.api.get("/ai/models") for _ in range(2)]

    assert refused.status_code == status
    assert refused.json()["errors"][0]["code"] == code
    assert fine.status_code == 200


@pytest.mark.parametrize("retry_after", [None, 7])
async def test_a_rate_limit_carries_its_headers(telnyx: Running, retry_after: int | None) -> None:
    await telnyx.fault(
        path="/ai/models", kind="status", status=429, **({"retry_after": 7} if retry_after else {})
    )

    headers = (await telnyx.api.get("/ai/models")).headers

    assert headers["x-ratelimit-remaining"] == "0"
    assert headers.get("retry-after") == (str(retry_after) if retry_after else None)


async def test_the_limit_headers_can_be_left_out(telnyx: Running) -> None:
    await telnyx.fault(path="/ai/models", kind="status", status=429, limits=False)

    assert not [
        name for name in (await telnyx.api.get("/ai/models")).headers if name.startswith("x-ratelimit")
    ]


async def test_a_spending_limit_is_a_403_that_says_so(telnyx: Running) -> None:
    await telnyx.fault(operation="chat.completions", kind="spending_limit")

    answer = await telnyx.api.post("/ai/chat/completions", json=HELLO)

    assert answer.status_code == 403
    assert "spending limit" in answer.text.lower()


async def test_a_path_pattern_takes_the_old_chat_path_away(telnyx: Running) -> None:
    await telnyx.fault(path="/ai/chat/*", kind="status", status=404, count=0)

    answers = [await telnyx.api.post(path, json=HELLO) for path in ("/ai/chat/completions",) * 2]
    new = await telnyx.api.post("/ai/openai/chat/completions", json=HELLO)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "no route POST /ai/chat/completions" in answers[0].text
    assert new.status_code == 200


async def test_a_dropped_call_gets_no_answer(telnyx: Running) -> None:
    await telnyx.fault(operation="models.all", kind="drop")

    with pytest.raises(httpx.RemoteProtocolError):
        await telnyx.api.get("/ai/models")

    (call,) = (await telnyx.control.get("/calls")).json()["calls"]
    assert (call["status"], call["fault"]) == (None, "drop")


async def tasks(telnyx: Running) -> int:
    """How many embedding tasks there ever were."""
    return len(telnyx.standin.library.tasks)


async def first_call(telnyx: Running) -> dict[str, Any]:
    """The first call in the log, as soon as there is one."""
    for _ in range(100):
        calls: list[dict[str, Any]] = (await telnyx.control.get("/calls")).json()["calls"]
        if calls:
            return calls[0]
    raise AssertionError("no call came")


EMBED = {"bucket_name": "manual"}


@pytest.mark.parametrize(
    ("kind", "done"), [("drop", 0), ("hang", 0), ("reset_after_apply", 1), ("hang_after_apply", 1)]
)
async def test_a_call_can_be_lost_before_and_after_it_took_effect(
    telnyx: Running, kind: str, done: int
) -> None:
    before = await tasks(telnyx)
    await telnyx.fault(operation="embeddings.embed", kind=kind)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadTimeout)):
        await telnyx.api.post("/ai/embeddings", json=EMBED, timeout=httpx.Timeout(10, read=0.2))

    (call,) = (await telnyx.control.get("/calls")).json()["calls"]
    assert (await tasks(telnyx) - before, call["status"], call["fault"]) == (done, None, kind)


async def test_what_hangs_is_in_the_log_at_once_and_is_cut_when_the_faults_are_deleted(
    telnyx: Running,
) -> None:
    await telnyx.fault(operation="clusters.compute", kind="hang_after_apply")
    asking = asyncio.create_task(telnyx.api.post("/ai/clusters", json={"bucket": "manual"}))
    call = await first_call(telnyx)
    hung = not asking.done()
    await telnyx.control.delete("/faults")

    with pytest.raises(httpx.RemoteProtocolError):
        await asking
    assert (hung, call["operation"], call["status"]) == (True, "clusters.compute", None)


@pytest.mark.parametrize("kind", ["stall", "slow", "slow_after_apply"])
async def test_what_rests_is_counted_when_it_comes_and_goes_on_when_the_faults_are_deleted(
    telnyx: Running, kind: str
) -> None:
    body = {**HELLO, "stream": kind == "stall"}
    await telnyx.fault(operation="chat.completions", kind=kind, seconds=3600)
    asking = asyncio.create_task(telnyx.api.post("/ai/chat/completions", json=body))
    asked: dict[str, int] = {}
    for _ in range(100):
        if asked := (await telnyx.control.get("/calls")).json()["asked"]:
            break
    rested = not asking.done()
    await telnyx.control.delete("/faults")

    assert (await asking).status_code == 200
    assert (rested, asked) == (True, {"chat.completions": 1})
    assert (await telnyx.control.get("/calls")).json()["asked"] == asked


async def test_an_answer_that_comes_late_tells_of_what_was_done_long_before(telnyx: Running) -> None:
    before = await tasks(telnyx)
    await telnyx.fault(operation="embeddings.embed", kind="slow_after_apply", seconds=0.2)
    asking = asyncio.create_task(telnyx.api.post("/ai/embeddings", json=EMBED))
    for _ in range(100):
        if await tasks(telnyx) > before:
            break
        await asyncio.sleep(0.001)

    early = not asking.done()

    assert (early, (await asking).status_code) == (True, 200)


@pytest.mark.parametrize(
    ("operation", "path", "body", "again"),
    [
        ("embeddings.embed", "/ai/embeddings", EMBED, 1),
        ("insights.create", "/ai/conversations/insights", {"name": "a", "instructions": "b"}, 1),
        ("clusters.compute", "/ai/clusters", {"bucket": "manual"}, 2),
    ],
)
async def test_a_lost_answer_is_replayed_by_its_key_only_where_telnyx_has_keys(
    operation: str, path: str, body: dict[str, Any], again: int, telnyx: Running
) -> None:
    def known() -> int:
        standin = telnyx.standin
        return len(standin.library.tasks) + len(standin.templates.insights) + len(standin.clusters.tasks)

    before = known()
    await telnyx.fault(operation=operation, kind="reset_after_apply")
    headers = {"Idempotency-Key": "deed-1"}
    with pytest.raises(httpx.RemoteProtocolError):
        await telnyx.api.post(path, json=body, headers=headers)

    assert (await telnyx.api.post(path, json=body, headers=headers)).status_code == 200
    assert known() - before == again


@pytest.mark.parametrize("stream", [True, False])
async def test_a_cut_answer_breaks_off(telnyx: Running, stream: bool) -> None:
    await telnyx.fault(operation="chat.completions", kind="cut", after_chunks=2)

    with pytest.raises(httpx.RemoteProtocolError):
        await telnyx.api.post("/ai/chat/completions", json=HELLO | {"stream": stream})


async def test_an_error_can_come_within_a_stream(telnyx: Running) -> None:
    await telnyx.fault(operation="chat.completions", kind="error_chunk", after_chunks=2)

    answer = await telnyx.api.post("/ai/chat/completions", json=HELLO)

    lines = [line for line in answer.text.splitlines() if line]
    assert len(lines) == 3
    assert '"error"' in lines[-1]


@pytest.mark.parametrize(("kind", "body"), [("bad_json", '{"data": [{"id": '), ("empty", "")])
async def test_a_spoiled_answer_is_still_200(telnyx: Running, kind: str, body: str) -> None:
    await telnyx.fault(operation="models.all", kind=kind)

    answer = await telnyx.api.get("/ai/models")

    assert (answer.status_code, answer.text) == (200, body)


async def test_a_slow_answer_outlasts_a_short_patience(telnyx: Running) -> None:
    await telnyx.fault(operation="models.all", kind="slow", seconds=30)

    with pytest.raises(httpx.ReadTimeout):
        await telnyx.api.get("/ai/models", timeout=httpx.Timeout(10, read=0.05))


async def test_faults_can_be_taken_back(telnyx: Running) -> None:
    await telnyx.fault(kind="status", status=503, count=0)

    refused = await telnyx.api.get("/ai/models")
    await telnyx.control.delete("/faults")

    assert refused.status_code == 503
    assert (await telnyx.api.get("/ai/models")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"operation": "models.every", "kind": "drop"}, "models.every"),
        ({"kind": "status"}, "status"),
        ({"kind": "drop", "status": 500}, "status"),
        ({"kind": "explode"}, "kind"),
        ({"kind": "drop", "times": 2}, "times"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused_by_name(
    telnyx: Running, fault: dict[str, Any], named: str
) -> None:
    answer = await telnyx.control.post("/faults", json=fault)

    assert answer.status_code == 422
    assert named in answer.text


def test_a_fault_is_used_up() -> None:
    board = FaultBoard()
    board.add(Fault(kind="drop", count=2))

    taken = [board.take("models.all", "/ai/models") is not None for _ in range(3)]

    assert taken == [True, True, False]
    assert board.pending() == []


async def test_a_status_comes_in_each_documented_shape(telnyx: Running) -> None:
    bodies = {}
    for shape in ("errors", "detail", "bucket"):
        await telnyx.fault(path="/ai/models", kind="status", status=422, shape=shape)
        answer = await telnyx.api.get("/ai/models")
        assert answer.status_code == 422
        bodies[shape] = answer.json()

    assert bodies["errors"]["errors"][0]["code"] == "10027"
    assert bodies["detail"]["detail"][0].keys() == {"loc", "msg", "type"}
    assert bodies["bucket"]["detail"][0].keys() == {"detail", "code", "title"}


async def test_an_answer_can_be_an_empty_object(telnyx: Running) -> None:
    await telnyx.fault(operation="models.all", kind="empty_object")

    assert (await telnyx.api.get("/ai/models")).text == "{}"
