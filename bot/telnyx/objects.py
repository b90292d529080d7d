"""Objects of Telnyx Cloud Storage, over S3: put into a bucket, and looked at. Beside the AI API, and on hosts of its own.

The key is both halves of the credentials, so it stands in every signature's `Credential`: it goes to the storage's host alone.
https://developers.telnyx.com/docs/cloud-storage/quick-start. Why obstore: docs/decisions/0024.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from bot.telnyx._exchange import ExchangeHook, told
from bot.telnyx._problems import status_error
from bot.telnyx._request import Request
from bot.telnyx.errors import TelnyxError, TelnyxNotFoundError, TelnyxTimeoutError, TelnyxUnreachableError

if TYPE_CHECKING:
    from obstore.store import S3Credential

T = TypeVar("T")
STORAGE_URL = "https://us-central-1.telnyxcloudstorage.com"
PART = 5 * 1024 * 1024
"""Bytes of a part of what is sent in parts: the least that S3 takes."""
AT_ONCE = 2
"""Parts that are in memory and under way together."""
_REGION = "us-east-1"
"""What Amazon's own tools sign with where, as Telnyx asks, no region is set: the host says where a bucket is."""
_RETRIES, _SECONDS = 2, timedelta(seconds=60)
_STATUS = re.compile(r"status code: (\d{3})")
_CONTENT_TYPE = "Content-Type"


@dataclass(frozen=True, slots=True)
class Held:
    """An object that is there: its bytes, and the notes it was put with, by name."""

    size: int
    notes: Mapping[str, str]


class Objects:
    """Puts and looks at objects. All raise TelnyxError.

    Args:
        api_key: both halves of the credentials.
        url: the storage's address, without a slash at the end.
        on_exchange: told of every request; one that was tried again is told once.
    """

    def __init__(self, *, api_key: str, url: str, on_exchange: Sequence[ExchangeHook]) -> None:
        self._api_key = api_key
        self._url = url.rstrip("/")
        self._hooks = tuple(on_exchange)

    async def held(self, bucket: str, name: str) -> Held | None:
        """Return what is known of an object; None where there is none, or no such bucket."""
        looking = obstore.get_async(self._store(bucket), name, options={"head": True})
        try:
            found = await self._told("objects.head", "HEAD", bucket, looking)
        except TelnyxNotFoundError:
            return None
        notes = {str(key): str(value) for key, value in found.attributes.items() if key != _CONTENT_TYPE}
        return Held(found.meta["size"], notes)

    async def put(
        self,
        bucket: str,
        name: str,
        content: bytes | AsyncIterator[bytes],
        *,
        content_type: str,
        notes: Mapping[str, str],
    ) -> None:
        """Put an object, in place of one of that name. What is read while it is sent goes in parts of 5 MB, at most two in memory.

        Each part is signed with its checksum, as Telnyx takes it; checksums behind the content it doesn't take. It's there whole, or not at all.

        Args:
            bucket: an existing bucket; TelnyxNotFoundError where there is none.
            name: of the object.
            content: the bytes; what reading them raises passes through, and nothing is kept.
            content_type: its media type.
            notes: kept with it; ASCII, a kilobyte together.
        """
        attributes = {_CONTENT_TYPE: content_type, **notes}
        putting = obstore.put_async(
            self._store(bucket),
            name,
            content,
            attributes=attributes,
            chunk_size=PART,
            max_concurrency=AT_ONCE,
            use_multipart=not isinstance(content, bytes),
        )
        await self._told("objects.put", "PUT", bucket, putting)

    async def _told(self, operation: str, method: str, bucket: str, doing: Awaitable[T]) -> T:
        """Wait for a request, tell the hooks of it, and turn what obstore raises into our tree."""
        request = Request(operation, method, f"/{bucket}")
        with told(self._hooks, request, 1, time.monotonic) as answered:
            try:
                found = await doing
            except (BaseError, FileNotFoundError) as error:
                meant = _meaning(operation, str(error))
                answered.status = getattr(meant, "status", None)
                raise meant from None  # its words quote what the other side said
            answered.status = 200
            return found

    def _store(self, bucket: str) -> S3Store:
        # obstore reads AWS_* of the environment: what could lead the key elsewhere, or send another's along, is said here.
        return S3Store(
            bucket,
            endpoint=self._url,
            aws_endpoint_url_s3=self._url,
            region=_REGION,
            credential_provider=self._credential,
            virtual_hosted_style_request=False,
            skip_signature=False,
            unsigned_payload=False,
            s3_express=False,
            request_payer=False,
            client_options={
                "allow_http": self._url.startswith("http://"),
                "timeout": _SECONDS,
                "connect_timeout": timedelta(seconds=5),
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _SECONDS},
        )

    def _credential(self) -> S3Credential:
        return {
            "access_key_id": self._api_key,
            "secret_access_key": self._api_key,
            "token": None,
            "expires_at": None,
        }


def _meaning(operation: str, words: str) -> TelnyxError:
    """Return the error that obstore's words mean: it has classes for some statuses alone."""
    if found := _STATUS.search(words):
        return status_error(operation, int(found[1]), {}, b"")
    if "not found" in words.partition("\n")[0]:
        return status_error(operation, 404, {}, b"")
    if "timed out" in words or "TimedOut" in words:
        return TelnyxTimeoutError(operation, "storage")
    return TelnyxUnreachableError(operation, "storage", sent="kind: Connect" not in words)
