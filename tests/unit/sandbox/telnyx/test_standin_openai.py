import base64
import struct
from typing import Any

from tests.unit.sandbox.telnyx.conftest import Running

MODEL = "thenlper/gte-large"


async def vectors(telnyx: Running, texts: list[str], **more: Any) -> list[Any]:
    answer = await telnyx.api.post("/ai/openai/embeddings", json={"input": texts, "model": MODEL, **more})
    assert answer.status_code == 200, answer.text
    return [row["embedding"] for row in answer.json()["data"]]


async def test_texts_that_share_words_are_near(telnyx: Running) -> None:
    one, near, far = await vectors(
        telnyx, ["parental leave weeks", "weeks of parental leave", "router firmware"]
    )

    assert sum(a * b for a, b in zip(one, near, strict=True)) > 0.9
    assert sum(a * b for a, b in zip(one, far, strict=True)) < 0.2


async def test_base64_holds_the_same_numbers(telnyx: Running) -> None:
    (plain,) = await vectors(telnyx, ["leave"], dimensions=16)
    (packed,) = await vectors(telnyx, ["leave"], dimensions=16, encoding_format="base64")

    assert list(struct.unpack("<16f", base64.b64decode(packed))) == plain


async def test_models_for_embeddings_can_be_used(telnyx: Running) -> None:
    found = (await telnyx.api.get("/ai/openai/embeddings/models")).json()

    assert [row["id"] for row in found["data"]] == [MODEL]
    body = {"input": "a", "model": "unknown"}
    assert (await telnyx.api.post("/ai/openai/embeddings", json=body)).status_code == 404


async def test_a_response_carries_the_reply_of_the_model(telnyx: Running) -> None:
    said = await telnyx.say(("user", "Hello"))
    answer = (await telnyx.api.post("/ai/openai/responses", json={"input": "Hello"})).json()

    assert answer["output"][0]["content"][0]["text"] == said
    assert (
        await telnyx.api.post("/ai/openai/responses", json={"input": "a", "stream": True})
    ).status_code == 400
