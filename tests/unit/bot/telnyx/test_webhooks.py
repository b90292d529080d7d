from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.telnyx import InsightsEvent, OtherEvent, TelnyxError, TelnyxSignatureError, read_event, verify

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECRET = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = base64.b64encode(SECRET.public_key().public_bytes_raw()).decode()
BODY = b'{"event_type": "x", "a": 1}'


def headers(body: bytes = BODY, at: datetime = NOW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    signature = base64.b64encode(SECRET.sign(stamp.encode() + b"|" + body)).decode()
    return {"Telnyx-Signature-Ed25519": signature, "TELNYX-timestamp": stamp}


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_what_telnyx_signed_within_five_minutes_is_believed(seconds: int) -> None:
    verify(headers(), BODY, PUBLIC, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("sent", "body", "now", "reason"),
    [
        (headers(), BODY + b" ", NOW, "wrong signature"),
        (headers() | {"TELNYX-timestamp": "1"}, BODY, NOW, "wrong signature"),
        (headers() | {"Telnyx-Signature-Ed25519": "no base64!"}, BODY, NOW, "wrong signature"),
        ({"telnyx-timestamp": "1"}, BODY, NOW, "wrong signature"),
        ({}, BODY, NOW, "no timestamp"),
        (headers() | {"TELNYX-timestamp": "²"}, BODY, NOW, "no timestamp"),
        (headers(), BODY, NOW + timedelta(seconds=301), "too old"),
        (headers(), BODY, NOW - timedelta(seconds=301), "too old"),
    ],
)
def test_anything_else_is_not(sent: dict[str, str], body: bytes, now: datetime, reason: str) -> None:
    with pytest.raises(TelnyxSignatureError, match=reason):
        verify(sent, body, PUBLIC, now=now)


@pytest.mark.parametrize("key", ["", "%%%", "YWJj"])
def test_a_key_that_is_none_is_the_callers_mistake(key: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        verify(headers(), BODY, key, now=NOW)


def test_insights_of_the_voice_api_are_read() -> None:
    payload = {
        "call_control_id": "v3:1",
        "insight_group_id": "g",
        "results": [{"insight_id": "i", "result": "asked"}],
    }
    event = {
        "record_type": "event",
        "event_type": "call.conversation_insights.generated",
        "id": "e",
        "occurred_at": "2025-02-19T17:02:49Z",
        "payload": payload,
    }

    got = read_event(json.dumps({"data": event}).encode())

    assert isinstance(got, InsightsEvent)
    assert (got.id, got.call_control_id, got.conversation_id) == ("e", "v3:1", None)
    assert [(insight.insight_id, insight.result) for insight in got.insights] == [("i", "asked")]


def test_insights_of_a_group_are_read() -> None:
    event = {
        "event_type": "conversation.insights.completed",
        "conversation_id": "c",
        "insight_group_id": "g",
        "insight_group_name": "n",
        "insights": [{"insight_id": "i", "insight_name": "Mood", "result": {"score": 8}}],
    }

    got = read_event(json.dumps(event).encode())

    assert isinstance(got, InsightsEvent)
    assert (got.conversation_id, got.insight_group_name) == ("c", "n")
    assert [(insight.insight_name, insight.result) for insight in got.insights] == [("Mood", {"score": 8})]


def test_other_events_keep_their_payload() -> None:
    event = {"event_type": "call.conversation.ended", "id": "e", "payload": {"conversation_id": "c"}}

    got = read_event(json.dumps({"data": event}).encode())

    assert got == OtherEvent(event_type="call.conversation.ended", id="e", payload={"conversation_id": "c"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["data", "event_type", "payload", "results", "insights", "id"]) | st.text(), inner, max_size=4
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_raises_anything_outside_the_tree(body: bytes) -> None:
    outcome: Any
    try:
        outcome = read_event(body)
    except TelnyxError as error:
        outcome = error

    assert isinstance(outcome, InsightsEvent | OtherEvent | TelnyxError)
