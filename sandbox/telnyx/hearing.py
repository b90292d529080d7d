"""What the stand-in "hears": the known text of the audio that the sandbox ships, else only how long it is.

It recognizes no speech. A WAV file's length stands in its header; other formats are not measured, and the text says so.
"""

from __future__ import annotations

import hashlib
import io
import json
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

AUDIO = Path(__file__).parent.parent / "seed" / "audio"
FORMATS = frozenset({"flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"})


@dataclass(frozen=True, slots=True)
class Heard:
    """The text, and the length in seconds where it could be measured."""

    text: str
    seconds: float | None


class UnheardError(Exception):
    """Not an audio file of a known format; the message says why."""


def hear(name: str, content: bytes) -> Heard:
    """What is in an audio file.

    Raises:
        UnheardError: empty, another format, or a WAV file whose header cannot be read.
    """
    kind = PurePosixPath(name).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise UnheardError(f"unsupported audio format: {kind or 'no file ending'}")
    if not content:
        raise UnheardError("the audio file is empty")
    if kind != "wav":
        told = (
            f"The stand-in heard {len(content)} bytes of {kind}; it measures and understands no such audio."
        )
        return Heard(told, None)
    try:
        with wave.open(io.BytesIO(content)) as audio:
            seconds = round(audio.getnframes() / audio.getframerate(), 2)
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise UnheardError(f"damaged WAV file ({error})") from None
    known = _texts().get(hashlib.sha256(content).hexdigest())
    return Heard(known or f"The stand-in heard {seconds:g} seconds.", seconds)


@cache
def _texts() -> dict[str, str]:
    """Texts by SHA-256 of the shipped files."""
    found: dict[str, str] = json.loads((AUDIO / "texts.json").read_text(encoding="utf-8"))
    return found
