"""The whole state of the stand-in and the rules that several parts share: posting, threads, statuses, membership."""

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.call_log import CallLog
from sandbox.slack.changes import Changes
from sandbox.slack.event_bodies import message_changed, message_deleted, message_posted
from sandbox.slack.faults import Faults
from sandbox.slack.file_store import FileStore, StoredFile
from sandbox.slack.findings import Findings
from sandbox.slack.installation import Installation
from sandbox.slack.limits import RateLimits
from sandbox.slack.messages import JsonObject, Message, MessageStore
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.tickets import Tickets
from sandbox.slack.timings import Timings
from sandbox.slack.triggers import Triggers
from sandbox.slack.view_store import ViewStore
from sandbox.slack.world import BOT_USER, SLACKBOT, Channel, Credentials, Human, World

Publish = Callable[[JsonObject, Channel | None, str], None]
"""Delivers an event to the app: the inner event, where it happened, the id of who caused it."""


@dataclass
class Status:
    """What a thread shows while the app works, and until when (epoch seconds)."""

    channel: str
    thread_ts: str
    status: str
    loading_messages: list[str]
    until: float


@dataclass
class Session:
    """An agent session of a thread (or of a whole conversation when `thread_ts` is empty)."""

    channel: str
    thread_ts: str
    status: str
    title: str = ""


@dataclass
class Prompts:
    """Suggested prompts that a direct message shows."""

    title: str
    prompts: list[dict[str, str]]


@dataclass
class Workspace:
    """World, messages, app and everything that changes; one per stand-in."""

    world: World
    credentials: Credentials
    timings: Timings
    clock: Callable[[], float]
    publish: Publish
    root: str = ""
    installation: Installation | None = None
    statuses: dict[tuple[str, str], Status] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    prompts: dict[str, Prompts] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    refused_blocks: frozenset[str] = frozenset()
    """Types of block that this workspace does not take yet, as when Slack rolls one out in phases."""

    def __post_init__(self) -> None:
        self.changes = Changes()
        self.messages = MessageStore(self.clock)
        self.limits = RateLimits(self.clock)
        self.calls = CallLog(self.clock)
        self.faults = Faults()
        self.findings = Findings()
        self.tickets = Tickets()
        self.triggers = Triggers(self.clock, self.timings.trigger)
        self.response_urls = ResponseUrls(self.clock, self.timings.response_url)
        self.files = FileStore(self.clock, self.timings.upload)
        self.views = ViewStore(self.changes.bump)
        self._numbers = itertools.count(1)

    def next_id(self, prefix: str) -> str:
        """A readable id that nothing else has, such as `Ev000012`."""
        return f"{prefix}{next(self._numbers):06d}"

    def direct(self, human: Human) -> Channel:
        """Make the direct message of the bot and a person who has none."""
        made = Channel(f"D0{human.id[2:]}", "", "im", {human.id, BOT_USER})
        self.world.channels[made.id] = made
        return made

    # Messages

    def post(self, channel: Channel, message: Message) -> Message:
        """Keep a new message, clear the thread's status if the app wrote it, and tell the app."""
        self.messages.add(message)
        self.carry(message, message.files)
        if message.by_app:
            self.statuses.pop((channel.id, message.root), None)
        self.changes.bump()
        if not message.only_for:
            self.publish(message_posted(self.messages, channel, message), channel, message.user)
        return message

    @staticmethod
    def carry(message: Message, files: list[StoredFile]) -> None:
        """Let a message carry these files and no others; each knows where it stands."""
        for file in message.files:
            file.leave(message.channel, message.ts)
        message.files = files
        share = {"ts": message.ts} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
        for file in files:
            file.channels.setdefault(message.channel, []).append(share)

    def changed(self, channel: Channel, message: Message, before: JsonObject) -> None:
        """Tell everyone that a message looks different now; `before` is how the app saw it."""
        self.changes.bump()
        if not message.only_for:
            event = message_changed(channel, message, before, self.messages.new_ts())
            self.publish(event, channel, message.user)

    def delete(self, channel: Channel, message: Message) -> None:
        """Take a message away for everyone."""
        before = message.for_app()
        message.deleted, message.streaming = True, False
        for file in message.files:
            file.leave(message.channel, message.ts)
        self.changes.bump()
        if not message.only_for:
            event = message_deleted(channel, message, before, self.messages.new_ts())
            self.publish(event, channel, message.user)

    def notice(self, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> Message:
        """Slackbot tells one person something that only they see."""
        made = Message(
            channel=channel.id,
            ts=self.messages.new_ts(),
            user=SLACKBOT,
            kind="ephemeral",
            team=self.world.team.id,
            text=text,
            thread_ts=thread_ts,
            only_for=user,
        )
        return self.post(channel, made)

    # Streams and statuses, which end by themselves

    def is_streaming(self, message: Message) -> bool:
        """Whether the stream is open now; one that is too old is closed by asking."""
        if message.streaming and self.clock() - message.started >= self.timings.stream:
            message.streaming = False
            self.changes.bump()
        return message.streaming

    def live_statuses(self) -> list[Status]:
        """The statuses that people see now."""
        now = self.clock()
        self.statuses = {key: status for key, status in self.statuses.items() if status.until > now}
        return list(self.statuses.values())

    # People's words

    def encode(self, text: str, *, labels: bool = False) -> str:
        """Turn `@handle` and `#channel` into Slack's references; with `labels` as `<@U…|handle>`."""

        def person(found: re.Match[str]) -> str:
            human = self.world.named(found[1])
            if human is None and self.installation and found[1] == self.installation.bot_name:
                human = self.world.bot
            if human is None:
                return found[0]
            return f"<@{human.id}|{human.name}>" if labels else f"<@{human.id}>"

        def channel(found: re.Match[str]) -> str:
            place = self.world.channel_named(found[1])
            return found[0] if place is None else f"<#{place.id}|{place.name}>"

        return re.sub(r"(?<![\w<#])#([\w-]+)", channel, re.sub(r"(?<![\w<@])@([\w.-]*\w)", person, text))

    def visible_to(self, user: str, channel: Channel) -> bool:
        """Whether a person may read the conversation."""
        if user in channel.members:
            return True
        human = self.world.user(user)
        outsider = human is None or human.is_restricted or self.world.is_foreign(user)
        return channel.kind == "public" and not outsider

    def messages_for(self, user: str | None, channels: Iterable[str] | None = None) -> list[Message]:
        """What a person sees (or, without a person, all but ephemeral messages), oldest first, deleted ones included."""
        found = []
        for message in self.messages.everything(channels):
            place = self.world.channels[message.channel]
            if message.only_for not in ("", user) or (user is not None and not self.visible_to(user, place)):
                continue
            self.is_streaming(message)
            found.append(message)
        return found

    def state(self) -> dict[str, Any]:
        """Team, people, channels and what the app declared, as the control API shows it."""
        installed, crowd = self.installation, self.world.crowd
        return {
            "team": vars(self.world.team),
            "bot": vars(self.world.bot),
            "people": [vars(human) for human in self.world.people.values() if not human.crowd],
            "channels": [
                vars(channel) | {"members": sorted(channel.members - crowd), "partner": channel.partner}
                for channel in self.world.channels.values()
            ],
            "app": installed
            and {
                "name": installed.display_name,
                "commands": sorted(installed.commands),
                "shortcuts": [vars(shortcut) for shortcut in installed.shortcuts.values()],
                "events": sorted(installed.events),
                "scopes": sorted(installed.scopes),
                "home_tab": installed.home_tab,
            },
            "limits": self.limits.on,
            "refused_blocks": sorted(self.refused_blocks),
            "faults": [fault.as_json() for fault in self.faults.waiting],
            "sessions": [vars(session) for session in self.sessions.values()],
            "prompts": {channel: vars(prompts) for channel, prompts in self.prompts.items()},
            "titles": [
                {"channel": channel, "thread_ts": ts, "title": title}
                for (channel, ts), title in self.titles.items()
            ],
            "n": self.changes.count,
        }
