"""What the stand-in model sees in a picture: no more than can be measured. Its kind, its size, and its usual color."""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import re
from collections import deque
from collections.abc import Sequence

from PIL import Image

from .completions import Message
from .passages import Turn
from .refusals import refusal

COLORS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "gray": (128, 128, 128),
    "red": (220, 30, 30),
    "orange": (250, 150, 20),
    "yellow": (245, 230, 40),
    "green": (30, 160, 50),
    "blue": (40, 70, 210),
    "purple": (130, 40, 160),
    "brown": (120, 75, 35),
}
_DATA = re.compile(r"data:image/[a-z+.-]+;base64,(.*)", re.DOTALL)
_PLACE = re.compile(r'(<passage\b[^>]*\bplace="picture"[^>]*>)\s*(</passage>)')


def looked_at(messages: Sequence[Message], turns: Sequence[Turn], *, sees: bool) -> list[Turn]:
    """Return the turns with what is seen: in the passages that stand for pictures, in their order, else behind the words beside them.

    Raises:
        Refusal: 400 where the model takes no pictures, or one can't be read.
    """
    seen = [[_seen(url) for url in message.pictures()] for message in messages]
    if any(seen) and not sees:
        raise refusal(400, "This model does not support image input.", pointer="/messages")
    if not any(_PLACE.search(turn.text) for turn in turns):
        return [Turn(turn.role, "\n".join([turn.text, *own])) for turn, own in zip(turns, seen, strict=True)]
    left = deque(itertools.chain.from_iterable(seen))

    def filled(place: re.Match[str]) -> str:
        return f"{place[1]}\n{left.popleft() if left else ''}\n{place[2]}"

    return [Turn(turn.role, _PLACE.sub(filled, turn.text)) for turn in turns]


def _seen(url: str) -> str:
    match = _DATA.fullmatch(url)
    try:
        with Image.open(io.BytesIO(base64.b64decode(match[1], validate=True) if match else b"")) as picture:
            average = picture.convert("RGB").resize((1, 1)).tobytes()
            kind, (wide, high) = picture.format, picture.size
    except (binascii.Error, OSError, ValueError) as error:
        raise refusal(
            400, "The image could not be read: the stand-in takes data URLs.", pointer="/messages"
        ) from error
    return f"The picture is a {kind} of {wide} by {high} pixels, and its color is mostly {_color(average)}."


def _color(point: Sequence[int]) -> str:
    return min(COLORS, key=lambda name: sum((a - b) ** 2 for a, b in zip(COLORS[name], point, strict=True)))
