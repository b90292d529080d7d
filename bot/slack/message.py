"""One message of ours in a thread, as Slack's calls make it: streamed or posted, edited, closed, taken away."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.slack.api import SlackApi, once
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.sending import QUIET, metadata_for, with_fallback

log = structlog.get_logger(__name__)

ENDED = frozenset({Kind.STREAM_ENDED, Kind.GONE})
"""A stream, or a message, is not there to be ended."""


@dataclass(frozen=True, slots=True)
class Place:
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

    def __init__(self, api: SlackApi, place: Place, on_open: OnOpen, find: Find) -> None:
        self._api = api
        self._place = place
        self._on_open = on_open
        self._find = find
        self.ts = ""
        self.streaming = False

    async def start(self, text: str) -> None:
        """Begin a stream."""
        answer = await self._api.call(
            "chat.startStream",
            patience=0,
            channel=self._place.channel,
            thread_ts=self._place.thread,
            markdown_text=text,
            recipient_team_id=self._place.user_team,
            recipient_user_id=self._place.user,
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
        where = {"channel": self._place.channel, "ts": self.ts}
        await self._api.call("chat.appendStream", patience=0, markdown_text=text, **where)

    async def close(
        self, text: str = "", below: list[dict[str, Any]] | None = None, *, patience: float | None = None
    ) -> bool:
        """End the stream with its last words and the blocks under it.

        Returns:
            False when Slack had ended it before, or took it only without them.
        """
        last: dict[str, Any] = {"markdown_text": text} if text else {}
        if below is not None:
            last |= {"blocks": below or None, "metadata": metadata_for(self._place.turn)}
        where = {"channel": self._place.channel, "ts": self.ts}
        try:
            await self._api.call("chat.stopStream", patience=patience, **where, **last)
        except SlackApiError as error:
            if kind_of(error) in ENDED:
                return False
            if kind_of(error) is Kind.BLOCKS and last:
                log.warning("blocks_refused", method="chat.stopStream", error=code_of(error))
                await self.close()
                return False
            raise
        return True

    async def edit(self, message: Message, patience: float | None = None) -> None:
        """Show something else in its place. Slack refuses that while a stream is open."""
        where = {"channel": self._place.channel, "ts": self.ts, "metadata": metadata_for(self._place.turn)}
        where["parse"] = "none"  # unlike chat.postMessage, chat.update links bare addresses by default
        await with_fallback(self._api, "chat.update", message, patience=patience, arguments=where)

    async def post(self, message: Message, patience: float | None = None) -> None:
        """Post it, once: after a lost answer it is looked for before it is posted again."""
        where = {"channel": self._place.channel, "thread_ts": self._place.thread}

        async def send() -> str:
            arguments = {**where, **QUIET, "metadata": metadata_for(self._place.turn)}
            answer = await with_fallback(
                self._api, "chat.postMessage", message, patience=patience, arguments=arguments
            )
            return str(answer["ts"])

        async def find() -> str | None:
            found = await self._find()
            return None if found is None else found[0]

        self.ts = await once(send, find)
        await self._on_open("post", self.ts)

    async def take_away(self) -> None:
        """Delete it, if it exists and nobody else did."""
        if not self.ts:
            return
        try:
            await self._api.call("chat.delete", channel=self._place.channel, ts=self.ts)
        except SlackApiError as error:
            if kind_of(error) not in ENDED:
                raise
