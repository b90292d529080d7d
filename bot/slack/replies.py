"""A reply that others can see, from its first word to its end: a stream, an edited post, or one whole post."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.render.final import Final, fit, growing
from bot.slack.api import OutcomeUnknownError, SlackApi, code_of, once, retry_after_of
from bot.slack.budget import STOP, UPDATE, LastWrites, Opening
from bot.slack.sending import BLOCKS_REFUSED, QUIET, metadata_for, with_fallback

log = structlog.get_logger(__name__)

PACE_SECONDS = 0.8
"""Between two growing versions of a reply, or more where many share what Slack allows; the first words are shown at once."""
STREAM_SECONDS = 230.0
"""Slack ends a stream after about five minutes, so we end it ourselves before four and go on by editing."""
SHOWN_CHARACTERS = 11_000
"""Slack takes 12,000 characters of Markdown in a message; sources and buttons need some."""

NO_STREAMING = frozenset(
    {"unknown_method", "feature_not_enabled", "method_deprecated", "team_access_not_granted"}
)
"""Codes by which Slack says that a workspace has no streaming at all."""
ENDED = frozenset({"message_not_in_streaming_state", "message_not_found"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a public reply stands, for whom, and which turn it answers."""

    channel: str
    thread: str
    user: str
    user_team: str
    turn: str


OnOpen = Callable[[str, str], Awaitable[None]]
"""Told the kind and ``ts`` of a reply as soon as it exists."""
Find = Callable[[], Awaitable[tuple[str, bool] | None]]
"""Finds the reply in the thread: its ``ts`` and whether it may be an open stream."""


class Reply:
    """One public reply. ``write`` never waits for Slack; ``finish`` does.

    It opens with its first words if its last write can be reserved. If not, each further look tries again, the status
    (if Slack has one) is all that people see, and the end posts the whole answer, once.
    """

    def __init__(
        self,
        api: SlackApi,
        place: Place,
        on_open: OnOpen,
        find: Find,
        *,
        only_end: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._clock = clock
        self._place = place
        self._on_open = on_open
        self._find = find
        self._text = ""
        self._sent = 0
        self._ts = ""
        self._stream_open = False
        self._may_stream = True
        self._only_end = only_end
        self._last = LastWrites(api.budget)
        self._opened_at = 0.0
        self._grown_at = float("-inf")
        self._ending = asyncio.Event()
        # A placeholder on its way and the first words would be two messages.
        self._opening_now = asyncio.Lock()
        self._shower: asyncio.Task[None] | None = None

    @classmethod
    def found(
        cls, api: SlackApi, place: Place, ts: str, *, stream: bool, on_open: OnOpen, find: Find
    ) -> "Reply":
        """A reply that an earlier process opened: nothing is shown of it until its end."""
        reply = cls(api, place, on_open, find, only_end=True)
        reply._ts, reply._stream_open = ts, stream
        reply._need_last_writes()
        return reply

    @property
    def text(self) -> str:
        """Everything written so far."""
        return self._text

    def write(self, text: str) -> None:
        """More of the text, already safe to show."""
        self._text += text
        if self._shower is None and not self._only_end and self._text.strip():
            self._shower = asyncio.create_task(self._show())

    async def placeholder(self, text: str) -> None:
        """Say that work has begun, where Slack has no status for it.

        A stream needs none: its first words are soon there, and they could not replace it. A post is made only if the
        edit that replaces it can be reserved. When even that is used up, the whole answer is the first thing seen.
        """
        async with self._opening_now:
            if self._ts or self._only_end:
                return
            if self._open() == "post":
                await self._open_post(Message(text, []))
            else:
                self._last.end()

    async def abandon(self) -> None:
        """Stop showing: the process ends and a successor will finish."""
        if self._shower is not None:
            self._shower.cancel()
            await asyncio.gather(self._shower, return_exceptions=True)
        self._last.end()

    async def finish(self, final: Final) -> str:
        """Show the end.

        Returns:
            The message's ``ts``.

        Raises:
            SlackApiError: Slack refuses this message for good, for instance ``not_in_channel``.
        """
        try:
            return await self._finish(final)
        finally:
            self._last.end()

    async def _finish(self, final: Final) -> str:
        self._ending.set()
        if self._shower is not None:
            (failed,) = await asyncio.gather(self._shower, return_exceptions=True)
            if failed is not None:  # what it left half shown is made whole now
                log.warning("reply_broke_off", error=type(failed).__name__)
                self._only_end = True
        if self._stream_open:
            if await self._stop(final):
                return self._ts
        elif not self._ts:
            await self._post(final.whole(SHOWN_CHARACTERS))
            return self._ts
        await self._edit(final.whole(SHOWN_CHARACTERS))
        return self._ts

    # ------------------------------------------------------------------ growing
    async def _show(self) -> None:
        await self._advance()
        while not self._ending.is_set():
            try:
                async with asyncio.timeout(PACE_SECONDS):
                    await self._ending.wait()
            except TimeoutError:
                await self._advance()

    async def _advance(self) -> None:
        """Open the reply, or let it grow."""
        async with self._opening_now:
            if not self._ts:
                await self._begin()
                return
        await self._grow()

    def _open(self) -> Opening:
        return self._api.budget.open(self._last, self._place.channel, stream=self._may_stream)

    async def _begin(self) -> None:
        """Open the reply with what there is; Slack's refusal of a stream makes it a post, or leaves it for later."""
        if self._only_end:
            return
        shown = self._text[:SHOWN_CHARACTERS]
        opening = self._open()
        if opening == "stream":
            try:
                await self._start(shown)
            except (SlackApiError, OutcomeUnknownError) as error:
                opening = await self._without_stream(error)
        if opening == "post":
            try:
                await self._open_post(growing(shown))
            except (SlackApiError, OutcomeUnknownError) as error:
                self._only_end = not _has_no_room(error)
                log.info("reply_opens_later", error=type(error).__name__, only_whole=self._only_end)
            else:
                self._sent = len(shown)

    async def _open_post(self, message: Message) -> None:
        try:
            await self._post(message, patience=0)
        except (SlackApiError, OutcomeUnknownError):
            self._last.end()
            raise

    async def _start(self, text: str) -> None:
        answer = await self._api.call(
            "chat.startStream",
            patience=0,
            channel=self._place.channel,
            thread_ts=self._place.thread,
            markdown_text=text,
            recipient_team_id=self._place.user_team,
            recipient_user_id=self._place.user,
        )
        self._ts, self._stream_open, self._sent = answer["ts"], True, len(text)
        self._opened_at = self._clock()
        await self._on_open("stream", self._ts)

    async def _without_stream(self, error: Exception) -> Opening:
        """How the reply goes on after the start of a stream failed: this reply tries no other."""
        if isinstance(error, OutcomeUnknownError):
            found = await self._find()
            if found is not None:
                # It was done after all; what it shows is uncertain, so only its end is written.
                self._ts, self._stream_open, self._only_end = found[0], True, True
                self._need_last_writes()
                await self._on_open("stream", self._ts)
                return "stream"
        elif isinstance(error, SlackApiError) and code_of(error) in NO_STREAMING:
            self._api.budget.streams_work = False
        log.info("stream_refused", error=code_of(error) if isinstance(error, SlackApiError) else "no answer")
        self._last.end()
        self._may_stream = False
        return self._open()

    def _need_last_writes(self) -> None:
        """Count what will end a reply of which only the end is still written: a stream is stopped, then made right."""
        for method in (STOP, UPDATE) if self._stream_open else (UPDATE,):
            self._last.need(method)

    async def _grow(self) -> None:
        shown = self._text[:SHOWN_CHARACTERS]
        if self._only_end or len(shown) == self._sent:
            return
        try:
            if self._stream_open and self._clock() - self._opened_at > STREAM_SECONDS:
                await self._roll_over()
            if self._clock() - self._grown_at < self._api.budget.seconds_apart(stream=self._stream_open):
                return  # the others' turn
            if self._stream_open:
                where = {"channel": self._place.channel, "ts": self._ts, "markdown_text": shown[self._sent :]}
                await self._api.call("chat.appendStream", patience=0, **where)
            else:
                await self._edit(growing(shown), patience=0)
        except (SlackApiError, OutcomeUnknownError) as error:
            if _has_no_room(error):
                return  # a later version or the end will show it
            # Ended by Slack or a person, or nobody knows what it shows: from here only the whole end is written.
            self._only_end = True
            self._need_last_writes()
            log.info(
                "reply_grows_no_more",
                error=code_of(error) if isinstance(error, SlackApiError) else "no answer",
            )
        else:
            self._sent, self._grown_at = len(shown), self._clock()

    async def _roll_over(self) -> None:
        """End the stream in time; the same message goes on as an edited one."""
        self._last.need(UPDATE)
        await self._close_stream({})
        self._last.give_back(STOP)
        self._stream_open = False

    # ------------------------------------------------------------------- the end
    async def _stop(self, final: Final) -> bool:
        """Stop the stream with the rest; False when the message must be edited to be right."""
        rest, certain = fit(final.body, SHOWN_CHARACTERS)[self._sent :], not self._only_end
        last: dict[str, Any] = {"blocks": final.below or None, "metadata": metadata_for(self._place.turn)}
        if rest:
            last["markdown_text"] = rest
        self._stream_open = False
        return (
            await self._close_stream(last if certain else {})
            and certain
            and not final.too_long(SHOWN_CHARACTERS)
        )

    async def _close_stream(self, last: dict[str, Any]) -> bool:
        """chat.stopStream; False when Slack had ended the stream before, or took it only without ``last``."""
        try:
            await self._api.call("chat.stopStream", channel=self._place.channel, ts=self._ts, **last)
        except SlackApiError as error:
            if code_of(error) in ENDED:
                return False
            if code_of(error) in BLOCKS_REFUSED and last:
                log.warning("blocks_refused", method="chat.stopStream", error=code_of(error))
                await self._close_stream({})
                return False
            raise
        return True

    async def _edit(self, message: Message, patience: float | None = None) -> None:
        where = {"channel": self._place.channel, "ts": self._ts, "metadata": metadata_for(self._place.turn)}
        where["parse"] = "none"  # unlike chat.postMessage, chat.update links bare addresses by default
        await with_fallback(self._api, "chat.update", message, patience=patience, arguments=where)

    async def _post(self, message: Message, patience: float | None = None) -> None:
        where = {"channel": self._place.channel, "thread_ts": self._place.thread}

        async def send() -> str:
            metadata = metadata_for(self._place.turn)
            arguments = {**where, **QUIET, "metadata": metadata}
            answer = await with_fallback(
                self._api, "chat.postMessage", message, patience=patience, arguments=arguments
            )
            return str(answer["ts"])

        async def find() -> str | None:
            found = await self._find()
            return None if found is None else found[0]

        self._ts = await once(send, find)
        await self._on_open("post", self._ts)


def _has_no_room(error: Exception) -> bool:
    """Did Slack, or its budget here, refuse this for now?"""
    return isinstance(error, SlackApiError) and retry_after_of(error) is not None
