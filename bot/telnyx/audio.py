"""Speech to text: POST /ai/audio/transcriptions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Any, Literal

from bot.telnyx._multipart import Form
from bot.telnyx._request import Patience, Request
from bot.telnyx._resource import AnswerModel, RequestModel, Resource
from bot.telnyx._wire import read_answer

_DEFAULT_MODEL = "distil-whisper/distil-large-v2"


class SpokenWord(AnswerModel):
    """A word; times are seconds from the beginning, `confidence` 0 to 1, `speaker` a number when they were told apart."""

    word: str
    start: float
    end: float
    confidence: float | None = None
    speaker: int | None = None
    punctuated_word: str | None = None


class SpokenSegment(AnswerModel):
    """A piece of the text; times are seconds from the beginning. Some of Telnyx's pages put the words in here."""

    id: float
    start: float
    end: float
    text: str
    channel: int | None = None
    words: tuple[SpokenWord, ...] | None = None


class Transcription(AnswerModel):
    """What was said; `duration` is in seconds. All but the text depends on model and format and may be missing."""

    text: str
    duration: float | None = None
    segments: tuple[SpokenSegment, ...] | None = None
    words: tuple[SpokenWord, ...] | None = None


class TranscriptionOptions(RequestModel):
    """How to listen. `options` go to the model (Deepgram's only), such as `{"diarize": True}`, and are sent as JSON.

    Telnyx refuses with 400: a language for distil-whisper, options for other models than Deepgram's, and
    `timestamp_granularity` without `verbose_json`. https://developers.telnyx.com/api-reference/audio/transcribe-speech-to-text
    """

    model: str = _DEFAULT_MODEL
    language: str | None = None
    response_format: Literal["json", "verbose_json"] | None = None
    timestamp_granularity: Literal["segment"] | None = None
    options: dict[str, Any] | None = None

    def fields(self) -> dict[str, str]:
        """Return the fields of the form."""
        given = {
            "model": self.model,
            "language": self.language,
            "response_format": self.response_format,
            "timestamp_granularities[]": self.timestamp_granularity,
            "model_config": None if self.options is None else json.dumps(self.options),
        }
        return {name: value for name, value in given.items() if value is not None}


_DEFAULT_OPTIONS = TranscriptionOptions()


class Audio(Resource):
    """The operation of /ai/audio."""

    async def transcribe(
        self,
        file: Path | bytes | AsyncIterable[bytes] | None = None,
        *,
        url: str | None = None,
        filename: str | None = None,
        options: TranscriptionOptions = _DEFAULT_OPTIONS,
    ) -> Transcription:
        """Return what is said in a file of at most 100 MB, or at a public URL, which Telnyx fetches within 15 s.

        Telnyx tells the format by the ending of `filename` (flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav, webm; Deepgram
        mp3 and wav), which a path brings along and anything else needs. The file is read as it is sent. It costs each
        time, so it is tried again only when Telnyx turned it away; a stream that has begun never is.

        Raises ValueError for both or neither of file and URL and for a missing name, OSError for a file that cannot be
        read, all three before anything is sent; what reading a stream raises; TelnyxError.
        """
        if (file is None) == (url is None):
            raise ValueError("give either a file or a URL")
        size = None
        fields = options.fields()
        if isinstance(file, Path):
            filename = filename or file.name
            size = await asyncio.to_thread(_checked, file)
        elif url is not None:
            fields["file_url"] = url
        if file is not None and not filename:
            raise ValueError("bytes and streams need a filename with an ending")
        form = Form(fields, content=file, filename=filename or "", size=size)
        operation, path = "audio.transcribe", "/ai/audio/transcriptions"
        request = Request(
            operation,
            "POST",
            path,
            body=form,
            repeatable=False,
            patience=Patience.LONG,
            content_type=form.content_type,
        )
        return read_answer(operation, Transcription, await self._transport.send(request), bare=True)


def _checked(path: Path) -> int:
    """Return the size of a file in bytes. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file.seek(0, 2)
