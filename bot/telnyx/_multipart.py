"""A multipart form with one file in it, written as it is sent, so no large file is ever held in memory.

httpx can send files only from blocking file objects, and not from asynchronous streams. Rules: RFC 7578.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from pathlib import Path

_CHUNK = 256 * 1024
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

Content = bytes | Path | AsyncIterable[bytes]


class Form:
    """Fields and at most one file. A path or bytes can be sent again; a stream only until its first byte is taken."""

    def __init__(
        self,
        fields: Mapping[str, str],
        *,
        field: str = "file",
        content: Content | None = None,
        filename: str = "audio",
        size: int | None = None,
    ) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.spent = False
        self.failure: Exception | None = None
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        if content is not None:
            disposition = f'form-data; name="{_quoted(field)}"; filename="{_quoted(filename)}"'
            head += f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: application/octet-stream\r\n\r\n"
        tail = f"--{boundary}--\r\n" if content is None else f"\r\n--{boundary}--\r\n"
        self._head, self._tail = head.encode("utf-8", "replace"), tail.encode()
        self._content = content
        if content is None or isinstance(content, bytes):
            size = len(content or b"")
        self.length = None if size is None else len(self._head) + size + len(self._tail)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the form from its beginning, in pieces of at most 256 KiB unless a stream gives larger ones.

        What the source raises is kept as `failure`, because network stacks replace it by an error of theirs.
        """
        yield self._head
        try:
            async for chunk in self._file():
                yield chunk
        except Exception as error:
            self.failure = error
            raise
        yield self._tail

    async def _file(self) -> AsyncIterator[bytes]:
        content = self._content
        if isinstance(content, bytes):
            for start in range(0, len(content), _CHUNK):
                yield content[start : start + _CHUNK]
        elif isinstance(content, Path):
            with await asyncio.to_thread(content.open, "rb") as file:
                while chunk := await asyncio.to_thread(file.read, _CHUNK):
                    yield chunk
        elif content is not None:
            self.spent = True
            async for chunk in content:
                yield chunk


def _quoted(name: str) -> str:
    return name.translate(_ESCAPES)
