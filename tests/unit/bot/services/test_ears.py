"""What listens, and what it can listen to."""

import pytest

from bot.services.ears import EARS, FORMATS, USUAL, ear, ending, may_be_heard, name_for

HEADS = {
    "flac": b"fLaC\0\0\0\x22",
    "m4a": b"\0\0\0\x20ftypM4A \0\0\0\0",
    "mp3": b"ID3\x04\0\0\0\0\0\x23",
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0",
    "mpeg": b"\0\0\1\xba\x44\0\4\0",
    "mpga": b"\xff\xfb\x90\x64\0\0",
    "oga": b"OggS\0\2\0\0",
    "ogg": b"OggS\0\2\0\0",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "webm": b"\x1aE\xdf\xa3\x9f\x42\x86\x81",
}


def test_each_format_has_a_beginning() -> None:
    assert tuple(sorted(HEADS)) == FORMATS


@pytest.mark.parametrize(("kind", "head"), HEADS.items())
def test_a_recording_keeps_its_name_and_a_renamed_one_gets_the_ending_of_what_it_is(
    kind: str, head: bytes
) -> None:
    wrong = "wav" if kind != "wav" else "mp3"

    assert name_for(f"memo.{kind}", head) == f"memo.{kind}"
    assert ending(name_for(f"memo.{wrong}", head)) != wrong
    assert name_for(f"memo.{wrong}", head).startswith("memo.")
    assert name_for("memo", head).startswith("memo.")


@pytest.mark.parametrize(
    "head",
    [
        b"Dear all, please",
        b"<!doctype html><",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"PK\x03\x04\x14\0\6\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\r",
        b"FORM\0\0\0\0AIFFCOMM",
        b"\0\0\0\x14ftypqt  \0\0\0\0",
        b"#!AMR\n",
        b"RIFF\x24\0\0\0AVI LIST",
    ],
)
def test_what_is_no_recording_that_telnyx_takes_has_no_name(head: bytes) -> None:
    assert name_for("memo.mp3", head) == ""


def test_an_mp3_that_begins_with_nothing_known_is_believed() -> None:
    assert name_for("memo.mp3", bytes(16)) == "memo.mp3"
    assert name_for("memo.bin", bytes(16)) == ""


@pytest.mark.parametrize(
    ("name", "mimetype", "may"),
    [
        ("a.MP3", "", True),
        ("clip", "audio/webm", True),
        ("clip.mov", "video/quicktime", True),
        ("a.pdf", "application/pdf", False),
        ("a", "", False),
    ],
)
def test_name_and_type_tell_whether_it_can_be_heard(name: str, mimetype: str, may: bool) -> None:
    assert may_be_heard(name, mimetype) is may


def test_a_model_has_a_short_name_too_and_a_near_one_is_named() -> None:
    assert ear(None) is ear("") is USUAL
    assert ear("Nova-3").name == "deepgram/nova-3"
    assert all(ear(one.name) is one for one in EARS)
    with pytest.raises(ValueError, match=r"Did you mean whisper-large-v3-turbo\?"):
        ear("whisper-large-v3-turb")
    with pytest.raises(ValueError, match="There are: openai/whisper"):
        ear("x")
