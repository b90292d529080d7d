"""Cuts a document into blocks, at headings and sentences where that is possible, and blocks into overlapping chunks.

A block is embedded once. A chunk is some neighboring blocks: as Telnyx's defaults are, two of up to 512 characters, and its
neighbor begins one block later. Sizes are characters: Telnyx documents 1024 with an overlap of 512 and leaves the unit open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .words import heading_of

SIZE, OVERLAP = 1024, 512
_UNIT = re.compile(r"[^\n]*?(?:[.!?](?=\s)|\n|$)")
_MOST_BLOCK = 512
# Whole blocks fill this share of a chunk at least, if at most so many make a step from one chunk to the next.
_FILLED, _MOST_BLOCKS = 0.9, 8


@dataclass(frozen=True, slots=True)
class Cut:
    """The blocks of a text, which joined are the text again, and for each chunk its first block and the one behind its last."""

    blocks: tuple[str, ...]
    chunks: tuple[tuple[int, int], ...]

    def texts(self) -> list[str]:
        """Return the text of each chunk, as it stands in the document, trimmed."""
        return ["".join(self.blocks[first:end]).strip() for first, end in self.chunks]


@lru_cache(maxsize=32)  # the same few examples stand in every account
def cut_text(text: str, *, size: int = SIZE, overlap: int = OVERLAP) -> Cut:
    """Return `text` cut into chunks of at most `size` characters, neighbors sharing about `overlap`, at most three quarters."""
    block, step = _blocks_for(size, overlap)
    blocks = _blocks(text, block)
    each = max(size // block, step)
    starts = range(0, max(1, len(blocks) - each + step), step)
    chunks = [(first, min(first + each, len(blocks))) for first in starts]
    cut = Cut(tuple(blocks), tuple(chunks))
    filled = [chunk for chunk, whole in zip(chunks, cut.texts(), strict=True) if whole]
    return Cut(cut.blocks, tuple(filled))


def _blocks_for(size: int, overlap: int) -> tuple[int, int]:
    """How long a block is, and how many of them a chunk is ahead of the one before."""
    ahead = max(size - overlap, size // 4, 1)
    least = -(-ahead // _MOST_BLOCK)
    fits = [(ahead // count, count) for count in range(least, least + _MOST_BLOCKS) if count <= ahead]
    good = [(block, count) for block, count in fits if size // block * block >= _FILLED * size]
    return (good or fits)[0]


def _blocks(text: str, most: int) -> list[str]:
    """Lines and sentences together as long as they have room. A heading begins a block when the one before is half full."""
    blocks = [""]
    for unit in _units(text, most):
        full = len(blocks[-1]) + len(unit) > most
        if full or (len(blocks[-1]) >= most // 2 and heading_of(unit) is not None):
            blocks.append("")
        blocks[-1] += unit
    return blocks


def _units(text: str, size: int) -> list[str]:
    """Lines and sentences, none longer than `size`; joined they are the text again."""
    parts = [part for part in _UNIT.findall(text) if part]
    return [part[at : at + size] for part in parts for at in range(0, len(part), size)]
