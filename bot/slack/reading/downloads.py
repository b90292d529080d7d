"""A file of Slack's on its way down: a little at a time and never on disk, whatever its size.

Shapes: https://docs.slack.dev/reference/objects/file-object
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import UsageError
from bot.render.numbers import sized
from bot.slack.addresses import Address, leads_to_slack
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, kind_of
from bot.text import beginning, clean

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 20.0
SILENCE_SECONDS = 30.0
"""Between two pieces of a file; a large one may take long as a whole."""
PIECE = 64 * 1024
"""The most bytes that are held of a file at a time; the connection holds twice as many."""
NAME_BYTES = 100
"""Of a file's name in a sentence."""
UNSEEN = "I can't see that file. It may be deleted, or it's only in conversations that you or I aren't in."
_GONE = frozenset({"tombstone", "hidden_by_limit"})


class FileUnreadableError(UsageError):
    """A file can't be read, and trying again doesn't help: ``text`` says why."""


class BrokenDownloadError(Exception):
    """The file stopped coming halfway; begun again from its first byte, it may come."""


@dataclass(frozen=True, slots=True)
class SlackFile:
    """What Slack says of a file. ``size`` is in bytes, ``user`` shared it, ``places`` are conversations of ours that it stands in."""

    id: str
    name: str
    size: int
    mimetype: str
    address: str
    user: str = ""
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, file: Mapping[str, Any]) -> Self:
        """Read Slack's object of a file."""
        kinds = ("channels", "groups", "ims")
        return cls(
            id=str(file.get("id") or ""),
            name=str(file.get("name") or file.get("title") or "file"),
            size=int(file.get("size") or 0),
            mimetype=str(file.get("mimetype") or ""),
            address=str(file.get("url_private_download") or file.get("url_private") or ""),
            user=str(file.get("user") or ""),
            places=tuple(place for kind in kinds for place in file.get(kind) or ()),
        )


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is coming: ``size`` in bytes as Slack sends them, ``chunks`` of at most 64 KiB, once."""

    name: str
    size: int
    mimetype: str
    chunks: AsyncIterator[bytes]


class Downloads:
    """Files that people share; Slack shows them to an app with ``files:read`` that is where they stand."""

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession) -> None:
        self._api = api
        self._http = http

    async def about(self, file_id: str) -> SlackFile:
        """Return what Slack says of a file now. Who may read it is for the caller to ask: ``user`` and ``places`` say where it is.

        Raises:
            FileUnreadableError: it's gone, kept outside Slack, or not shown to us.
            SlackApiError, OutcomeUnknownError: Slack doesn't say.
        """
        try:
            file = (await self._api.call("files.info", patience=PATIENCE_SECONDS, file=file_id))["file"]
        except SlackApiError as error:
            if kind_of(error) is not Kind.FILE_GONE:
                raise
            raise FileUnreadableError(UNSEEN) from error
        if file.get("mode") in _GONE:
            raise FileUnreadableError("That file was deleted, so I can't read it.")
        if file.get("is_external") or file.get("mode") == "external":
            raise FileUnreadableError(
                "That file is kept outside Slack, so I can't read it. Upload the file itself to Slack."
            )
        return SlackFile.of(file)

    @asynccontextmanager
    async def stream(self, file: SlackFile, *, most: int) -> AsyncIterator[Download]:
        """Yield the file as it comes. The token goes to Slack's own hosts alone, and no redirect is followed.

        Args:
            file: as ``about`` returned it.
            most: the bytes it may have. A larger one is refused before its first byte is asked for, and wherever it turns out to
                be larger than it said.

        Raises:
            FileUnreadableError: it's empty or too large, or Slack doesn't hand it out.
            BrokenDownloadError: the connection ended; while chunks are read too.
        """
        _check_size(file, file.size, most)
        if not leads_to_slack(Address.FILES, file.address, self._api.client.base_url):
            raise _unreadable(file)
        headers = {"Authorization": f"Bearer {self._api.client.token}", "Accept-Encoding": "identity"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=PATIENCE_SECONDS, sock_read=SILENCE_SECONDS)
        try:
            answer = await self._http.get(
                file.address, headers=headers, timeout=timeout, allow_redirects=False
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BrokenDownloadError(type(error).__name__) from error
        async with answer:
            size = _promised(file, answer)
            _check_size(file, size, most)
            async with aclosing(_pieces(file, answer, size, most)) as chunks:
                yield Download(file.name, size, file.mimetype, chunks)


def _promised(file: SlackFile, answer: aiohttp.ClientResponse) -> int:
    """Return how many bytes come. To whom it doesn't show a file Slack shows a page to sign in."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise BrokenDownloadError(str(answer.status))
    page = answer.content_type == "text/html" and file.mimetype != "text/html"
    if answer.status != HTTPStatus.OK or page:
        log.info("file_not_shown", status=answer.status, type=answer.content_type)
        raise _unreadable(file)
    return file.size if answer.content_length is None else answer.content_length


async def _pieces(
    file: SlackFile, answer: aiohttp.ClientResponse, size: int, most: int
) -> AsyncGenerator[bytes]:
    came = 0
    try:
        async for piece in answer.content.iter_chunked(PIECE):
            came += len(piece)
            _check_size(file, came, most)
            yield piece
    except (aiohttp.ClientError, TimeoutError) as error:
        raise BrokenDownloadError(type(error).__name__) from error
    if came != size:
        raise BrokenDownloadError(f"{came} of {size} bytes")


def _check_size(file: SlackFile, size: int, most: int) -> None:
    name = _named(file)
    if not size:
        raise FileUnreadableError(f"{name} is empty.")
    if size > most:
        raise FileUnreadableError(
            f"{name} has {sized(size)}, which is too large: I can take up to {sized(most)}."
        )


def _named(file: SlackFile) -> str:
    return f"“{beginning(clean(file.name), NAME_BYTES)}”"


def _unreadable(file: SlackFile) -> FileUnreadableError:
    return FileUnreadableError(f"Slack doesn't let me read {_named(file)}.")
