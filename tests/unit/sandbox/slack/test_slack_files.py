"""A file takes three steps to a conversation, and each step refuses what Slack would refuse."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.person import ControlError

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]
TEXT = b"Agent: Hello.\nCaller: My line is down.\n"


async def send(url: str, content: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, data=content) as answer:
        return answer.status, await answer.text()


async def uploaded(client: AsyncWebClient, name: str = "call.txt", **more: Any) -> str:
    """The id of a file whose bytes are there."""
    made = await client.files_getUploadURLExternal(filename=name, length=len(TEXT), **more)
    assert await send(made["upload_url"], TEXT) == (200, f"OK - {len(TEXT)}")
    return str(made["file_id"])


def carries(file_id: str) -> Callable[[Json], bool]:
    return lambda message: any(file["id"] == file_id for file in message["files"])


async def test_a_file_reaches_a_thread_and_is_seen_and_opened_by_people_there(
    client: AsyncWebClient, mia: Person, eve: Person
) -> None:
    root = await mia.say("#support", "What was said?")
    file_id = await uploaded(client)
    done = await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": "Call of today"}],
        channel_id="C0SUPPORT",
        thread_ts=root,
        initial_comment="The transcript.",
    )
    message = await mia.wait_for(carries(file_id), channel="#support")

    assert done["files"] == [{"id": file_id, "title": "Call of today"}]
    assert (message["text"], message["thread_ts"], message["kind"]) == ("The transcript.", root, "post")
    assert (message["files"][0]["mimetype"], message["files"][0]["size"]) == ("text/plain", len(TEXT))
    assert [file["title"] for file in await mia.files()] == ["Call of today"]
    assert await mia.download(file_id) == TEXT
    assert await eve.files() == []
    with pytest.raises(ControlError, match="sees no such file"):
        await eve.download(file_id)


async def test_the_share_stands_in_the_file_once_the_message_does(
    client: AsyncWebClient, mia: Person
) -> None:
    root = await mia.say("#support", "What was said?")
    file_id = await uploaded(client, alt_txt="Words")
    await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id="C0SUPPORT", thread_ts=root)
    before = (await client.files_info(file=file_id))["file"]
    message = await mia.wait_for(carries(file_id))
    after = (await client.files_info(file=file_id))["file"]

    assert (before["shares"], before["title"], before["alt_txt"]) == ({}, "call.txt", "Words")
    [share] = after["shares"]["public"]["C0SUPPORT"]
    assert (share["ts"], share["thread_ts"]) == (message["ts"], root)
    assert after["channels"] == ["C0SUPPORT"]
    history = await client.conversations_replies(channel="C0SUPPORT", ts=root)
    assert history["messages"][1]["files"][0]["id"] == file_id


async def test_a_direct_message_is_a_private_share_and_a_file_without_a_channel_has_none(
    client: AsyncWebClient, mia: Person
) -> None:
    direct, nowhere = await uploaded(client), await uploaded(client)
    await client.files_completeUploadExternal(files=[{"id": direct}], channel_id="D0MIA")
    await client.files_completeUploadExternal(files=[{"id": nowhere}])
    await mia.wait_for(carries(direct))

    shared = (await client.files_info(file=direct))["file"]

    assert list(shared["shares"]["private"]) == ["D0MIA"]
    assert shared["ims"] == ["D0MIA"]
    assert [file["id"] for file in await mia.files()] == [direct]


async def test_the_sdk_uploads_in_one_call(client: AsyncWebClient, mia: Person) -> None:
    await client.files_upload_v2(
        content=TEXT.decode(), filename="a.md", channel="C0SUPPORT", initial_comment="x"
    )

    assert (await mia.wait_for(lambda message: bool(message["files"])))["files"][0]["name"] == "a.md"


async def test_a_form_is_taken_as_well_as_the_bare_bytes(client: AsyncWebClient) -> None:
    made = await client.files_getUploadURLExternal(filename="a.txt", length=len(TEXT))
    form = aiohttp.FormData()
    form.add_field("filename", TEXT, filename="a.txt")

    assert (await send(made["upload_url"], form))[0] == 200


async def test_an_address_takes_the_right_number_of_bytes_once_and_in_time(
    slack: SlackStandIn, client: AsyncWebClient, clock: Any
) -> None:
    made = await client.files_getUploadURLExternal(filename="a.txt", length=len(TEXT))
    late = await client.files_getUploadURLExternal(filename="b.txt", length=len(TEXT))

    answers = [await send(made["upload_url"], content) for content in (b"short", TEXT, TEXT)]
    clock.now += 3600
    answers += [await send(late["upload_url"], TEXT), await send(f"{slack.root}/upload/v1/other", TEXT)]

    assert answers == [
        (400, "wrong_length"),
        (200, f"OK - {len(TEXT)}"),
        (404, "used_url"),
        (404, "expired_url"),
        (404, "unknown_url"),
    ]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"filename": "a.txt", "length": 0}, "missing_argument"),
        ({"filename": "a.txt", "length": 2**31}, "file_upload_size_restricted"),
        ({"filename": "a.txt", "length": 5, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a.txt", "length": 5, "snippet_type": "klingon"}, "unknown_snippet_type"),
        ({"filename": "a.txt", "length": 2**20 + 1, "snippet_type": "text"}, "snippet_too_large"),
        ({"filename": "a.txt", "length": 5, "subtype": "x"}, "invalid_arguments"),
    ],
)
async def test_no_address_is_given_for_what_slack_does_not_take(
    asked: Json, error: str, client: AsyncWebClient, refused: Refused
) -> None:
    assert (await refused(client.api_call("files.getUploadURLExternal", params=asked)))["error"] == error


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"channel_id": "C0RANDOM"}, "not_in_channel"),
        ({"channel_id": "C0FINANCE"}, "channel_not_found"),
        ({"channel_id": "C0SUPPORT", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channels": ["C0SUPPORT", "C0JOBS"], "thread_ts": "1.000001"}, "invalid_arguments"),
        ({"channel_id": "C0SUPPORT", "blocks": '[{"type": "poem"}]'}, "invalid_blocks"),
        ({"channels": [f"C{n}" for n in range(101)]}, "channels_limit_exceeded"),
    ],
)
async def test_a_file_is_not_shared_where_it_cannot_stand(
    more: Json, error: str, client: AsyncWebClient, refused: Refused
) -> None:
    file_id = await uploaded(client)

    answer = await refused(client.files_completeUploadExternal(files=[{"id": file_id}], **more))

    assert answer["error"] == error
    assert (await client.files_completeUploadExternal(files=[{"id": file_id}]))["ok"]


async def test_only_an_uploaded_file_is_completed_and_only_once(
    client: AsyncWebClient, refused: Refused
) -> None:
    empty = (await client.files_getUploadURLExternal(filename="a.txt", length=3))["file_id"]
    whole = await uploaded(client)
    unfinished = await refused(client.files_info(file=whole))
    await client.files_completeUploadExternal(files=[{"id": whole}])

    again = [
        await refused(client.files_completeUploadExternal(files=[{"id": one}]))
        for one in (empty, whole, "F0")
    ]

    assert [answer["error"] for answer in [unfinished, *again]] == ["file_not_found"] * 4


async def test_the_bytes_are_handed_to_the_apps_token_and_to_nobody_else(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person
) -> None:
    file_id = (await mia.upload("#support", "note.md", TEXT))["file"]
    url = (await client.files_info(file=file_id))["file"]["url_private_download"]
    token = {"Authorization": f"Bearer {slack.credentials.bot_token}"}

    async with aiohttp.ClientSession() as session:
        allowed = await session.get(url, headers=token)
        content = await allowed.read()
        followed = await session.get(url)
        page = await followed.text()
        stopped = await session.get(url, allow_redirects=False)

    assert (allowed.status, content) == (200, TEXT)
    assert (followed.status, followed.content_type, "Sign in" in page) == (200, "text/html", True)
    assert stopped.status == 302


async def test_scopes_are_needed(
    slack: SlackStandIn, make_manifest: Callable[..., Json], client: AsyncWebClient, refused: Refused
) -> None:
    slack.install(make_manifest(scopes=["chat:write"]))

    read = await refused(client.files_info(file="F0"))
    write = await refused(client.files_getUploadURLExternal(filename="a", length=1))

    assert (read["needed"], write["needed"]) == ("files:read", "files:write")


async def test_a_deleted_file_takes_its_bare_message_along_and_leaves_a_tombstone_elsewhere(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    bare, told = await uploaded(client), await uploaded(client)
    await client.files_completeUploadExternal(files=[{"id": bare}], channel_id="C0SUPPORT")
    await client.files_completeUploadExternal(
        files=[{"id": told}], channel_id="C0SUPPORT", initial_comment="Look"
    )
    await mia.wait_for(carries(told))
    for file_id in (bare, told):
        await client.files_delete(file=file_id)

    standing = [m for m in await mia.messages("#support") if not m["deleted"]]

    assert [m["files"] for m in standing] == [[{"id": told, "mode": "tombstone"}]]
    assert (await refused(client.files_info(file=told)))["error"] == "file_deleted"
    assert await mia.files() == []


async def test_an_edit_can_change_the_files_of_a_message_to_others_of_the_app(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    ts = str((await client.chat_postMessage(channel="C0SUPPORT", text="x"))["ts"])
    file_id = await uploaded(client)
    await client.files_completeUploadExternal(files=[{"id": file_id}])
    foreign = (await mia.upload("#support", "note.md", TEXT))["file"]

    no = await refused(client.chat_update(channel="C0SUPPORT", ts=ts, text="y", file_ids=[foreign]))
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="y", file_ids=[file_id])
    message = await mia.wait_for(carries(file_id))

    shared = (await client.files_info(file=file_id))["file"]["shares"]["public"]["C0SUPPORT"]
    assert (no["error"], message["text"], shared[0]["ts"]) == ("file_not_found", "y", ts)


async def test_a_file_of_a_person_is_not_the_apps_to_delete_or_to_see_everywhere(
    client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    here = (await mia.upload("#support", "note.md", TEXT, "for @bot"))["file"]
    elsewhere = (await mia.upload("#random", "note.md", TEXT))["file"]

    assert (await refused(client.files_delete(file=here)))["error"] == "cant_delete_file"
    assert (await refused(client.files_info(file=elsewhere)))["error"] == "file_not_found"


@pytest.mark.parametrize(
    ("method", "kind", "stands"),
    [
        ("upload", "drop", False),
        ("upload", "hang_after_apply", True),
        ("files.completeUploadExternal", "drop", False),
        ("files.completeUploadExternal", "reset_after_apply", True),
    ],
)
async def test_each_step_can_be_cut_before_and_after_it_took_effect(
    method: str, kind: str, stands: bool, client: AsyncWebClient, mia: Person
) -> None:
    made = await client.files_getUploadURLExternal(filename="a.txt", length=len(TEXT))
    done: Json = {"files": [{"id": made["file_id"]}], "channel_id": "C0SUPPORT"}
    await mia.post("faults", method=method, kind=kind)
    limit = aiohttp.ClientTimeout(total=0.3)
    async with aiohttp.ClientSession(timeout=limit) as session:
        if method == "upload":
            with pytest.raises((aiohttp.ClientError, TimeoutError)):
                await session.post(made["upload_url"], data=TEXT)
            status = (await send(made["upload_url"], TEXT))[0]
            assert status == (404 if stands else 200)
            return
    await send(made["upload_url"], TEXT)
    with pytest.raises(aiohttp.ClientError):
        await client.files_completeUploadExternal(**done)

    if stands:
        await mia.wait_for(carries(made["file_id"]))
    else:
        assert (await client.files_completeUploadExternal(**done))["ok"]


async def test_what_a_person_opens_cannot_run_anything(slack: SlackStandIn, mia: Person) -> None:
    file_id = (await mia.upload("#support", "evil.html", b"<script>alert(1)</script>"))["file"]
    url = f"{slack.root}/control/files/content"

    async with (
        aiohttp.ClientSession() as session,
        session.get(url, params={"user": "mia", "file": file_id}) as answer,
    ):
        assert answer.content_type == "text/plain"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
