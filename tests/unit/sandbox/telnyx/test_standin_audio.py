import io
import json
import wave
from typing import Any

import httpx
import pytest

from sandbox.seed.audio.make import TEXTS, spoken
from sandbox.telnyx.hearing import AUDIO
from tests.unit.sandbox.telnyx.conftest import Running

PATH = "/ai/audio/transcriptions"
ORDER = AUDIO / "voicemail-order.wav"
DEEPGRAM = {"model": "deepgram/nova-3"}


def silence(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(bytes(int(seconds * 16000)))
    return out.getvalue()


async def send(telnyx: Running, name: str, content: bytes, **fields: Any) -> httpx.Response:
    return await telnyx.api.post(PATH, files={"file": (name, content)}, data=fields)


@pytest.mark.parametrize("name", TEXTS)
async def test_shipped_audio_is_transcribed_with_its_known_text(telnyx: Running, name: str) -> None:
    answer = await send(telnyx, "renamed.wav", (AUDIO / name).read_bytes())

    assert answer.json() == {"text": TEXTS[name]}
    assert (AUDIO / name).read_bytes() == spoken(TEXTS[name])


async def test_other_audio_is_told_by_its_length(telnyx: Running) -> None:
    wav = await send(telnyx, "a.wav", silence(2.5))
    mp3 = await send(telnyx, "a.mp3", b"x" * 100)

    assert wav.json() == {"text": "The stand-in heard 2.5 seconds."}
    assert "100 bytes of mp3" in mp3.json()["text"]


async def test_segments_cover_the_length(telnyx: Running) -> None:
    answer = (await send(telnyx, "a.wav", ORDER.read_bytes(), response_format="verbose_json")).json()

    segments = answer["segments"]
    assert (segments[0]["start"], segments[-1]["end"]) == (0, pytest.approx(answer["duration"], abs=0.02))
    assert " ".join(segment["text"] for segment in segments) == answer["text"]
    assert "words" not in answer


@pytest.mark.parametrize(
    "options",
    [
        {"model_config": json.dumps({"diarize": True, "keyterm": ["a", "b"]})},
        {"model_config[diarize]": "true", "model_config[keyterm][]": "a"},
    ],
)
async def test_both_spellings_of_model_config_are_read(telnyx: Running, options: dict[str, str]) -> None:
    fields = DEEPGRAM | options | {"response_format": "verbose_json"}

    allowed = await send(telnyx, "a.wav", ORDER.read_bytes(), **fields)
    refused = await send(telnyx, "a.wav", ORDER.read_bytes(), **options)

    assert allowed.status_code == 200
    assert allowed.json()["words"][0] == {
        "word": "Hello,",
        "start": 0.0,
        "end": pytest.approx(0.22, abs=0.02),
    }
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("a.wav", {"file_url": "http://127.0.0.1/a.wav"}, 400),
        ("a.wav", {"timestamp_granularities[]": "segment"}, 400),
        ("a.wav", {"language": "en"}, 400),
        ("a.wav", DEEPGRAM | {"language": "fr"}, 400),
        ("a.ogg", DEEPGRAM, 400),
        ("a.txt", {}, 400),
        ("a.wav", {"model": "whisper-large-v3-turbo"}, 422),
        ("a.wav", {"response_format": "srt"}, 422),
        ("a.wav", DEEPGRAM | {"model_config": "[1]"}, 422),
        ("a.wav", {"temperature": "1"}, 422),
    ],
)
async def test_what_is_documented_as_refused_is_refused(
    telnyx: Running, name: str, fields: dict[str, str], status: int
) -> None:
    assert (await send(telnyx, name, ORDER.read_bytes(), **fields)).status_code == status


async def test_a_damaged_file_and_no_file_are_refused(telnyx: Running) -> None:
    assert (await send(telnyx, "a.wav", b"RIFF nonsense")).status_code == 400
    assert (await telnyx.api.post(PATH, files={"model": (None, "deepgram/nova-3")})).status_code == 400
    assert (await telnyx.api.post(PATH, json={})).status_code == 422


async def test_audio_elsewhere_is_not_fetched(telnyx: Running) -> None:
    form = {"file_url": (None, "http://192.0.2.1/a.wav")}

    answer = await telnyx.api.post(PATH, files=form)

    assert answer.status_code == 400
    assert "loopback" in answer.text
