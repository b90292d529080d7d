"""One message of ours in a thread, as Slack's calls make it: streamed or posted, edited, closed, taken away."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render.blocks import Message
from bot.render.final import Part
from bot.slack.api import SlackApi
from bot.slack.codes import NO_PLACE, Kind, code_of, kind_of
from bot.slack.writing.posts import QUIET, metadata_for, part_key, posted_in_thread, with_fallback

log = structlog.get_logger(__name__)

ENDED = frozenset({Kind.STREAM_ENDED, Kind.GONE})
"""A stream, or a message, is not there to be ended."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a public reply stands, for whom, and which turn it answers."""

    channel: str
    thread: str
    user: str
    user_team: str
    turn: str


OnOpen = Callable[[str, str], Awaitable[None]]
"""Told the kind and ``ts`` of a message as soon as it exists."""
Find = Callable[[], Awaitable[tuple[str, bool] | None]]
"""Finds the message in the thread: its ``ts`` and whether it may be an open stream."""


class ThreadMessage:
    """The message; ``ts`` is "" until it exists. All calls raise ``SlackApiError`` and ``OutcomeUnknownError``."""

    def __init__(self, api: SlackApi, spot: Spot, on_open: OnOpen, find: Find) -> None:
        self._api = api
        self._spot = spot
        self._on_open = on_open
        self._find = find
        self.ts = ""
        self.streaming = False

    async def start(self, text: str) -> None:
        """Begin a stream."""
        answer = await self._api.call(
            "chat.startStream",
            patience=0,
            channel=self._spot.channel,
            thread_ts=self._spot.thread,
            markdown_text=text,
            recipient_team_id=self._spot.user_team,
            recipient_user_id=self._spot.user,
        )
        self.ts, self.streaming = answer["ts"], True
        await self._on_open("stream", self.ts)

    async def was_started(self) -> bool:
        """Did a stream begin after all, although no answer came?"""
        found = await self._find()
        if found is None:
            return False
        self.ts, self.streaming = found[0], True
        await self._on_open("stream", self.ts)
        return True

    async def append(self, text: str) -> None:
        """Let the stream grow, now or not at all."""
        where = {"channel": self._spot.channel, "ts": self.ts}
        await self._api.call("chat.appendStream", patience=0, markdown_text=text, **where)

    async def close(
        self, text: str = "", below: list[dict[str, Any]] | None = None, *, patience: float | None = None
    ) -> bool:
        """End the stream with its last words and the blocks under it.

        Returns:
            False when Slack had ended it before, or did not take its end: what it shows has to be written anew.
        """
        last: dict[str, Any] = {"markdown_text": text} if text else {}
        if below is not None:
            last |= {"blocks": below or None, "metadata": metadata_for(self._spot.turn)}
        where = {"channel": self._spot.channel, "ts": self.ts}
        try:
            await self._api.call("chat.stopStream", patience=patience, **where, **last)
        except SlackApiError as error:
            kind = kind_of(error)
            if kind is Kind.TOO_FAST:
                raise
            if kind not in ENDED:
                log.warning("stream_not_ended", error=code_of(error))
                if last:
                    await self.close(patience=patience)
            return False
        return True

    async def edit(self, message: Message, patience: float | None = None) -> None:
        """Show something else in its place. Slack refuses that while a stream is open."""
        where = {"channel": self._spot.channel, "ts": self.ts, "metadata": metadata_for(self._spot.turn)}
        where["parse"] = "none"  # unlike chat.postMessage, chat.update links bare addresses by default
        await with_fallback(self._api, "chat.update", message, patience=patience, arguments=where)

    async def post(self, message: Message, patience: float | None = None) -> None:
        """Post it, once: after a lost answer it is looked for before it is posted again."""

        async def find() -> str | None:
            found = await self._find()
            return None if found is None else found[0]

        self.ts = await self._api.once(lambda: self._posted(message, self._spot.turn, patience), find)
        await self._on_open("post", self.ts)

    async def say(self, parts: Sequence[Part], *, sent: str | None, look: bool) -> str:
        """Let it say all of this in the end, in as many messages as there are parts.

        Args:
            parts: one for each message.
            sent: what an open stream shows by now; None if no one knows.
            look: whether later parts may stand in the thread already.

        Returns:
            The ``ts`` of the first message.
        """
        first, *more = parts
        if not self.ts:
            await self.post(first.message)
        elif not (self.streaming and await self._ended_with(first, sent)):
            await self._rewrite(first.message)
        known = await self._under_its_keys() if look and more else {}
        for number, part in enumerate(more, 1):
            key = part_key(self._spot.turn, number)
            if key not in known:
                await self._api.once(partial(self._posted, part.message, key), partial(self._under, key))
        return self.ts

    async def _ended_with(self, part: Part, sent: str | None) -> bool:
        """End the stream with the rest of this; False when it has to be edited to be right."""
        right = sent is not None and part.text.startswith(sent)
        rest = (part.text[len(sent or "") :], part.below) if right else ()
        taken = await self.close(*rest)
        self.streaming = False
        return right and taken

    async def _rewrite(self, message: Message) -> None:
        """Let it say this in the end; where Slack doesn't let us change it, it's posted anew, and the old one goes if it can."""
        old = self.ts

        async def find() -> str | None:
            ts = await self._under(self._spot.turn)
            return None if ts == old else ts

        try:
            await self.edit(message)
        except SlackApiError as error:
            if kind_of(error) in NO_PLACE | {Kind.TOO_LONG}:
                raise
            log.warning("reply_not_edited", error=code_of(error))
        else:
            return
        self.ts = await self._api.once(lambda: self._posted(message, self._spot.turn), find)
        await self._on_open("post", self.ts)
        try:
            await self._delete(old)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("old_reply_left", error=type(error).__name__)

    async def take_away(self, *, look: bool) -> None:
        """Delete it, if it exists and no one else did; ``look`` where more may stand below it."""
        if self.ts:
            further = (await self._under_its_keys()).values() if look else ()
            for ts in {self.ts, *further}:
                await self._delete(ts)

    async def _posted(self, message: Message, key: str, patience: float | None = None) -> str:
        where = {"channel": self._spot.channel, "thread_ts": self._spot.thread}
        arguments = {**where, **QUIET, "metadata": metadata_for(key)}
        answer = await with_fallback(
            self._api, "chat.postMessage", message, patience=patience, arguments=arguments
        )
        return str(answer["ts"])

    async def _under(self, key: str) -> str | None:
        return (await self._under_its_keys()).get(key)

    async def _under_its_keys(self) -> dict[str, str]:
        return await posted_in_thread(self._api, self._spot.channel, self._spot.thread, self._spot.turn)

    async def _delete(self, ts: str) -> None:
        try:
            await self._api.call("chat.delete", channel=self._spot.channel, ts=ts)
        except SlackApiError as error:
            if kind_of(error) not in ENDED:
                raise
