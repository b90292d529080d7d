"""Vectors by the hash of their text, as 8-bit numbers: a file of records of one length, each with its checksum.

Records are appended. A program killed while writing leaves a broken one at the end; it's cut off when the file is opened.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

DIMENSIONS = 384
KEY = 16
_CHECKSUM = 4
_RECORD = KEY + DIMENSIONS + _CHECKSUM
MOST = 50_000
"""Vectors that are kept, 20 MB of them; when there are more, the older half is forgotten."""


class VectorFile:
    """Packed vectors by key, in memory and in a file.

    Args:
        path: the file; None keeps them in memory only. A folder that can't be written does the same.
        most: how many are kept.
    """

    def __init__(self, path: Path | None, most: int = MOST) -> None:
        self._path = path
        self._most = most
        self._lock = threading.Lock()
        self.known: dict[bytes, bytes] = {}
        if path is not None:
            self.known, whole = read(path)
            _repair(path, whole)

    def add(self, more: Mapping[bytes, bytes]) -> None:
        """Keep `more`, packed vectors by key."""
        with self._lock:
            self.known.update(more)
            if len(self.known) > self._most:
                self.known = dict(list(self.known.items())[-self._most // 2 :])
                self._save(self.known, anew=True)
            else:
                self._save(more, anew=False)

    def _save(self, vectors: Mapping[bytes, bytes], *, anew: bool) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if anew:
                write(self._path, vectors)
            else:
                with self._path.open("ab", buffering=0) as file:
                    file.write(_records(vectors))
        except OSError:
            self._path = None


def read(path: Path) -> tuple[dict[bytes, bytes], int]:
    """Return the packed vectors of a file by key, up to its first broken record, and the bytes they take; none if it can't be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}, 0
    found: dict[bytes, bytes] = {}
    at = 0
    while (record := content[at : at + _RECORD]) and _is_whole(record):
        found[record[:KEY]] = record[KEY:-_CHECKSUM]
        at += _RECORD
    return found, at


def write(path: Path, vectors: Mapping[bytes, bytes]) -> None:
    """Write a file anew, in one step that is either done or not."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_bytes(_records(vectors))
    beside.replace(path)


def packed(matrix: Matrix) -> list[bytes]:
    """Return each row as 384 8-bit numbers. A row's length is lost, which is 1 anyway."""
    most = np.abs(matrix).max(axis=1, keepdims=True)
    return [row.tobytes() for row in np.rint(matrix * (127 / np.where(most == 0, 1, most))).astype(np.int8)]


def unpacked(vectors: Sequence[bytes]) -> Matrix:
    """Return packed vectors as rows of unit length."""
    return unit(np.frombuffer(b"".join(vectors), np.int8).reshape(-1, DIMENSIONS).astype(np.float32))


def unit(matrix: Matrix) -> Matrix:
    """Return the rows at unit length; a row of zeros stays one."""
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return np.asarray(matrix / np.where(lengths == 0, 1, lengths), np.float32)


def _records(vectors: Mapping[bytes, bytes]) -> bytes:
    bodies = (key + value for key, value in vectors.items())
    return b"".join(body + zlib.crc32(body).to_bytes(_CHECKSUM, "little") for body in bodies)


def _is_whole(record: bytes) -> bool:
    body, checksum = record[:-_CHECKSUM], record[-_CHECKSUM:]
    return len(record) == _RECORD and zlib.crc32(body) == int.from_bytes(checksum, "little")


def _repair(path: Path, whole: int) -> None:
    """Cut off what is behind the last whole record: what is appended later must begin where a record may."""
    try:
        if path.stat().st_size > whole:
            os.truncate(path, whole)
    except OSError:
        return
