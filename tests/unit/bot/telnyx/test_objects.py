"""Objects put into the stand-in's storage, which checks every signature; and where the key never goes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.telnyx import Exchange, TelnyxNotFoundError, TelnyxPermissionError, TelnyxServerError
from bot.telnyx.errors import TelnyxStatusError, TelnyxUnreachableError
from bot.telnyx.objects import AT_ONCE, PART, Objects
from tests.unit.bot.conftest import KEY, TelnyxHouse, served

NOTES = {"source": "https://acme.slack.com/archives/C1/p1", "deed": "abc"}
MARKDOWN = "text/markdown; charset=utf-8"


def objects(house: TelnyxHouse, key: str = KEY, told: Any = None) -> Objects:
    return Objects(api_key=key, url=f"{house.root}/storage", on_exchange=[told] if told else [])


async def pieces(count: int, size: int = 1 << 20, fails: Exception | None = None) -> AsyncIterator[bytes]:
    for number in range(count):
        yield bytes([number % 251]) * size
    if fails:
        raise fails


async def test_what_was_put_is_there_with_its_notes_and_embeds_by_itself(telnyx: TelnyxHouse) -> None:
    ours = telnyx.client.objects

    before = await ours.held("handbook", "a thread - ü.md")
    await ours.put("handbook", "a thread - ü.md", b"# Zebra stripes", content_type=MARKDOWN, notes=NOTES)

    held = await ours.held("handbook", "a thread - ü.md")
    assert before is None
    assert held is not None
    assert (held.size, held.notes) == (15, NOTES)
    telnyx.standin.clock.advance(60)
    files = {file.filename: file.status for file in await telnyx.client.embeddings.files("handbook")}
    assert files["a thread - ü.md"] == "success"


async def test_the_same_name_again_replaces_it(telnyx: TelnyxHouse) -> None:
    ours = telnyx.client.objects
    await ours.put("handbook", "a.md", b"one", content_type=MARKDOWN, notes={})

    await ours.put("handbook", "a.md", b"second", content_type=MARKDOWN, notes=NOTES)

    held = await ours.held("handbook", "a.md")
    assert held is not None
    assert (held.size, held.notes) == (6, NOTES)


async def test_a_document_that_others_put_there_is_seen_too(telnyx: TelnyxHouse) -> None:
    held = await telnyx.client.objects.held("handbook", "leave.md")

    assert held is not None
    assert held.notes == {}


async def test_what_is_read_as_it_is_sent_goes_in_signed_parts(telnyx: TelnyxHouse) -> None:
    await telnyx.client.objects.put("handbook", "big.txt", pieces(12), content_type="text/plain", notes=NOTES)

    stored = telnyx.standin.objects.objects["handbook", "big.txt"]
    assert stored.content == b"".join([bytes([number]) * (1 << 20) for number in range(12)])
    assert telnyx.standin.objects.pending == 0
    assert len(stored.content) > PART * AT_ONCE


async def test_of_a_large_file_a_few_parts_are_in_memory_at_once() -> None:
    read, taken, most = 0, 0, 0

    async def content() -> AsyncIterator[bytes]:
        nonlocal read, most
        for _ in range(100):
            yield bytes(1_000_000)
            read += 1_000_000
            most = max(most, read - taken)

    async def takes(request: web.Request) -> web.Response:
        nonlocal taken
        async for piece in request.content.iter_any():
            taken += len(piece) if request.method == "PUT" else 0
        body = "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        ended = "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
        return web.Response(text=body if "uploads" in request.query else ended, headers={"ETag": '"x"'})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", takes)
    async with served(app) as root:
        ours = Objects(api_key=KEY, url=root, on_exchange=[])
        await ours.put("handbook", "big.pdf", content(), content_type="application/pdf", notes={})

    assert taken == 100_000_000
    assert most <= (AT_ONCE + 2) * PART


async def test_what_cannot_be_read_to_its_end_is_not_kept(telnyx: TelnyxHouse) -> None:
    with pytest.raises(OSError, match="Slack hung up"):
        await telnyx.client.objects.put(
            "handbook",
            "half.txt",
            pieces(12, fails=OSError("Slack hung up")),
            content_type="text/plain",
            notes={},
        )

    assert await telnyx.client.objects.held("handbook", "half.txt") is None
    assert telnyx.standin.objects.pending == 0


async def test_no_bucket_a_wrong_key_and_trouble_are_the_errors_of_the_client(telnyx: TelnyxHouse) -> None:
    put: dict[str, Any] = {"content": b"x", "content_type": MARKDOWN, "notes": {}}
    with pytest.raises(TelnyxNotFoundError):
        await telnyx.client.objects.put("nowhere", "a.md", **put)
    with pytest.raises(TelnyxPermissionError):
        await objects(telnyx, "KEY-wrong").put("handbook", "a.md", **put)
    await telnyx.fault(operation="objects.put", kind="status", status=500, count=0)
    with pytest.raises(TelnyxServerError) as error:
        await telnyx.client.objects.put("handbook", "a.md", **put)
    assert KEY not in repr(error.value) + str(error.value)
    assert await telnyx.client.objects.held("nowhere", "a.md") is None


async def test_where_nothing_answers_it_was_not_sent() -> None:
    ours = Objects(api_key=KEY, url="http://127.0.0.1:9", on_exchange=[])

    with pytest.raises(TelnyxUnreachableError) as error:
        await ours.put("handbook", "a.md", b"x", content_type=MARKDOWN, notes={})

    assert not error.value.sent


async def test_the_hooks_are_told_of_each_request_without_names(telnyx: TelnyxHouse) -> None:
    told: list[Exchange] = []
    ours = objects(telnyx, told=told.append)

    await ours.put("handbook", "secret plans.md", b"x", content_type=MARKDOWN, notes={})
    await ours.held("handbook", "nothing.md")

    assert [(one.operation, one.status) for one in told] == [("objects.put", 200), ("objects.head", 404)]
    assert "secret" not in str(told)


async def test_nothing_of_the_environment_leads_the_key_elsewhere(
    telnyx: TelnyxHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere: list[str] = []

    async def hears(request: web.Request) -> web.Response:
        elsewhere.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hears)
    async with served(app) as other:
        for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_METADATA_ENDPOINT"):
            monkeypatch.setenv(name, other)
        for name in (
            "AWS_SKIP_SIGNATURE",
            "AWS_UNSIGNED_PAYLOAD",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
            "AWS_S3_EXPRESS",
        ):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "of another account")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
        monkeypatch.setenv("AWS_REGION", "mars-1")

        await objects(telnyx).put("handbook", "a.md", b"x", content_type=MARKDOWN, notes={})

    assert not elsewhere
    assert ("handbook", "a.md") in telnyx.standin.objects.objects


async def test_a_redirect_to_another_host_does_not_get_the_key() -> None:
    heard: list[dict[str, str]] = []

    async def hears(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(status=404)

    there = web.Application()
    there.router.add_route("*", "/{path:.*}", hears)
    async with served(there) as other:
        address = other.replace("127.0.0.1", "localhost")

        async def leads(request: web.Request) -> web.Response:
            raise web.HTTPTemporaryRedirect(f"{address}{request.path}")

        here = web.Application()
        here.router.add_route("*", "/{path:.*}", leads)
        async with served(here) as root:
            ours = Objects(api_key=KEY, url=root, on_exchange=[])
            with pytest.raises(TelnyxStatusError) as refused:
                await ours.put("handbook", "a.md", b"x", content_type=MARKDOWN, notes={})
            assert await ours.held("handbook", "a.md") is None

    assert refused.value.status == 307
    assert [one["Host"].partition(":")[0] for one in heard] == ["localhost"]
    assert KEY not in str(heard)
