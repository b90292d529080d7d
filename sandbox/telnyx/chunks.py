"""Cuts a document into overlapping chunks, at headings and sentences where that is possible.

Sizes are characters: Telnyx documents 1024 with an overlap of 512 and leaves the unit open.
"""

from __future__ import annotations

import re

from .words import heading_of

_UNIT = re.compile(r"[^\n]*?(?:[.!?](?=\s)|\n|$)")


def chunk_text(text: str, *, size: int = 1024, overlap: int = 512) -> list[str]:
    """The chunks of `text`, each at most `size` long, neighbors sharing up to `overlap` characters.

    A heading that comes when a chunk is at least half full begins the next chunk.
    """
    units = _units(text, size)
    chunks: list[str] = []
    start = 0
    while start < len(units):
        end, length = start, 0
        while end < len(units) and length + len(units[end]) <= size:
            if end > start and length >= size // 2 and heading_of(units[end]) is not None:
                break
            length += len(units[end])
            end += 1
        if chunk := "".join(units[start:end]).strip():
            chunks.append(chunk)
        if end >= len(units):
            break
        start = end if heading_of(units[end]) is not None else _step_back(units, start, end, overlap)
    return chunks


def _step_back(units: list[str], start: int, end: int, overlap: int) -> int:
    """Where the next chunk begins so it shares at most `overlap` characters and still moves on."""
    shared, at = 0, end
    while at - 1 > start and shared + len(units[at - 1]) <= overlap:
        at -= 1
        shared += len(units[at])
    return at


def _units(text: str, size: int) -> list[str]:
    """Lines and sentences, none longer than `size`; joined they are the text again."""
    parts = [part for part in _UNIT.findall(text) if part]
    return [part[at : at + size] for part in parts for at in range(0, len(part), size)]
