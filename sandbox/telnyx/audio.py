"""Family `audio`: transcription of an uploaded file or of one behind a loopback URL."""

from __future__ import annotations

import asyncio
import io
from typing import IO, Any
from urllib.parse import urlsplit

from aiohttp import web

from .arguments import check_query
from .fetching import fetch
from .hearing import Heard, UnheardError, hear
from .operations import Operation
from .refusals import refusal
from .transcription_form import WHISPER, Form, read_form
from .words import split_sentences


class Audio:
    """The one operation of this family."""

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        return (Operation("audio.transcribe", "POST", "/ai/audio/transcriptions", self.transcribe),)

    async def transcribe(self, request: web.Request) -> web.Response:
        """Bare `{text}`; with verbose_json also `duration` and `segments`, and `words` from deepgram models."""
        check_query(request, ())
        form = await read_form(request)
        content: IO[bytes]
        if form.upload is not None:
            name, content, size = form.upload
        else:
            url = form.fields["file_url"]
            fetched = await fetch(url, pointer="/file_url")
            name, content, size = urlsplit(url).path, io.BytesIO(fetched), len(fetched)
        try:
            heard = await asyncio.to_thread(hear, name, content, size)
        except UnheardError as error:
            raise refusal(400, str(error), pointer="/file") from None
        return web.json_response(_shown(form, heard))


def _shown(form: Form, heard: Heard) -> dict[str, Any]:
    """Times are the words' share of the measured length; without one there are none. Whisper gives text only."""
    answer: dict[str, Any] = {"text": heard.text}
    if not form.verbose or form.model == WHISPER or not heard.seconds:
        return answer
    words = heard.text.split()
    each = heard.seconds / len(words)
    segments, at = [], 0
    for number, sentence in enumerate(split_sentences(heard.text)):
        after = at + len(sentence.split())
        times = {"start": round(at * each, 2), "end": round(after * each, 2)}
        segments.append({"id": number, "text": sentence, **times})
        at = after
    answer |= {"duration": heard.seconds, "segments": segments}
    if form.model.startswith("deepgram/"):
        answer["words"] = [
            {"word": word, "start": round(n * each, 2), "end": round((n + 1) * each, 2)}
            for n, word in enumerate(words)
        ]
    return answer
