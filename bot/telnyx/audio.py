"""Speech to text: POST /ai/audio/transcriptions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path

from bot.telnyx._multipart import Form
from bot.telnyx._request import Patience, Request
from bot.telnyx._resource import Resource
from bot.telnyx._wire import read_answer
from bot.telnyx.audio_types import Transcription, TranscriptionOptions

_DEFAULT_OPTIONS = TranscriptionOptions()


class Audio(Resource):
    """The operation of /ai/audio."""

    async def transcribe(
        self,
        file: Path | bytes | AsyncIterable[bytes] | None = None,
        *,
        url: str | None = None,
        filename: str | None = None,
        size: int | None = None,
        options: TranscriptionOptions = _DEFAULT_OPTIONS,
    ) -> Transcription:
        """Return what is said in a file of at most 100 MB, or at a public URL, which Telnyx fetches within 15 s.

        Telnyx tells the format by the ending of `filename` (flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav, webm; Deepgram
        mp3 and wav), which a path brings along and anything else needs. It is read as it is sent, a stream with its length if
        `size` tells it. It costs each time, so it is tried again only if Telnyx turned it away; a stream that has begun never is.

        Raises ValueError for both or neither of file and URL and for a missing name, OSError for a file that cannot be
        read, all three before anything is sent; what reading a stream raises; TelnyxError.
        """
        if (file is None) == (url is None):
            raise ValueError("give either a file or a URL")
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
