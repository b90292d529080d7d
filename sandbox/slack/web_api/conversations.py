"""`conversations.*` and `users.conversations`: channels, their messages and members, as far as the app may see them."""

from collections.abc import Callable
from typing import Any

from sandbox.slack.event_bodies import member_joined, member_left, place_changed
from sandbox.slack.messages import Message
from sandbox.slack.web_api.method import (
    Answer,
    ApiError,
    Arguments,
    Method,
    arguments,
    invalid_arguments,
    require_scope,
)
from sandbox.slack.web_api.places import joined, page, readable
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, Channel

KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
SCOPE_OF = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_PAGE, REPLIES_PAGE, LIST_PAGE = 100, 1000, 100


def channel_json(slack: Workspace, channel: Channel) -> dict[str, Any]:
    """A conversation as Slack describes it."""
    shared = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": slack.world.team.id,
    }
    if channel.kind == "im":
        return shared | {"user": channel.partner, "is_open": True}
    return shared | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_member": BOT_USER in channel.members,
        "connected_team_ids": sorted(slack.world.other_teams) if channel.is_ext_shared else [],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def info(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.info`."""
    channel = readable(slack, given["channel"])
    require_scope(slack, f"{channel.scope_family}:read")
    shown = channel_json(slack, channel)
    if given.get("include_num_members"):
        shown["num_members"] = len(channel.members)
    if given.get("include_locale"):
        shown["locale"] = "en-GB"
    return {"channel": shown}


def _moment(given: Arguments, key: str, default: float) -> float:
    try:
        return float(given.get(key) or default)
    except ValueError:
        raise ApiError(f"invalid_ts_{key}") from None


def _between(given: Arguments) -> Callable[[Message], bool]:
    """The test for `oldest` and `latest`, which themselves count only with `inclusive`."""
    oldest, latest = _moment(given, "oldest", 0.0), _moment(given, "latest", float("inf"))
    inclusive = given.get("inclusive", False)

    def within(message: Message) -> bool:
        ts = float(message.ts)
        return oldest < ts < latest or (inclusive and ts in (oldest, latest))

    return within


def _shown(slack: Workspace, messages: list[Message], given: Arguments, default: int) -> Answer:
    chosen, cursor = page(messages, given, default)
    shown = [message.for_app(with_metadata=given.get("include_all_metadata", False)) for message in chosen]
    for item, message in zip(shown, chosen, strict=True):
        replies = slack.messages.thread(message.channel, message.ts)[1:]
        if replies:
            item |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
            users = sorted({reply.user for reply in replies})
            item |= {"reply_users": users, "reply_users_count": len(users)}
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def history(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.history`: messages outside threads, newest first."""
    channel = joined(slack, given["channel"])
    require_scope(slack, f"{channel.scope_family}:history")
    within = _between(given)
    messages = [message for message in reversed(slack.messages.top_level(channel.id)) if within(message)]
    return _shown(slack, messages, given, HISTORY_PAGE)


def replies(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.replies`: the first message, then the replies between `oldest` and `latest`, oldest first."""
    channel = joined(slack, given["channel"])
    require_scope(slack, f"{channel.scope_family}:history")
    asked = slack.messages.permanent(channel.id, given["ts"])
    thread = slack.messages.thread(channel.id, asked.root if asked else given["ts"])
    if not thread:
        raise ApiError("thread_not_found")
    within = _between(given)
    messages = [message for message in thread if not message.is_reply or within(message)]
    return _shown(slack, messages, given, REPLIES_PAGE)


def members(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.members`."""
    channel = readable(slack, given["channel"])
    require_scope(slack, f"{channel.scope_family}:read")
    chosen, cursor = page(sorted(channel.members), given, LIST_PAGE)
    return {"members": chosen, "response_metadata": {"next_cursor": cursor}}


def open_direct(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.open`: the direct message with one person."""
    require_scope(slack, "im:write")
    if "channel" in given:
        channel: Channel | None = readable(slack, given["channel"])
    else:
        users = given.get("users", [])
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            raise ApiError("method_not_supported_for_channel_type")
        human = slack.world.user(users[0])
        if human is None:
            raise ApiError("user_not_found")
        channel = slack.world.direct(human.id) or (slack.direct(human) if human.crowd else None)
    if channel is None or channel.kind != "im":
        raise ApiError("method_not_supported_for_channel_type")
    shown = channel_json(slack, channel) if given.get("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": shown}


def join(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.join`: the app enters a public channel by itself."""
    channel = readable(slack, given["channel"])
    if channel.kind != "public":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    known = BOT_USER in channel.members
    if not known:
        enter(slack, channel, BOT_USER, "")
    answer: Answer = {"channel": channel_json(slack, channel)}
    return answer | ({"warning": "already_in_channel"} if known else {})


def enter(slack: Workspace, channel: Channel, user: str, inviter: str) -> None:
    """Someone becomes a member, and the app hears of it where it is a member itself."""
    channel.members.add(user)
    slack.changes.bump()
    human = slack.world.user(user)
    team = human.team if human else slack.world.team.id
    slack.publish(member_joined(channel, user, team, inviter, slack.messages.new_ts()), channel, user)


def depart(slack: Workspace, channel: Channel, user: str) -> None:
    """Someone is no longer a member. The app hears of it where it is a member itself, and once of its own going."""
    if user not in channel.members:
        return
    channel.members.remove(user)
    slack.changes.bump()
    ts = slack.messages.new_ts()
    if user == BOT_USER:
        slack.publish(place_changed(channel, "left", ts), None, "")
        return
    human = slack.world.user(user)
    team = human.team if human else slack.world.team.id
    slack.publish(member_left(channel, user, team, ts), channel, user)


def _chosen(slack: Workspace, given: Arguments) -> list[Channel]:
    """The conversations of the kinds asked for; each kind needs its own scope."""
    wanted = set()
    for kind in given.get("types") or ["public_channel"]:
        if kind not in KINDS:
            raise ApiError("invalid_types")
        wanted.add(KINDS[kind])
        require_scope(slack, SCOPE_OF[kind])
    if given.get("team_id", slack.world.team.id) != slack.world.team.id:
        raise invalid_arguments("unknown team [json-pointer:/team_id]")
    return [
        channel
        for channel in slack.world.channels.values()
        if channel.kind in wanted and not (given.get("exclude_archived") and channel.is_archived)
    ]


def list_conversations(slack: Workspace, given: Arguments) -> Answer:
    """`conversations.list`: public ones, and private ones only where the app is a member."""
    visible = [
        channel_json(slack, channel)
        for channel in _chosen(slack, given)
        if channel.kind == "public" or BOT_USER in channel.members
    ]
    chosen, cursor = page(visible, given, LIST_PAGE)
    return {"channels": chosen, "response_metadata": {"next_cursor": cursor}}


def users_conversations(slack: Workspace, given: Arguments) -> Answer:
    """`users.conversations`: where the app is a member, or where it is together with `user`.

    Public channels of `user` are shown wherever they are. `is_member` is left out, as Slack does.
    """
    user = given.get("user", BOT_USER)
    if slack.world.user(user) is None:
        raise ApiError("user_not_found")
    shown = [
        {key: value for key, value in channel_json(slack, channel).items() if key != "is_member"}
        for channel in _chosen(slack, given)
        if user in channel.members and (channel.kind == "public" or BOT_USER in channel.members)
    ]
    chosen, cursor = page(shown, given, LIST_PAGE)
    return {"channels": chosen, "response_metadata": {"next_cursor": cursor}}


_PAGE = ("cursor", "limit:int")
_SPAN = ("oldest", "latest", "inclusive:bool", "include_all_metadata:bool")

METHODS = (
    Method(
        "conversations.info", info, arguments("channel!", "include_locale:bool", "include_num_members:bool")
    ),
    Method("conversations.history", history, arguments("channel!", *_PAGE, *_SPAN)),
    Method("conversations.replies", replies, arguments("channel!", "ts!", *_PAGE, *_SPAN)),
    Method("conversations.members", members, arguments("channel!", *_PAGE)),
    Method(
        "conversations.open",
        open_direct,
        arguments("channel", "users:list", "return_im:bool", "prevent_creation:bool"),
    ),
    Method("conversations.join", join, arguments("channel!"), ("channels:join",)),
    Method(
        "conversations.list",
        list_conversations,
        arguments("types:list", "exclude_archived:bool", "team_id", *_PAGE),
    ),
    Method(
        "users.conversations",
        users_conversations,
        arguments("types:list", "exclude_archived:bool", "team_id", "user", *_PAGE),
    ),
)
