"""Telnyx Cloud Storage as S3 clients see it: objects put, looked at, and read, whole or in parts. It answers on a root of its own.

What its documentation says that it doesn't take is refused here too: checksums that follow the content.
https://developers.telnyx.com/docs/cloud-storage/compatibility-with-aws-s3
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import web

from .gate import Gate
from .library import Library
from .operations import Handler, Operation
from .refusals import Refusal
from .sigv4 import UNSIGNED, Arrived, SignatureRefusedError, check

_LEAST_OF_A_PART = 5 * 1024 * 1024
_NOTES = "x-amz-meta-"
_STATUS = {
    "AccessDenied": 403,
    "EntityTooSmall": 400,
    "InvalidAccessKeyId": 403,
    "InvalidPart": 400,
    "MalformedXML": 400,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "XAmzContentSHA256Mismatch": 400,
}


class S3Refusal(Refusal):
    """A no in S3's words."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(_STATUS[code], None)
        self.code = code
        self.message = message or f"{code}."

    def response(self) -> web.Response:
        """The answer that carries this refusal."""
        return _xml(_error(self.code, self.message), self.status)


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of one object and what was said of them."""

    content: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass
class _Upload:
    bucket: str
    name: str
    headers: Mapping[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)


class SignedGate(Gate):
    """The gate of requests that are signed instead of carrying a key; its faults and its log are those of `beside`."""

    def __init__(self, keys: Iterable[str], now: Callable[[], datetime], beside: Gate) -> None:
        super().__init__(keys, now)
        self._named = [key for key in keys if key]
        self.faults, self.calls = beside.faults, beside.calls

    def _check_key(self, request: web.Request) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            check(Arrived(request.method, request.raw_path, headers), self._named, time.time())
        except SignatureRefusedError as no:
            raise S3Refusal(no.code, no.message) from None

    async def _answer(self, operation: Operation, request: web.Request, path: str) -> web.StreamResponse:
        response = await super()._answer(operation, request, path)
        if response.content_type == "application/json":  # a fault in the words of the AI API
            return _xml(_error("InternalError", "We encountered an internal error."), response.status)
        return response


class ObjectStore:
    """What S3 clients may do with the buckets of a library.

    Args:
        library: takes what is put; a bucket that is embedded embeds it by itself.
        now: the sandbox's clock.
    """

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._uploads: dict[str, _Upload] = {}
        self.objects: dict[tuple[str, str], Stored] = {}

    def operations(self) -> tuple[Operation, ...]:
        """What is taken; anything else is NotImplemented."""
        anywhere = "/{path:.*}"
        return (
            Operation("objects.head", "HEAD", anywhere, self._found),
            Operation("objects.get", "GET", anywhere, self._found),
            Operation("objects.put", "PUT", anywhere, self._put),
            Operation("objects.post", "POST", anywhere, self._post),
            Operation("objects.delete", "DELETE", anywhere, self._delete),
        )

    def app(self, gate: SignedGate, most_bytes: int) -> web.Application:
        """The application to mount at a root of its own."""
        app = web.Application(client_max_size=most_bytes)
        for operation in self.operations():
            guarded: Handler = gate.guard(operation)
            if operation.method == "GET":
                app.router.add_get(operation.path, guarded, allow_head=False)
            else:
                app.router.add_route(operation.method, operation.path, guarded)
        return app

    @property
    def pending(self) -> int:
        """How many uploads in parts were begun and neither completed nor aborted."""
        return len(self._uploads)

    async def _found(self, request: web.Request) -> web.Response:
        bucket, name = _target(request)
        self._require(bucket)
        stored = self.objects.get((bucket, name))
        document = self._held(bucket).documents.get(name)
        if document is None or request.query:
            raise S3Refusal("NoSuchKey") if document is None else S3Refusal("NotImplemented")
        if stored is None:  # a document of the seed
            stored = Stored(document.text.encode(), {"Content-Type": "binary/octet-stream"}, self._now())
        headers = {
            **stored.headers,
            "ETag": _etag(stored.content),
            "Last-Modified": format_datetime(stored.at.astimezone(UTC), usegmt=True),
        }
        if request.method == "HEAD":
            return web.Response(headers={**headers, "Content-Length": str(len(stored.content))})
        return web.Response(body=stored.content, headers=headers)

    async def _put(self, request: web.Request) -> web.Response:
        bucket, name = _target(request)
        self._require(bucket)
        if request.headers.get("If-None-Match") or request.headers.get("If-Match"):
            raise S3Refusal(
                "NotImplemented", "A header you provided implies functionality that is not implemented."
            )
        content = await _content(request)
        number, upload = request.query.get("partNumber"), request.query.get("uploadId")
        if upload is None:
            self._keep(bucket, name, content, _described(request))
        else:
            self._upload(upload, bucket, name).parts[int(number or 0)] = content
        return web.Response(headers={"ETag": _etag(content)})

    async def _post(self, request: web.Request) -> web.Response:
        bucket, name = _target(request)
        self._require(bucket)
        content = await _content(request)
        if "uploads" in request.query:
            begun = uuid.uuid4().hex
            self._uploads[begun] = _Upload(bucket, name, _described(request))
            body = f"<Bucket>{escape(bucket)}</Bucket><Key>{escape(name)}</Key><UploadId>{begun}</UploadId>"
            return _xml(f"<InitiateMultipartUploadResult>{body}</InitiateMultipartUploadResult>")
        upload = self._upload(request.query.get("uploadId", ""), bucket, name)
        parts = [upload.parts.get(number) for number in _numbers(content, upload)]
        if not parts or None in parts:
            raise S3Refusal("InvalidPart")
        whole = [part for part in parts if part is not None]
        if any(len(part) < _LEAST_OF_A_PART for part in whole[:-1]):
            raise S3Refusal("EntityTooSmall")
        self._keep(bucket, name, b"".join(whole), upload.headers)
        del self._uploads[request.query["uploadId"]]
        etag = f"{_etag(b''.join(whole))[:-1]}-{len(whole)}&quot;".replace('"', "&quot;")
        return _xml(f"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>")

    async def _delete(self, request: web.Request) -> web.Response:
        bucket, name = _target(request)
        if "uploadId" not in request.query:
            raise S3Refusal("NotImplemented")
        self._upload(request.query["uploadId"], bucket, name)
        del self._uploads[request.query["uploadId"]]
        return web.Response(status=204)

    def _keep(self, bucket: str, name: str, content: bytes, headers: Mapping[str, str]) -> None:
        self.objects[bucket, name] = Stored(content, headers, self._now())
        self._library.arrive(bucket, name, content)

    def _upload(self, given: str, bucket: str, name: str) -> _Upload:
        upload = self._uploads.get(given)
        if upload is None or (upload.bucket, upload.name) != (bucket, name):
            raise S3Refusal("NoSuchUpload")
        return upload

    def _held(self, bucket: str) -> Any:
        return self._library.buckets.get(bucket) or self._library.stored[bucket]

    def _require(self, bucket: str) -> None:
        if bucket not in self._library.buckets and bucket not in self._library.stored:
            raise S3Refusal("NoSuchBucket", "The specified bucket does not exist.")


def _target(request: web.Request) -> tuple[str, str]:
    """Bucket and object: both in the path, or the bucket before the host."""
    host, path = request.host.rpartition(":")[0] or request.host, request.match_info["path"]
    if host.endswith(".localhost"):
        return host.removesuffix(".localhost"), path
    bucket, _, name = path.partition("/")
    if not name:
        raise S3Refusal("NotImplemented", "Only objects are served here.")
    return bucket, name


async def _content(request: web.Request) -> bytes:
    told = request.headers.get("x-amz-content-sha256", "")
    if told.startswith("STREAMING-") or "x-amz-trailer" in request.headers:
        raise S3Refusal(
            "NotImplemented", "A header you provided implies functionality that is not implemented."
        )
    content = await request.read()
    if told not in (UNSIGNED, hashlib.sha256(content).hexdigest()):
        raise S3Refusal("XAmzContentSHA256Mismatch")
    return content


def _numbers(body: bytes, upload: _Upload) -> list[int]:
    """The parts that a completion names, each with its checksum; an S3Refusal where it names others."""
    try:
        rows = [
            ({child.tag.rpartition("}")[2]: child.text or "" for child in part})
            for part in ET.fromstring(body)  # noqa: S314 -- of the bot that is tested, on this computer
        ]
        named = {int(row["PartNumber"]): row["ETag"] for row in rows}
    except (ET.ParseError, KeyError, ValueError):
        raise S3Refusal("MalformedXML") from None
    if any(_etag(upload.parts.get(number, b"")) != etag for number, etag in named.items()):
        raise S3Refusal("InvalidPart")
    return sorted(named)


def _described(request: web.Request) -> dict[str, str]:
    kept = {name: value for name, value in request.headers.items() if name.lower().startswith(_NOTES)}
    return {"Content-Type": request.headers.get("Content-Type", "binary/octet-stream"), **kept}


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _error(code: str, message: str) -> str:
    return f"<Error><Code>{code}</Code><Message>{escape(message)}</Message><RequestId>{uuid.uuid4().hex}</RequestId></Error>"


def _xml(body: str, status: int = 200) -> web.Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return web.Response(text=text, status=status, content_type="application/xml")
