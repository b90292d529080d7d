"""Wire shapes of chat completions: the request body, the whole answer, the chunks of a stream."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from .arguments import Body
from .models import DEFAULT_MODEL
from .passages import Turn

DONE = b"data: [DONE]\n\n"


class ContentPart(Body):
    """A part of a message's content."""

    type: Literal["text", "image_url"]
    text: str | None = None
    image_url: str | dict[str, Any] | None = None


class Message(Body):
    """A message; tool fields are not in the schema but are needed for tool loops, and used in practice."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None

    def as_turn(self) -> Turn:
        """Role and text."""
        if isinstance(self.content, list):
            return Turn(self.role, "\n".join(part.text or "" for part in self.content))
        return Turn(self.role, self.content or "")

    def pictures(self) -> list[str]:
        """The addresses of the pictures, as Telnyx documents them or as OpenAI does."""
        parts = self.content if isinstance(self.content, list) else []
        urls = [part.image_url for part in parts if part.image_url is not None]
        return [url if isinstance(url, str) else str(url.get("url") or "") for url in urls]


class Retrieval(Body):
    """Which embedded buckets a retrieval tool reads."""

    bucket_ids: list[str] = Field(min_length=1)
    max_num_results: int = Field(default=3, ge=1)


class RetrievalTool(Body):
    """Telnyx's own tool type."""

    type: Literal["retrieval"]
    retrieval: Retrieval


class FunctionTool(Body):
    """A function; the stand-in model never calls one."""

    type: Literal["function"]
    function: dict[str, Any]


class ResponseFormat(Body):
    """Text, or JSON (which the stand-in model cannot write)."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: dict[str, Any] | None = None


class StreamOptions(Body):
    """Not in Telnyx's schema; OpenAI-compatible servers know it."""

    include_usage: bool = False


class ChatBody(Body):
    """Body of both chat paths: the fields of the OpenAPI document and those that newer packages send."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    messages: list[Message] = Field(min_length=1)
    model: str = DEFAULT_MODEL
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float = 0.1
    max_tokens: int | None = Field(default=None, ge=1)
    n: int = 1
    seed: int | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    top_p: float | None = None
    min_p: float | None = Field(default=None, ge=0, le=1)
    presence_penalty: float = 0
    frequency_penalty: float = 0
    logprobs: bool = False
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    use_beam_search: bool = False
    best_of: int | None = None
    length_penalty: float = 1
    early_stopping: bool = False
    tools: list[Annotated[FunctionTool | RetrievalTool, Field(discriminator="type")]] | None = None
    tool_choice: Literal["none", "auto", "required"] | None = None
    response_format: ResponseFormat | None = None
    guided_json: dict[str, Any] | None = None
    guided_regex: str | None = None
    guided_choice: list[str] | None = None
    enable_thinking: bool = True
    api_key_ref: str | None = None
    service_tier: Literal["default", "priority", "flex"] | None = None
    region: Literal["USA", "EU", "AUS", "UAE"] | None = None
    mode: Literal["preferred", "strict"] | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None


def count_tokens(text: str) -> int:
    """About how many tokens a text has, by script: Latin letters four to a token, Cyrillic, Greek, Arabic two and a half, others one."""
    return math.ceil(sum(map(_weight, text)))


def _weight(letter: str) -> float:
    if letter < "\u0250":
        return 0.25
    return 0.4 if letter < "\u0800" else 1.0


def cut_to_tokens(text: str, limit: int) -> str:
    """As much of a text as `limit` tokens hold."""
    room = float(limit)
    for place, letter in enumerate(text):
        room -= _weight(letter)
        if room < 0:
            return text[:place]
    return text


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer of the model, ready for the wire."""

    completion_id: str
    created: int
    model: str
    prompt_tokens: int
    text: str
    finish_reason: str | None
    said_usage: dict[str, Any] | None = None
    parts: bool = False

    def usage(self) -> dict[str, Any]:
        """Token counts, approximate."""
        if self.said_usage is not None:
            return self.said_usage
        written = count_tokens(self.text)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": written,
            "total_tokens": self.prompt_tokens + written,
        }

    def whole(self) -> dict[str, Any]:
        """The answer to a request without `stream`; bare, no `data`."""
        message = {"role": "assistant", "content": self._content(self.text)}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return self._head("chat.completion") | {"choices": [choice], "usage": self.usage()}

    def chunks(self, *, include_usage: bool) -> list[bytes]:
        """The events of the stream up to, not including, `[DONE]`: role, a word each, the end, usage if asked for."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": self._content(word)} for word in re.findall(r"\s*\S+\s*", self.text)]
        events = [self._event([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
        events.append(self._event([{"index": 0, "delta": {}, "finish_reason": self.finish_reason}]))
        if include_usage or self.said_usage is not None:
            events.append(self._event([], usage=self.usage()))
        return events

    def _content(self, text: str) -> Any:
        return [{"type": "text", "text": text}] if self.parts else text

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        data = self._head("chat.completion.chunk") | {"choices": choices} | more
        return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.completion_id, "object": kind, "created": self.created, "model": self.model}
