"""A file of Slack's on its way down: whole or not at all, no larger than wanted, and the token to Slack alone."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from bot.slack.reading.downloads import (
    PIECE,
    BrokenDownloadError,
    Downloads,
    FileUnreadableError,
    SlackFile,
)
from handlers.manifest import manifest
from tests.unit.bot.conftest import served
from tests.unit.bot.slack.conftest import SlackHouse

CONTENT = b"RIFF" + bytes(range(256)) * 1_000
MOST = 1_000_000


@pytest.fixture
def downloads(slack: SlackHouse) -> Downloads:
    app = manifest()
    app["oauth_config"]["scopes"]["bot"] += ["files:read"]
    slack.standin.install(app)
    return Downloads(slack.api, slack.http)


async def read(downloads: Downloads, file: SlackFile, most: int = MOST) -> list[bytes]:
    async with downloads.stream(file, most=most) as download:
        return [piece async for piece in download.chunks]


async def shared(slack: SlackHouse, channel: str = "#support") -> str:
    return str((await slack.mia.upload(channel, "memo.wav", CONTENT))["file"])


async def test_a_file_comes_in_small_pieces_and_whole(slack: SlackHouse, downloads: Downloads) -> None:
    file = await downloads.about(await shared(slack))
    pieces = await read(downloads, file)

    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) <= PIECE
    assert (file.name, file.size, file.mimetype) == ("memo.wav", len(CONTENT), "audio/x-wav")
    assert (file.user, file.places) == ("U0MIA", ("C0SUPPORT",))


async def test_a_file_that_is_too_large_or_empty_is_not_asked_for(
    slack: SlackHouse, downloads: Downloads
) -> None:
    file = await downloads.about(await shared(slack))

    with pytest.raises(FileUnreadableError, match=r"“memo\.wav” has 256 KB.* up to 1 KB"):
        await read(downloads, file, most=1_000)
    with pytest.raises(FileUnreadableError, match=r"“memo\.wav” is empty"):
        await read(downloads, replace(file, size=0))
    assert await slack.calls("download") == 0


async def test_a_file_that_says_it_is_small_and_is_not_is_refused_too(
    slack: SlackHouse, downloads: Downloads
) -> None:
    file = await downloads.about(await shared(slack))

    with pytest.raises(FileUnreadableError, match="too large"):
        await read(downloads, replace(file, size=10), most=1_000)


async def test_the_token_is_sent_to_no_other_host(slack: SlackHouse, downloads: Downloads) -> None:
    came = []

    async def take(request: web.Request) -> web.Response:
        came.append(request.headers)
        return web.Response(body=CONTENT)

    app = web.Application()
    app.router.add_get("/files-pri/x", take)
    async with served(app) as other:
        file = await downloads.about(await shared(slack))
        with pytest.raises(FileUnreadableError, match="doesn't let me read"):
            await read(downloads, replace(file, address=f"{other}/files-pri/x"))

    assert came == []


@pytest.mark.parametrize("status", [200, 302, 403, 404])
async def test_a_page_to_sign_in_is_no_file(slack: SlackHouse, downloads: Downloads, status: int) -> None:
    file = await downloads.about(await shared(slack))

    async def take(_: web.Request) -> web.Response:
        return web.Response(
            status=status, text="<h1>Sign in</h1>", content_type="text/html", headers={"Location": "/"}
        )

    with pytest.raises(FileUnreadableError, match="doesn't let me read"):
        await _from_elsewhere(slack, downloads, file, take)


async def test_a_file_that_ends_early_is_no_file(slack: SlackHouse, downloads: Downloads) -> None:
    file = await downloads.about(await shared(slack))

    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
        answer.content_type = "audio/wav"
        await answer.prepare(request)
        await answer.write(CONTENT[:1_000])
        if request.transport:
            request.transport.close()
        return answer

    async def short(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write(CONTENT[:1_000])
        return answer

    async def away(_: web.Request) -> web.Response:
        return web.Response(status=503)

    for way in (cut, short, away):
        with pytest.raises(BrokenDownloadError):
            await _from_elsewhere(slack, downloads, file, way)


async def _from_elsewhere(slack: SlackHouse, downloads: Downloads, file: SlackFile, take: Any) -> None:
    """Read it from a server that stands in for Slack's file host."""
    app = web.Application()
    app.router.add_get("/files-pri/x", take)
    async with served(app) as root:
        slack.plays(root)
        await read(downloads, replace(file, address=f"{root}/files-pri/x"))


async def test_what_slack_does_not_show_is_said(slack: SlackHouse, downloads: Downloads) -> None:
    alone = await shared(slack, "#random")

    with pytest.raises(FileUnreadableError, match="I can't see that file"):
        await downloads.about(alone)
    with pytest.raises(FileUnreadableError, match="I can't see that file"):
        await downloads.about("F0NOSUCH")
