"""What every delivery passes first: all that is logged about it gets the same id. No I/O."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)


async def correlate(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
    """Bind the delivery's own id to the log's context."""
    delivery = body.get("event_id") or body.get("trigger_id") or body.get("type", "")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(delivery=delivery)
    await next_()


async def rate_limited(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
    """Say that Slack leaves events out: it does above 30,000 an hour, and tells so once a minute.

    https://docs.slack.dev/apis/events-api/#rate-limiting
    """
    if body.get("type") != "app_rate_limited":
        await next_()
        return None
    log.warning(
        "slack_leaves_events_out",
        minute=body.get("minute_rate_limited"),
        fix="take the bot out of channels that it isn't asked in",
    )
    return BoltResponse(status=200, body="")
