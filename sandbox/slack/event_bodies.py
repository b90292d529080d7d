"""The inner events that Slack sends, as pure functions of the state.

Shapes: https://docs.slack.dev/reference/events. A direct message to an agent is top-level: it has no `thread_ts`.
"""

from typing import Any

from sandbox.slack.messages import JsonObject, Message, MessageStore
from sandbox.slack.world import Channel

MENTION_KEYS = (
    "type",
    "user",
    "ts",
    "client_msg_id",
    "text",
    "team",
    "blocks",
    "channel",
    "event_ts",
    "thread_ts",
    "files",
    "attachments",
    "subtype",
    "bot_id",
    "app_id",
    "bot_profile",
    "username",
)


def text_blocks(text: str) -> list[JsonObject]:
    """The rich_text block that Slack's editor makes of what a person typed."""
    if not text:
        return []
    section = {"type": "rich_text_section", "elements": _inline(text)}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _inline(text: str) -> list[JsonObject]:
    """Text and references in the order they were typed."""
    parts: list[JsonObject] = []
    for n, piece in enumerate(text.split("<")):
        reference, closed, rest = piece.partition(">") if n else ("", "", piece)
        if reference.startswith("@") and closed:
            parts.append({"type": "user", "user_id": reference[1:].partition("|")[0]})
        elif reference.startswith("#") and closed:
            parts.append({"type": "channel", "channel_id": reference[1:].partition("|")[0]})
        elif n:
            rest = f"<{piece}"
        if rest:
            parts.append({"type": "text", "text": rest})
    return parts


def message_posted(store: MessageStore, channel: Channel, message: Message) -> JsonObject:
    """A `message` event for a new message of a person or of the app."""
    event = message.for_app() | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": channel.channel_type,
    }
    if not message.by_app:
        event["client_msg_id"] = f"sandbox-{message.ts}"
    if message.is_reply:
        parent = store.permanent(channel.id, message.root)
        event["parent_user_id"] = parent.user if parent else message.user
    return event


def app_mention(event: JsonObject) -> JsonObject:
    """The `app_mention` twin of a `message` event."""
    return {key: event[key] for key in MENTION_KEYS if key in event} | {"type": "app_mention"}


def message_changed(channel: Channel, message: Message, before: JsonObject, event_ts: str) -> JsonObject:
    """A `message` event of subtype `message_changed`."""
    return _hidden(
        channel, event_ts, subtype="message_changed", message=message.for_app(), previous_message=before
    )


def message_deleted(channel: Channel, message: Message, before: JsonObject, event_ts: str) -> JsonObject:
    """A `message` event of subtype `message_deleted`."""
    return _hidden(
        channel, event_ts, subtype="message_deleted", deleted_ts=message.ts, previous_message=before
    )


def _hidden(channel: Channel, event_ts: str, **more: Any) -> JsonObject:
    return {
        "type": "message",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.channel_type,
        "ts": event_ts,
        "event_ts": event_ts,
        **more,
    }


def member_joined(channel: Channel, user: str, team: str, inviter: str, event_ts: str) -> JsonObject:
    """Someone, perhaps the bot, came into a channel."""
    kind = "G" if channel.kind == "private" else "C"
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": kind,
        "team": team,
    }
    return event | ({"inviter": inviter} if inviter else {}) | {"event_ts": event_ts}


def member_left(channel: Channel, user: str, team: str, event_ts: str) -> JsonObject:
    """Someone else left a channel."""
    event = member_joined(channel, user, team, "", event_ts)
    return event | {"type": "member_left_channel"}


def place_changed(channel: Channel, what: str, event_ts: str, **more: Any) -> JsonObject:
    """A channel was archived, left by the app, or the opposite: `channel_…`, or `group_…` for a private one."""
    prefix = "group" if channel.kind == "private" else "channel"
    return {"type": f"{prefix}_{what}", "channel": channel.id, **more, "event_ts": event_ts}


def channel_sharing(channel: Channel, team: str, event_ts: str) -> JsonObject:
    """A channel is now shared with another workspace, or with it no longer."""
    event: JsonObject = {"type": "channel_shared", "connected_team_id": team}
    if not channel.is_ext_shared:
        event = {"type": "channel_unshared", "previously_connected_team_id": team, "is_ext_shared": False}
    return event | {"channel": channel.id, "event_ts": event_ts}


def person_event(kind: str, user: JsonObject, event_ts: str) -> JsonObject:
    """A person is new (`team_join`) or is described otherwise now (`user_change`)."""
    more = {"cache_ts": int(float(event_ts))} if kind == "user_change" else {}
    return {"type": kind, "user": user, **more, "event_ts": event_ts}


def group_members_changed(group: str, team: str, added: list[str], removed: list[str], ts: str) -> JsonObject:
    """People came into a user group or went."""
    return {
        "type": "subteam_members_changed",
        "subteam_id": group,
        "team_id": team,
        "date_previous_update": int(float(ts)),
        "date_update": int(float(ts)),
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": ts,
    }


def group_updated(group: JsonObject, event_ts: str) -> JsonObject:
    """A user group is described otherwise now; who is in it stands in the description."""
    return {"type": "subteam_updated", "subteam": group, "event_ts": event_ts}


def home_opened(channel: Channel, user: str, tab: str, view: JsonObject | None, event_ts: str) -> JsonObject:
    """A person opened the app's home or its messages."""
    event: JsonObject = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": tab,
        "event_ts": event_ts,
    }
    return event | ({"view": view} if view and tab == "home" else {})


def session_stopped(
    channel: Channel, thread_ts: str, user: str, streams: list[str], event_ts: str
) -> JsonObject:
    """A person pressed the stop button of a working agent."""
    return {
        "type": "agent_session_stopped",
        "channel": channel.id,
        "thread_ts": thread_ts,
        "user": user,
        "streaming_message_ts": streams,
        "event_ts": event_ts,
    }
