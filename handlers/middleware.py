"""Gives everything that is logged about a delivery the same id. No I/O."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog


async def correlate(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
    """Bind the delivery's own id to the log's context."""
    delivery = body.get("event_id") or body.get("trigger_id") or body.get("type", "")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(delivery=delivery)
    await next_()
