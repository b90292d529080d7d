"""What single models refuse of a request: a field, or the roles of its messages. It is left out once, and the model remembered.

Telnyx lists no such thing per model; reasoning models take no `temperature`, some servers no `max_tokens`, the templates of
Mistral's models no two messages of one role in a row, and those of Gemma no system message.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from bot.telnyx._wire import body_of
from bot.telnyx.errors import TelnyxInvalidError

T = TypeVar("T")

OPTIONAL = (
    "temperature", "max_tokens", "top_p", "min_p", "presence_penalty", "frequency_penalty", "enable_thinking",
    "reasoning_effort", "service_tier", "logprobs", "top_logprobs", "use_beam_search", "best_of", "length_penalty",
    "early_stopping",
)  # fmt: skip
"""Fields without which the same question is answered, only in another manner."""
ROLES = "messages"
_ABOUT_ROLES = re.compile(
    r"alternat|consecutive|\broles?\b|in a row|(?:first|start|begin)\w*\b.{0,30}\buser\b|order user|developer instruction|system (role|message|prompt|instruction)s?\b.{0,40}\b(not|n't|unsupported)"
    r"|(not|n't) (support|allow|accept)\w*.{0,40}\bsystem\b|(role|roles)\b.{0,20}\bsystem\b",
    re.IGNORECASE,
)
_REMEMBERED = 1_000


class Refused:
    """What each model is known to refuse."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    async def ask(self, body: Mapping[str, Any], send: Callable[[bytes], Awaitable[T]]) -> T:
        """Send a chat request, without what the model refuses; raises TelnyxError for anything else."""
        model = str(body.get("model"))
        left_out = self._known.get(model, frozenset())
        while True:
            try:
                answer = await send(body_of(_without(body, left_out)))
            except TelnyxInvalidError as error:
                refused = _refused(error, body)
                if refused is None or refused in left_out:
                    raise
                left_out |= {refused}
                continue
            if left_out and len(self._known) < _REMEMBERED:
                self._known[model] = left_out
            return answer


def _refused(error: TelnyxInvalidError, body: Mapping[str, Any]) -> str | None:
    """Return what of a request an error names as refused."""
    if error.too_long:
        return None
    words = " ".join(word for word in (error.field, error.title, error.detail) if word).lower()
    named = {field: words.find(field) for field in OPTIONAL if body.get(field) is not None}
    named = {
        field: place for field, place in named.items() if place >= 0 and re.search(rf"\b{field}\b", words)
    }
    if named:
        return min(named, key=lambda field: named[field])
    return ROLES if _ABOUT_ROLES.search(words) and _folded(body[ROLES]) != body[ROLES] else None


def _without(body: Mapping[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if name == ROLES or name not in left_out}
    return kept | {ROLES: _folded(body[ROLES])} if ROLES in left_out else kept


def _folded(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the same words with user and assistant by turns, beginning with the user."""
    folded: list[dict[str, Any]] = []
    for message in messages:
        if (
            not isinstance(message.get("content"), str)
            or message["role"] == "tool"
            or "tool_calls" in message
        ):
            return messages  # pictures and tools are nothing to be joined
        role = "assistant" if message["role"] == "assistant" and folded else "user"
        if folded and folded[-1]["role"] == role:
            folded[-1] = folded[-1] | {"content": f"{folded[-1]['content']}\n\n{message['content']}"}
        else:
            folded.append({"role": role, "content": message["content"]})
    return folded
