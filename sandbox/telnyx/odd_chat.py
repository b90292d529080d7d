"""What models and the servers before them do that no document tells: refuse single fields, think without end, dribble."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from aiohttp import web

from .completions import ChatBody
from .faults import Fault
from .gate import SENT
from .refusals import Refusal, refusal

ROLES = "roles"
_THOUGHT = (
    b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm. "}, "finish_reason": null}]}\n\n'
)
_DRIBBLED = b'data: {"choices": [{"index": 0, "delta": {"content": "I "}, "finish_reason": null}]}\n\n'
_PIECES = {"pings": [b": ping\n\n"], "thinks": [_THOUGHT], "dribble": [bytes([byte]) for byte in _DRIBBLED]}


def too_long(context: int, messages: int, completion: int) -> Refusal:
    """400 in the words of vLLM, for a prompt, or a prompt and the answer asked for, that do not fit."""
    return refusal(
        400,
        f"This model's maximum context length is {context} tokens. However, you requested {messages + completion} tokens "
        f"({messages} in the messages, {completion} in the completion). Please reduce the length of the messages or completion.",
        pointer="/messages",
    )


def refuse(field: str, body: ChatBody) -> None:
    """Raise the 400 of a model that takes no such field, or with `roles` no two messages of one role in a row."""
    roles = [message.role for message in body.messages if message.role != "system"]
    if field == ROLES and (roles[:1] != ["user"] or any(one == other for one, other in pairwise(roles))):
        raise refusal(
            400,
            "After the optional system message, conversation roles must alternate user/assistant/user/assistant/...",
        )
    if field == "system" and any(message.role == "system" for message in body.messages):
        raise refusal(400, "System role not supported")
    if field in body.model_fields_set and getattr(body, field) is not None:
        raise refusal(
            400, f"Unsupported parameter: '{field}' is not supported with this model.", pointer=f"/{field}"
        )


async def endless(request: web.Request, fault: Fault, *, streamed: bool) -> web.StreamResponse:
    """An answer that never ends, until the caller hangs up. Of a whole answer come blanks."""
    kind = "text/event-stream" if streamed else "application/json"
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    pieces = _PIECES[fault.kind] if streamed else [b" "]
    while True:
        for piece in pieces:
            try:
                await response.write(piece)
            except ConnectionError:
                return response
            request[SENT] += len(piece)
            await asyncio.sleep(fault.seconds)
