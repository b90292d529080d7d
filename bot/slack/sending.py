"""Sends one message so that its text arrives even when its blocks are refused."""

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.slack.api import SlackApi, code_of

log = structlog.get_logger(__name__)

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
"""On every post: Slack fetches no link of a model, and no bare @name becomes a mention."""
BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many"}
)


async def with_fallback(
    api: SlackApi, method: str, message: Message, *, arguments: dict[str, Any], patience: float | None = None
) -> dict[str, Any]:
    """Send ``message``; when Slack refuses its blocks, send its text, so that an answer is never lost."""
    blocks = message.blocks or None
    try:
        return await api.call(method, patience=patience, text=message.text, blocks=blocks, **arguments)
    except SlackApiError as error:
        if code_of(error) not in BLOCKS_REFUSED or not blocks:
            raise
        log.warning("blocks_refused", method=method, error=code_of(error))
        return await api.call(method, patience=patience, text=message.text, **arguments)
