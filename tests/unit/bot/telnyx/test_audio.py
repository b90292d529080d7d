from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import BodyPartReader, web

from bot.telnyx import RetryPolicy, Telnyx, TelnyxRateLimitError, TranscriptionOptions

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Mapping[str, Handler]], Awaitable[str]]

ROUTE = "POST /v2/ai/audio/transcriptions"
SAID = {
    "text": "hello",
    "duration": 3.42,
    "segments": [{"id": 0, "text": "hello", "start": 0.0, "end": 3.42}],
}


class Listener:
    """Takes forms as they come and counts the bytes of files instead of keeping them."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses) or [200]
        self.forms: list[dict[str, Any]] = []
        self.lengths: list[int | None] = []

    async def give(self, request: web.Request) -> web.StreamResponse:
        form: dict[str, Any] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            assert part.name is not None
            if part.filename is None:
                form[part.name] = await part.text()
                continue
            size = 0
            while chunk := await part.read_chunk(65536):
                size += len(chunk)
            form[part.name] = (part.filename, size)
        self.forms.append(form)
        self.lengths.append(request.content_length)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.json_response(SAID, status=status)


async def nobody_waits(_: float) -> None:
    return


async def client_for(http: httpx.AsyncClient, serve: Serve, listener: Listener) -> Telnyx:
    retry = RetryPolicy(sleep=nobody_waits)
    return Telnyx(http, api_key="KEY", base_url=await serve({ROUTE: listener.give}), retry=retry)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_file_is_sent_with_its_name_and_length(
    http: httpx.AsyncClient, serve: Serve, tmp_path: Path
) -> None:
    path = tmp_path / 'a "b".wav'
    path.write_bytes(b"RIFF" * 1000)
    listener = Listener()
    client = await client_for(http, serve, listener)

    heard = await client.audio.transcribe(path)

    assert (heard.text, heard.duration) == ("hello", 3.42)
    assert heard.segments is not None
    assert heard.segments[0].end == 3.42
    assert listener.forms[0]["model"] == "distil-whisper/distil-large-v2"
    assert listener.forms[0]["file"][1] == 4000
    assert listener.lengths[0] is not None


async def test_all_options_are_fields_and_those_of_the_model_are_json(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    listener = Listener()
    client = await client_for(http, serve, listener)
    options = TranscriptionOptions(
        model="deepgram/nova-3",
        language="en",
        response_format="verbose_json",
        timestamp_granularity="segment",
        options={"diarize": True},
    )

    await client.audio.transcribe(b"abc", filename="a.mp3", options=options)

    assert listener.forms == [
        {
            "model": "deepgram/nova-3",
            "language": "en",
            "response_format": "verbose_json",
            "timestamp_granularities[]": "segment",
            "model_config": '{"diarize": true}',
            "file": ("a.mp3", 3),
        }
    ]


async def test_a_stream_is_sent_as_it_comes(http: httpx.AsyncClient, serve: Serve) -> None:
    listener = Listener()
    client = await client_for(http, serve, listener)

    await client.audio.transcribe(pieces(b"ab", b"", b"cde"), filename="a.wav")

    assert listener.forms[0]["file"] == ("a.wav", 5)


async def test_an_address_is_sent_in_place_of_a_file(http: httpx.AsyncClient, serve: Serve) -> None:
    listener = Listener()
    client = await client_for(http, serve, listener)

    await client.audio.transcribe(url="https://example.com/a.wav")

    assert listener.forms[0] == {
        "model": "distil-whisper/distil-large-v2",
        "file_url": "https://example.com/a.wav",
    }


@pytest.mark.parametrize(
    ("file", "named", "words"),
    [
        (b"a", {"url": "https://x", "filename": "a.wav"}, "either"),
        (None, {}, "either"),
        (b"a", {}, "filename"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    http: httpx.AsyncClient, serve: Serve, file: bytes | None, named: dict[str, Any], words: str
) -> None:
    listener = Listener()
    client = await client_for(http, serve, listener)

    with pytest.raises(ValueError, match=words):
        await client.audio.transcribe(file, **named)
    assert listener.forms == []


async def test_a_file_that_is_not_there_is_said_before_anything_is_sent(
    http: httpx.AsyncClient, serve: Serve, tmp_path: Path
) -> None:
    listener = Listener()
    client = await client_for(http, serve, listener)

    with pytest.raises(FileNotFoundError):
        await client.audio.transcribe(tmp_path / "none.wav")
    assert listener.forms == []


async def test_a_file_is_sent_again_after_429_but_a_stream_is_not(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    listener = Listener(429, 200, 429)
    client = await client_for(http, serve, listener)

    await client.audio.transcribe(b"abc", filename="a.wav")

    with pytest.raises(TelnyxRateLimitError):
        await client.audio.transcribe(pieces(b"abc"), filename="a.wav")
    assert [form["file"][1] for form in listener.forms] == [3, 3, 3]


async def test_what_a_stream_raises_reaches_the_caller(http: httpx.AsyncClient, serve: Serve) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise LookupError("the microphone fell off")

    client = await client_for(http, serve, Listener())

    with pytest.raises(LookupError, match="microphone"):
        await client.audio.transcribe(broken(), filename="a.wav")


@pytest.mark.slow  # a hundred megabytes
async def test_a_large_file_is_never_held_in_memory(
    http: httpx.AsyncClient, serve: Serve, tmp_path: Path
) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    listener = Listener()
    client = await client_for(http, serve, listener)

    tracemalloc.start()
    try:
        await client.audio.transcribe(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert listener.forms[0]["file"] == ("long.wav", 100 * 2**20)
    assert peak < 20 * 2**20
