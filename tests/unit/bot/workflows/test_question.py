from typing import Any

import pytest

from bot.workflows.question import Where, asked_in

CLIP = {"id": "F1", "name": "clip.m4a", "mimetype": "audio/mp4"}
WHERE = Where(team="T", bot_user="U0BOT", channel="C")
MESSAGE: dict[str, Any] = {
    "type": "message",
    "user": "U1",
    "ts": "2.0",
    "team": "T",
    "text": "<@U0BOT> how long?",
}


def test_a_message_of_a_history_becomes_the_question_that_its_event_would_have_been() -> None:
    asked = asked_in(MESSAGE | {"thread_ts": "1.0", "client_msg_id": "x"}, WHERE)

    assert asked is not None
    assert (asked.id, asked.text, asked.ts, asked.bot_user) == ("turn:T:C:2.0", "how long?", "2.0", "U0BOT")
    assert (asked.place.thread, asked.asker.user, asked.private) == (
        "1.0",
        "U1",
        False,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"user": "U0BOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "tombstone"},
        {"hidden": True},
    ],
)
def test_what_no_person_said_is_no_question(change: dict[str, Any]) -> None:
    assert asked_in(MESSAGE | change, WHERE) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_with_a_file_and_one_shown_in_the_channel_too_are_questions(subtype: str) -> None:
    assert asked_in(MESSAGE | {"subtype": subtype}, WHERE) is not None


def test_a_message_without_any_text_is_an_empty_question() -> None:
    asked = asked_in(MESSAGE | {"text": None}, WHERE)

    assert asked is not None
    assert asked.text == ""


def test_somebody_of_another_team_is_known_as_such() -> None:
    asked = asked_in(MESSAGE | {"team": "T2"}, Where("T", "U0BOT", "C"))

    assert asked is not None
    assert (asked.place.team, asked.asker.user_team) == ("T", "T2")


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"bot_id": "B1", "app_id": "A1"}, True),  # a person's token
        ({"bot_id": "B1", "app_id": "A1", "user": None, "subtype": "bot_message"}, True),  # a workflow
        ({"bot_id": "B1", "app_id": "A1", "thread_ts": "1.0"}, False),  # two apps would go on for ever
        ({"user": "USLACKBOT"}, False),
    ],
)
def test_apps_that_mention_us_are_answered_outside_threads(change: dict[str, Any], asked: bool) -> None:
    assert (asked_in(MESSAGE | change, WHERE) is not None) is asked


def test_forwarded_words_and_files_belong_to_the_question() -> None:
    shared = {"is_share": True, "text": "The leave is 27 days."}
    more = {"attachments": [shared], "files": [{"id": "F1", "name": "a\u202e.txt"}]}

    asked = asked_in(MESSAGE | more, WHERE)

    assert asked is not None
    assert asked.text.startswith("how long?")
    assert asked.text.endswith("The leave is 27 days.")
    assert asked.options == {"files": [["F1", "a.txt"]]}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"text": "<@U0BOT>"}, "transcription"),
        ({"text": None}, "transcription"),
        ({"text": "<@U0BOT> what does she want?"}, "ask"),
        ({"files": [CLIP, {"id": "F2", "name": "plan.pdf"}], "text": ""}, "ask"),
        ({"attachments": [{"is_share": True, "text": "Listen to this."}], "text": ""}, "ask"),
    ],
)
def test_a_recording_without_a_word_is_to_be_written_down(change: dict[str, Any], kind: str) -> None:
    asked = asked_in(MESSAGE | {"files": [CLIP]} | change, WHERE)

    assert asked is not None
    assert asked.kind == kind
    assert asked.options["files"][0] == ["F1", "clip.m4a"]
