"""What the stand-in serves against Telnyx's own OpenAPI document, which lies beside the repository where we work."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.telnyx.completions import ChatBody
from tests.unit.sandbox.telnyx.conftest import Running

DOCUMENT = Path(__file__).parents[5] / "shared" / "telnyx" / "openapi-ai.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    if not DOCUMENT.exists() and os.environ.get("CI") != "true":
        pytest.skip("Telnyx's OpenAPI document is not beside this checkout.")
    content: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return content


def problems(document: dict[str, Any], schema: str, value: Any) -> list[str]:
    root = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    found = Draft202012Validator(root).iter_errors(value)
    return [f"{list(error.path)}: {error.message[:200]}" for error in found]


async def test_every_route_is_one_of_the_document(telnyx: Running, document: dict[str, Any]) -> None:
    served = {
        (route.method.lower(), re.sub(r"\{\w+\}", "{}", route.resource.canonical.partition("/v2")[2]))
        for route in telnyx.standin.app.router.routes()
        if route.resource and "/v2" in route.resource.canonical and route.method != "*"
    }
    known = {
        (verb, re.sub(r"\{\w+\}", "{}", path)) for path, verbs in document["paths"].items() for verb in verbs
    }

    assert len(served) > 15
    beside = {
        ("post", "/storage/buckets/{}/{}/presigned_url"),  # no operation of the AI API
        # newer than the document
        ("get", "/ai/collections"),
        ("get", "/ai/collections/{}/documents"),
        ("get", "/ai/conversation_histories"),
    }
    assert {pair for pair in served if pair[0] != "head"} <= known | beside


def test_the_chat_body_knows_every_documented_field(document: dict[str, Any]) -> None:
    documented = document["components"]["schemas"]["ChatCompletionRequest"]["properties"]

    assert documented.keys() - ChatBody.model_fields.keys() == set()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/ai/models", "ModelsResponse"),
        (
            "/ai/embeddings?status=success,processing,queued,partial_success",
            "BackgroundTasksQueryResponseData",
        ),
        ("/ai/embeddings/buckets", "UserEmbeddedBucketsData"),
        ("/ai/embeddings/buckets/handbook", "EmbeddingsBucketFilesData"),
        ("/ai/conversations", "ConversationsListData"),
        ("/ai/conversations/{call}/messages", "ConversationMessageListData"),
        ("/ai/conversations/{call}/conversations-insights", "ConversationInsightListData"),
        ("/ai/fine_tuning/jobs", "FineTuningJobsListData"),
    ],
)
async def test_an_answer_fits_its_schema(
    telnyx: Running, document: dict[str, Any], path: str, schema: str
) -> None:
    calls = (await telnyx.api.get("/ai/conversations", params={"name": "like.Where%"})).json()["data"]

    answer = await telnyx.api.get(path.replace("{call}", calls[0]["id"]))

    assert answer.status_code == 200
    assert problems(document, schema, answer.json()) == []


async def test_a_search_fits_its_schema(telnyx: Running, document: dict[str, Any]) -> None:
    found = await telnyx.search("handbook", "days of leave")

    assert problems(document, "EmbeddingSimilaritySearchResponse", {"data": found}) == []
