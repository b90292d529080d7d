"""Chat completions, whole or streamed: POST /ai/chat/completions, or its successor under /ai/openai."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from bot.telnyx._chat_parts import (
    ChatPart,
    EndPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    Usage,
    UsagePart,
    VoidPart,
    parts_of,
    reason_of,
    usage_of,
)
from bot.telnyx._chat_stream import ChunkReader, joined
from bot.telnyx._refused import Refused
from bot.telnyx._request import Request
from bot.telnyx._resource import RequestModel, Resource
from bot.telnyx._routes import MovedRoute
from bot.telnyx._thoughts import Said, Thoughts, without_thoughts
from bot.telnyx._timeouts import StreamLimits
from bot.telnyx._transport import ByteStream, Transport
from bot.telnyx._wire import read_json
from bot.telnyx.chat_tools import FunctionTool, JsonSchemaFormat, RetrievalTool
from bot.telnyx.errors import TelnyxError, TelnyxUnreachableError, TelnyxUnreadableError


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


class Chat(Resource):
    """Questions to a model. They cost money, so they are tried again only when Telnyx cannot have begun to work."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._route = MovedRoute("/ai/chat/completions", "/ai/openai/chat/completions")
        self._refused = Refused()

    async def complete(self, request: ChatRequest) -> ChatAnswer:
        """Ask and wait for the whole answer; what the model is known to refuse is left out. Raises TelnyxError."""
        answer = await self._refused.ask(request.json_body(stream=False), self._whole)
        return answer_of("chat.complete", read_json("chat.complete", answer))

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatPart, None]:
        """Ask and give the answer as it is written; an EndPart is always the last part.

        Close the generator (`contextlib.aclosing`) when leaving early: that closes the connection, and the model stops.
        Thoughts that the model wrote into its text come as `ReasoningPart`s. Raises TelnyxStreamError when the stream breaks,
        TelnyxTimeoutError when no words come for too long or the whole takes too long (`Timeouts`), else TelnyxError.
        """
        reader, thoughts = ChunkReader("chat.stream", self._transport.strike), Thoughts()
        lost: TelnyxUnreachableError | None = None
        async with contextlib.AsyncExitStack() as stack:
            stream = await self._refused.ask(request.json_body(stream=True), partial(self._entered, stack))
            limits = self._transport.limits("chat.stream")
            if stream.content_type.startswith("application/json"):
                for part in unstreamed(await _whole(stream, limits)):
                    yield part
                return
            try:
                async for chunk in stream:
                    for part in _told(joined(reader.feed(chunk)), thoughts):
                        limits.came(part)
                        yield part
                    if reader.done:
                        await stream.drain()
                        break
                    limits.check()
            except TelnyxUnreachableError as error:
                lost = error
            for part in _told(reader.end(lost), thoughts):
                yield part

    async def _whole(self, body: bytes) -> bytes:
        return await self._route.call(lambda path: self._transport.send(_post("chat.complete", path, body)))

    async def _entered(self, stack: contextlib.AsyncExitStack, body: bytes) -> ByteStream:
        return await self._route.call(
            lambda path: stack.enter_async_context(self._transport.stream(_post("chat.stream", path, body)))
        )


def _told(parts: Iterable[ChatPart], thoughts: Thoughts) -> Iterator[ChatPart]:
    """Yield the parts with the thoughts that stood in the text told apart; all text is given out before an end or an error."""
    try:
        for part in parts:
            if type(part) is TextPart:
                yield from map(_part, thoughts.feed(part.text))
                continue
            if type(part) is UsagePart or type(part) is EndPart:
                yield from map(_part, thoughts.close())
            yield part
    except TelnyxError:
        yield from map(_part, thoughts.close())
        raise


def _part(said: Said) -> ChatPart:
    if said.void:
        return VoidPart()
    return ReasoningPart(said.text) if said.thought else TextPart(said.text)


async def _whole(stream: ByteStream, limits: StreamLimits) -> ChatAnswer:
    body = bytearray()
    async for chunk in stream:
        body += chunk
        limits.check()
    return answer_of("chat.stream", read_json("chat.stream", bytes(body)))


def answer_of(operation: str, payload: Any) -> ChatAnswer:
    """Return a decoded chat completion as an answer. Raises TelnyxUnreadableError."""
    try:
        first, *others = (_choice(payload, choice) for choice in payload["choices"])
        return dataclasses.replace(first, others=tuple(others)) if others else first
    except (AttributeError, TypeError, ValueError, KeyError, IndexError):
        reason = "not a chat completion"
    raise TelnyxUnreadableError(operation, reason)


def _choice(payload: Any, choice: Any) -> ChatAnswer:
    parts = parts_of(choice["message"])
    model, logprobs = payload.get("model"), choice.get("logprobs")
    text, thought = without_thoughts("".join(part.text for part in parts if isinstance(part, TextPart)))
    return ChatAnswer(
        text=text,
        reasoning="".join(part.text for part in parts if isinstance(part, ReasoningPart)) + thought,
        model=model if isinstance(model, str) else None,
        usage=usage_of(payload.get("usage")),
        finish_reason=reason_of(choice),
        tool_calls=tuple(part for part in parts if isinstance(part, ToolCallPart)),
        logprobs=logprobs if isinstance(logprobs, dict) else None,
    )


def unstreamed(answer: ChatAnswer) -> list[ChatPart]:
    """Return a whole answer in parts, for a server that was asked to stream and did not."""
    parts: list[ChatPart] = []
    if answer.reasoning:
        parts.append(ReasoningPart(answer.reasoning))
    if answer.text:
        parts.append(TextPart(answer.text))
    parts.extend(answer.tool_calls)
    if answer.usage:
        parts.append(UsagePart(answer.usage))
    return [*parts, EndPart(answer.finish_reason, answer.model)]


def _post(operation: str, path: str, body: bytes) -> Request:
    return Request(operation, "POST", path, body=body, repeatable=False)
