"""What a model is asked, and a whole answer of it; the parts of a streamed one stand in `_chat_parts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.telnyx._chat_parts import ToolCallPart, Usage
from bot.telnyx._resource import RequestModel
from bot.telnyx.chat_tools import FunctionTool, JsonSchemaFormat, RetrievalTool


class ChatMessage(RequestModel):
    """One message of a conversation with a model.

    `content` is text or a sequence of `{type: text | image_url, ...}`. The last three fields are missing in Telnyx's schema but
    are what a tool loop needs, and are used that way in its examples.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: str | tuple[dict[str, Any], ...]
    name: str | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    tool_call_id: str | None = None


class ChatRequest(RequestModel):
    """What to ask. A field that is None is not sent, so Telnyx's default holds (temperature 0.1, thinking on).

    Tools and formats are `RetrievalTool`, `FunctionTool` and `JsonSchemaFormat`, or objects as Telnyx documents them. Which
    fields a model takes differs: `reasoning_effort` with an unknown value gives 400, a `strict` region without room 422.
    https://developers.telnyx.com/api-reference/chat/create-a-chat-completion
    """

    messages: tuple[ChatMessage, ...]
    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    seed: int | None = None
    stop: str | tuple[str, ...] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    tools: tuple[RetrievalTool | FunctionTool | dict[str, Any], ...] | None = None
    tool_choice: Literal["none", "auto", "required"] | None = None
    response_format: JsonSchemaFormat | dict[str, Any] | None = None
    enable_thinking: bool | None = None
    reasoning_effort: str | None = None
    guided_json: dict[str, Any] | None = None
    guided_regex: str | None = None
    guided_choice: tuple[str, ...] | None = None
    api_key_ref: str | None = None
    service_tier: str | None = None
    region: str | None = None
    mode: Literal["preferred", "strict"] | None = None
    n: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    use_beam_search: bool | None = None
    best_of: int | None = None
    length_penalty: float | None = None
    early_stopping: bool | None = None

    def json_body(self, *, stream: bool) -> dict[str, Any]:
        """Return the JSON object to send. Raises ValueError for several answers in one stream, which would run into one another."""
        if stream and (self.n or 1) > 1:
            raise ValueError("a stream carries one answer; ask for n=1")
        return self.body() | {"stream": stream}


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """A whole answer. `text` is empty when a reasoning model ran out of tokens before it began to answer; see `whole`.

    `others` are the further answers when `n` asked for more than one, `logprobs` as they came when asked for.
    """

    text: str
    reasoning: str
    model: str | None
    usage: Usage | None
    finish_reason: str | None
    tool_calls: tuple[ToolCallPart, ...] = ()
    logprobs: dict[str, Any] | None = None
    others: tuple[ChatAnswer, ...] = ()
