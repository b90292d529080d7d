"""What is said in a recording, written down: a clip in a direct message, a message's menu, an address; and what is no recording."""

import struct
from typing import Any

import pytest

from sandbox.slack.person import Person
from sandbox.telnyx.hearing import AUDIO
from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.replies import only_reply, replies
from tests.journeys.screen import GENERAL, SUPPORT, Shown, buttons, finished, words
from tests.journeys.telnyx_side import asked
from tests.journeys.test_interruptions import session

pytestmark = pytest.mark.usefixtures("bot")

MEMO = (AUDIO / "voicemail-order.wav").read_bytes()
SAID = "Hello, this is Mia Keller from the bakery in Linden Street."
DIRECT = "D0MIA"
ADDRESS = "https://help.example.com/voicemail-order.wav"
HEADS = {
    "flac": b"fLaC\0\0\0\x22",
    "m4a": b"\0\0\0\x20ftypM4A \0\0\0\0",
    "mp3": b"ID3\x04\0\0\0\0\0\x23",
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0",
    "mpeg": b"\0\0\1\xba\x44\0\4\0",
    "mpga": b"\xff\xfb\x90\x64\0\0",
    "oga": b"OggS\0\2\0\0",
    "ogg": b"OggS\0\2\0\0",
    "webm": b"\x1aE\xdf\xa3\x9f\x42\x86\x81",
}
"""How recordings of each format begin; the stand-in says how many bytes of which it heard."""
SENTENCES = 400
MEGABYTES_100 = 100_000_000
TRANSCRIBE = "audio.transcribe"


async def clip(mia: Person, name: str = "memo.wav", content: bytes = MEMO, channel: str = DIRECT) -> str:
    """A clip without a word, as a message of its own."""
    return str((await mia.upload(channel, name, content))["ts"])


async def test_a_voice_clip_in_a_direct_message_is_written_down_in_its_thread(person: People) -> None:
    mia = person("U0MIA")

    reply = await only_reply(mia, DIRECT, await clip(mia))

    assert words(reply).startswith(SAID)
    assert "Model: openai/whisper-large-v3-turbo" in words(reply)
    assert buttons(reply) == ["Summarize"]


async def test_a_clip_with_words_is_a_question(person: People, house: House) -> None:
    mia = person("U0MIA")
    before = asked(house, TRANSCRIBE)
    root = (await mia.upload(DIRECT, "memo.wav", MEMO, "How many days of leave do I have?"))["ts"]

    await only_reply(mia, DIRECT, root)

    assert asked(house, TRANSCRIBE) == before


@pytest.mark.parametrize("kind", HEADS)
async def test_each_format_that_telnyx_takes_is_sent_under_its_ending(person: People, kind: str) -> None:
    mia = person("U0MIA")
    content = HEADS[kind] + bytes(500)

    reply = await only_reply(mia, DIRECT, await clip(mia, f"memo.{kind}", content))

    assert f"heard {len(content)} bytes of {kind}" in words(reply)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("memo.mp3", b"This is a letter and no recording.", "I can't listen to “memo."),
        ("clip.mov", b"\0\0\0\x14ftypqt  \0\0\0\0", "I can't listen to “clip."),
        ("memo.wav", b"RIFF\x24\0\0\0WAVEfmt ", "damaged WAV"),
    ],
)
async def test_what_is_no_recording_is_said_in_words(
    person: People, name: str, content: bytes, why: str
) -> None:
    mia = person("U0MIA")

    reply = await only_reply(mia, DIRECT, await clip(mia, name, content))

    assert why in words(reply).replace("\u200b", "")


async def transcribed(mia: Person, *, channel: str, ts: str, **values: Any) -> Shown:
    """Use the entry of a message's menu; the transcript in the direct message."""
    await mia.shortcut("transcribe", channel, ts)
    window = await mia.wait_in(mia.views, lambda view: "Recording" in str(view["blocks"]))
    sound = next(block for block in window["blocks"] if block["block_id"] == "audio")
    chosen = [option["value"] for option in sound["element"]["initial_options"]]
    await mia.submit(window["id"], {"audio": chosen, **values})
    return await mia.wait_for(lambda m: finished(m) and "You asked: transcribe" in words(m), 20)


async def test_a_messages_menu_opens_a_form_with_its_recording_and_the_transcript_can_be_shared(
    person: People,
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    ts = await clip(ben, channel=GENERAL)

    private = await transcribed(mia, channel=GENERAL, ts=ts, model="distil-whisper/distil-large-v2")

    assert private["channel"] == DIRECT
    assert "[00:00] Hello, this is Mia Keller" in words(private)
    assert buttons(private) == ["Summarize", "Share in channel"]
    await mia.click(DIRECT, private["ts"], "share")
    shared = await ben.wait_for(lambda m: "shared the transcript of memo" in words(m), channel=GENERAL)
    assert "[00:00] Hello, this is Mia Keller" in words(shared)


async def test_a_transcript_is_summarized_below_it(person: People) -> None:
    mia = person("U0MIA")
    root = await clip(mia)
    reply = await only_reply(mia, DIRECT, root)

    await mia.click(DIRECT, reply["ts"], "summarize_transcript")

    summary = await mia.wait_for(
        lambda m: finished(m) and "Made from the transcript" in words(m), channel=DIRECT, thread_ts=root
    )
    assert "## In short" in words(summary)


async def test_an_address_is_transcribed_and_what_cannot_be_is_said(person: People) -> None:
    mia = person("U0MIA")
    first = await mia.command(GENERAL, "/telnyx", f"transcribe {ADDRESS}")
    done = await mia.wait_for(lambda m: SAID in words(m), channel=GENERAL)
    await mia.command(GENERAL, "/telnyx", "transcribe https://help.example.com/visitors")
    page = await mia.wait_for(lambda m: "not to a page that plays it" in words(m), channel=GENERAL)
    youtube = await mia.command(GENERAL, "/telnyx", "transcribe https://youtu.be/abc")
    deepgram = await mia.command(
        GENERAL, "/telnyx", "transcribe https://help.example.com/a.flac --model nova-3"
    )

    assert first["ok"]
    assert done["kind"] == "ephemeral"
    assert page["ts"] > done["ts"]
    assert "a web page that plays a recording" in str(youtube)
    assert "takes mp3 and wav files only" in str(deepgram)


async def test_a_guest_is_told_and_nothing_is_sent(person: People, house: House) -> None:
    gus = person("U0GUS")
    before = asked(house, TRANSCRIBE)

    root = (await gus.upload(SUPPORT, "memo.wav", MEMO, "@bot"))["ts"]

    reply = await gus.wait_for(finished, channel=SUPPORT, thread_ts=root)
    assert SAID not in words(reply)
    assert asked(house, TRANSCRIBE) == before


async def test_stop_ends_it(person: People, house: House) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(operation=TRANSCRIBE, kind="hang")
    before = asked(house, TRANSCRIBE)
    root = (await mia.upload(GENERAL, "memo.wav", MEMO, "@bot"))["ts"]
    until(lambda: asked(house, TRANSCRIBE) > before, "that Telnyx listens")
    await session(house, mia, GENERAL, root, "processing")

    await mia.stop(GENERAL, root)

    reply = await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    assert "Stopped by <@U0MIA> before anything was written." in words(reply)


async def test_a_private_one_can_be_stopped_where_it_says_that_it_is_being_made(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(operation=TRANSCRIBE, kind="hang")
    await mia.command(GENERAL, "/telnyx", f"transcribe {ADDRESS}")
    working = await mia.wait_for(lambda m: buttons(m) == ["Stop"], channel=GENERAL)
    said = words(working)

    await mia.click(GENERAL, working["ts"], "stop_turn")

    await mia.wait_for(lambda m: "Stopped by <@U0MIA>" in words(m), channel=GENERAL)
    assert "Listening to voicemail-order" in said


async def test_a_long_transcript_begins_in_a_message_and_is_whole_in_a_text_file(person: People) -> None:
    mia = person("U0MIA")
    known = {file["id"] for file in await mia.files()}
    root = await clip(mia, "long.wav", long_recording())

    reply = await mia.wait_for(finished, channel=DIRECT, thread_ts=root)

    file = await mia.wait_in(
        mia.files, lambda f: f["id"] not in known and f["name"] == "long.wav.txt" and bool(f["shares"])
    )
    assert words(reply).startswith("Sentence 0 ")
    assert "This is the beginning." in words(reply)
    text = (await mia.download(file["id"])).decode()
    assert [f"Sentence {n} " in text for n in range(SENTENCES)] == [True] * SENTENCES


async def test_one_byte_more_than_100_mb_is_refused_before_it_comes(person: People, house: House) -> None:
    mia = person("U0MIA")
    before = len(house.calls("download"))
    root = (await mia.records(DIRECT, "long.wav", MEGABYTES_100 + 1))["ts"]

    reply = await only_reply(mia, DIRECT, root)

    assert "too large: I can take up to 100 MB" in words(reply)
    assert len(house.calls("download")) == before


def long_recording() -> bytes:
    """A recording that carries what is said in it as a comment, which is what the stand-in hears."""
    said = " ".join(f"Sentence {number} is about what happened on that day." for number in range(SENTENCES))
    inside = b"INFO" + struct.pack("<4sI", b"ICMT", len(said)) + said.encode()
    return MEMO + struct.pack("<4sI", b"LIST", len(inside)) + inside


async def test_where_slack_takes_no_file_a_long_transcript_goes_on_in_the_thread(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.slack_fault(method="files.getUploadURLExternal", kind="error", error="file_upload_size_restricted")
    root = await clip(mia, "long.wav", long_recording())
    last = f"Sentence {SENTENCES - 1} "

    await mia.wait_for(lambda m: finished(m) and last in words(m), channel=DIRECT, thread_ts=root)

    said = "\n".join(words(message) for message in await replies(mia, DIRECT, root))
    assert [f"Sentence {n} " in said for n in range(SENTENCES)] == [True] * SENTENCES
    assert "This is the beginning." not in said
