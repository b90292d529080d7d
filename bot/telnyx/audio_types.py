"""How to listen, and what was heard."""

from __future__ import annotations

import json
from typing import Any, Literal

from bot.telnyx._resource import AnswerModel, RequestModel

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
