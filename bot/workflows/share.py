"""*Share in channel* and *Add me*: a private answer for everybody, posted once."""

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, RefusedError, TooSlowError, UsageError
from bot.render import ask as render
from bot.render.blocks import Message
from bot.render.errors import slack_words
from bot.render.outcomes import Refusal
from bot.services.access import Destination
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.paging import paged
from bot.slack.poster import Poster
from bot.store.turns import Turn, Turns
from bot.workflows.answer import Rights

SHAREABLE = "ask"
"""The kind of turn whose readers need no more than the right to documents."""
MEMBERS = 999
"""How many members Slack hands out at a time."""


class Sharing:
    """Shares private answers. Not durable by itself: it is run as a deed."""

    def __init__(self, *, api: SlackApi, poster: Poster, turns: Turns, rights: Rights) -> None:
        self._api = api
        self._poster = poster
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
            raise UsageError("This answer is no longer kept. Ask again to share it.")
        if turn.kind != SHAREABLE:
            raise UsageError("Only answers from the documents can be shared.")
        if turn.user != to.user:
            raise RefusedError("Only the person who asked can share a private answer.")
        # The answer came in a direct message: its channel is where it was asked for.
        if to.channel[:1] in ("", "D"):
            to = replace(to, channel=turn.channel)
        try:
            message = await self._looked_up(turn, to)
            if join:
                await self._api.call("conversations.join", channel=to.channel)
            # *Share* and *Add me* of one answer, pressed at once, post it once.
            async with self._posting.setdefault((to.channel, turn.id), asyncio.Lock()):
                if await self._poster.posted(to.channel, turn.id) is None:
                    await self._poster.post(to.channel, message, key=turn.id)
        except SlackApiError as error:
            kind = kind_of(error)
            if kind is Kind.TOO_FAST:
                raise
            if kind not in (Kind.JOINABLE, Kind.INVITE):
                return Refusal(Message(slack_words(code_of(error))))
            return Refusal(render.not_there(to.channel, turn.id, joinable=kind is Kind.JOINABLE))
        return render.SHARED

    async def _looked_up(self, turn: Turn, to: Destination) -> Message:
        """The message, if it may stand there; as long as nothing is posted, a Slack that does not answer leaves nothing unknown."""
        try:
            if not await self._is_in(to.user, to.channel):
                raise RefusedError("You're no longer in this channel, so I can't share it there.")
            return await self._for_everybody(turn, to)
        except OutcomeUnknownError as error:
            raise TooSlowError from error

    async def _is_in(self, user: str, channel: str) -> bool:
        """Is the sharer among the members? A private answer outlives the membership of the channel it was asked in."""
        pages = paged(self._api.call, "conversations.members", size=MEMBERS, channel=channel)
        async for page in pages:
            if user in page["members"]:
                return True
        return False

    async def _for_everybody(self, turn: Turn, to: Destination) -> Message:
        info = (await self._api.call("conversations.info", patience=10, channel=to.channel))["channel"]
        public = replace(to, shared=bool(info.get("is_ext_shared")), private=False, team=turn.team)
        (await self._rights.of(public)).require_documents()
        return render.shared(turn)
