from typing import Any

import pytest

from handlers.mentions import question

BODY: dict[str, Any] = {"team_id": "T", "authorizations": [{"team_id": "T", "user_id": "U0BOT"}]}
EVENT = {"type": "app_mention", "channel": "C", "ts": "2.0", "user": "U1", "text": "<@U0BOT> how long?"}


def test_a_mention_becomes_a_question_in_its_own_thread() -> None:
    asked = question(EVENT, BODY)

    assert asked is not None
    assert (asked.id, asked.text, asked.place.thread) == ("turn:T:C:2.0", "how long?", "2.0")


def test_an_answer_goes_to_the_thread_of_the_question() -> None:
    asked = question(EVENT | {"thread_ts": "1.0"}, BODY)

    assert asked is not None
    assert asked.place.thread == "1.0"


def test_the_same_message_as_mention_and_as_message_is_one_question() -> None:
    mention = question(EVENT, BODY)
    message = question(EVENT | {"type": "message", "channel_type": "channel"}, BODY)

    assert mention is not None
    assert mention == message


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"user": None},
        {"type": "message", "channel_type": "channel", "text": "how long?"},
        {"type": "message", "channel_type": "channel", "text": "<@U0BEN> how long?"},
    ],
)
def test_what_nobody_asked_this_bot_is_no_question(change: dict[str, Any]) -> None:
    assert question(EVENT | change, BODY) is None


def test_a_message_with_a_file_is_a_question() -> None:
    assert question(EVENT | {"subtype": "file_share"}, BODY) is not None


def test_mentions_of_others_are_part_of_the_question() -> None:
    asked = question(EVENT | {"text": "<@U0BOT> ask <@U0BEN> about leave"}, BODY)

    assert asked is not None
    assert "U0BEN" in asked.text
    assert "U0BOT" not in asked.text


def test_somebody_of_another_team_is_known_as_such() -> None:
    asked = question(EVENT | {"user_team": "T2"}, BODY | {"is_ext_shared_channel": True})

    assert asked is not None
    assert (asked.place.team, asked.asker.user_team) == ("T", "T2")
