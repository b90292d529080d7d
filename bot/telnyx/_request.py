"""A request as a value, before anything is sent. Pure."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_:-]{1,255}")


class Patience(Enum):
    """How long an answer may take; the seconds stand in `Timeouts`."""

    USUAL = "usual"
    LONG = "long"


class Upload(Protocol):
    """A body that is read while it is sent. `length` is in bytes, None when no one knows it beforehand.

    `spent` is True when it cannot be sent a second time, `failure` what reading it raised.
    """

    length: int | None
    spent: bool
    failure: Exception | None

    def chunks(self) -> AsyncIterator[bytes]:
        """Return the bytes from the beginning."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One request to Telnyx. `repeatable` says that doing it twice does no harm, so it may be retried freely.

    What people wrote (query, body) is kept out of `repr`. `idempotency_key` is the same for every attempt of one request.
    """

    operation: str
    method: str
    path: str
    query: str = field(default="", repr=False)
    body: bytes | Upload | None = field(default=None, repr=False)
    repeatable: bool = True
    patience: Patience = Patience.USUAL
    content_type: str = "application/json"
    accept: str = "application/json"
    idempotency_key: str | None = field(default=None, repr=False)

    @property
    def target(self) -> str:
        """Return the path with its query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def upload(self) -> Upload | None:
        """Return the body, if it is read while it is sent."""
        return None if self.body is None or isinstance(self.body, bytes) else self.body

    @property
    def content(self) -> bytes | AsyncIterator[bytes] | None:
        """Return the body from its beginning, as httpx takes it."""
        return self.body.chunks() if self.body is not None and not isinstance(self.body, bytes) else self.body

    @property
    def spent(self) -> bool:
        """Return whether its body cannot be sent a second time."""
        return self.upload is not None and self.upload.spent

    def headers(self, *, stream: bool = False) -> dict[str, str]:
        """Return the headers of this request, but for the one that says whose it is."""
        headers = {"Accept": self.accept}
        if stream:
            # Compression would hold text back until a block is full.
            headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self.body is not None:
            headers["Content-Type"] = self.content_type
        if self.upload is not None and self.upload.length is not None:
            headers["Content-Length"] = str(self.upload.length)
        if self.idempotency_key is not None:
            headers["Idempotency-Key"] = self.idempotency_key
        return headers


def idempotency_key_of(given: str) -> str:
    """Return the key as it may stand in the header: 1 to 255 letters, digits, `_`, `:` or `-`. Raises ValueError.

    https://developers.telnyx.com/development/api-fundamentals/idempotency
    """
    if not _IDEMPOTENCY_KEY.fullmatch(given):
        raise ValueError("an idempotency key is 1 to 255 letters, digits, '_', ':' or '-'")
    return given
