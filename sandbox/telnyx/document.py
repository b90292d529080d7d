"""A file of a bucket: its text, how far its embedding is, and the chunks it is found by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import numpy as np

from .chunks import OVERLAP, SIZE, Cut
from .stages import Lifecycle
from .vector_file import Matrix, unit
from .words import heading_of


@dataclass
class Document:
    """One file of a bucket. `course` is when it becomes searchable; `error_reason` says why it never will.

    `sizes`: how long its chunks are to be, and how much they share. `embedded`: what it is found by; None until then.
    """

    name: str
    text: str
    checksum: str
    added: datetime
    course: Lifecycle
    error_reason: str | None = None
    sizes: tuple[int, int] = (SIZE, OVERLAP)
    embedded: Embedded | None = None

    def status(self, now: datetime) -> str:
        """The status of the file in the words of embedding tasks."""
        return "failure" if self.error_reason else self.course.status(now)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as search gives it."""

    text: str
    document: Document
    headings: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """The chunks of a document, and a vector of each; None where search goes by words."""

    chunks: tuple[Chunk, ...]
    vectors: Matrix | None


def embedded(document: Document, cut: Cut, blocks: Matrix | None) -> Embedded:
    """Return what a document is found by: a chunk's vector is the mean of its blocks', by their length.

    Args:
        document: whose text it is.
        cut: its blocks and chunks.
        blocks: the vector of each block, (n, 384); None where there are none.
    """
    chunks = tuple(_chunks(document, cut))
    if blocks is None:
        return Embedded(chunks, None)
    weighted = blocks * np.array([[len(block)] for block in cut.blocks], np.float32)
    sums = [weighted[first:end].sum(axis=0) for first, end in cut.chunks]
    return Embedded(chunks, unit(np.array(sums, np.float32).reshape(-1, blocks.shape[1])))


def title_of(name: str) -> str:
    """Return the words of a file's name."""
    return (
        PurePosixPath(name).with_suffix("").as_posix().replace("-", " ").replace("_", " ").replace("/", " ")
    )


def _chunks(document: Document, cut: Cut) -> Iterator[Chunk]:
    """Each chunk with the headings that stand above its first line."""
    above: dict[int, str] = {}
    read = 0
    for text, (first, _) in zip(cut.texts(), cut.chunks, strict=True):
        for line in "".join(cut.blocks[read:first]).splitlines():
            _note(above, line)
        yield Chunk(text, document, " ".join(above.values()))
        read = first


def _note(above: dict[int, str], line: str) -> None:
    """Keep the chain of headings up to date with `line`."""
    title = heading_of(line)
    if title is None:
        return
    level = len(line.lstrip()) - len(line.lstrip().lstrip("#"))
    for deeper in [known for known in above if known >= level]:
        del above[deeper]
    above[level] = title
