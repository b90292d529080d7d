"""Webhooks: insights are sent to their group's address, signed as Telnyx signs, to loopback addresses only.

Two shapes are documented and contradict each other: `event` (OpenAPI, an envelope `data`) and `plain` (prose, no envelope). Signed
is `timestamp|body` with Ed25519; whether Telnyx signs the plain shape is not documented.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .insight_results import Run

Shape = Literal["event", "plain"]
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=2)
_PAUSES = (0.0, 0.5, 1.0)
_LOOK = 0.02


@dataclass
class Delivery:
    """What became of one webhook: `status` of the last answer, None without one, and why it was given up."""

    url: str
    attempts: int = 0
    status: int | None = None
    delivered: bool = False
    reason: str | None = None


class Webhooks:
    """Sends and remembers.

    Args:
        now: the sandbox's clock; a run's webhook leaves when its results are there.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._key = Ed25519PrivateKey.generate()
        self._tasks: set[asyncio.Task[None]] = set()
        self.shape: Shape = "plain"
        self.deliveries: list[Delivery] = []

    @property
    def public_key(self) -> str:
        """Base64 of the 32 bytes, as the portal shows it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def shown(self) -> dict[str, Any]:
        """For the control API."""
        sent = [asdict(delivery) for delivery in self.deliveries]
        return {"public_key": self.public_key, "shape": self.shape, "deliveries": sent}

    def send_when_done(self, run: Run, metadata: dict[str, str]) -> None:
        """Send a run's results to its group's address once they are there; nothing without an address."""
        if run.group.webhook:
            task = asyncio.create_task(self._deliver(run, metadata))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def closing(self, _app: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: what is still on its way when the stand-in ends is given up."""
        yield
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that go with `body`. Stamped with real time: receivers compare it with theirs."""
        stamp = str(int(time.time()))
        signature = self._key.sign(f"{stamp}|".encode() + body)
        return {
            "Content-Type": "application/json",
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
            "telnyx-timestamp": stamp,
        }

    async def _deliver(self, run: Run, metadata: dict[str, str]) -> None:
        while self._now() < run.due():  # noqa: ASYNC110 -- the clock can be sped up or jump, and tells no one
            await asyncio.sleep(_LOOK)
        delivery = Delivery(run.group.webhook)
        self.deliveries.append(delivery)
        if not is_loopback(delivery.url):
            delivery.reason = "the sandbox sends to loopback addresses only"
            return
        content = _event(run, metadata) if self.shape == "event" else _plain(run)
        body = json.dumps(content, ensure_ascii=False).encode()
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session:
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                await self._attempt(session, delivery, body)
                if delivery.delivered:
                    return

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery, body: bytes) -> None:
        delivery.attempts += 1
        try:
            async with session.post(
                delivery.url, data=body, headers=self.signed(body), allow_redirects=False
            ) as answer:
                delivery.status, delivery.delivered = answer.status, answer.ok
                delivery.reason = None if answer.ok else f"answered {answer.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            delivery.reason = type(error).__name__


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine, by address or as `localhost`."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(parts.hostname).is_loopback
    return parts.hostname == "localhost"


def _plain(run: Run) -> dict[str, Any]:
    insights = [
        {"insight_id": insight_id, "insight_name": run.names[insight_id], "result": _loaded(result)}
        for insight_id, result in run.results.items()
    ]
    return {
        "event_type": "conversation.insights.completed",
        "conversation_id": run.conversation_id,
        "insight_group_id": run.group.group_id,
        "insight_group_name": run.group.name,
        "insights": insights,
    }


def _event(run: Run, metadata: dict[str, str]) -> dict[str, Any]:
    control_id = metadata.get("call_control_id", "")
    results = [{"insight_id": key, "result": _loaded(result)} for key, result in run.results.items()]
    payload = {
        "call_control_id": control_id,
        "connection_id": "7267000000000000000",
        "call_leg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{control_id} leg")),
        "call_session_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{control_id} session")),
        "client_state": None,
        "calling_party_type": "pstn",
        "insight_group_id": run.group.group_id,
        "results": results,
    }
    return {
        "data": {
            "record_type": "event",
            "event_type": "call.conversation_insights.generated",
            "id": run.run_id,
            "occurred_at": run.due().isoformat(),
            "payload": payload,
        }
    }


def _loaded(result: str) -> Any:
    """JSON results are sent as objects."""
    try:
        return json.loads(result)
    except ValueError:
        return result
