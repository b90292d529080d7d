"""A reply that others can see, from its first word to its end: a stream, an edited post, or one whole post."""

import asyncio
import time
from collections.abc import Callable

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render.blocks import MESSAGE_BYTES, Message
from bot.render.final import SMALLER_BYTES, Final, growing
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.limits import STOP, UPDATE, LastWrites, Opening
from bot.slack.writing.thread_message import Find, OnOpen, Spot, ThreadMessage
from bot.text import beginning

log = structlog.get_logger(__name__)

PACE_SECONDS = 0.8
"""Between two growing versions of a reply, or more where many share what Slack allows; the first words are shown at once."""
STREAM_SECONDS = 230.0
"""Slack ends a stream after about five minutes, so we end it ourselves before four and go on by editing."""

INTERRUPTED = "\n\n_I'm restarting and will finish this in a moment._"

ABANDON_SECONDS = 2.0
"""A process that ends has no time for more."""


class Reply:
    """One public reply. ``write`` never waits for Slack; ``finish`` does.

    It opens with its first words if its last write can be reserved. If not, each further look tries again, the status
    (if Slack has one) is all that people see, and the end posts the whole answer, once.
    """

    def __init__(
        self,
        api: SlackApi,
        spot: Spot,
        on_open: OnOpen,
        find: Find,
        *,
        only_end: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._clock = clock
        self._spot = spot
        self._message = ThreadMessage(api, spot, on_open, find)
        self._text = ""
        self._sent = 0
        self._may_stream = True
        self._only_end = only_end
        self._continued = only_end
        """May further messages of it stand in the thread?"""
        self._last = LastWrites(api.limits)
        self._opened_at = 0.0
        self._grown_at = float("-inf")
        self._ending = asyncio.Event()
        # A placeholder on its way and the first words would be two messages.
        self._opening_now = asyncio.Lock()
        self._shower: asyncio.Task[None] | None = None

    @classmethod
    def found(
        cls, api: SlackApi, spot: Spot, ts: str, *, stream: bool, on_open: OnOpen, find: Find
    ) -> "Reply":
        """Return a reply that an earlier process opened: nothing is shown of it until its end."""
        reply = cls(api, spot, on_open, find, only_end=True)
        reply._message.ts, reply._message.streaming = ts, stream
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
            if self._message.ts or self._only_end:
                return
            if self._open() == "post":
                await self._open_post(Message(text, []))
            else:
                self._last.end()

    async def abandon(self) -> None:
        """Stop showing: the process ends and a successor will finish. No stream stays open, for no one knows how long."""
        try:
            await self._grown()
            if self._message.streaming:
                said = "" if self._only_end else INTERRUPTED
                await self._message.close(said, patience=ABANDON_SECONDS)
            elif self._message.ts and not self._only_end:
                shown = growing(f"{beginning(self._text, MESSAGE_BYTES)}{INTERRUPTED}".strip())
                await self._message.edit(shown, patience=ABANDON_SECONDS)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("left_open", error=type(error).__name__)  # the successor ends it
        finally:
            self._last.end()

    async def again(self) -> None:
        """What was written is void: the same message goes on with other words, which are on their way."""
        await self._grown()
        self._shower = None
        self._ending.clear()
        self._text, self._sent = "", 0
        if self._message.streaming:  # a stream only grows, an edited message can say something else
            try:
                await self._roll_over()
            except (SlackApiError, OutcomeUnknownError):
                self._only_end = True

    async def withdraw(self) -> None:
        """No one asks anymore: take away what was shown."""
        try:
            await self._grown()
            if self._message.streaming:
                await self._message.close()
            await self._message.take_away(look=self._continued)
        finally:
            self._last.end()

    async def finish(self, final: Final) -> str:
        """Show the end.

        Returns:
            The message's ``ts``.

        Raises:
            SlackApiError: Slack refuses this message for good, for instance ``not_in_channel``.
        """
        try:
            await self._grown()
            return await self._finish(final)
        finally:
            self._last.end()

    async def _finish(self, final: Final) -> str:
        """Return all of it, in as many messages as it takes; Slack knows best what is too long."""
        sent = None if self._only_end else self._text[: self._sent]
        parts = final.parts()
        look, self._continued = self._continued, self._continued or len(parts) > 1
        try:
            return await self._message.say(parts, sent=sent, look=look)
        except SlackApiError as error:
            if kind_of(error) is not Kind.TOO_LONG:
                raise
            log.warning("reply_too_long", bytes=len(final.body.encode()))
            return await self._message.say(final.parts(SMALLER_BYTES), sent=None, look=False)

    # ------------------------------------------------------------------ growing
    async def _grown(self) -> None:
        """Let what is on its way to Slack arrive, and show nothing else."""
        self._ending.set()
        if self._shower is not None:
            (failed,) = await asyncio.gather(self._shower, return_exceptions=True)
            if failed is not None:  # what it left half shown is made whole at the end
                log.warning("reply_broke_off", error=type(failed).__name__)
                self._only_end = True

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
            if not self._message.ts:
                await self._begin()
                return
        await self._grow()

    def _open(self) -> Opening:
        return self._api.limits.open(self._last, self._spot.channel, stream=self._may_stream)

    async def _begin(self) -> None:
        """Open the reply with what there is; Slack's refusal of a stream makes it a post, or leaves it for later."""
        if self._only_end:
            return
        shown = beginning(self._text, MESSAGE_BYTES)
        opening = self._open()
        if opening == "stream":
            try:
                await self._message.start(shown)
                self._sent, self._opened_at = len(shown), self._clock()
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
            await self._message.post(message, patience=0)
        except (SlackApiError, OutcomeUnknownError):
            self._last.end()
            raise

    async def _without_stream(self, error: Exception) -> Opening:
        """Return how the reply goes on after the start of a stream failed: this reply tries no other."""
        if isinstance(error, OutcomeUnknownError):
            if await self._message.was_started():
                self._only_end = True  # what it shows is uncertain, so only its end is written
                self._need_last_writes()
                return "stream"
        elif isinstance(error, SlackApiError) and kind_of(error) is Kind.NOT_OFFERED:
            self._api.limits.streams_work = False
        log.info("stream_refused", error=code_of(error) if isinstance(error, SlackApiError) else "no answer")
        self._last.end()
        self._may_stream = False
        return self._open()

    def _need_last_writes(self) -> None:
        """Count what will end a reply of which only the end is still written: a stream is stopped, then made right."""
        for method in (STOP, UPDATE) if self._message.streaming else (UPDATE,):
            self._last.need(method)

    async def _grow(self) -> None:
        shown = beginning(self._text, MESSAGE_BYTES)
        if self._only_end or len(shown) == self._sent:
            return
        try:
            if self._message.streaming and self._clock() - self._opened_at > STREAM_SECONDS:
                await self._roll_over()
            if self._clock() - self._grown_at < self._api.limits.seconds_apart(
                stream=self._message.streaming
            ):
                return  # the others' turn
            if self._message.streaming:
                await self._message.append(shown[self._sent :])
            else:
                await self._message.edit(growing(shown), patience=0)
        except (SlackApiError, OutcomeUnknownError) as error:
            if _has_no_room(error):
                return  # a later version or the end will show it
            # Ended by Slack or a person, or no one knows what it shows: from here only the whole end is written.
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
        await self._message.close()
        self._last.give_back(STOP)
        self._message.streaming = False


def _has_no_room(error: Exception) -> bool:
    """Did Slack, or what we know of its limits, refuse this for now?"""
    return isinstance(error, SlackApiError) and kind_of(error) is Kind.TOO_FAST
