"""Chat completions, whole or streamed: POST /ai/chat/completions, or its successor under /ai/openai."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Iterable, Iterator
from functools import partial
from typing import Any

from bot.telnyx._chat_parts import (
    ChatPart,
    EndPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    UsagePart,
    parts_of,
    reason_of,
    usage_of,
)
from bot.telnyx._chat_stream import ChunkReader
from bot.telnyx._refused import Refused
from bot.telnyx._request import Request
from bot.telnyx._resource import Resource
from bot.telnyx._routes import MovedRoute
from bot.telnyx._thoughts import Thoughts, without_thoughts
from bot.telnyx._timeouts import StreamLimits
from bot.telnyx._transport import ByteStream, Transport
from bot.telnyx._wire import read_json
from bot.telnyx.chat_types import ChatAnswer, ChatRequest
from bot.telnyx.errors import TelnyxError, TelnyxUnreachableError, TelnyxUnreadableError


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
                    yield _named(part, stream)
                return
            try:
                async for chunk in stream:
                    for part in _told(reader.feed(chunk), thoughts):
                        limits.came(part)
                        yield part
                    if reader.done:
                        await stream.drain()
                        break
                    limits.check()
            except TelnyxUnreachableError as error:
                lost = error
            for part in _told(reader.end(lost), thoughts):
                yield _named(part, stream)

    async def _whole(self, body: bytes) -> bytes:
        return await self._route.ask(lambda path: self._transport.send(_post("chat.complete", path, body)))

    async def _entered(self, stack: contextlib.AsyncExitStack, body: bytes) -> ByteStream:
        return await self._route.ask(
            lambda path: stack.enter_async_context(self._transport.stream(_post("chat.stream", path, body)))
        )


def _told(parts: Iterable[ChatPart], thoughts: Thoughts) -> Iterator[ChatPart]:
    """Yield the parts with the thoughts that stood in the text told apart; all text is given out before an end or an error."""
    try:
        for part in parts:
            if type(part) is TextPart:
                yield from thoughts.feed(part.text)
                continue
            if type(part) is UsagePart or type(part) is EndPart:
                yield from thoughts.close()
            yield part
    except TelnyxError:
        yield from thoughts.close()
        raise


def _named(part: ChatPart, stream: ByteStream) -> ChatPart:
    """Return the part; an end says which request it ends."""
    return dataclasses.replace(part, request_id=stream.request_id) if isinstance(part, EndPart) else part


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
