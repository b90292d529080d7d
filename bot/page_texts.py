"""Reads the text of a document, page by page: a program of its own, because a file that someone shares may be made to do harm.

It takes the document from its standard input and may use only so much memory and processor time: what a hostile file can end is
this process. It's run by its path and knows nothing of the bot, no setting, and no token. Each line that it writes is JSON:
``{"pages": …}`` first, then each page as ``{"text": …}``, null for one that can't be read; or ``{"why": …}`` for the whole document.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MEMORY_BYTES = 512 * 2**20
CPU_SECONDS = 10
MOST_PAGES = 500
PAGE_CHARACTERS = 20_000
MOST_CHARACTERS = 2_000_000
"""Of all pages together."""
DAMAGED, LOCKED = "damaged", "locked"
_BROKEN = (
    *(PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RecursionError, MemoryError, NotImplementedError, OSError),
)
"""What a document that is not as it should be raises."""


def main() -> None:
    """Read the document that comes in, and write what is in it."""
    _bounded()
    content = sys.stdin.buffer.read()
    try:
        for line in pdf(content):
            _write(line)
    except _BROKEN:
        _write({"why": DAMAGED})


def pdf(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield how many pages a PDF has and the text of each, up to a limit; or that it is locked."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        yield {"why": LOCKED}
        return
    yield {"pages": len(reader.pages)}
    left = MOST_CHARACTERS
    for number in range(min(len(reader.pages), MOST_PAGES)):
        text = _text(reader, number)
        left -= len(text or "")
        if left < 0:
            return
        yield {"text": text}


def _text(reader: PdfReader, number: int) -> str | None:
    try:
        return reader.pages[number].extract_text()[:PAGE_CHARACTERS]
    except _BROKEN:
        return None


def _bounded() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, most in limits:
        with suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(limit, (most, most))


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
