"""How long answers may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.telnyx._chat_parts import ChatPart, EndPart, ReasoningPart, UsagePart, VoidPart
from bot.telnyx.errors import TelnyxTimeoutError

_WORDLESS = frozenset({UsagePart, EndPart, VoidPart})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. `read` is between two bytes of a plain answer, `long` the same where Telnyx works before it answers.

    `first_byte` is from the start of a streamed request to the first byte of its text, `between_chunks` from there on,
    where the longer of the two holds. Bytes alone keep no stream alive: a word of the answer comes at least every
    `between_words`, and a thought counts as one during the first `thinking` seconds. `whole` bounds every answer, however it
    comes; where Telnyx works before it answers `long` comes on top.
    """

    connect: float = 5.0
    read: float = 60.0
    long: float = 600.0
    first_byte: float = 30.0
    between_chunks: float = 60.0
    between_words: float = 60.0
    thinking: float = 120.0
    whole: float = 300.0


class StreamLimits:
    """Holds one stream to `between_words`, `thinking` and `whole`. Silence without a byte is the transport's affair."""

    __slots__ = ("_began", "_clock", "_heard", "_operation", "_timeouts")

    def __init__(self, operation: str, timeouts: Timeouts, clock: Callable[[], float]) -> None:
        self._operation = operation
        self._timeouts = timeouts
        self._clock = clock
        self._began = self._heard = clock()

    def came(self, part: ChatPart) -> None:
        """Note what came."""
        if type(part) in _WORDLESS:
            return
        now = self._clock()
        if type(part) is not ReasoningPart or now - self._began <= self._timeouts.thinking:
            self._heard = now

    def check(self) -> None:
        """Raise TelnyxTimeoutError when it has taken too long."""
        now = self._clock()
        if now - self._heard > self._timeouts.between_words:
            raise TelnyxTimeoutError(self._operation, "no words")
        if now - self._began > self._timeouts.whole:
            raise TelnyxTimeoutError(self._operation, "whole answer")
