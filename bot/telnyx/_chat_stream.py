"""Chat chunks into parts, as they stream in. Pure, and lean: it runs once for every few letters of every answer.

Chunks are those of OpenAI's `chat.completion.chunk`, to which Telnyx refers. Usage, which Telnyx does not document in streams,
may come in a last chunk without choices or in every chunk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.telnyx._chat_parts import (
    ChatPart,
    EndPart,
    TextPart,
    Usage,
    UsagePart,
    parts_of,
    reason_of,
    usage_of,
)
from bot.telnyx._problems import Strike, chunk_error
from bot.telnyx._sse import EventParser, EventTooLargeError
from bot.telnyx.errors import TelnyxStreamError, TelnyxTimeoutError, TelnyxUnreachableError

_DONE = b"[DONE]"
_decoded = json.JSONDecoder().decode  # what json.loads comes to, after it has looked at its options
_SHORT = 16  # no chunk is as short as this; saves looking at every long one


class ChunkReader:
    """Reads the bytes of one stream and remembers what its end needs to know; `done` is True after `[DONE]`."""

    __slots__ = (
        "_finish_reason",
        "_model",
        "_operation",
        "_parser",
        "_partial",
        "_strike",
        "_usage",
        "done",
    )

    def __init__(self, operation: str, strike: Strike = str) -> None:
        self._strike = strike
        self._operation = operation
        self._parser = EventParser()
        self._finish_reason: str | None = None
        self._model: str | None = None
        self._usage: Usage | None = None
        self._partial = 0
        self.done = False

    def feed(self, chunk: bytes) -> Iterator[ChatPart]:
        """Yield the parts that some bytes complete, one by one, so none before a broken event is lost.

        Raises TelnyxStreamError for an error chunk or one that no one can read.
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
        """Yield the last parts, of a stream that came to its end or stopped with this failure.

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
            chunk = _decoded(payload.decode())
        except (ValueError, RecursionError):
            chunk = None
        if type(chunk) is not dict:
            raise self._broken("unreadable chunk")
        try:
            parts = self._parts(chunk, escaped=b"\\ud" in payload or b"\\uD" in payload)
        except (AttributeError, TypeError, KeyError, IndexError):
            parts = None
        if parts is None:  # outside the handler, so no piece of the chunk rides along as context
            raise self._broken("chunk of the wrong shape")
        return parts

    def _rest(self, payload: bytes) -> list[ChatPart]:
        """Return the parts of a last event without its blank line; when it was cut short, `end` judges what that means."""
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
            raise chunk_error(self._operation, chunk, partial=self._partial, strike=self._strike)
        if (usage := chunk.get("usage")) is not None:
            self._usage = usage_of(usage) or self._usage
        if self._model is None and isinstance(model := chunk.get("model"), str):
            self._model = model
        choices = chunk.get("choices")
        if not choices or (choice := choices[0]) is None:
            return []
        if choice.get("index"):  # a second answer, which we never ask for
            return []
        if choice.get("finish_reason") and (said := reason_of(choice)):
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
