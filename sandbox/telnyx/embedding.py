"""Embeds documents in a thread of its own, a file at a time, and counts them; the model uses all cores for each."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from .chunks import Cut, cut_text
from .document import Document, embedded
from .stages import Work
from .vector_file import DIMENSIONS, Matrix
from .vectors import Vectors

# The sandbox can be ended after each of these, in a fraction of a second.
_BLOCKS = 8


@dataclass(order=True)
class _Job:
    """One file to embed; those that someone adds go ahead of a folder."""

    behind: bool
    number: int
    document: Document = field(compare=False)
    works: tuple[Work, ...] = field(compare=False)


class Embedder:
    """What is to be embedded and is being embedded.

    Args:
        vectors: the model. now: the sandbox's clock.

    Attributes:
        files, done: how many were to be embedded, and are, since it last had nothing to do.
        changed: is called, by the thread, when a file is done.
    """

    def __init__(self, vectors: Vectors, now: Callable[[], datetime]) -> None:
        self._vectors = vectors
        self._now = now
        self._jobs: list[_Job] = []
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._number = 0
        self.files = self.done = 0
        self.changed: Callable[[], None] = lambda: None

    def embed(self, document: Document) -> None:
        """Embed a document here and now."""
        cut = _cut(document)
        document.embedded = embedded(document, cut, self._vectors.passages(cut.blocks))

    def later(self, document: Document, *works: Work, behind: bool = False) -> None:
        """Have a document embedded by the thread, which tells `works`. `behind`: after those that someone waits for."""
        with self._turn:
            if self.done == self.files:
                self.files = self.done = 0
            self.files += 1
            self._number += 1
            heapq.heappush(self._jobs, _Job(behind, self._number, document, works))
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def settle(self) -> None:
        """Wait until everything is embedded, or nothing more will be."""
        with self._turn:
            self._turn.wait_for(lambda: self._closed or self.done == self.files)

    def close(self) -> None:
        """End the thread; what isn't embedded stays so."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            for work in job.works:
                work.begun = True
            try:
                made = self._made(job.document)
            except Exception as error:  # noqa: BLE001 -- one file that can't be embedded mustn't end the others
                job.document.error_reason = f"couldn't be embedded ({type(error).__name__})"
                made = True
            if made:
                self._finish(job)

    def _next(self) -> _Job | None:
        with self._turn:
            self._turn.wait_for(lambda: self._closed or self._jobs)
            return None if self._closed else heapq.heappop(self._jobs)

    def _made(self, document: Document) -> bool:
        """Embed a document a few blocks at a time; False when it was ended in between."""
        cut = _cut(document)
        parts: list[Matrix] = [np.zeros((0, DIMENSIONS), np.float32)]
        for at in range(0, len(cut.blocks), _BLOCKS):
            if self._closed:
                return False
            parts.append(self._vectors.passages(cut.blocks[at : at + _BLOCKS]))
        document.embedded = embedded(document, cut, np.concatenate(parts))
        return True

    def _finish(self, job: _Job) -> None:
        for work in job.works:
            work.finish(self._now())
        with self._turn:
            self.done += 1
            self._turn.notify_all()
        self.changed()


def _cut(document: Document) -> Cut:
    size, overlap = document.sizes
    return cut_text(document.text, size=size, overlap=overlap)
