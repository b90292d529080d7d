"""The recordings of a message."""

from typing import Any

import pytest

from bot.errors import UsageError
from bot.slack.reading.recordings import only_recordings, recordings

CLIP = {"id": "F1AA", "name": "audio message.m4a", "mimetype": "audio/mp4", "subtype": "slack_audio"}
PLAN = {"id": "F2AA", "name": "plan.pdf", "mimetype": "application/pdf"}
ELSEWHERE = {"id": "F3AA", "mode": "file_access", "file_access": "check_file_info"}


def message(*files: dict[str, Any]) -> dict[str, Any]:
    return {"text": "", "files": [*files]}


def test_a_clip_is_named_in_one_word_and_other_files_are_left_out() -> None:
    assert recordings(message(PLAN, CLIP)) == ["F1AA/audio_message.m4a"]
    for nothing in (message(PLAN), {"text": "x"}):
        with pytest.raises(UsageError, match="That message has no recording"):
            recordings(nothing)


def test_a_file_of_another_organization_may_be_one() -> None:
    assert recordings(message(ELSEWHERE)) == ["F3AA"]


def test_a_forwarded_clip_is_one_too() -> None:
    forwarded = {"attachments": [{"is_share": True, "files": [CLIP]}]}

    assert recordings(forwarded) == ["F1AA/audio_message.m4a"]
    assert only_recordings(forwarded)


def test_only_recordings_are_all_recordings() -> None:
    assert only_recordings(message(CLIP, CLIP))
    assert not only_recordings(message(CLIP, PLAN))
    assert not only_recordings(message(ELSEWHERE))
    assert not only_recordings(message())


def test_a_message_without_files_leads_to_its_first_address() -> None:
    assert recordings({"text": "Listen: <https://help.example.com/a.mp3|here>"}) == [
        "https://help.example.com/a.mp3"
    ]
