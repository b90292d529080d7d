"""Family `chat`: completions, whole and streamed, by the stand-in model or a real one behind it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from .arguments import check_query, read_body
from .completions import DONE, ChatBody, Completion, RetrievalTool, count_tokens, cut_to_tokens
from .faults import ENDLESS, Fault
from .gate import FAULT, SENT
from .library import Library
from .models import Models
from .nearest import Reader
from .odd_chat import endless, refuse, too_long
from .operations import Operation
from .passages import Turn
from .refusals import refusal
from .sight import looked_at
from .standin_model import reply
from .upstream import Forwarder

_ERROR_EVENT = b'data: {"error": {"message": "The model stopped unexpectedly.", "type": "server_error", "code": 500}}\n\n'
_SPOILED_EVENT = b'data: {"id": "chatcmpl-\n\n'


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the stand-in model writes: seconds until the first word, and for each further word."""

    first: float = 0.3
    word: float = 0.025


class Chat:
    """The operations of this family.

    Args:
        library: what retrieval tools read.
        models: which can be asked.
        now: the sandbox's clock.
        pace: how fast words come.
        rest: waits as long as a fault says.
        forwarder: a real model's door; the stand-in model answers when there is none.
        reader: how the stand-in model reads passages; by words when there is none.
    """

    def __init__(
        self,
        library: Library,
        models: Models,
        now: Callable[[], datetime],
        pace: Pace,
        rest: Callable[[Fault], Awaitable[None]],
        *,
        forwarder: Forwarder | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._library = library
        self._models = models
        self._now = now
        self._pace = pace
        self._rest = rest
        self._forwarder = forwarder
        self._reader = reader
        self._numbers = itertools.count(1)

    def operations(self) -> tuple[Operation, ...]:
        """The same operation under the deprecated and the new path."""
        return (
            Operation("chat.completions", "POST", "/ai/chat/completions", self.complete),
            Operation("chat.completions_openai", "POST", "/ai/openai/chat/completions", self.complete),
        )

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A completion: JSON, or server-sent events when `stream` is true."""
        check_query(request, ())
        body = await read_body(request, ChatBody)
        if self._forwarder is not None:
            return await self._forwarder.forward(request, body)
        fault = request.get(FAULT)
        if fault is not None and fault.kind == "too_long":
            raise too_long(8_192, 9_000, 0)
        if fault is not None and fault.kind == "refuses":
            refuse(fault.field or "", body)
        if fault is not None and fault.kind in ENDLESS:
            return await endless(request, fault, streamed=body.stream)
        turns = await asyncio.to_thread(self._turns, body)
        prompt_tokens = sum(count_tokens(turn.text) for turn in turns)
        self._check(body, prompt_tokens)
        retrieved = await asyncio.to_thread(self._retrieved, body, turns)
        text = await asyncio.to_thread(reply, [*turns, *retrieved], self._reader)
        completion = Completion(
            f"chatcmpl-sandbox-{next(self._numbers):06d}",
            int(self._now().timestamp()),
            body.model,
            prompt_tokens,
            text,
            "stop",
        )
        completion = _limited(completion, body)
        if fault is not None and fault.kind == "says":
            completion = replace(
                completion,
                text=completion.text if fault.text is None else fault.text,
                finish_reason=fault.finish_reason,
                said_usage=fault.usage,
                parts=fault.parts,
            )
        if body.stream:
            return await self._stream(request, body, completion)
        await asyncio.sleep(self._pace.first)
        return web.json_response(completion.whole())

    def _turns(self, body: ChatBody) -> list[Turn]:
        """The messages as text, with what is seen in their pictures."""
        model = self._models.that_writes(body.model)
        turns = [message.as_turn() for message in body.messages]
        return looked_at(body.messages, turns, sees=model is None or model["is_vision_supported"])

    def _check(self, body: ChatBody, prompt_tokens: int) -> None:
        """What a server would refuse, and what this model cannot do."""
        model = self._models.that_writes(body.model)
        if model is None:
            raise refusal(404, f"The model {body.model} does not exist.", pointer="/model")
        context = model["context_length"]
        if prompt_tokens > context:
            raise too_long(context, prompt_tokens, 0)
        wanted = min(body.max_tokens or 0, model["max_completion_tokens"])
        if prompt_tokens + wanted > context:
            raise too_long(context, prompt_tokens, wanted)
        wants_json = body.response_format is not None and body.response_format.type != "text"
        guided = (
            body.guided_json is not None or body.guided_regex is not None or body.guided_choice is not None
        )
        if wants_json or guided or body.n != 1:
            raise refusal(
                400, "The sandbox's stand-in model writes one plain text: no n, JSON format or guided output."
            )

    def _retrieved(self, body: ChatBody, turns: Sequence[Turn]) -> list[Turn]:
        """The passages of retrieval tools, found with the last user message; 404 for an unknown bucket."""
        question = next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
        found = []
        for tool in body.tools or []:
            if not isinstance(tool, RetrievalTool):
                continue
            for name in tool.retrieval.bucket_ids:
                bucket = self._library.buckets.get(name)
                if bucket is None:
                    raise refusal(404, f"The requested bucket could not be found or is not embedded: {name}")
                found += bucket.search(question, tool.retrieval.max_num_results, self._now())
        passages = [
            f'<passage n="{n}" document="{match.chunk.document.name}">\n{match.chunk.text}\n</passage>'
            for n, match in enumerate(found, 1)
        ]
        return [Turn("tool", "\n".join(passages))] if passages else []

    async def _stream(
        self, request: web.Request, body: ChatBody, completion: Completion
    ) -> web.StreamResponse:
        include_usage = bool(body.stream_options and body.stream_options.include_usage)
        fault = request.get(FAULT)
        done = fault is None or fault.kind != "says" or fault.done
        events = [*completion.chunks(include_usage=include_usage), *([DONE] if done else [])]
        breaks = fault is not None and fault.kind in {"cut", "error_chunk", "bad_json"}
        if fault is not None and breaks:
            ending = {"cut": [], "error_chunk": [_ERROR_EVENT], "bad_json": [_SPOILED_EVENT]}[fault.kind]
            events = [*events[: fault.after_chunks], *ending]
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for place, event in enumerate(events):
            # The event after the role is the first word.
            pause = self._pace.first if place == 1 else self._pace.word
            if place and pause:
                await asyncio.sleep(pause)
            if fault is not None and fault.kind == "stall" and place == fault.after_chunks:
                await self._rest(fault)
            await response.write(event)
            request[SENT] += len(event)
        if fault is not None and fault.kind == "cut" and request.transport is not None:
            request.transport.abort()
        else:
            await response.write_eof()
        return response


def _limited(completion: Completion, body: ChatBody) -> Completion:
    """Cut at `stop` sequences and at `max_tokens`."""
    text: Any = completion.text
    stops = [body.stop] if isinstance(body.stop, str) else body.stop or []
    for stop in stops:
        text = text.split(stop)[0] if stop else text
    if body.max_tokens is not None and count_tokens(text) > body.max_tokens:
        return replace(completion, text=cut_to_tokens(text, body.max_tokens), finish_reason="length")
    return replace(completion, text=text)
