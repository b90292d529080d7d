"""*Share in channel* and *Add me*: a private answer for everyone, posted once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, RefusedError, TooSlowError, UsageError
from bot.render import ask as render
from bot.render.aside import Aside
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.services.access import Asker, Place, Right, Rights
from bot.slack.codes import Kind, kind_of
from bot.slack.telling import refused
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.posts import part_key
from bot.store.messages import Messages
from bot.store.turns import Turn, Turns
from bot.workflows.messages import OwnMessages

SHAREABLE = "ask"
"""The kind of turn whose readers need no more than the right to documents."""


class Sharing:
    """Shares private answers. Not durable by itself: it is run as a deed."""

    def __init__(self, *, workspaces: Workspaces, turns: Turns, messages: Messages, rights: Rights) -> None:
        self._workspaces = workspaces
        self._messages = messages
        self._turns = turns
        self._rights = rights
        self._posting: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def share(self, turn_id: str, place: Place, asker: Asker, *, join: bool) -> Message | Refusal:
        """Post unless it is posted already; what the sharer is told.

        Raises:
            RefusedError, UsageError: the sharer or the channel's readers may not.
        """
        turn = await self._turns.get(turn_id)
        if turn is None or not turn.answer:
            raise UsageError("I no longer have this answer. Ask again to share it.")
        if turn.kind != SHAREABLE or Aside.of(turn):
            raise UsageError("I can only share answers from the documents.")
        if turn.user != asker.user:
            raise RefusedError("Only the person who asked can share this answer.")
        # The answer came in a direct message: its channel is where it was asked for.
        if place.channel[:1] in ("", "D"):
            place = replace(place, channel=turn.channel)
        at = self._workspaces.of(turn.team)
        try:
            messages = await self._looked_up(turn, place, asker, at)
            if join:
                await at.api.call("conversations.join", channel=place.channel)
            # *Share* and *Add me* of one answer, pressed at once, post it once.
            async with self._posting.setdefault((place.channel, turn.id), asyncio.Lock()):
                await self._post(turn, place.channel, messages, OwnMessages(at.posts, self._messages))
        except SlackApiError as error:
            kind = kind_of(error)
            if kind is Kind.TOO_FAST:
                raise
            if kind not in (Kind.JOINABLE, Kind.INVITE):
                return Refusal(Message(refused(error)))
            return Refusal(render.not_there(place.channel, turn.id, joinable=kind is Kind.JOINABLE))
        return render.SHARED

    async def _post(self, turn: Turn, channel: str, messages: Sequence[Message], own: OwnMessages) -> None:
        """Post what doesn't stand there yet."""
        first, *further = messages
        top = await own.once(first, key=turn.id, channel=channel, kind="share", team=turn.team, again=True)
        since = None if top.new else top.tried_at
        for number, message in enumerate(further, 1):
            key = part_key(turn.id, number)
            await own.once(
                message, key=key, channel=channel, thread=top.ts, kind="share", team=turn.team, since=since
            )

    async def _looked_up(self, turn: Turn, place: Place, asker: Asker, at: Workspace) -> list[Message]:
        """Return the message, if it may stand there; as long as nothing is posted, a Slack that does not answer leaves nothing unknown."""
        try:
            # A private answer outlives the membership of the channel it was asked in.
            if not await at.channels.holds(place.channel, asker.user):
                raise RefusedError("You're no longer in this channel, so I can't share it there.")
            return await self._for_everybody(turn, place, asker)
        except OutcomeUnknownError as error:
            raise TooSlowError from error

    async def _for_everybody(self, turn: Turn, place: Place, asker: Asker) -> list[Message]:
        audience = await self._rights.of(replace(place, team=turn.team), asker, private=False)
        audience.require(Right.DOCUMENTS)
        if not all(passage["bucket"] in audience.buckets for passage in turn.passages or ()):
            raise RefusedError("Not everyone in that channel may see the documents that this answer is from.")
        return render.shared(turn)
