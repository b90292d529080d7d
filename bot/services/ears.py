"""What listens at Telnyx, and what it can listen to: models, formats, and how a format is told by its first bytes. Pure.

Sources: https://developers.telnyx.com/docs/inference/speech-to-text and https://developers.telnyx.com/api-reference/audio/transcribe-speech-to-text
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

FORMATS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
"""The endings of what Telnyx takes."""
FEW = ("mp3", "wav")
"""Those that Deepgram's models take."""
HEAD_BYTES = 16
"""How much of a file's beginning tells its format."""
NO_AUDIO = f"I can transcribe {', '.join(FORMATS[:-1])}, and {FORMATS[-1]} files."
_MPEG = ("mp3", "mpga", "mpeg")
_BEGINNINGS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (rb"fLaC", ("flac",)),
    (rb"....ftyp(?:M4A|M4B)", ("m4a", "mp4")),
    (rb"....ftypqt  ", ()),
    (rb"....ftyp", ("mp4", "m4a")),
    (rb"ID3", _MPEG),
    (rb"\xff[\xe2-\xe7\xea-\xef\xf2-\xf7\xfa-\xff]", _MPEG),
    (rb"\x00\x00\x01[\xba\xb3]", ("mpeg",)),
    (rb"OggS", ("ogg", "oga")),
    (rb"(?:RIFF|RF64)....WAVE", ("wav",)),
    (rb"\x1aE\xdf\xa3", ("webm",)),
    (rb"FORM|RIFF|0&\xb2u|PK\x03\x04|%PDF|\x89PNG|\xff\xd8\xff|\xff[\xf0\xf1\xf8\xf9]|GIF8", ()),
)
"""What files begin with, and the endings that then fit, the usual one first; none where Telnyx doesn't take it."""
_WORDS = re.compile(rb"[\t\n\r\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Ear:
    """A model that listens."""

    name: str
    says: str
    """What it is good for, in few words."""
    formats: tuple[str, ...] = FORMATS
    english: bool = False
    """It understands nothing else, and takes no language."""
    timed: bool = True
    """It can tell when something was said."""

    @property
    def several(self) -> bool:
        """Return whether it can tell speakers apart."""
        return self.name.startswith("deepgram/")


EARS = (
    Ear("openai/whisper-large-v3-turbo", "any language", timed=False),
    Ear("distil-whisper/distil-large-v2", "English, with times", english=True),
    Ear("deepgram/nova-3", "mp3 and wav, with times and speakers", FEW),
    Ear("deepgram/nova-3-medical", "medical English, mp3 and wav", FEW),
    Ear("deepgram/nova-2", "mp3 and wav, with times and speakers", FEW),
    Ear("deepgram/nova-2-medical", "medical English, mp3 and wav", FEW),
    Ear("nvidia/parakeet-v3", "European languages"),
    Ear("omi-health/omi-med-stt-v1", "medical English"),
    Ear("reson8/prerecorded", "European languages"),
)
USUAL = EARS[0]
"""It hears by itself which language is spoken."""


def ear(given: str | None) -> Ear:
    """Return the model of this name, with or without who made it; the usual one where none is named.

    Raises:
        ValueError: there's no such model.
    """
    if not given:
        return USUAL
    known = {name: one for one in EARS for name in (one.name, one.name.partition("/")[2])}
    wanted = given.strip().casefold()
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(one.name for one in EARS)}."
    raise ValueError(f"There's no transcription model “{given[:60]}”. {hint}")


def ending(name: str) -> str:
    """Return what a file's name ends in, without the dot; "" where it has no ending."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def may_be_heard(name: str, mimetype: str) -> bool:
    """Return whether a file can be audio or video, by its name and by what Slack takes it for."""
    return ending(name) in FORMATS or mimetype.startswith(("audio/", "video/"))


def name_for(name: str, head: bytes) -> str:
    """Return the name under which a file is sent, whose ending says what its first bytes are; "" for what is no audio.

    Telnyx tells the format by the ending alone, and people rename files.
    """
    given = ending(name)
    for pattern, fitting in _BEGINNINGS:
        if re.match(pattern, head, re.DOTALL):
            if given in fitting:
                return name
            return f"{PurePosixPath(name).stem or 'audio'}.{fitting[0]}" if fitting else ""
    # An mp3 may begin with anything, but nothing of it is made of words.
    return name if given in FORMATS and not _WORDS.fullmatch(head) else ""
