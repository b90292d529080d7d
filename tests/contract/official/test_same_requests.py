"""What our client sends is what Telnyx's own package sends, but for the differences that are listed here with their reasons."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator
from telnyx import AsyncTelnyx

from bot.telnyx import RetryPolicy, Telnyx
from tests.contract.official.operations import PAIRS, Pair, ai
from tests.contract.official.recording import Recorder, Sent
from tests.loopback import PLAIN

SHARED = Path(__file__).parents[4] / "shared" / "telnyx"

DIFFERENCES: dict[str, tuple[set[str], str]] = {
    "audio.transcribe": (
        {"body"},
        "Telnyx's pages ask for model_config as JSON text; the package sends model_config[diarize].",
    ),
    "chat.completions": (
        {"body"},
        "We always say whether to stream; the package leaves it to the default, which is the same.",
    ),
    "conversations.add_message": (
        {"body"},
        "The same moment: Telnyx's examples end in Z, the package writes +00:00.",
    ),
    "embeddings.list_tasks": (
        {"query"},
        "Telnyx's document repeats status; the package joins the values with a comma.",
    ),
}
KEYED = {
    "conversations.create", "conversations.add_message", "insights.create", "insight_groups.create",
    "embeddings.create", "embeddings.url", "summarize",
}  # fmt: skip
# Known to Telnyx's newer documents only: the schema of 2026-07-16 has two formats, three since.
NEWER_THAN_THE_DOCUMENT = {"chat.completions": "response_format"}


@dataclass
class Both:
    """Our client and the package, against one recorder."""

    ours: Telnyx
    theirs: AsyncTelnyx
    recorder: Recorder

    async def record(self, pair: Pair) -> tuple[Sent, Sent]:
        """What both send for one operation, one request each."""
        self.recorder.answer = pair.answer
        self.recorder.sent.clear()
        await pair.ours(self.ours)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the package's own word on the older paths
            await pair.theirs(ai(self.theirs))
        ours, theirs = self.recorder.sent
        return ours, theirs


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    recorder = Recorder()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", recorder.give)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v2"
    once = RetryPolicy(attempts=1)
    async with (
        httpx.AsyncClient(verify=PLAIN, trust_env=False) as http,
        httpx.AsyncClient(verify=PLAIN, trust_env=False) as other,
        AsyncTelnyx(api_key="KEY", base_url=base_url, max_retries=0, http_client=other) as theirs,
    ):
        yield Both(Telnyx(http, api_key="KEY", base_url=base_url, retry=once), theirs, recorder)
    await runner.cleanup()


def published(name: str) -> Any:
    path = SHARED / name
    if not path.exists() and os.environ.get("CI") != "true":
        pytest.skip("Telnyx's own documents are not beside this checkout.")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
async def test_both_send_the_same_but_for_what_is_listed(both: Both, pair: Pair) -> None:
    ours, theirs = await both.record(pair)

    expected, _ = DIFFERENCES.get(pair.name, (set(), ""))
    assert ours.unlike(theirs) == expected, (ours, theirs)
    assert ours.headers["authorization"] == theirs.headers["authorization"] == "Bearer KEY"


async def test_listed_differences_are_exactly_these(both: Both) -> None:
    pairs = {pair.name: pair for pair in PAIRS}

    chat, chat_of_theirs = await both.record(pairs["chat.completions"])
    tasks, tasks_of_theirs = await both.record(pairs["embeddings.list_tasks"])
    message, message_of_theirs = await both.record(pairs["conversations.add_message"])
    audio, audio_of_theirs = await both.record(pairs["audio.transcribe"])

    assert chat.body == chat_of_theirs.body | {"stream": False}
    assert message.body.pop("sent_at") == "2025-04-15T13:07:28Z"
    assert message_of_theirs.body.pop("sent_at") == "2025-04-15T13:07:28+00:00"
    assert message.body == message_of_theirs.body
    assert (tasks.query, tasks_of_theirs.query) == (
        (("status", "failure"), ("status", "success")),
        (("status", "success,failure"),),
    )
    assert audio.body.pop("model_config") == '{"diarize": true}'
    assert audio_of_theirs.body.pop("model_config[diarize]") == "true"
    assert audio.body == audio_of_theirs.body


async def test_both_ask_the_same_for_an_address_of_an_object(both: Both) -> None:
    name = "a folder/ü?#.md"
    both.recorder.answer = {"content": {"presigned_url": "https://x.example/", "token": "t"}}

    await both.ours.storage.presigned("my docs", name, ttl=60)
    await both.theirs.storage.buckets.create_presigned_url(name, bucket_name="my docs", ttl=60)

    ours, theirs = both.recorder.sent
    assert ours.unlike(theirs) == set(), (ours, theirs)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
async def test_key_against_doing_it_twice_is_sent_where_telnyx_reads_it(both: Both, pair: Pair) -> None:
    ours, _ = await both.record(pair)

    assert ("idempotency-key" in ours.headers) == (pair.name in KEYED)


async def test_there_are_forty_one_and_they_are_those_of_telnyx(both: Both) -> None:
    rows = {row["id"]: row for row in published("operations.json")}

    assert [pair.name for pair in PAIRS] == list(rows)
    for pair in PAIRS:
        sent, _ = await both.record(pair)
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(rows[pair.name]["path"]))
        assert sent.method == rows[pair.name]["method"], pair.name
        assert re.fullmatch(pattern, sent.path), pair.name


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
async def test_our_request_fits_telnyx_own_document(both: Both, pair: Pair) -> None:
    document = published("openapi-ai.json")
    row = next(row for row in published("operations.json") if row["id"] == pair.name)
    operation = document["paths"][row["path"].removeprefix("/v2")][row["method"].lower()]

    sent, _ = await both.record(pair)

    assert wrong_query(sent, operation) == []
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        assert sent.body is None
        return
    body = dict(sent.body)
    body.pop(NEWER_THAN_THE_DOCUMENT.get(pair.name, ""), None)
    if "multipart/form-data" in content:
        body |= {"file": "bytes", "model_config": json.loads(body["model_config"])}
    (media,) = content.values()
    schema = {**media["schema"], "components": document["components"]}
    assert [error.message[:200] for error in Draft202012Validator(schema).iter_errors(body)] == []
    properties = document["components"]["schemas"][media["schema"]["$ref"].split("/")[-1]]["properties"]
    assert body.keys() <= properties.keys()


def wrong_query(sent: Sent, operation: dict[str, Any]) -> list[str]:
    """Parameters that the document does not have; `page` is an object there and `page[number]` on the wire."""
    known = {entry["name"] for entry in operation.get("parameters", []) if entry["in"] == "query"}
    return [
        name
        for name, _ in sent.query
        if not {name, name.partition("[")[0]} & known and not name.startswith("metadata->")
    ]
