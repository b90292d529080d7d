"""Chat chunks into parts, as they stream in. Pure, and lean: it runs once for every few letters of every answer.

Chunks are those of OpenAI's `chat.completion.chunk`, to which Telnyx refers. Usage, which Telnyx does not document in streams,
may come in a last chunk without choices or in every chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from bot.telnyx._wire import decoded
from bot.telnyx.errors import TelnyxStreamError, TelnyxTimeoutError, TelnyxUnreachableError

_DONE = b"[DONE]"
_BACKSLASH = ord("\\")  # a byte is found ten times as fast as bytes of one byte
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
        """Yield the parts that some bytes complete, in order; text that arrived together is one part.

        Raises TelnyxStreamError for an error chunk or one that no one can read, behind all that came before it.
        """
        try:
            payloads = self._parser.feed(chunk)
        except EventTooLargeError:
            raise self._broken("event too large") from None
        yield from self._joined(payloads)

    def end(self, failure: TelnyxUnreachableError | None = None) -> Iterator[ChatPart]:
        """Yield the last parts, of a stream that came to its end or stopped with this failure.

        Servers that forget `[DONE]` are forgiven once there is a finish reason. Without one the stream is broken: raises
        TelnyxStreamError, or the failure itself when it is that time ran out.
        """
        try:
            yield from self._joined([] if self.done else self._parser.close())
        except TelnyxStreamError as error:  # a last event that was cut short: what that means is judged below
            if error.reported:
                raise
        if not self.done and self._finish_reason is None:
            if isinstance(failure, TelnyxTimeoutError):
                raise failure
            raise self._broken("connection lost" if failure else "ended too early") from failure
        if self._usage is not None:
            yield UsagePart(self._usage)
        yield EndPart(self._finish_reason, self._model)

    def _joined(self, payloads: list[bytes]) -> Iterator[ChatPart]:
        text = ""  # not given out yet: a part costs its reader as much as all that arrived with it
        try:
            for payload in payloads:
                said = self._read(payload)
                if isinstance(said, str):
                    text += said
                    if self.done:
                        break
                    continue
                for part in said:
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

    def _read(self, payload: bytes) -> str | list[ChatPart]:
        """Return the text of a chunk that holds nothing else, or its parts."""
        if len(payload) < _SHORT and payload.strip() == _DONE:
            self.done = True
            return ""
        try:
            chunk = decoded(payload.decode())
        except (ValueError, RecursionError):
            chunk = None
        if type(chunk) is not dict:
            raise self._broken("unreadable chunk")
        try:
            said = self._said(chunk, escaped=_BACKSLASH in payload)
        except (AttributeError, TypeError, KeyError, IndexError):
            said = None
        if said is None:  # outside the handler, so no piece of the chunk rides along as context
            raise self._broken("chunk of the wrong shape")
        return said

    def _said(self, chunk: dict[str, Any], *, escaped: bool) -> str | list[ChatPart]:
        if chunk.get("error") or chunk.get("errors"):
            raise chunk_error(self._operation, chunk, partial=self._partial, strike=self._strike)
        if (usage := chunk.get("usage")) is not None:
            self._usage = usage_of(usage) or self._usage
        if self._model is None and isinstance(model := chunk.get("model"), str):
            self._model = model
        choices = chunk.get("choices")
        choice = choices[0] if choices else None
        if choice is None or choice.get("index"):  # nothing, or a second answer, which we never ask for
            return ""
        if choice.get("finish_reason") and (said := reason_of(choice)):
            self._finish_reason = said
        delta = choice.get("delta")
        if not delta:
            return ""
        text = delta.get("content")
        if type(text) is str and len(delta) == 1 and not escaped:  # nearly every chunk
            self._partial += len(text)
            return text
        parts = parts_of(delta, escaped=escaped)
        for part in parts:
            if type(part) is TextPart:
                self._partial += len(part.text)
        return parts

    def _broken(self, reason: str) -> TelnyxStreamError:
        return TelnyxStreamError(self._operation, reason, partial=self._partial)
