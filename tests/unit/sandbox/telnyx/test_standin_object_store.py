"""The stand-in's storage refuses what the real one refuses: other keys, changed content, old requests, checksums behind the content."""

import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sandbox.telnyx.sigv4 import Arrived, SignatureRefusedError, check, signature
from tests.unit.bot.conftest import KEY, TelnyxHouse, telnyx_house

SIGNED = "host;x-amz-content-sha256;x-amz-date"


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as one:
        yield one


def signed(
    method: str,
    target: str,
    host: str,
    content: bytes,
    *,
    key: str = KEY,
    at: float | None = None,
    **more: str,
) -> dict[str, str]:
    """The headers of a request, signed."""
    moment = datetime.fromtimestamp(at or time.time(), UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": host,
        "x-amz-date": moment,
        "x-amz-content-sha256": hashlib.sha256(content).hexdigest(),
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    names = sorted(headers)
    made = signature(Arrived(method, target, headers), key, moment, "us-east-1", names)
    scope = f"{key}/{moment[:8]}/us-east-1/s3/aws4_request"
    words = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, Signature={made}"
    return {**headers, "authorization": words}


async def put(
    house: TelnyxHouse, target: str, content: bytes = b"x", *, sent: bytes | None = None, **more: Any
) -> httpx.Response:
    host = more.pop("host", house.root.removeprefix("http://"))
    headers = signed("PUT", target, host, content, **more)
    return await house.http.put(
        f"{house.root}{target}", content=content if sent is None else sent, headers=headers
    )


def test_the_signature_is_that_of_amazons_example() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    headers = {
        "date": "Fri, 24 May 2013 00:00:00 GMT",
        "host": "examplebucket.s3.amazonaws.com",
        "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }
    arrived = Arrived("PUT", "/test%24file.text", headers)

    made = signature(arrived, secret, "20130524T000000Z", "us-east-1", sorted(headers))

    assert made == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"authorization": "Bearer KEY"}, "AccessDenied"),
        ({"x-amz-date": "20200101T000000Z"}, "RequestTimeTooSkewed"),
        ({"x-amz-meta-more": "unsigned"}, "AccessDenied"),
        ({"host": "elsewhere"}, "SignatureDoesNotMatch"),
    ],
)
def test_what_was_changed_on_its_way_is_refused(changed: Mapping[str, str], code: str) -> None:
    headers = signed("PUT", "/storage/handbook/a.md", "here", b"x")

    check(Arrived("PUT", "/storage/handbook/a.md", headers), [KEY], time.time())
    with pytest.raises(SignatureRefusedError) as refused:
        check(Arrived("PUT", "/storage/handbook/a.md", {**headers, **changed}), [KEY], time.time())

    assert refused.value.code == code


async def test_refusals_are_xml_with_a_code(house: TelnyxHouse) -> None:
    target = "/storage/handbook/a.md"
    answers = {
        "InvalidAccessKeyId": await put(house, target, key="KEY-of-another"),
        "RequestTimeTooSkewed": await put(house, target, at=time.time() - 3_600),
        "XAmzContentSHA256Mismatch": await put(house, target, sent=b"y"),
        "NoSuchBucket": await put(house, "/storage/nowhere/a.md"),
        "NotImplemented": await put(house, target, x_amz_trailer="x-amz-checksum-crc64nvme"),
    }

    assert {code: answer.status_code for code, answer in answers.items()} == {
        "InvalidAccessKeyId": 403,
        "RequestTimeTooSkewed": 403,
        "XAmzContentSHA256Mismatch": 400,
        "NoSuchBucket": 404,
        "NotImplemented": 501,
    }
    for code, answer in answers.items():
        assert answer.headers["content-type"].startswith("application/xml")
        assert f"<Code>{code}</Code>" in answer.text
    assert not house.standin.objects.objects


async def test_a_bucket_may_stand_in_the_path_or_before_the_host(house: TelnyxHouse) -> None:
    port = house.root.rpartition(":")[2]

    await put(house, "/storage/handbook/path.md")
    virtual = await put(house, "/storage/host.md", host=f"handbook.localhost:{port}")

    assert virtual.status_code == 200
    assert set(house.standin.objects.objects) == {("handbook", "path.md"), ("handbook", "host.md")}


async def test_a_bucket_that_is_not_embedded_keeps_what_is_put_and_embeds_nothing(house: TelnyxHouse) -> None:
    house.standin.library.disable("handbook")

    answer = await put(house, "/storage/handbook/new.md", b"# New")

    assert answer.status_code == 200
    assert "handbook" not in house.standin.library.buckets
    assert "new.md" in house.standin.library.stored["handbook"].documents
