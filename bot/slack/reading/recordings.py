"""The recordings of a message: audio, video, and voice clips that were shared with it, or forwarded. Pure.

Shapes: https://docs.slack.dev/reference/objects/file-object
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import UsageError
from bot.services.ears import may_be_heard
from bot.slack.reading.contents import files_of
from bot.slack.reading.links import first_address
from bot.text import clean

Message = Mapping[str, Any]
NAME_CHARACTERS = 100
NO_RECORDING = (
    "That message has no recording. Choose one with an audio or video file, a voice clip, or a link to one."
)
_NO_WORD = re.compile(r"[\s/]+")


def recordings(message: Message) -> list[str]:
    """Return each as ``F0123ABCD/name``, the name in one word; where there is none, the address that the message leads to.

    A file of another organization's, of which a message says nothing but the id, may be one: then it comes without a name.

    Raises:
        UsageError: there is neither.
    """
    found = []
    for file in files_of(message):
        name = _NO_WORD.sub("_", clean(str(file.get("name") or "")).strip())[-NAME_CHARACTERS:]
        if _is_recording(file):
            found.append(f"{file['id']}/{name}" if name else str(file["id"]))
        elif file.get("file_access") == "check_file_info":
            found.append(str(file["id"]))
    if not found and (address := first_address(message)):
        return [address]
    if not found:
        raise UsageError(NO_RECORDING)
    return found


def only_recordings(message: Message) -> bool:
    """Return whether a message's files are recordings, all of them."""
    files = files_of(message)
    return bool(files) and all(map(_is_recording, files))


def _is_recording(file: Message) -> bool:
    return may_be_heard(str(file.get("name") or ""), str(file.get("mimetype") or ""))
