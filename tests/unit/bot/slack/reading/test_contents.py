"""Everything that people read in a message, whoever wrote it and however."""

from typing import Any

import pytest

from bot.slack.reading.contents import author, files, forwarded, words_of
from bot.slack.reading.threads import LEFT_OUT, shortened

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Disk full* on <https://x.example|db-1>"}}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Ask "},
                {"type": "user", "user_id": "U0BEN"},
                {"type": "text", "text": " about it"},
            ],
        }
    ],
}
BUTTONS = {
    "type": "actions",
    "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Mute"}}],
}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "plain &lt;b&gt;"}, "plain <b>"),
        ({"text": "", "attachments": [{"fallback": "only this"}]}, "only this"),
        (
            {"attachments": [{"pretext": "Alert", "text": "High load", "fields": [{"title": "Host", "value": "db-1"}], "fallback": "x"}]},
            "Alert\nHigh load\nHost: db-1",
        ),
        ({"text": "", "blocks": [SECTION, BUTTONS]}, "*Disk full* on db-1 (https://x.example)"),
        ({"text": "Ask <@U0BEN> about it", "blocks": [RICH]}, "Ask @U0BEN about it"),
        ({"text": "", "attachments": [{"blocks": [SECTION]}]}, "*Disk full* on db-1 (https://x.example)"),
        (
            {"blocks": [{"type": "container", "title": {"type": "plain_text", "text": "Alerts"}, "child_blocks": [SECTION, BUTTONS]}]},
            "Alerts\n*Disk full* on db-1 (https://x.example)",
        ),
        ({}, ""),
    ],
)  # fmt: skip
def test_text_blocks_and_attachments_are_read_once(message: dict[str, Any], text: str) -> None:
    assert words_of(message) == text


@pytest.mark.parametrize(
    "shared",
    [
        {"text": "", "attachments": [{"text": "Disk full"}]},
        {"message_blocks": [{"message": {"attachments": [{"fallback": "Disk full"}]}}]},
        {"fallback": "Disk full"},
    ],
)
def test_an_alert_that_was_forwarded_is_read(shared: dict[str, Any]) -> None:
    assert forwarded({"attachments": [{"is_share": True, **shared}]}) == ["Disk full"]


def test_files_of_a_forwarded_message_count() -> None:
    shared = {"is_share": True, "files": [{"id": "F2", "name": "b\u202e.txt"}, {"mode": "tombstone"}]}

    assert files({"files": [{"id": "F1"}], "attachments": [shared, {"files": [{"id": "F3"}]}]}) == [
        ["F1", "a file"],
        ["F2", "b.txt"],
    ]


def test_a_forwarded_message_is_told_from_other_attachments() -> None:
    shared = {"is_share": True, "text": "", "message_blocks": [{"message": {"blocks": [RICH]}}]}
    linked = {"from_url": "https://x.example", "text": "A page"}

    assert forwarded({"attachments": [shared, linked]}) == ["Ask @U0BEN about it"]


def test_an_app_has_a_name_and_a_person_none() -> None:
    assert author({"bot_id": "B1", "username": "Grafana"}) == "Grafana"
    assert author({"bot_id": "B1", "bot_profile": {"name": "CI"}}) == "CI"
    assert author({"user": "U1"}) == ""


@pytest.mark.parametrize("letter", ["a", "ж", "言", "🙂"])
def test_a_long_thread_keeps_its_first_message_and_its_latest(letter: str) -> None:
    lines = [f"{number}: {letter * 2_500}" for number in range(4)]

    short = shortened(lines, keep_first=True, limit=6_000)

    assert len(short.encode()) <= 6_000
    assert short.startswith("0: ")
    assert LEFT_OUT in short
    assert "\n3: " in short
    assert "1: " not in short


def test_a_thread_that_fits_stays_whole() -> None:
    assert shortened(["a", "b"], keep_first=True) == "a\nb"
