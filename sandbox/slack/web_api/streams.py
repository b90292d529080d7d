"""`chat.startStream`, `chat.appendStream`, `chat.stopStream`: text that grows while people watch."""

from collections.abc import Collection
from typing import Any

from sandbox.slack.block_report import kind_of
from sandbox.slack.messages import Message
from sandbox.slack.web_api.assistant import SESSION_STATES, set_session
from sandbox.slack.web_api.content import checked_blocks, checked_markdown, checked_metadata
from sandbox.slack.web_api.method import (
    Answer,
    ApiError,
    Arguments,
    Method,
    arguments,
    invalid_arguments,
    require_scope,
)
from sandbox.slack.web_api.places import own_message, thread_root, writable
from sandbox.slack.web_api.stream_size import check_size
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, Channel

TASK_STATES = ("pending", "in_progress", "complete", "error")
DISPLAY_MODES = ("timeline", "plan", "dense")

#: Kinds of chunk: (required keys, further keys).
CHUNKS: dict[str, tuple[set[str], set[str]]] = {
    "markdown_text": ({"text"}, set()),
    "task_update": ({"id", "title", "status"}, {"details", "output", "sources"}),
    "plan_update": ({"title"}, set()),
    "blocks": ({"blocks"}, set()),
}


def read_chunks(given: Arguments, refused: Collection[str] = ()) -> list[dict[str, Any]]:
    """The call's chunks, `markdown_text` counting as one; unknown kinds and keys are refused."""
    chunks = [{"type": "markdown_text", "text": given["markdown_text"]}] if given.get("markdown_text") else []
    for n, chunk in enumerate(given.get("chunks", [])):
        kind = kind_of(chunk)
        if kind is None or kind not in CHUNKS:
            raise ApiError(
                "invalid_chunks",
                response_metadata={
                    "messages": [f"[ERROR] unsupported type: {kind} [json-pointer:/chunks/{n}/type]"]
                },
            )
        required, further = CHUNKS[kind]
        wrong = sorted((required - set(chunk)) | (set(chunk) - required - further - {"type"}))
        if wrong or (kind == "task_update" and chunk["status"] not in TASK_STATES):
            place = f"/chunks/{n}/{wrong[0] if wrong else 'status'}"
            raise ApiError(
                "invalid_chunks",
                response_metadata={"messages": [f"[ERROR] invalid chunk [json-pointer:{place}]"]},
            )
        if not all(isinstance(chunk[key], str) for key in ("text", "id", "title") if key in chunk):
            raise ApiError("invalid_chunks")
        chunks.append(dict(chunk))
    checked_markdown("".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text"))
    for chunk in chunks:
        if chunk["type"] == "blocks":
            checked_blocks(chunk["blocks"], refused)
    return chunks


def _apply(message: Message, chunks: list[dict[str, Any]]) -> None:
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            message.markdown += chunk["text"]
        elif chunk["type"] == "task_update":
            update = {key: value for key, value in chunk.items() if key != "type"}
            message.tasks[chunk["id"]] = message.tasks.get(chunk["id"], {}) | update
        elif chunk["type"] == "plan_update":
            message.plan_title = chunk["title"]
        else:
            message.blocks = [*message.blocks, *chunk["blocks"]]


def _recipient(slack: Workspace, channel: Channel, given: Arguments) -> str:
    """Outside direct messages Slack must be told who reads along, with their own team."""
    if channel.kind == "im":
        return channel.partner
    for key in ("recipient_team_id", "recipient_user_id"):
        if not given.get(key):
            raise ApiError(f"missing_{key}")
    human = slack.world.user(given["recipient_user_id"])
    if human is None:
        raise ApiError("user_not_found")
    if human.team != given["recipient_team_id"]:
        raise ApiError("team_not_found")
    return human.id


def start_stream(slack: Workspace, given: Arguments) -> Answer:
    """`chat.startStream`."""
    if any(given.get(key) for key in ("username", "icon_emoji", "icon_url")):
        require_scope(slack, "chat:write.customize")
    if given.get("task_display_mode", "timeline") not in DISPLAY_MODES:
        raise invalid_arguments("invalid value [json-pointer:/task_display_mode]")
    channel = writable(slack, given["channel"])
    recipient = _recipient(slack, channel, given)
    thread_root(slack, channel, given["thread_ts"])
    chunks = read_chunks(given, slack.refused_blocks)
    made = Message(
        channel=channel.id,
        ts=slack.messages.new_ts(),
        user=BOT_USER,
        kind="stream",
        team=slack.world.team.id,
        thread_ts=given["thread_ts"],
        streaming=True,
        started=slack.clock(),
        recipient=recipient,
    )
    check_size(made, chunks)
    _apply(made, chunks)
    slack.post(channel, made)
    return {"channel": channel.id, "ts": made.ts}


def _open_stream(slack: Workspace, given: Arguments, *, accept_stopped: bool) -> tuple[Channel, Message]:
    channel = writable(slack, given["channel"])
    message = own_message(slack, channel, given["ts"], "message_not_owned_by_app")
    if message.stopped_by and message.kind == "stream":
        if not accept_stopped:
            raise ApiError("stopped_by_user")
        if not message.closed:
            return channel, message
    if message.kind != "stream" or not slack.is_streaming(message):
        raise ApiError("message_not_in_streaming_state")
    return channel, message


def append_stream(slack: Workspace, given: Arguments) -> Answer:
    """`chat.appendStream`; refuses once the person pressed stop or five minutes are over."""
    channel, message = _open_stream(slack, given, accept_stopped=False)
    chunks = read_chunks(given, slack.refused_blocks)
    if not chunks:
        raise ApiError("no_text")
    check_size(message, chunks)
    _apply(message, chunks)
    slack.changes.bump()
    return {"channel": channel.id, "ts": message.ts}


def stop_stream(slack: Workspace, given: Arguments) -> Answer:
    """`chat.stopStream`: last text, blocks under it, metadata, the session's new state.

    A stream that the person stopped takes no more text but may still be closed.
    """
    channel, message = _open_stream(slack, given, accept_stopped=True)
    chunks = read_chunks(given, slack.refused_blocks)
    blocks = checked_blocks(given["blocks"], slack.refused_blocks) if "blocks" in given else []
    metadata = checked_metadata(given["metadata"]) if "metadata" in given else None
    if given.get("session_status") not in (None, *SESSION_STATES):
        raise invalid_arguments("invalid value [json-pointer:/session_status]")
    if not (message.markdown or message.tasks or message.blocks or chunks or blocks):
        raise ApiError("no_text")
    check_size(message, chunks, blocks)
    before = message.for_app()
    _apply(message, chunks)
    message.blocks = [*message.blocks, *blocks]
    message.metadata = metadata or message.metadata
    message.streaming, message.closed = False, True
    if given.get("session_status"):
        set_session(slack, channel.id, message.root, given["session_status"])
    slack.changed(channel, message, before)
    return {"channel": channel.id, "ts": message.ts, "message": message.for_app(with_metadata=True)}


METHODS = (
    Method(
        "chat.startStream",
        start_stream,
        arguments(
            "channel!",
            "thread_ts!",
            "markdown_text",
            "chunks:list",
            "recipient_team_id",
            "recipient_user_id",
            "task_display_mode",
            "icon_emoji",
            "icon_url",
            "username",
        ),
        ("chat:write",),
    ),
    Method(
        "chat.appendStream",
        append_stream,
        arguments("channel!", "ts!", "markdown_text", "chunks:list"),
        ("chat:write",),
    ),
    Method(
        "chat.stopStream",
        stop_stream,
        arguments(
            "channel!",
            "ts!",
            "markdown_text",
            "chunks:list",
            "blocks:json",
            "metadata:json",
            "session_status",
        ),
        ("chat:write",),
    ),
)
