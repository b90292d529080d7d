"""Idempotency-Key: a repeated POST is answered with what the first one was answered, not done again.

The contract is Telnyx's page on idempotency: only successes are replayed, for up to 24 hours; a record belongs to key, account,
method and path; the same key with another query or body is 422, a first call still in progress 409, a malformed key 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from .operations import Handler
from .refusals import refusal

HEADER = "Idempotency-Key"
# The contract names the header's component; how it is spelled on the wire is not documented.
REPLAYED = "Idempotent-Replayed"
_WELL_FORMED = re.compile(r"[A-Za-z0-9_:-]{1,255}")
_KEPT = timedelta(hours=24)
_FAILED = 400


@dataclass
class _Record:
    """What came with a key, and the answer once there is one."""

    asked: tuple[str, bytes]
    at: datetime
    status: int = 0
    body: bytes | None = None
    content_type: str = "application/json"

    def replay(self) -> web.Response:
        return web.Response(
            status=self.status,
            body=self.body,
            content_type=self.content_type,
            headers={REPLAYED: "true"},
        )


class Replays:
    """The answers of the last 24 hours.

    Args:
        now: the sandbox's clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._records: dict[tuple[str, ...], _Record] = {}

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What `handler` answers, or the replay of it. Calls without the header are passed on.

        Raises:
            Refusal: 400, 409 or 422 as the contract has it, and whatever `handler` refuses.
        """
        key = request.headers.get(HEADER)
        if key is None:
            return await handler(request)
        if not _WELL_FORMED.fullmatch(key):
            raise refusal(400, f"{HEADER} must be 1 to 255 letters, digits, colons, hyphens or underscores.")
        place = (key, request.headers.get("Authorization", ""), request.method, request.path)
        asked = (request.query_string, await request.read())
        known = self._records.get(place)
        if known is not None and self._now() - known.at < _KEPT:
            return _again(known, asked)
        record = self._records[place] = _Record(asked, self._now())
        response: web.StreamResponse | None = None
        try:
            response = await handler(request)
        finally:
            if isinstance(response, web.Response) and response.status < _FAILED:
                record.status, record.content_type = response.status, response.content_type
                record.body = response.body if isinstance(response.body, bytes) else b""
            else:
                del self._records[place]
        return response


def _again(known: _Record, asked: tuple[str, bytes]) -> web.Response:
    if known.asked != asked:
        raise refusal(422, f"This {HEADER} was used before with another query or body.")
    if known.body is None:
        raise refusal(409, f"The first request with this {HEADER} is still in progress.")
    return known.replay()
