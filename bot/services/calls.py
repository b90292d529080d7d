"""Calls: Telnyx's AI conversations, listed and read. No phone number leaves here whole, but for those who may see it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.ids import LATEST, WHOLE, meant
from bot.services.phone_numbers import masked
from bot.telnyx import (
    AnyOf,
    Condition,
    Conversation,
    ConversationMessage,
    Telnyx,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    Where,
)

TIED = 10
"""How many more calls are read than shown, to see whether there are more, and which are of the last one's moment."""
CHANNEL = "telnyx_conversation_channel"
CALLER = "telnyx_end_user_target"
AGENT = "telnyx_agent_target"
ASSISTANT = "assistant_id"

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

    @property
    def length(self) -> timedelta | None:
        """From the first to the last thing said."""
        times = [line.at for line in self.lines if line.at is not None]
        return max(times) if times else None


def stamp(at: timedelta) -> str:
    """``02:15``, or ``1:02:15`` for long calls."""
    minutes, seconds = divmod(int(at.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


class Calls:
    """The use cases behind ``/telnyx calls``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def latest(
        self, audience: Audience, count: int = 10, before: datetime | None = None
    ) -> tuple[list[Call], bool]:
        """The calls that were active last, newest first, and whether there are older ones.

        Args:
            audience: for whom.
            count: at most so many.
            before: only calls that were last active before this moment.
        """
        audience.require(Right.CALLS)
        only: list[Condition | AnyOf] = [] if before is None else [Where.last_message_at < before]
        if not audience.calls.everything:
            theirs = (Where.metadata(ASSISTANT).equals(one) for one in sorted(audience.calls.names))
            only.append(Where.any_of(*theirs))
        page = await self._telnyx.conversations.page(
            *only, limit=min(count + TIED, LATEST), order=Where.last_message_at.descending()
        )
        # The next page goes on where this one ends in time, so calls of one moment stay together.
        end = min(count, len(page))
        while 0 < end < len(page) and page[end].last_message_at == page[end - 1].last_message_at:
            end += 1
        seen = [conversation for conversation in page[:end] if _assistant(conversation) in audience.calls]
        calls = [_call(conversation, self._words(conversation, audience)) for conversation in seen]
        return calls, len(page) > end

    async def find(self, given: str, audience: Audience) -> str:
        """Return the id of the call that this id, or its beginning, or its name means.

        Raises:
            UsageError: no call that this audience may see, or several of the latest hundred.
        """
        audience.require(Right.CALLS)
        if len(given) >= WHOLE:
            return given
        calls, _ = await self.latest(audience, LATEST)
        return meant(given, {call.id: call.name for call in calls}, "call")

    async def transcript(self, given: str, audience: Audience) -> Transcript:
        """Everything that was said in a call, in the order of saying.

        Raises:
            UsageError: there is no such call.
        """
        call_id = await self.find(given, audience)
        try:
            conversation = await self._telnyx.conversations.get(call_id)
            if _assistant(conversation) not in audience.calls:
                raise _no_such_call(call_id)
            messages = [message async for message in self._telnyx.conversations.messages(call_id)]
        except (TelnyxNotFoundError, TelnyxInvalidError) as error:
            raise _no_such_call(call_id) from error
        words = self._words(conversation, audience)
        # In a thread, because there's a lot to look at in a long call.
        return Transcript(_call(conversation, words), await asyncio.to_thread(_lines, messages, words))

    def _words(self, conversation: Conversation, audience: Audience) -> Words:
        """Return how the words of a call are shown to an audience."""
        return _as_they_are if _assistant(conversation) in audience.numbers else masked


def _no_such_call(call_id: str) -> UsageError:
    """Return the error for a call that isn't there, or that this audience may not know of."""
    return UsageError(
        f"There's no call “{call_id[:80]}”. `/telnyx calls` lists the latest with their ids.",
        example="/telnyx summarize 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    )


def _as_they_are(text: str) -> str:
    return text


def _call(conversation: Conversation, words: Words) -> Call:
    about = conversation.metadata
    return Call(
        id=conversation.id,
        name=words(conversation.name or ""),
        channel=words(_word(about.get(CHANNEL))),
        caller=words(_word(about.get(CALLER))),
        started=conversation.created_at,
        last=conversation.last_message_at,
        assistant=_assistant(conversation),
    )


def _assistant(conversation: Conversation) -> str:
    return _word(conversation.metadata.get(ASSISTANT))


def _word(value: Any) -> str:
    """What customers put into metadata is text mostly, and a number at times."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _lines(messages: list[ConversationMessage], words: Words) -> tuple[Line, ...]:
    """Telnyx promises no order, and ``sent_at`` is when the person heard it; equal or absent times keep theirs."""
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
    return tuple(lines)
