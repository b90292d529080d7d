"""Finding conversations and threads the way the app may see them."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from sandbox.slack.messages import Message
from sandbox.slack.web_api.method import ApiError, Arguments
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, Channel

MOST_PER_PAGE = 1000


def readable(slack: Workspace, channel_id: str) -> Channel:
    """A conversation whose existence the app may know; foreign private ones look like nothing."""
    channel = slack.world.channels.get(channel_id)
    if channel is None or (channel.kind != "public" and BOT_USER not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def joined(slack: Workspace, channel_id: str) -> Channel:
    """A conversation that the app is a member of."""
    channel = readable(slack, channel_id)
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def writable(slack: Workspace, channel_id: str) -> Channel:
    """A conversation that the app may post to; a person's id means the direct message with them."""
    if slack.world.user(channel_id) is not None:
        direct = slack.world.direct(channel_id)
        channel_id = direct.id if direct else ""
    channel = readable(slack, channel_id)
    public_posting = slack.installation is not None and "chat:write.public" in slack.installation.scopes
    if BOT_USER not in channel.members and not (channel.kind == "public" and public_posting):
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.kind == "im" and slack.installation and not slack.installation.messages_tab:
        raise ApiError("messages_tab_disabled")
    return channel


def thread_root(slack: Workspace, channel: Channel, thread_ts: str, missing: str = "thread_not_found") -> str:
    """The ts of an existing thread's first message; a reply's own ts is no thread."""
    if not slack.messages.thread(channel.id, thread_ts):
        message = slack.messages.permanent(channel.id, thread_ts)
        raise ApiError(missing if message is None else "cannot_reply_to_message")
    return thread_ts


def own_message(slack: Workspace, channel: Channel, ts: str, foreign: str) -> Message:
    """A lasting message of the app; someone else's raises `foreign`."""
    message = slack.messages.permanent(channel.id, ts)
    if message is None:
        raise ApiError("message_not_found")
    if not message.by_app:
        raise ApiError(foreign)
    return message


def page(items: Sequence[Any], given: Arguments, default: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next, empty on the last page."""
    limit = given.get("limit") or default
    if not 1 <= limit <= MOST_PER_PAGE:
        raise ApiError("invalid_limit")
    try:
        start = int(base64.b64decode(given.get("cursor", "").encode(), validate=True) or b"0")
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
    following = base64.b64encode(str(start + limit).encode()).decode() if start + limit < len(items) else ""
    return list(items[start : start + limit]), following
