"""What the stand-in "hears": the known text of the audio that the sandbox ships, else only how long it is.

It recognizes no speech. A WAV file's length stands in its header, and what is said in it may stand in its comment; other formats are not measured, and the text says so.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO

AUDIO = Path(__file__).parent.parent / "seed" / "audio"
_PIECE = 2**20
FORMATS = frozenset({"flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"})


@dataclass(frozen=True, slots=True)
class Heard:
    """The text, and the length in seconds where it could be measured."""

    text: str
    seconds: float | None


class UnheardError(Exception):
    """Not an audio file of a known format; the message says why."""


def hear(name: str, content: IO[bytes], size: int) -> Heard:
    """What is in an audio file; a large one is read where it lies.

    Raises:
        UnheardError: empty, another format, or a WAV file whose header cannot be read.
    """
    kind = PurePosixPath(name).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise UnheardError(f"unsupported audio format: {kind or 'no file ending'}")
    if not size:
        raise UnheardError("the audio file is empty")
    if kind != "wav":
        return Heard(
            f"The stand-in heard {size} bytes of {kind}; it measures and understands no such audio.", None
        )
    try:
        with wave.open(content, "rb") as audio:
            frames, rate = audio.getnframes(), audio.getframerate()
            seconds = round(frames / rate, 2)
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise UnheardError(f"damaged WAV file ({error})") from None
    if not frames:
        return Heard("", 0.0)
    known = _texts().get(_checksum(content)) or _comment(content)
    return Heard(known or f"The stand-in heard {seconds:g} seconds.", seconds)


def _comment(content: IO[bytes]) -> str:
    """What stands in a WAV file's comment (chunk LIST, INFO, ICMT); "" where it has none."""
    at, end = 12, content.seek(0, io.SEEK_END)
    while at + 8 <= end:
        content.seek(at)
        kind, size = struct.unpack("<4sI", content.read(8))
        if kind == b"LIST":
            found = content.read(size)
            _, _, said = found.partition(b"ICMT")
            return said[4:].rstrip(b"\0").decode("utf-8", "replace") if found.startswith(b"INFO") else ""
        at += 8 + size + size % 2
    return ""


def _checksum(content: IO[bytes]) -> str:
    content.seek(0)
    found = hashlib.sha256()
    while piece := content.read(_PIECE):
        found.update(piece)
    return found.hexdigest()


@cache
def _texts() -> dict[str, str]:
    """Texts by SHA-256 of the shipped files."""
    found: dict[str, str] = json.loads((AUDIO / "texts.json").read_text(encoding="utf-8"))
    return found
