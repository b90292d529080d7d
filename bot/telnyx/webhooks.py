"""What Telnyx tells by itself: whether it really was Telnyx, and what was found in a conversation.

Signature: Ed25519 over `TIMESTAMP|BODY`, in the headers `telnyx-signature-ed25519` (base64) and `telnyx-timestamp` (Unix
seconds). Telnyx's sources show two shapes of insights, both read: an event of its Voice API inside `data`
(`call.conversation_insights.generated`, without the conversation's id), and the flat object of an insight group's webhook
(`conversation.insights.completed`). Deliveries may come twice or in any order; `id` tells an event again.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.telnyx._resource import AnswerModel, Moment
from bot.telnyx._wire import read_json, read_value
from bot.telnyx.errors import TelnyxSignatureError, TelnyxUnreadableError

TOLERANCE_SECONDS = 300.0
_VERIFY, _READ = "webhooks.verify", "webhooks.read"
_INSIGHTS = ("call.conversation_insights.generated", "conversation.insights.completed")


def verify(
    headers: Mapping[str, str],
    body: bytes,
    public_key: str,
    *,
    now: datetime | None = None,
    tolerance: float = TOLERANCE_SECONDS,
) -> None:
    """Check that Telnyx signed these bytes within `tolerance` seconds of `now`, in either direction.

    `public_key` is the portal's, 32 bytes as base64; ValueError when it is not that. Names of headers match in any case.
    Raises TelnyxSignatureError.
    """
    key = _public_key(public_key)
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get("telnyx-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise TelnyxSignatureError(_VERIFY, "no timestamp")
    try:
        signature = base64.b64decode(given.get("telnyx-signature-ed25519", ""), validate=True)
        key.verify(signature, timestamp.encode() + b"|" + body)
    except (InvalidSignature, ValueError):
        raise TelnyxSignatureError(_VERIFY, "wrong signature") from None
    moment = (now or datetime.now(UTC)).timestamp()
    if abs(moment - float(timestamp)) > tolerance:
        raise TelnyxSignatureError(_VERIFY, "too old or from the future")


class WebhookInsight(AnswerModel):
    """What one insight found: text, or an object when the insight has a schema."""

    insight_id: str
    insight_name: str | None = None
    result: str | dict[str, Any]


class InsightsEvent(AnswerModel):
    """The insights of one conversation, which is known by its id or by the call's, depending on the shape."""

    event_type: str
    insights: tuple[WebhookInsight, ...]
    insight_group_id: str | None = None
    insight_group_name: str | None = None
    conversation_id: str | None = None
    call_control_id: str | None = None
    id: str | None = None
    occurred_at: Moment | None = None


class OtherEvent(AnswerModel):
    """Any other event: `payload` as it came. That of `call.conversation.ended` holds `conversation_id` and `duration_sec`."""

    event_type: str
    payload: dict[str, Any]
    id: str | None = None
    occurred_at: Moment | None = None


def read_event(body: bytes) -> InsightsEvent | OtherEvent:
    """Return what a verified webhook says. Raises TelnyxUnreadableError."""
    said = read_json(_READ, body)
    event = said.get("data", said) if isinstance(said, dict) else None
    if not isinstance(event, dict):
        raise TelnyxUnreadableError(_READ, "not an event")
    payload = event.get("payload")
    inner = payload if isinstance(payload, dict) else event
    if event.get("event_type") not in _INSIGHTS:
        return read_value(_READ, OtherEvent, {**event, "payload": inner})
    known = {name: event.get(name) for name in ("event_type", "id", "occurred_at")}
    insights = inner.get("results", inner.get("insights"))
    return read_value(_READ, InsightsEvent, {**inner, **known, "insights": insights})


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("a public key is 32 bytes as base64") from None
