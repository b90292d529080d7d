"""The one way to show something in Slack: opens a reply, finds one again after a crash, and says it elsewhere if it must."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import NotNowError, OutcomeUnknownError
from bot.render.blocks import Message, section
from bot.render.final import Final
from bot.services.access import Destination
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.writing.posts import (
    QUIET,
    direct_message,
    key_of,
    metadata_for,
    posted,
    replies,
    with_fallback,
)
from bot.slack.writing.private_reply import BESIDE, PARTS, PrivateReply
from bot.slack.writing.reply import Reply
from bot.slack.writing.thread_message import Place
from bot.store.response_urls import ResponseUrls
from bot.store.turns import Turn, Turns

log = structlog.get_logger(__name__)

INVITING_HELPS = frozenset({Kind.JOINABLE, Kind.INVITE})


class Growing(Protocol):
    """A reply in the making, public or private."""

    @property
    def text(self) -> str:
        """Everything written so far."""

    def write(self, text: str) -> None:
        """More text, safe to show."""

    async def placeholder(self, text: str) -> None:
        """Say that work has begun, where nothing else says so."""

    async def finish(self, final: Final) -> str:
        """Show the end."""

    async def again(self) -> None:
        """What was written is void; other words are on their way."""

    async def withdraw(self) -> None:
        """No one asks anymore: take away what was shown."""

    async def abandon(self) -> None:
        """Leave it to a successor."""


class Poster:
    """Posts for one workspace."""

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession, turns: Turns, urls: ResponseUrls) -> None:
        self._api = api
        self._http = http
        self._turns = turns
        self._urls = urls
        self._status_works = True

    def opening(self, destination: Destination) -> str:
        """Return what is noted of the reply to a question before any of it is shown: "whole" until it is opened as something else."""
        return "private" if destination.private else "whole"

    async def reply(self, turn: Turn, destination: Destination, bot_user: str) -> Growing:
        """Return the reply of a turn: a new one, or the one that an earlier attempt left behind.

        Raises:
            OutcomeUnknownError: whether one was left can't be seen now.
        """
        if turn.reply_kind == "private":
            return self._private(turn)
        place = Place(turn.channel, turn.root, turn.user, destination.user_team, turn.id)

        async def on_open(kind: str, ts: str) -> None:
            try:
                await self._turns.update(turn.id, reply_kind=kind, reply_channel=turn.channel, reply_ts=ts)
            except Exception:
                log.exception(
                    "reply_not_noted"
                )  # a full disk: it can still be ended, and be found in its thread

        async def find() -> tuple[str, bool] | None:
            return await self._find(turn, bot_user)

        if turn.attempts == 1 and turn.reply_ts is None:
            return Reply(self._api, place, on_open, find)
        try:
            left = (turn.reply_ts, turn.reply_kind == "stream") if turn.reply_ts else await find()
        except SlackApiError as error:
            # Maybe a half answer stays on the screen; the question is answered all the same.
            log.warning("earlier_reply_not_found", error=code_of(error))
            left = None
        if left is not None:
            return Reply.found(self._api, place, left[0], stream=left[1], on_open=on_open, find=find)
        return Reply(self._api, place, on_open, find, only_end=True)

    def _private(self, turn: Turn) -> PrivateReply:
        options = turn.options or {}

        async def on_part(shown: int) -> None:
            try:
                await self._turns.update(turn.id, options={**options, PARTS: shown})
            except Exception:
                log.exception("part_not_noted")  # a full disk: at worst it is shown again after a crash

        return PrivateReply(
            self._api,
            self._http,
            self._urls,
            work_id=turn.id,
            user=turn.user,
            beside=bool(options.get(BESIDE)),
            parts=int(options.get(PARTS, 0)),
            on_part=on_part,
        )

    async def status(self, destination: Destination, text: str) -> bool:
        """Show (or with "" clear) the status line of a thread; False where Slack has none."""
        if destination.private or not self._status_works:
            return False
        where = {"channel_id": destination.channel, "thread_ts": destination.thread}
        try:
            await self._api.call("assistant.threads.setStatus", patience=2, status=text, **where)
        except SlackApiError as error:
            self._status_works = kind_of(error) is not Kind.NOT_OFFERED
            log.info("status_refused", error=code_of(error))
            return False
        except OutcomeUnknownError:
            return False
        return True

    async def finish(self, turn_id: str, reply: Growing, final: Final, destination: Destination) -> str:
        """Show the end of a reply; where it may not stand, the asker is told in a direct message."""
        try:
            return await reply.finish(final)
        except SlackApiError as error:
            kind = kind_of(error)
            log.warning("reply_cannot_stand", error=code_of(error), channel=destination.channel)
        hint = ""
        if kind in INVITING_HELPS:
            hint = " To have it there, invite me with /invite."
            if final.elsewhere:
                hint = f"{hint[:-1]}, then press *Share in channel*."
                final = replace(final, below=final.elsewhere)
        note = f"I couldn't write in <#{destination.channel}>, so here's your answer.{hint}"
        await self.status(destination, "")  # no message of ours will take it away
        return await self._directly(destination.user, final.messages(above=[section(note)]), turn_id)

    async def _directly(self, user: str, messages: Sequence[Message], key: str) -> str:
        """Write it to the asker. There is no other way left, so it is kept unless there is no one to write to."""
        try:
            return await direct_message(self._api, user, *messages, key=key)
        except SlackApiError as error:
            if kind_of(error) is Kind.NOBODY:
                raise
            raise NotNowError("chat.postMessage", code_of(error)) from error

    async def post(
        self, channel: str, message: Message, *, key: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post a message that is no answer, once: ``key`` finds it again when no one knows whether it was posted.

        Args:
            channel: where.
            message: what.
            key: goes into the message's metadata.
            thread: the thread's first message, if it is a reply.
            broadcast: show a reply in the channel too.

        Returns:
            Its ``ts``.
        """
        arguments: dict[str, Any] = {"channel": channel, "metadata": metadata_for(key), **QUIET}
        if thread:
            arguments |= {"thread_ts": thread, "reply_broadcast": broadcast}

        async def send() -> str:
            return str(
                (await with_fallback(self._api, "chat.postMessage", message, arguments=arguments))["ts"]
            )

        return await self._api.once(send, lambda: self.posted(channel, key, thread))

    async def edit(self, channel: str, ts: str, message: Message) -> bool:
        """Change a message of ours; False when it is gone, or can't be changed anymore."""
        try:
            await with_fallback(
                self._api, "chat.update", message, arguments={"channel": channel, "ts": ts, "parse": "none"}
            )
        except SlackApiError as error:
            if kind_of(error) not in (Kind.GONE, Kind.FIXED):
                raise
            return False
        return True

    async def posted(
        self, channel: str, key: str, thread: str | None = None, since: float | None = None
    ) -> str | None:
        """See ``bot.slack.writing.posts.posted``."""
        return await posted(self._api, channel, key, thread, since)

    async def _find(self, turn: Turn, bot_user: str) -> tuple[str, bool] | None:
        """Return the reply of a turn in its thread (ENGINE 5b): by metadata, else the only message of ours that no turn owns."""
        where = {"channel": turn.channel, "ts": turn.root, "oldest": turn.ts, "include_all_metadata": True}
        found = [message async for message in replies(self._api, **where)]
        ours = [m for m in found if m.get("user") == bot_user and m["ts"] > turn.ts]
        for message in ours:
            if key_of(message) == turn.id:
                return str(message["ts"]), turn.reply_kind == "stream"
        owned = await self._turns.owned_replies(turn.channel, turn.root)
        free = [m for m in ours if m["ts"] not in owned and key_of(m) is None]
        return (str(free[0]["ts"]), True) if len(free) == 1 else None
