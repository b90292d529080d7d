"""Files that stand beside a question, read as far as they help it: text, PDF, and pictures. What isn't read says why."""

import asyncio
import base64
import codecs
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render.numbers import sized
from bot.services.ears import may_be_heard
from bot.slack.codes import code_of
from bot.slack.reading.documents import PageReader
from bot.slack.reading.downloads import BrokenDownloadError, Downloads, FileUnreadableError, SlackFile
from bot.text import clean

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 30.0
"""For one file, with everything that is done to it."""
MOST = 5
"""Files of one message that are read."""
TEXT_BYTES, PDF_BYTES, PICTURE_BYTES = 2_000_000, 20_000_000, 5_000_000
"""A larger file of the kind isn't downloaded."""
PDF = "application/pdf"
_TEXT = (
    "text/",
    "application/json",
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/javascript",
    "application/sql",
    "application/x-sh",
)
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
"""How pictures begin, and what they are: what a file is called says nothing."""

OTHER = "I read text, PDF, and pictures"
SOUND = "use “Transcribe audio” in the menu of its message to have it written down"
HIDDEN = "Slack doesn't show it to me"
BROKEN = "it didn't arrive whole, so ask again"
EMPTY, DAMAGED, SCANNED = "it's empty", "it's damaged", "it has no text in it, as scans have none"
LOCKED = "it's protected with a password"
BLIND = "this model doesn't see pictures"
MANY = f"I read {MOST} files at a time"
_WHY = {"damaged": DAMAGED, "locked": LOCKED, "slow": "it takes too long to read"}


@dataclass(frozen=True, slots=True)
class Attached:
    """One file: its text, that of its pages, or a picture; or why there is none of them."""

    name: str
    id: str = ""
    text: str = ""
    pages: tuple[str, ...] = ()
    unread: int = 0
    """How many more pages it has."""
    picture: str = ""
    """A data URL."""
    why: str = ""


class Attachments:
    """Reads files that people share; Slack shows them to an app with ``files:read``."""

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads
        self._reader = PageReader()

    async def read(self, file_id: str, name: str, *, sees: bool) -> Attached:
        """Return what is in a file, or why it wasn't read. ``sees``: who will answer can look at pictures."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._read(await self._downloads.about(file_id), name, sees=sees)
        except FileUnreadableError:
            return Attached(name, why=HIDDEN)
        except (SlackApiError, OutcomeUnknownError, BrokenDownloadError, TimeoutError) as error:
            known = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.info("file_not_read", error=known)
            return Attached(name, why=HIDDEN if isinstance(error, SlackApiError) else BROKEN)

    async def _read(self, file: SlackFile, name: str, *, sees: bool) -> Attached:
        most = _most(file)
        if not most:
            return Attached(name, why=SOUND if may_be_heard(file.name, file.mimetype) else OTHER)
        if not file.size or file.size > most:
            return Attached(
                name, why=f"it has {sized(file.size)}, and I read up to {sized(most)}" if file.size else EMPTY
            )
        if most == PICTURE_BYTES and not sees:
            return Attached(name, why=BLIND)
        async with self._downloads.stream(file, most=most) as download:
            if most == PDF_BYTES:
                return await self._paged(file, name, download.chunks)
            content = b"".join([chunk async for chunk in download.chunks])
        if most == PICTURE_BYTES:
            return _picture(file, name, content)
        text = clean(_decoded(content)).strip()
        return Attached(name, file.id, text=text, why="" if text else EMPTY)

    async def _paged(self, file: SlackFile, name: str, chunks: AsyncIterator[bytes]) -> Attached:
        found = await self._reader.read(chunks)
        if any(found.texts):
            return Attached(name, file.id, pages=found.texts, unread=found.of - found.read)
        return Attached(name, why=_WHY.get(found.why, SCANNED))


def _most(file: SlackFile) -> int:
    """Return how many bytes of a file of this kind are read; 0 for a kind that isn't."""
    if file.mimetype == PDF:
        return PDF_BYTES
    if file.mimetype in _PICTURES.values():
        return PICTURE_BYTES
    return TEXT_BYTES if file.mimetype.startswith(_TEXT) else 0


def _picture(file: SlackFile, name: str, content: bytes) -> Attached:
    kind = next((kind for begins, kind in _PICTURES.items() if content.startswith(begins)), "")
    if not kind:
        return Attached(name, why=DAMAGED)
    return Attached(name, file.id, picture=f"data:{kind};base64,{base64.b64encode(content).decode()}")


def _decoded(content: bytes) -> str:
    """Return the text in a file's bytes; nothing for what is no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="ignore")
    if b"\0" in content:
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # what Windows wrote before
        return content.decode("cp1252", errors="replace")
