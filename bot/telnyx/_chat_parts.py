"""What an answer of a model is made of, and how its parts are read from a chunk or a whole message. Pure.

Reasoning comes as `reasoning_content` or `reasoning`, or as a part of a content that is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_WHOLE = frozenset(
    {
        "stop", "tool_calls", "function_call", "tool_use", "end_turn", "stop_sequence", "stop_sequences", "eos", "eos_token",
        "complete", "completed", "done", "finished",
    }
)  # fmt: skip
# Servers pass on the words of the models behind them; these two of OpenAI's stand for all that mean the same.
_SAME = {
    "length": (
        "max_token", "max_tokens", "max_output_token", "max_output_tokens", "max_completion_tokens", "max_new_tokens", "max_length",
        "model_length", "token_limit", "context_length_exceeded", "model_context_window_exceeded",
    ),
    "content_filter": (
        "content_filtered", "guardrail_intervened", "safety", "refusal", "recitation", "prohibited_content", "blocklist",
    ),
}  # fmt: skip
_MEANT = {said: reason for reason, words in _SAME.items() for said in words}
_UNSAID = frozenset({"null", "none", "unspecified", "in_progress"})
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s-]+")
_THINKING = ("thinking", "reasoning")
_LONGEST_REASON = 40
_MOST_TOKENS = 2**31 - 1
"""No answer has more, and no database column that may hold it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer; reasoning counts among the completion."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class TextPart:
    """Some letters of the answer, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """Some letters of what the model thinks before it answers, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class VoidPart:
    """All text so far was a thought, whose opening tag was missing; the answer begins behind this part."""


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A piece of a tool call: pieces with one `index` belong together, `arguments` are joined, id and name come once."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class UsagePart:
    """The tokens used; at most once, just before the end."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class EndPart:
    """The end, always last. `finish_reason` is None when the model did not say; see `whole` for what it means."""

    finish_reason: str | None
    model: str | None
    request_id: str | None = field(default=None, compare=False)
    """Telnyx's name for the request, for its support."""


ChatPart = TextPart | ReasoningPart | VoidPart | ToolCallPart | UsagePart | EndPart


def parts_of(delta: Mapping[str, Any], *, escaped: bool = True) -> list[ChatPart]:
    """Return the parts of a delta, or of a whole message, which has the same fields.

    `escaped` says that the JSON may hold escaped surrogates. Raises TypeError or AttributeError for a wrong shape.
    """
    parts: list[ChatPart] = []
    if (thought := delta.get("reasoning_content") or delta.get("reasoning")) and (
        said := _text(thought, escaped=escaped)
    ):
        parts.append(ReasoningPart(said))
    if content := delta.get("content"):
        if type(content) is str:
            parts.append(TextPart(_text(content, escaped=escaped)))
        else:
            parts.extend(_listed(content, escaped=escaped))
    if calls := delta.get("tool_calls"):
        parts.extend(_tool_call(call, position) for position, call in enumerate(calls) if call is not None)
    return parts


def _listed(content: Any, *, escaped: bool) -> Iterator[ChatPart]:
    """Content as a list of parts: `{type: text, text}`, and `{type: thinking, thinking: [parts]}` of Mistral's models.

    Parts that hold no text, such as images, are passed over. https://docs.mistral.ai/capabilities/reasoning
    """
    held: Any
    for part in [content] if isinstance(content, Mapping) else content:
        if type(part) is str:
            kind, held = "text", part
        elif isinstance(part, Mapping):
            kind = "thinking" if "thinking" in part or part.get("type") in _THINKING else "text"
            held = part.get("thinking") or part.get("text") or part.get("reasoning")
        else:
            continue
        if held and (said := _text(held, escaped=escaped)):
            yield TextPart(said) if kind == "text" else ReasoningPart(said)


def usage_of(said: Any) -> Usage | None:
    """Tokens as an answer counts them; None unless it counts prompt and completion in numbers that can be true."""
    if not isinstance(said, Mapping):
        return None
    prompt, completion, total = (
        _count(said.get(f"{kind}_tokens")) for kind in ("prompt", "completion", "total")
    )
    if prompt is None or completion is None:
        return None
    return Usage(prompt, completion, prompt + completion if total is None else total)


def reason_of(choice: Mapping[str, Any]) -> str | None:
    """Return why a choice ended, in OpenAI's words where there are some; None while it does not say.

    Servers write null, "", or "null" before the end, and spell a reason as they like: `endTurn`, `MAX_TOKENS`, `FINISH_REASON_STOP`.
    """
    said = choice.get("finish_reason")
    if not isinstance(said, str) or not (said := said.strip()):
        return None
    if said.startswith("<"):  # the very sign that ended it: `</s>`, `<|eot_id|>`
        return "stop"
    reason = _INNER_CAPITAL.sub("_", said).lower().removeprefix("finish_reason_")
    return None if reason in _UNSAID else _MEANT.get(reason, reason)[:_LONGEST_REASON]


def whole(finish_reason: str | None) -> bool:
    """Return whether an answer that ended so says all that the model meant to say.

    `length` and `content_filter` mean that it was cut. An answer whose end is not explained, or in a word that we do not know
    (`error`, `abort`), may be cut.
    """
    return finish_reason is not None and finish_reason.lower() in _WHOLE


def _count(said: Any) -> int | None:
    return said if type(said) is int and 0 <= said <= _MOST_TOKENS else None


def _text(said: Any, *, escaped: bool) -> str:
    if isinstance(said, list):
        return "".join(
            part.text for part in _listed(said, escaped=escaped) if isinstance(part, TextPart | ReasoningPart)
        )
    if type(said) is not str:
        raise TypeError
    # Only an escape can smuggle in half of a surrogate pair, which nothing behind us could encode.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if escaped else said


def _tool_call(call: dict[str, Any], position: int) -> ToolCallPart:
    function = call.get("function") or {}
    index, name, arguments = call.get("index"), function.get("name"), function.get("arguments")
    return ToolCallPart(
        index=index if isinstance(index, int) else position,
        id=call["id"] if isinstance(call.get("id"), str) else None,
        name=name if isinstance(name, str) else None,
        arguments=arguments if isinstance(arguments, str) else "",
    )
