"""Messages as Slack keeps them, and the two ways they are shown: to the app and to a person."""

import bisect
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack.file_store import StoredFile
from sandbox.slack.world import APP_ID, BOT_ID, BOT_USER

MessageKind = Literal["post", "stream", "ephemeral", "user"]
JsonObject = dict[str, Any]

HISTORIC_METADATA = "metadata"


@dataclass
class Message:
    """One message; ephemeral ones have `only_for` set, streams keep their text in `markdown`."""

    channel: str
    ts: str
    user: str
    kind: MessageKind
    team: str
    text: str = ""
    markdown: str = ""
    thread_ts: str | None = None
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    tasks: dict[str, JsonObject] = field(default_factory=dict)
    plan_title: str = ""
    metadata: JsonObject | None = None
    only_for: str = ""
    streaming: bool = False
    started: float = 0.0
    stopped_by: str = ""
    closed: bool = False
    recipient: str = ""
    edits: int = 0
    edited_ts: str = ""
    edited_by: str = ""
    deleted: bool = False
    subtype: str = ""
    app: JsonObject = field(default_factory=dict)
    """What Slack says of another app that wrote it."""
    files: list[StoredFile] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The ts of the thread's first message."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        """Whether the message stands inside a thread, not at its top."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def by_app(self) -> bool:
        """Whether the installed app wrote it."""
        return self.user == BOT_USER

    def for_app(self, *, with_metadata: bool = False) -> JsonObject:
        """The message as the Web API and events show it."""
        shown: JsonObject = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text or self.markdown,
            "team": self.team,
            "blocks": self.blocks_for_app(),
        }
        if self.by_app:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
        shown |= self.app
        if not self.user:
            del shown["user"]
        for key in ("thread_ts", "subtype", "attachments"):
            if value := getattr(self, key):
                shown[key] = value
        if self.files:
            shown |= {"files": [file.for_app() for file in self.files], "upload": False}
        if self.edits:
            shown["edited"] = {"user": self.edited_by, "ts": self.edited_ts}
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if with_metadata and self.metadata:
            shown[HISTORIC_METADATA] = self.metadata
        return shown

    def blocks_for_app(self) -> list[JsonObject]:
        """The message's blocks; streamed text counts as a markdown block in front."""
        lead = [{"type": "markdown", "text": self.markdown}] if self.markdown else []
        return [*lead, *self.blocks]

    def for_person(self) -> JsonObject:
        """The message as the control API shows it to people and tests."""
        return {
            "ts": self.ts,
            "channel": self.channel,
            "thread_ts": self.thread_ts,
            "user": self.user,
            "text": self.text,
            "markdown": self.markdown,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "files": [file.for_app() for file in self.files],
            "tasks": list(self.tasks.values()),
            "plan_title": self.plan_title,
            "metadata": self.metadata,
            "kind": self.kind,
            "only_for": self.only_for,
            "streaming": self.streaming,
            "stopped_by": self.stopped_by,
            "edited": self.edits,
            "deleted": self.deleted,
            "reactions": self.reactions,
        }


class MessageStore:
    """All messages of the workspace, in the order of their ts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._messages: dict[tuple[str, str], Message] = {}
        self._channels: dict[str, list[Message]] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}

    def new_ts(self) -> str:
        """A ts that no other message has, later than every one before it."""
        return f"{int(self._clock())}.{next(self._numbers):06d}"

    def add(self, message: Message) -> None:
        """Keep a message in its place, which is the last unless it is of an earlier time."""
        self._messages[message.channel, message.ts] = message
        bisect.insort(self._channels.setdefault(message.channel, []), message, key=_by_ts)
        bisect.insort(self._threads.setdefault((message.channel, message.root), []), message, key=_by_ts)

    def get(self, channel: str, ts: str) -> Message | None:
        """The message that is not deleted, ephemeral ones included."""
        message = self._messages.get((channel, ts))
        return None if message is None or message.deleted else message

    def permanent(self, channel: str, ts: str) -> Message | None:
        """The message that is neither deleted nor ephemeral."""
        message = self.get(channel, ts)
        return None if message is None or message.only_for else message

    def everything(self, channels: Iterable[str] | None = None) -> list[Message]:
        """Every message (of some channels), deleted and ephemeral ones included, oldest first."""
        if channels is None:
            return sorted(self._messages.values(), key=_by_ts)
        return [message for channel in channels for message in self._channels.get(channel, [])]

    def top_level(self, channel: str) -> list[Message]:
        """A channel's messages outside threads, oldest first."""
        return [message for message in _lasting(self._channels.get(channel, [])) if not message.is_reply]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A thread's first message and its replies, oldest first; empty if there is no such thread."""
        return _lasting(self._threads.get((channel, ts), []))


def _by_ts(message: Message) -> str:
    return message.ts


def _lasting(messages: list[Message]) -> list[Message]:
    """Those neither deleted nor ephemeral."""
    return [message for message in messages if not message.deleted and not message.only_for]
