"""`chat.*` without streams: post, post to one person, change, delete, link."""

from typing import Any

from sandbox.slack.file_store import StoredFile
from sandbox.slack.messages import Message
from sandbox.slack.web_api.content import LONGEST_TEXT, LONGEST_UPDATE, checked_content, is_empty
from sandbox.slack.web_api.method import Answer, ApiError, Arguments, Method, arguments, require_scope
from sandbox.slack.web_api.places import own_message, readable, thread_root, writable
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER


def _refuse_disguise(slack: Workspace, given: Arguments) -> None:
    """Another name or icon needs a scope of its own; `as_user` is not for bots."""
    if given.get("as_user"):
        raise ApiError("as_user_not_supported")
    if any(given.get(key) for key in ("username", "icon_emoji", "icon_url")):
        require_scope(slack, "chat:write.customize")


def post_message(slack: Workspace, given: Arguments) -> Answer:
    """`chat.postMessage`."""
    _refuse_disguise(slack, given)
    channel = writable(slack, given["channel"])
    content = checked_content(given, refused=slack.refused_blocks)
    if is_empty(content):
        raise ApiError("no_text")
    thread_ts = given.get("thread_ts")
    if thread_ts:
        thread_root(slack, channel, thread_ts)
    made = Message(
        channel=channel.id,
        ts=slack.messages.new_ts(),
        user=BOT_USER,
        kind="post",
        team=slack.world.team.id,
        thread_ts=thread_ts or None,
        **content,
    )
    slack.post(channel, made)
    return {"channel": channel.id, "ts": made.ts, "message": made.for_app(with_metadata=True)}


def post_ephemeral(slack: Workspace, given: Arguments) -> Answer:
    """`chat.postEphemeral`."""
    _refuse_disguise(slack, given)
    channel = writable(slack, given["channel"])
    if given["user"] not in channel.members:
        raise ApiError("user_not_in_channel")
    content = checked_content(given, longest_text=LONGEST_TEXT, refused=slack.refused_blocks)
    if is_empty(content):
        raise ApiError("no_text")
    if given.get("thread_ts"):
        thread_root(slack, channel, given["thread_ts"])
    made = Message(
        channel=channel.id,
        ts=slack.messages.new_ts(),
        user=BOT_USER,
        kind="ephemeral",
        team=slack.world.team.id,
        thread_ts=given.get("thread_ts") or None,
        only_for=given["user"],
        **content,
    )
    slack.post(channel, made)
    return {"message_ts": made.ts}


def rewrite(message: Message, content: dict[str, Any]) -> None:
    """Replace what was given; text without blocks removes the blocks, new content removes streamed text."""
    if "text" in content and "blocks" not in content:
        message.blocks = []
    if {"text", "markdown", "blocks"} & set(content):
        message.markdown, message.tasks, message.plan_title = "", {}, ""
    if "markdown" in content:
        message.text, message.blocks = "", []
    for key, value in content.items():
        setattr(message, key, (value or None) if key == "metadata" else value)
    message.edits += 1


def _own_files(files: list[StoredFile | None]) -> list[StoredFile]:
    """The files, if all of them are the app's and stand."""
    own = [file for file in files if file is not None and file.user == BOT_USER and not file.deleted]
    if len(own) != len(files):
        raise ApiError("file_not_found")
    return own


def update(slack: Workspace, given: Arguments) -> Answer:
    """`chat.update`; a stream that is still open cannot be changed, metadata left out stays."""
    _refuse_disguise(slack, given)
    channel = writable(slack, given["channel"])
    message = own_message(slack, channel, given["ts"], "cant_update_message")
    if slack.is_streaming(message):
        raise ApiError("streaming_state_conflict")
    content = checked_content(given, longest_text=LONGEST_UPDATE, refused=slack.refused_blocks)
    shown = {"text": message.text, "markdown": message.markdown, "blocks": message.blocks}
    remaining = content if {"text", "markdown", "blocks"} & set(content) else shown | content
    if is_empty(remaining) and not (message.attachments and "attachments" not in content):
        raise ApiError("no_text")
    files = [slack.files.get(name) for name in given.get("file_ids", [])]
    before = message.for_app()
    if "file_ids" in given:
        slack.carry(message, _own_files(files))
    rewrite(message, content)
    message.edited_by, message.edited_ts = BOT_USER, slack.messages.new_ts()
    slack.changed(channel, message, before)
    shown_now = message.for_app(with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": shown_now["text"], "message": shown_now}


def delete(slack: Workspace, given: Arguments) -> Answer:
    """`chat.delete`."""
    _refuse_disguise(slack, given)
    channel = readable(slack, given["channel"])
    slack.delete(channel, own_message(slack, channel, given["ts"], "cant_delete_message"))
    return {"channel": channel.id, "ts": given["ts"]}


def get_permalink(slack: Workspace, given: Arguments) -> Answer:
    """`chat.getPermalink`."""
    channel = readable(slack, given["channel"])
    message = slack.messages.permanent(channel.id, given["message_ts"])
    if message is None:
        raise ApiError("message_not_found")
    thread = f"?thread_ts={message.root}&cid={channel.id}" if message.is_reply else ""
    link = f"https://{slack.world.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


_LOOKS = ("as_user:bool", "icon_emoji", "icon_url", "username")
_BODY = ("text", "blocks:json", "attachments:json", "markdown_text", "link_names:bool", "parse")

METHODS = (
    Method(
        "chat.postMessage",
        post_message,
        arguments(
            "channel!",
            "thread_ts",
            "metadata:json",
            "mrkdwn:bool",
            "reply_broadcast:bool",
            "unfurl_links:bool",
            "unfurl_media:bool",
            *_LOOKS,
            *_BODY,
        ),
        ("chat:write",),
    ),
    Method(
        "chat.postEphemeral",
        post_ephemeral,
        arguments("channel!", "user!", "thread_ts", *_LOOKS, *_BODY),
        ("chat:write",),
    ),
    Method(
        "chat.update",
        update,
        arguments(
            "channel!",
            "ts!",
            "metadata:json",
            "as_user:bool",
            "reply_broadcast:bool",
            "file_ids:list",
            *_BODY,
        ),
        ("chat:write",),
    ),
    Method("chat.delete", delete, arguments("channel!", "ts!", "as_user:bool"), ("chat:write",)),
    Method("chat.getPermalink", get_permalink, arguments("channel!", "message_ts!")),
)
