"""Family `storage`: addresses of single objects that work without a key, for a while. It stands beside the AI API."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from aiohttp import web
from pydantic import Field

from .arguments import Body, check_query, read_body
from .document import Document
from .library import Library
from .operations import Operation
from .refusals import refusal


class AddressBody(Body):
    """Body of POST /storage/buckets/{bucket}/{object}/presigned_url; Telnyx states no bounds, these are those of S3."""

    ttl: int = Field(default=3_600, ge=1, le=604_800)


class Storage:
    """The one operation over a library, and what its addresses open.

    Args:
        library: whose documents are the objects. now: the sandbox's clock, by which an address ends.
    """

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._secret = secrets.token_bytes(32)

    def operations(self) -> tuple[Operation, ...]:
        """The one operation of this family."""
        path = "/storage/buckets/{bucket_name}/{object_name:[^/]+}/presigned_url"
        return (Operation("storage.presigned", "POST", path, self.presigned),)

    async def presigned(self, request: web.Request) -> web.Response:
        """An address for so many seconds; 404 for an object that is not there."""
        check_query(request, ())
        body = await read_body(request, AddressBody)
        bucket, name = request.match_info["bucket_name"], request.match_info["object_name"]
        if self._document(bucket, name) is None:
            raise refusal(404, "The requested object could not be found.")
        ends = self._now() + timedelta(seconds=body.ttl)
        token = self._token(bucket, name, int(ends.timestamp()))
        address = f"{self._library.storage}/{quote(bucket, safe='')}/{quote(name)}?token={token}"
        content = {"token": token, "expires_at": ends.astimezone(UTC).isoformat(), "presigned_url": address}
        return web.json_response({"content": content})

    def opened(self, bucket: str, name: str, token: str) -> Document | None:
        """The document that a token opens; None for one that is no longer valid, or never was, or is another's."""
        ends = token.partition("-")[0]
        if not (ends.isascii() and ends.isdecimal()) or int(ends) < self._now().timestamp():
            return None
        known = hmac.compare_digest(token.encode(), self._token(bucket, name, int(ends)).encode())
        return self._document(bucket, name) if known else None

    def _document(self, bucket: str, name: str) -> Document | None:
        held = self._library.buckets.get(bucket) or self._library.stored.get(bucket)
        return held.documents.get(name) if held else None

    def _token(self, bucket: str, name: str, ends: int) -> str:
        signed = hmac.new(self._secret, f"{ends}\n{bucket}\n{name}".encode(), hashlib.sha256)
        return f"{ends}-{signed.hexdigest()}"
