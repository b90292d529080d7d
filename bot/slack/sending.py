"""Sends one message so that its text arrives even when its blocks are refused, and so that it can be found again."""

from collections.abc import AsyncIterator
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.slack.api import SlackApi, once
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.paging import paged

log = structlog.get_logger(__name__)

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
"""On every post: Slack fetches no link of a model, and no bare @name becomes a mention."""


async def with_fallback(
    api: SlackApi, method: str, message: Message, *, arguments: dict[str, Any], patience: float | None = None
) -> dict[str, Any]:
    """Send ``message``; when Slack refuses its blocks, send simpler ones, at last its text, so that nothing is lost."""
    for blocks in message.rungs:
        given = {"blocks": blocks} if blocks else {}
        try:
            return await api.call(method, patience=patience, text=message.text, **given, **arguments)
        except SlackApiError as error:
            if kind_of(error) is not Kind.BLOCKS or not blocks:
                raise
            log.warning("blocks_refused", method=method, error=code_of(error))
    raise AssertionError("the last rung has no blocks that could be refused")


METADATA_TYPE = "telnyx_bot_turn"


def metadata_for(key: str) -> dict[str, Any]:
    """By this a message is found again after a crash. Visible to every app of the workspace: an id, nothing else."""
    return {"event_type": METADATA_TYPE, "event_payload": {"turn": key}}


def key_of(message: dict[str, Any]) -> str | None:
    """The key a message of ours was sent under, or None."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("turn"))


async def posted(api: SlackApi, channel: str, key: str, thread: str | None = None) -> str | None:
    """The ``ts`` of the message that was posted under ``key`` in a thread, or among the latest hundred of a channel."""
    where: dict[str, Any] = {"channel": channel, "include_all_metadata": True}
    if not thread:
        messages = (await api.call("conversations.history", limit=100, **where))["messages"]
        return next((str(message["ts"]) for message in messages if key_of(message) == key), None)
    async for message in replies(api, ts=thread, **where):
        if key_of(message) == key:
            return str(message["ts"])
    return None


async def replies(api: SlackApi, **where: Any) -> AsyncIterator[dict[str, Any]]:
    """The messages of a thread, page by page: Slack begins with the oldest."""
    async for answer in paged(api.call, "conversations.replies", **where):
        for message in answer.get("messages", ()):
            yield message


async def direct_message(api: SlackApi, user: str, message: Message, *, key: str) -> str:
    """Write to a person, once for each ``key``; the message's ``ts``."""
    channel = (await api.call("conversations.open", users=user))["channel"]["id"]

    async def find() -> str | None:
        return await posted(api, channel, key)

    async def send() -> str:
        arguments = {"channel": channel, "metadata": metadata_for(key), **QUIET}
        return str((await with_fallback(api, "chat.postMessage", message, arguments=arguments))["ts"])

    return await find() or await once(send, find)
