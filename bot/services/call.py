"""A call as people speak of it, and what was said in it, made of what Telnyx says. How its words are shown is said by its maker."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.services.call_insights import State
from bot.telnyx import Conversation, ConversationMessage

LIVE = timedelta(minutes=5)
"""A call in which something was said so lately may still go on: Telnyx doesn't tell when one ends."""
CHANNEL = "telnyx_conversation_channel"
CALLER = "telnyx_end_user_target"
AGENT = "telnyx_agent_target"
ASSISTANT = "assistant_id"
CONTROL = "call_control_id"

Words = Callable[[str], str]
"""How the words of one call are shown."""


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation as people speak of it."""

    id: str
    name: str
    channel: str
    caller: str
    started: datetime | None
    last: datetime | None
    assistant: str = ""
    """The id of the assistant that spoke, by which calls are granted; empty if Telnyx doesn't say."""
    agent: str = ""
    """The number, or whatever else, that was called or wrote on our side."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """All that Telnyx and its customers noted of it, as words."""

    @property
    def lasted(self) -> timedelta | None:
        """Return the time from its beginning to the last thing said; None if Telnyx doesn't say."""
        if self.started is None or self.last is None or self.last < self.started:
            return None
        return self.last - self.started

    @property
    def live(self) -> bool | None:
        """Return whether something was said in the last minutes, so it probably goes on; None if Telnyx doesn't say."""
        return None if self.last is None else datetime.now(UTC) - self.last < LIVE


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said. ``at`` is the time since the call began, when Telnyx knows it."""

    who: str
    text: str
    at: timedelta | None

    def __str__(self) -> str:
        return (
            f"[{stamp(self.at)}] {self.who}: {self.text}"
            if self.at is not None
            else f"{self.who}: {self.text}"
        )


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole call."""

    call: Call
    lines: tuple[Line, ...]
    began: datetime | None = None
    """When the first of it was said, from which the times of the lines count."""

    @property
    def length(self) -> timedelta | None:
        """From the first to the last thing said."""
        times = [line.at for line in self.lines if line.at is not None]
        return max(times) if times else None


@dataclass(frozen=True, slots=True)
class Page:
    """Calls of a list that goes on by time."""

    calls: tuple[Call, ...]
    end: datetime | None
    """There may be older ones, before this moment; None after the oldest."""


@dataclass(frozen=True, slots=True)
class Details:
    """A call with what is known beside it."""

    call: Call
    messages: int
    state: State | None
    """Of its insights; None if Telnyx didn't say."""


def stamp(at: timedelta) -> str:
    """``02:15``, or ``1:02:15`` for long calls."""
    minutes, seconds = divmod(int(at.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def call_of(conversation: Conversation, words: Words) -> Call:
    """Return what Telnyx says of a conversation as a call."""
    return Call(
        id=conversation.id,
        name=words(conversation.name or ""),
        channel=words(noted(conversation, CHANNEL)),
        caller=words(noted(conversation, CALLER)),
        started=conversation.created_at,
        last=conversation.last_message_at,
        assistant=assistant_of(conversation),
        agent=words(noted(conversation, AGENT)),
        metadata={words(str(key)): words(_text(value)) for key, value in conversation.metadata.items()},
    )


def assistant_of(conversation: Conversation) -> str:
    """Return the id of the assistant that spoke, as Telnyx says it; empty if it doesn't."""
    return noted(conversation, ASSISTANT)


def noted(conversation: Conversation, key: str) -> str:
    """Return what is noted of a conversation under a key as it is; customers note text mostly, and a number at times."""
    value = conversation.metadata.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _text(value: Any) -> str:
    """Return whatever is noted as words; what is no text is JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def lines_of(messages: list[ConversationMessage], words: Words) -> tuple[datetime | None, tuple[Line, ...]]:
    """Return when the first thing was said, and all lines in the order of saying.

    Telnyx promises no order, and ``sent_at`` is when the person heard it; equal or absent times keep theirs.
    """
    timed = [(message.sent_at or message.created_at, message) for message in messages]
    if all(at is not None for at, _ in timed):
        timed.sort(key=lambda pair: pair[0])  # type: ignore[arg-type,return-value] # none is None here
    begin = next((at for at, _ in timed if at is not None), None)
    lines = []
    for at, message in timed:
        tools = ", ".join(
            str(called.get("name") or "?") if isinstance(called := call.get("function"), dict) else "?"
            for call in message.tool_calls or ()
        )
        text = " ".join((message.text or "").split()) or (f"(uses {tools})" if tools else "")
        if text:
            since = at - begin if at is not None and begin is not None else None
            who = {"user": "Caller", "assistant": "Assistant"}.get(message.role) or words(message.role)
            lines.append(Line(who, words(text), since))
    return begin, tuple(lines)
