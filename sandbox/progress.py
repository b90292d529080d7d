"""Tells how far embedding is: on the page at each file, in the terminal every few seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sandbox.telnyx.embedding import Embedder

_EVERY_SECONDS = 3.0


class Progress:
    """What is told of an embedder.

    Args:
        embedder: whose files are counted.
        changed: is called at each file.
        say: where a line goes now and then, and one at the end.
    """

    def __init__(self, embedder: Embedder, changed: Callable[[], None], say: Callable[[str], None]) -> None:
        self._embedder = embedder
        self._changed = changed
        self._say = say
        self._said = time.monotonic()

    def begin(self) -> None:
        """Be told by the embedder's thread from now on."""
        loop = asyncio.get_running_loop()

        def changed() -> None:
            loop.call_soon_threadsafe(self._tell)

        self._embedder.changed = changed

    def _tell(self) -> None:
        self._changed()
        done, files = self._embedder.done, self._embedder.files
        if done == files:
            self._say(embedded_words(done, files))
        elif time.monotonic() - self._said >= _EVERY_SECONDS:
            self._said = time.monotonic()
            self._say(embedded_words(done, files))


def embedded_words(done: int, files: int) -> str:
    """Return how many files are embedded, as a sentence."""
    if done < files:
        return f"Embedded {done} of {files} files …"
    return "Embedded 1 file." if files == 1 else f"Embedded all {files} files."
