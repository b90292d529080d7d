"""A file into a conversation, once: whatever is killed or lost on the way."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.render.outcomes import File
from bot.slack.codes import code_of
from bot.slack.writing.files import Files
from handlers.manifest import manifest
from tests.unit.bot.conftest import served
from tests.unit.bot.slack.conftest import SlackHouse

FILE = File("call.txt", b"Caller: hello", "Transcript <of a call>")


class Upload:
    """One piece of work that delivers a file, attempt by attempt."""

    def __init__(self, slack: SlackHouse) -> None:
        self.slack = slack
        self.files = Files(slack.api, slack.http)
        self.noted: dict[str, Any] = {}
        self.killed_when_noted = False
        self.sent_when_noted = -1
        """How often bytes had been sent by then."""

    async def attempt(self, file: File = FILE) -> str:
        """Deliver it; what the person is told."""
        return (await self.files.deliver(file, "U0MIA", noted=dict(self.noted), note=self._note)).text

    async def seen(self, channel: str = "D0MIA") -> list[list[str]]:
        """The files of each message, once Slack has shown them."""
        await self.slack.mia.wait_for(lambda message: bool(message.get("files")), channel=channel)
        messages = await self.slack.mia.messages(channel)
        return [[file["title"] for file in m["files"]] for m in messages if m.get("files")]

    async def _note(self, noted: dict[str, Any]) -> None:
        self.sent_when_noted = await self.slack.calls("upload")
        self.noted = noted
        if self.killed_when_noted:
            raise asyncio.CancelledError


@pytest.fixture
def upload(slack: SlackHouse) -> Upload:
    app = manifest()
    app["oauth_config"]["scopes"]["bot"] += ["files:read", "files:write"]
    slack.standin.install(app)
    return Upload(slack)


async def test_a_file_stands_in_the_persons_direct_message(upload: Upload) -> None:
    told = await upload.attempt()

    assert await upload.seen() == [[FILE.title]]
    (file,) = await upload.slack.mia.files()
    assert upload.sent_when_noted == 0
    assert (file["id"], await upload.slack.mia.download(file["id"])) == (upload.noted["file"], FILE.content)
    assert told == "Here you go: *Transcript &lt;of a call&gt;* is in a direct message."


async def test_a_file_for_everybody_stands_in_its_thread(upload: Upload, question: str) -> None:
    file = File("map.png", b"png", "Topics", alt="A map", channel="C0SUPPORT", thread=question)

    told = await upload.attempt(file)

    await upload.slack.mia.wait_for(lambda m: bool(m.get("files")), channel="C0SUPPORT", thread_ts=question)
    (reply,) = await upload.slack.replies(question)
    assert reply["files"][0]["alt_txt"] == "A map"
    assert told == "Here you go: *Topics* is in <#C0SUPPORT>."


async def test_a_kill_after_its_id_was_noted_leaves_nothing_and_the_next_attempt_shares_it(
    upload: Upload,
) -> None:
    upload.killed_when_noted = True
    with pytest.raises(asyncio.CancelledError):
        await upload.attempt()
    first, upload.killed_when_noted = upload.noted["file"], False
    left = await upload.slack.mia.files()

    await upload.attempt()

    assert left == []
    assert upload.noted["file"] != first
    assert await upload.seen() == [[FILE.title]]


async def test_a_kill_after_it_was_shared_does_not_share_it_again(upload: Upload) -> None:
    await upload.attempt()
    told = await upload.attempt()

    assert await upload.seen() == [[FILE.title]]
    assert await upload.slack.calls("upload") == 1
    assert told.startswith("Here you go")


async def test_an_answer_that_was_lost_when_it_was_shared_is_looked_for(upload: Upload) -> None:
    await upload.slack.fault("files.completeUploadExternal", "reset_after_apply")

    told = await upload.attempt()

    assert await upload.seen() == [[FILE.title]]
    assert await upload.slack.calls("files.completeUploadExternal") == 1
    assert told.startswith("Here you go")


async def test_a_share_that_slack_did_not_do_is_looked_for_and_done(upload: Upload) -> None:
    await upload.slack.fault("files.completeUploadExternal", "drop")

    told = await upload.attempt()

    assert await upload.seen() == [[FILE.title]]
    assert await upload.slack.calls("files.completeUploadExternal") == 2
    assert await upload.slack.calls("upload") == 1
    assert told.startswith("Here you go")


@pytest.mark.parametrize("kind", ["drop", "500"])
async def test_bytes_that_did_not_arrive_are_a_no_because_nobody_sees_them(kind: str, upload: Upload) -> None:
    await upload.slack.fault("upload", kind)

    with pytest.raises(SlackApiError) as caught:
        await upload.attempt()

    assert code_of(caught.value) == "service_unavailable"
    assert await upload.slack.calls("files.completeUploadExternal") == 0


async def test_a_no_of_slack_is_a_no(upload: Upload) -> None:
    await upload.slack.fault("files.completeUploadExternal", "error", error="posting_to_channel_denied")

    with pytest.raises(SlackApiError) as caught:
        await upload.attempt()

    assert code_of(caught.value) == "posting_to_channel_denied"


@pytest.mark.parametrize("word", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
async def test_what_a_channel_does_not_take_goes_to_the_one_who_asked(upload: Upload, word: str) -> None:
    await upload.slack.fault("files.completeUploadExternal", "error", error=word)

    told = await upload.attempt(File("map.png", b"png", "Topics", channel="C0SUPPORT"))
    again = await upload.attempt(File("map.png", b"png", "Topics", channel="C0SUPPORT"))

    assert await upload.seen() == [["Topics"]]
    assert await upload.slack.calls("upload") == 1
    assert told == again == "Here you go: *Topics* is in a direct message."


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/upload", "{other}/upload", "{own}/elsewhere"])
async def test_the_bytes_go_only_to_slack_and_to_where_it_said(upload: Upload, place: str) -> None:
    came: list[str] = []

    async def anything(request: web.Request) -> web.Response:
        came.append(request.path)
        if request.path.endswith("getUploadURLExternal"):
            return web.json_response({"ok": True, "file_id": "F1", "upload_url": place.format(**roots)})
        return web.Response(status=307, headers={"Location": f"{roots['own']}/led-on"})

    app = web.Application()
    roots: dict[str, str] = {}
    app.router.add_route("*", "/{anything:.*}", anything)
    async with served(app) as own, served(web.Application()) as other:
        roots.update(own=own, other=other)
        upload.slack.plays(own)
        with pytest.raises(SlackApiError) as refused:
            await upload.attempt(File("call.txt", b"Caller: hello", "Call", channel="C0SUPPORT"))

    assert code_of(refused.value) == "service_unavailable"
    assert [path for path in came if "api" not in path] == (["/elsewhere"] if "own" in place else [])
