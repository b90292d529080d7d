"""The pages of a document that someone shares, read in a process beside the bot that is ended where it takes too long."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

import bot
from bot.text import clean

log = structlog.get_logger(__name__)

SECONDS = 15.0
"""For reading, once the document is there."""
AT_ONCE = 2
"""Documents that are read at the same time; others wait."""
PROGRAM = Path(bot.__file__).with_name("page_texts.py")
DAMAGED, SLOW = "damaged", "slow"
_LINE = 512 * 1024
"""The longest line that it writes; a page's text is far shorter."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The texts of a document's pages, "" where one has none; or why there are none: `damaged`, `locked`, or `slow`."""

    texts: tuple[str, ...] = ()
    read: int = 0
    """How many of them were read."""
    of: int = 0
    """How many pages it has."""
    why: str = ""


class PageReader:
    """Reads documents, few at a time.

    Args:
        seconds: what one may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def read(self, chunks: AsyncIterator[bytes]) -> Pages:
        """Return the pages of a PDF as it comes; those that were read before it took too long or too much memory."""
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(PROGRAM)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},  # none of the bot's secrets
                limit=_LINE,
            )
            try:
                return await self._pages(process, chunks)
            finally:
                with suppress(ProcessLookupError):  # it has ended by itself
                    process.kill()
                await process.wait()

    async def _pages(self, process: asyncio.subprocess.Process, chunks: AsyncIterator[bytes]) -> Pages:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        async for chunk in chunks:
            process.stdin.write(chunk)
            with suppress(ConnectionError):  # it has ended, and its last words say why
                await process.stdin.drain()
        process.stdin.close()
        of, why = 0, ""
        texts: list[str | None] = []
        try:
            async with asyncio.timeout(self._seconds):
                async for line in process.stdout:
                    said = json.loads(line)
                    of, why = said.get("pages", of), said.get("why", why)
                    texts += [said["text"]] if "text" in said else []
        except TimeoutError:
            why = SLOW
            log.info("document_took_too_long", pages=len(texts), of=of)
        read = sum(text is not None for text in texts)
        return Pages(
            tuple(clean(text or "").strip() for text in texts), read, of, why or ("" if read else DAMAGED)
        )
