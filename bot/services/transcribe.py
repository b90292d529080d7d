"""Transcribe what is said in a recording. Telnyx takes no key for it, so each request that it has taken in whole is paid for."""

import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from itertools import groupby

from bot.errors import UsageError
from bot.services.access import Audience, Public, Right
from bot.services.ears import Ear
from bot.telnyx import (
    SpokenWord,
    Telnyx,
    TelnyxInvalidError,
    TelnyxRateLimitError,
    TelnyxUnreachableError,
    Transcription,
    TranscriptionOptions,
)
from bot.text import beginning, clean

MOST_BYTES = 100_000_000
"""Of a recording, at Telnyx."""
DETAIL_BYTES = 200
PARAGRAPH = 400
"""Characters after which a paragraph ends with its sentence."""
_ENDS = re.compile(r"(?<=[.!?\u2026])\s+|(?<=[\u3002\uff01\uff1f])")
AT_ONCE_SECONDS = 30.0
"""The longest that one line of someone who goes on speaking covers."""


class CutOffError(Exception):
    """Telnyx didn't get all of a recording, so it is not paid for; sent again from its first byte it may arrive."""

    def __init__(self, wait: float = 0.0) -> None:
        super().__init__("not sent whole")
        self.wait = wait
        """The seconds that Telnyx asks to wait."""


@dataclass(frozen=True, slots=True)
class How:
    """How to listen."""

    ear: Ear
    language: str | None = None
    speakers: bool = False
    """Tell apart who speaks."""

    def options(self) -> TranscriptionOptions:
        """Return it in Telnyx's words."""
        timed = self.ear.timed
        return TranscriptionOptions(
            model=self.ear.name,
            language=self.language,
            response_format="verbose_json" if timed else None,
            timestamp_granularity="segment" if timed else None,
            options={"smart_format": True, "diarize": True} if self.speakers else None,
        )


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said: when, in seconds from the beginning, and by which of several speakers, if the model tells."""

    text: str
    at: float | None = None
    speaker: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said in a recording, and how long that is in seconds, if the model tells."""

    said: tuple[Said, ...]
    seconds: float | None = None


class Transcriptions:
    """The use case behind ``/telnyx transcribe``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def address(self, url: str, how: How, audience: Audience) -> Heard:
        """Return what is said at a public address, which Telnyx fetches.

        Raises:
            RefusedError: the asker is no member of this workspace.
            UsageError: Telnyx doesn't take what is there.
            TelnyxError: for the table of words.
        """
        _require(audience)
        try:
            heard = await self._telnyx.audio.transcribe(url=url, options=how.options())
        except TelnyxInvalidError as error:
            said = beginning(clean(error.detail or error.title or ""), DETAIL_BYTES)
            raise UsageError(
                "Telnyx couldn't transcribe what's at that address. It has to lead to the recording itself, not to a page that "
                f"plays it, and be open to anyone.{f' Telnyx said: “{said}”' if said else ''}"
            ) from error
        return _heard(heard)

    async def recording(
        self, name: str, size: int, pieces: AsyncIterable[bytes], how: How, audience: Audience
    ) -> Heard:
        """Return what is said in a recording that is sent as it comes.

        Args:
            name: its ending tells Telnyx the format.
            size: in bytes.
            pieces: all of it, once.
            how: the model, and what it is told.
            audience: for whom.

        Raises:
            RefusedError: the asker is no member of this workspace.
            CutOffError: it didn't arrive whole, so it can be sent again.
            TelnyxError: for the table of words; what ``pieces`` raises.
        """
        _require(audience)
        sent = _Sent(pieces)
        try:
            heard = await self._telnyx.audio.transcribe(sent, filename=name, size=size, options=how.options())
        except TelnyxRateLimitError as error:
            raise CutOffError(error.retry_after or 1.0) from error
        except TelnyxUnreachableError as error:
            if sent.whole:
                raise
            raise CutOffError from error
        return _heard(heard)


class _Sent:
    """Pieces on their way, and whether the last one went."""

    def __init__(self, pieces: AsyncIterable[bytes]) -> None:
        self._pieces = aiter(pieces)
        self.whole = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._pieces)
        except StopAsyncIteration:
            self.whole = True
            raise


def _require(audience: Audience) -> None:
    """Ask for members alone: it costs. Those who read along could hear the recording where they read what is said in it."""
    audience.require(Right.EVERYONE)
    alone = audience.asker if isinstance(audience, Public) else audience
    alone.require(Right.MEMBERS)


def _heard(found: Transcription) -> Heard:
    segments = found.segments or ()
    words = found.words or tuple(word for segment in segments for word in segment.words or ())
    if len({word.speaker for word in words}) > 1:
        said = _by_speaker(words)
    elif segments:
        said = tuple(Said(_line(one.text), one.start) for one in segments)
    else:
        said = tuple(map(Said, _paragraphs(_line(found.text))))
    last = max((one.end for one in segments), default=None)
    return Heard(tuple(one for one in said if one.text), found.duration or last)


def _paragraphs(text: str) -> list[str]:
    """Return a text without times in paragraphs of several sentences: no one reads an hour in one line."""
    paragraphs = [""]
    for sentence in _ENDS.split(text):
        if len(paragraphs[-1]) > PARAGRAPH:
            paragraphs.append("")
        paragraphs[-1] = f"{paragraphs[-1]} {sentence}".strip()
    return paragraphs


def _by_speaker(words: tuple[SpokenWord, ...]) -> tuple[Said, ...]:
    """Return a line for each turn of a speaker; a long one is begun anew so times stay near."""
    lines = []
    for speaker, turn in groupby(words, key=lambda word: word.speaker):
        spoken: list[SpokenWord] = []
        for word in turn:
            if spoken and word.start - spoken[0].start > AT_ONCE_SECONDS:
                lines.append(_spoken(spoken, speaker))
                spoken = []
            spoken.append(word)
        lines.append(_spoken(spoken, speaker))
    return tuple(lines)


def _spoken(words: list[SpokenWord], speaker: int | None) -> Said:
    return Said(_line(" ".join(word.punctuated_word or word.word for word in words)), words[0].start, speaker)


def _line(text: str) -> str:
    return " ".join(clean(text).split())
