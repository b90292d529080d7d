"""*Share in channel* and *Add me*: a private answer for everyone, posted once."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, RefusedError, TooSlowError, UsageError
from bot.render import ask as render
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.services.access import Destination, Rights
from bot.slack.codes import Kind, kind_of
from bot.slack.reading.paging import paged
from bot.slack.telling import refused
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.posts import Posts, part_key
from bot.store.turns import Turn, Turns

log = structlog.get_logger(__name__)

SHAREABLE = "ask"
"""The kind of turn whose readers need no more than the right to documents."""
SHARED = "shared"
"""The option of a turn under which it is noted where its answer was shared, and when that was tried."""
CLOCKS_SECONDS = 300.0
"""By how much Slack's clock and ours may differ."""
MEMBERS = 999
"""How many members Slack hands out at a time."""


class Sharing:
    """Shares private answers. Not durable by itself: it is run as a deed."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        turns: Turns,
        rights: Rights,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._workspaces = workspaces
        self._turns = turns
        self._rights = rights
        self._posting: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def share(self, turn_id: str, to: Destination, *, join: bool) -> Message | Refusal:
        """Post unless it is posted already; what the sharer is told.

        Raises:
            RefusedError, UsageError: the sharer or the channel's readers may not.
        """
        turn = await self._turns.get(turn_id)
        if turn is None or not turn.answer:
            raise UsageError("I no longer have this answer. Ask again to share it.")
        if turn.kind != SHAREABLE:
            raise UsageError("I can only share answers from the documents.")
        if turn.user != to.user:
            raise RefusedError("Only the person who asked can share this answer.")
        # The answer came in a direct message: its channel is where it was asked for.
        if to.channel[:1] in ("", "D"):
            to = replace(to, channel=turn.channel)
        at = self._workspaces.of(turn.team)
        try:
            messages = await self._looked_up(turn, to, at)
            if join:
                await at.api.call("conversations.join", channel=to.channel)
            # *Share* and *Add me* of one answer, pressed at once, post it once.
            async with self._posting.setdefault((to.channel, turn.id), asyncio.Lock()):
                await self._post(turn.id, to.channel, messages, at.posts)
        except SlackApiError as error:
            kind = kind_of(error)
            if kind is Kind.TOO_FAST:
                raise
            if kind not in (Kind.JOINABLE, Kind.INVITE):
                return Refusal(Message(refused(error)))
            return Refusal(render.not_there(to.channel, turn.id, joinable=kind is Kind.JOINABLE))
        return render.SHARED

    async def _post(self, turn_id: str, channel: str, messages: Sequence[Message], posts: Posts) -> None:
        """Post what isn't posted yet: the row says when it was tried, and once all of it stands, under which ``ts``.

        It is written down before anything is posted, for a channel may say a lot until *Share* is pressed again.
        """
        turn = await self._turns.get(turn_id)
        options = (turn.options if turn else None) or {}
        tried = options.get(SHARED, {}).get(channel)
        if tried and tried["ts"] and await _stands(posts, channel, tried["ts"], turn_id):
            return
        ts = await posts.posted(channel, turn_id, since=tried["since"] if tried else None)
        if not tried:
            tried = {"since": self._clock() - CLOCKS_SECONDS, "ts": ""}
            await self._note(turn_id, options, channel, tried)
        first, *further = messages
        known = ts is not None
        ts = ts or await posts.post(channel, first, key=turn_id)
        for number, message in enumerate(further, 1):
            key = part_key(turn_id, number)
            if not known or await posts.posted(channel, key, ts) is None:
                await posts.post(channel, message, key=key, thread=ts)
        await self._note(turn_id, options, channel, {**tried, "ts": ts})

    async def _note(self, turn_id: str, options: dict[str, Any], channel: str, tried: dict[str, Any]) -> None:
        shared = {**options.get(SHARED, {}), channel: tried}
        try:
            await self._turns.update(turn_id, options={**options, SHARED: shared})
        except Exception:
            log.exception(
                "share_not_noted"
            )  # a full disk: it is found in the channel while it stands near its end

    async def _looked_up(self, turn: Turn, to: Destination, at: Workspace) -> list[Message]:
        """Return the message, if it may stand there; as long as nothing is posted, a Slack that does not answer leaves nothing unknown."""
        try:
            if not await _is_in(at, to.user, to.channel):
                raise RefusedError("You're no longer in this channel, so I can't share it there.")
            return await self._for_everybody(turn, to, at)
        except OutcomeUnknownError as error:
            raise TooSlowError from error

    async def _for_everybody(self, turn: Turn, to: Destination, at: Workspace) -> list[Message]:
        info = (await at.api.call("conversations.info", patience=10, channel=to.channel))["channel"]
        public = replace(to, shared=bool(info.get("is_ext_shared")), private=False, team=turn.team)
        (await self._rights.of(public)).require_documents()
        return render.shared(turn)


async def _stands(posts: Posts, channel: str, ts: str, key: str) -> bool:
    """Is it still there? Someone may have deleted it since."""
    try:
        return await posts.posted(channel, key, ts) == ts
    except SlackApiError as error:
        if kind_of(error) is not Kind.GONE:
            raise
        return False


async def _is_in(at: Workspace, user: str, channel: str) -> bool:
    """Is the sharer among the members? A private answer outlives the membership of the channel it was asked in."""
    pages = paged(at.api.call, "conversations.members", size=MEMBERS, channel=channel)
    async for page in pages:
        if user in page["members"]:
            return True
    return False
