"""Checks AWS Signature Version 4 as S3 does: who signed a request, whether that is what arrived, and not long ago.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

UNSIGNED = "UNSIGNED-PAYLOAD"
_SKEW_SECONDS = 900
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,\s]*)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureRefusedError(Exception):
    """A request that S3 refuses: `code` is S3's word for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Arrived:
    """What arrived: `target` is path and query as they were sent, `headers` by their names in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]


def check(arrived: Arrived, keys: Iterable[str], now: float) -> None:
    """Raise SignatureRefusedError unless the request was signed with one of these keys, which are their own secrets."""
    found = _HEADER.fullmatch(arrived.headers.get("authorization", ""))
    if found is None:
        raise SignatureRefusedError("AccessDenied", "Access Denied.")
    key = next((key for key in keys if hmac.compare_digest(key.encode(), found["key"].encode())), None)
    if key is None:
        raise SignatureRefusedError("InvalidAccessKeyId", "The access key does not exist in our records.")
    moment = arrived.headers.get("x-amz-date", "")
    if not _is_near(moment, now) or not moment.startswith(found["day"]):
        raise SignatureRefusedError(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )
    signed = found["signed"].split(";")
    required = {"host", *(name for name in arrived.headers if name.startswith("x-amz-"))}
    if not required <= {*signed} or not {*signed} <= arrived.headers.keys():
        raise SignatureRefusedError(
            "AccessDenied", "There were headers present in the request which were not signed."
        )
    if not hmac.compare_digest(signature(arrived, key, moment, found["region"], signed), found["signature"]):
        raise SignatureRefusedError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the one you provided.",
        )


def signature(arrived: Arrived, secret: str, moment: str, region: str, signed: Iterable[str]) -> str:
    """Return the signature of a request, over these headers, in hex."""
    path, _, query = arrived.target.partition("?")
    parameters = sorted(part if "=" in part else f"{part}=" for part in query.split("&") if part)
    names = list(signed)
    lines = [f"{name}:{' '.join(arrived.headers.get(name, '').split())}" for name in names]
    canonical = "\n".join(
        [
            arrived.method,
            path,
            "&".join(parameters),
            *lines,
            "",
            ";".join(names),
            arrived.headers.get("x-amz-content-sha256", UNSIGNED),
        ]
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def _is_near(moment: str, now: float) -> bool:
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return False
    return abs(at - now) <= _SKEW_SECONDS
