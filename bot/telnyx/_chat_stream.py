"""Chat chunks into parts, as they stream in. Pure, and lean: it runs once for every few letters of every answer.

Chunks are those of OpenAI's `chat.completion.chunk`, to which Telnyx refers. Reasoning comes as `reasoning_content` or
`reasoning`; usage, which Telnyx does not document in streams, may come in a last chunk without choices or in every chunk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.telnyx._sse import EventParser, EventTooLargeError
from bot.telnyx._wire import chunk_error
from bot.telnyx.errors import TelnyxStreamError, TelnyxTimeoutError, TelnyxUnreachableError

_DONE = b"[DONE]"
_WHOLE = frozenset({"stop", "tool_calls", "function_call", "end_turn", "stop_sequence", "eos", "eos_token"})
_THINKING = ("thinking", "reasoning")
_LONGEST_REASON = 40
_MOST_TOKENS = 2**31 - 1
"""No answer has more, and no database column that may hold it."""
_SHORT = 16  # no chunk is as short as this; saves looking at every long one


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


ChatPart = TextPart | ReasoningPart | VoidPart | ToolCallPart | UsagePart | EndPart


class ChunkReader:
    """Reads the bytes of one stream and remembers what its end needs to know; `done` is True after `[DONE]`."""

    __slots__ = ("_finish_reason", "_model", "_operation", "_parser", "_partial", "_usage", "done")

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._parser = EventParser()
        self._finish_reason: str | None = None
        self._model: str | None = None
        self._usage: Usage | None = None
        self._partial = 0
        self.done = False

    def feed(self, chunk: bytes) -> Iterator[ChatPart]:
        """The parts that some bytes complete, one by one, so that none before a broken event is lost.

        Raises TelnyxStreamError for an error chunk or one that nobody can read.
        """
        try:
            payloads = self._parser.feed(chunk)
        except EventTooLargeError:
            raise self._broken("event too large") from None
        for payload in payloads:
            yield from self._read(payload)
            if self.done:
                return

    def end(self, failure: TelnyxUnreachableError | None = None) -> Iterator[ChatPart]:
        """The last parts, of a stream that came to its end or stopped with this failure.

        Servers that forget `[DONE]` are forgiven once there is a finish reason. Without one the stream is broken: raises
        TelnyxStreamError, or the failure itself when it is that time ran out.
        """
        for payload in () if self.done else self._parser.close():
            yield from self._rest(payload)
        if not self.done and self._finish_reason is None:
            if isinstance(failure, TelnyxTimeoutError):
                raise failure
            raise self._broken("connection lost" if failure else "ended too early") from failure
        if self._usage is not None:
            yield UsagePart(self._usage)
        yield EndPart(self._finish_reason, self._model)

    def _read(self, payload: bytes) -> list[ChatPart]:
        if len(payload) < _SHORT and payload.strip() == _DONE:
            self.done = True
            return []
        try:
            chunk = json.loads(payload.decode())
        except (ValueError, RecursionError):
            chunk = None
        if type(chunk) is not dict:
            raise self._broken("unreadable chunk")
        try:
            parts = self._parts(chunk, escaped=b"\\ud" in payload or b"\\uD" in payload)
        except (AttributeError, TypeError, KeyError, IndexError):
            parts = None
        if parts is None:  # outside the handler, so that no piece of the chunk rides along as context
            raise self._broken("chunk of the wrong shape")
        return parts

    def _rest(self, payload: bytes) -> list[ChatPart]:
        """The parts of a last event without its blank line; when it was cut short, `end` judges what that means."""
        try:
            return self._read(payload)
        except TelnyxStreamError as error:
            if error.reported:
                raise
            return []

    def _broken(self, reason: str) -> TelnyxStreamError:
        return TelnyxStreamError(self._operation, reason, partial=self._partial)

    def _parts(self, chunk: dict[str, Any], *, escaped: bool) -> list[ChatPart]:
        if chunk.get("error") or chunk.get("errors"):
            raise chunk_error(self._operation, chunk, partial=self._partial)
        if (usage := chunk.get("usage")) is not None:
            self._usage = usage_of(usage) or self._usage
        if self._model is None and isinstance(model := chunk.get("model"), str):
            self._model = model
        choices = chunk.get("choices")
        if not choices or (choice := choices[0]) is None:
            return []
        if choice.get("index"):  # a second answer, which we never ask for
            return []
        if said := reason_of(choice):
            self._finish_reason = said
        delta = choice.get("delta")
        if not delta:
            return []
        parts = parts_of(delta, escaped=escaped)
        for part in parts:
            if type(part) is TextPart:
                self._partial += len(part.text)
        return parts


def joined(parts: Iterable[ChatPart]) -> Iterator[ChatPart]:
    """Pieces of text that arrived together as one: each costs its reader as much as all of them.

    What came before an error is given out before it is raised.
    """
    text = ""
    try:
        for part in parts:
            if type(part) is TextPart:
                text += part.text
                continue
            if text:
                yield TextPart(text)
                text = ""
            yield part
    except TelnyxStreamError:
        if text:
            yield TextPart(text)
        raise
    if text:
        yield TextPart(text)


def parts_of(delta: Mapping[str, Any], *, escaped: bool = True) -> list[ChatPart]:
    """The parts of a delta, or of a whole message, which has the same fields.

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
    """Why a choice ended, None while it does not say; servers write null or "" before the end."""
    reason = choice.get("finish_reason")
    return (reason.strip()[:_LONGEST_REASON] or None) if isinstance(reason, str) else None


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
