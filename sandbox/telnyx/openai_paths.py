"""Paths below /ai/openai besides chat and models: embeddings by hashed words, their models, and responses."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import math
import struct
import time
from typing import Any, Literal

from aiohttp import web
from pydantic import ConfigDict, Field

from .arguments import Body, check_query, read_body
from .completions import count_tokens
from .models import CATALOG, DEFAULT_MODEL, Models
from .nearest import Reader
from .operations import Operation
from .passages import Turn
from .refusals import refusal
from .standin_model import reply
from .words import informative_words

_DIMENSIONS = 1024


class EmbeddingBody(Body):
    """Body of POST /ai/openai/embeddings."""

    input: str | list[str]
    model: str
    dimensions: int | None = Field(default=None, ge=1, le=_DIMENSIONS)
    encoding_format: Literal["float", "base64"] = "float"
    user: str | None = None


class ResponseBody(Body):
    """Body of POST /ai/openai/responses; fields that OpenAI knows and the schema does not are let through."""

    model_config = ConfigDict(extra="allow")

    input: Any = None
    model: str = DEFAULT_MODEL
    instructions: str | None = None
    stream: bool = False


class OpenAI:
    """The operations of this family.

    Args:
        models: which can be asked.
        reader: how the stand-in model reads passages; by words when there is none.
    """

    def __init__(self, models: Models, reader: Reader | None = None) -> None:
        self._models = models
        self._reader = reader
        self._numbers = itertools.count(1)

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        return (
            Operation("openai.embeddings_models", "GET", "/ai/openai/embeddings/models", self.models),
            Operation("openai.embeddings", "POST", "/ai/openai/embeddings", self.embed),
            Operation("openai.responses", "POST", "/ai/openai/responses", self.respond),
        )

    async def models(self, request: web.Request) -> web.Response:
        """The models for embeddings, `{object, data}`."""
        check_query(request, ())
        found = [
            {"id": m["id"], "object": "model", "created": 1780390800, "owned_by": m["owned_by"]}
            for m in CATALOG
            if m["task"] == "feature-extraction"
        ]
        return web.json_response({"object": "list", "data": found})

    async def embed(self, request: web.Request) -> web.Response:
        """Vectors of unit length in OpenAI's shape, near one another when texts share words; 404 for an unknown model."""
        check_query(request, ())
        body = await read_body(request, EmbeddingBody)
        if not any(m["id"] == body.model and m["task"] == "feature-extraction" for m in CATALOG):
            raise refusal(404, f"The model {body.model} does not exist.", pointer="/model")
        texts = [body.input] if isinstance(body.input, str) else body.input
        vectors = [_vector(text, body.dimensions or _DIMENSIONS) for text in texts]
        data = [
            {
                "object": "embedding",
                "index": at,
                "embedding": _packed(vector) if body.encoding_format == "base64" else vector,
            }
            for at, vector in enumerate(vectors)
        ]
        tokens = sum(count_tokens(text) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response({"object": "list", "data": data, "model": body.model, "usage": usage})

    async def respond(self, request: web.Request) -> web.Response:
        """One message of the stand-in model in the shape of OpenAI's responses; 400 for a stream, which it does not write."""
        check_query(request, ())
        body = await read_body(request, ResponseBody)
        if body.stream:
            raise refusal(400, "The sandbox's stand-in model streams chat completions only.")
        if self._models.that_writes(body.model) is None:
            raise refusal(404, f"The model {body.model} does not exist.", pointer="/model")
        turns = [Turn("system", body.instructions)] if body.instructions else []
        text = await asyncio.to_thread(reply, [*turns, *_turns(body.input)], self._reader)
        number = next(self._numbers)
        content = {"type": "output_text", "text": text, "annotations": list[Any]()}
        message = {
            "type": "message",
            "id": f"msg-sandbox-{number:06d}",
            "status": "completed",
            "role": "assistant",
            "content": [content],
        }
        return web.json_response(
            {
                "id": f"resp-sandbox-{number:06d}",
                "object": "response",
                "created_at": int(time.time()),
                "status": "completed",
                "model": body.model,
                "output": [message],
            }
        )


def _turns(given: Any) -> list[Turn]:
    """A text, or messages with text."""
    if isinstance(given, str):
        return [Turn("user", given)]
    turns = []
    for item in given if isinstance(given, list) else []:
        content = item.get("content", "") if isinstance(item, dict) else ""
        if isinstance(content, list):
            content = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        turns.append(Turn(str(item.get("role", "user")) if isinstance(item, dict) else "user", str(content)))
    return turns


def _vector(text: str, size: int) -> list[float]:
    """Each word adds to the place its checksum names."""
    vector = [0.0] * size
    for word in informative_words(text) or [text]:
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % size] += 1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [round(value / length, 6) for value in vector]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
