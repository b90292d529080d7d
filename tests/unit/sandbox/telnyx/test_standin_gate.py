import json

import httpx
import pytest

from sandbox.telnyx.calls import CallLog
from tests.loopback import PLAIN
from tests.unit.sandbox.telnyx.conftest import KEY, Running


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {KEY}", "Bearer"])
async def test_a_call_without_a_valid_key_is_refused_in_the_gateways_shape(
    telnyx: Running, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}

    async with httpx.AsyncClient(verify=PLAIN, base_url=telnyx.api.base_url, headers=headers) as stranger:
        answer = await stranger.get("/ai/models")

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "10009"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/ai/nothing"), ("DELETE", "/ai/models"), ("GET", "/balance")]
)
async def test_an_unknown_route_is_refused_by_name(telnyx: Running, method: str, path: str) -> None:
    answer = await telnyx.api.request(method, path)

    assert answer.status_code == 404
    error = answer.json()["errors"][0]
    assert error["code"] == "10005"
    assert f"{method} {path}" in error["detail"]


async def test_an_unknown_query_parameter_is_refused_by_name(telnyx: Running) -> None:
    answer = await telnyx.api.get("/ai/fine_tuning/jobs", params={"limit": "3"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "limit"]


async def test_models_are_listed_under_both_paths(telnyx: Running) -> None:
    old, new = [(await telnyx.api.get(path)).json() for path in ("/ai/models", "/ai/openai/models")]

    assert old == new
    assert old["object"] == "list"
    assert len(old["data"]) > 3
    assert min(model["context_length"] for model in old["data"] if model["task"] == "text-generation") < 4096
    assert all({"id", "created", "owned_by", "tier"} <= model.keys() for model in old["data"])
    priced = {model["id"] for model in old["data"] if "pricing" in model}
    assert priced == {model["id"] for model in old["data"] if "base_model" not in model}, "all but one's own"


async def test_calls_are_logged_without_key_query_or_body(telnyx: Running) -> None:
    await telnyx.search("handbook", "a secret question")
    await telnyx.api.get("/ai/conversations", params={"name": "eq.secret"})

    first = (await telnyx.control.get("/calls")).json()["calls"]
    later = (await telnyx.control.get("/calls", params={"since": first[0]["n"]})).json()["calls"]

    assert [call["path"] for call in first] == ["/ai/embeddings/similarity-search", "/ai/conversations"]
    assert [call["operation"] for call in later] == ["conversations.page"]
    assert first[0]["status"] == 200
    assert first[0]["bytes"] > 100
    assert "secret" not in json.dumps(first)
    assert KEY not in json.dumps(first)


async def test_how_often_an_operation_was_asked_for_is_known_also_of_calls_that_are_not_kept() -> None:
    log = CallLog()
    call = {"time": "", "method": "GET", "path": "", "status": 200, "seconds": 0.0, "bytes": 0, "fault": None}
    for name in (*["models.list"] * 6_000, "models.tuned"):
        log.begun(name)
        log.note(operation=name, **call)

    assert len(log.since(0)) < log.count == 6_001
    assert log.asked == {"models.list": 6_000, "models.tuned": 1}


async def test_an_unknown_control_route_or_key_is_refused_by_name(telnyx: Running) -> None:
    route = await telnyx.control.post("/weather", json={})
    key = await telnyx.control.post("/clock", json={"speed": 3})

    assert (route.status_code, "control/weather" in route.text) == (404, True)
    assert (key.status_code, "speed" in key.text) == (422, True)
