"""*Share in channel* and *Add me*: a private answer for everyone, posted once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, RefusedError, TooSlowError, UsageError
from bot.render import ask as render
from bot.render import summarize, summarize_file, summarize_thread, transcript
from bot.render.aside import Aside
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.render.refusal import in_calls
from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.slack.codes import Kind, kind_of
from bot.slack.permalinks import Permalink
from bot.slack.telling import refused
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.posts import part_key
from bot.store.messages import Messages
from bot.store.turns import Turn, Turns
from bot.workflows.messages import OwnMessages
from bot.workflows.readable import readable

DOCUMENTS_HIDDEN = "Not everyone in that channel may see the documents that this answer is from."
CALLS_HIDDEN = "Not everyone in that channel may see the calls that this answer is from."
CALL_HIDDEN = "Not everyone in that channel may see this call."


@dataclass(frozen=True, slots=True)
class How:
    """How a private answer of one kind is shared."""

    right: Right
    """What everyone who reads the place needs."""
    hidden: str
    """What is said where not all of them may see what it was made from."""
    messages: Callable[[Turn, Audience], list[Message]]
    in_thread: bool = False
    """It belongs into the thread that it is about."""

    def place(self, turn: Turn, place: Place) -> Place:
        """Return where it goes that is wanted in ``place``."""
        about = Permalink.read(turn.question) if self.in_thread else None
        if about is not None:
            return Place(turn.team, about.channel, about.root)
        # The answer came in a direct message: its channel is where it was asked for.
        return replace(place, channel=turn.channel) if place.channel[:1] in ("", "D") else place


SHAREABLE = {
    "ask": How(Right.DOCUMENTS, DOCUMENTS_HIDDEN, lambda turn, _: render.shared(turn)),
    "summary": How(Right.CALLS, CALL_HIDDEN, summarize.shared),
    "file_summary": How(Right.DOCUMENTS, DOCUMENTS_HIDDEN, lambda turn, _: summarize_file.shared(turn)),
    "transcription": How(Right.EVERYONE, "", lambda turn, _: transcript.shared(turn)),
    "thread_summary": How(Right.EVERYONE, "", lambda turn, _: summarize_thread.shared(turn), in_thread=True),
}
"""Kinds of turns whose answers can be shared."""
FROM_CALLS = How(Right.CALLS, CALLS_HIDDEN, lambda turn, _: render.shared(turn))
"""A question that was answered from calls."""


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
        how = FROM_CALLS if in_calls(turn) else SHAREABLE.get(turn.kind)
        if how is None or Aside.of(turn):
            raise UsageError(
                "I can only share answers from the documents, transcripts, and summaries of calls, files, and threads."
            )
        if turn.user != asker.user:
            raise RefusedError("Only the person who asked can share this answer.")
        place = how.place(turn, place)
        at = self._workspaces.of(turn.team)
        try:
            messages = await self._looked_up(turn, how, place, asker, at)
            if join:
                await at.api.call("conversations.join", channel=place.channel)
            # *Share* and *Add me* of one answer, pressed at once, post it once.
            async with self._posting.setdefault((place.channel, turn.id), asyncio.Lock()):
                thread = place.thread if how.in_thread else ""
                await self._post(turn, place.channel, thread, messages, OwnMessages(at.posts, self._messages))
        except SlackApiError as error:
            kind = kind_of(error)
            if kind is Kind.TOO_FAST:
                raise
            if kind not in (Kind.JOINABLE, Kind.INVITE):
                return Refusal(Message(refused(error)))
            return Refusal(render.not_there(place.channel, turn.id, joinable=kind is Kind.JOINABLE))
        return summarize_thread.POSTED if how.in_thread else render.SHARED

    async def _post(
        self, turn: Turn, channel: str, thread: str, messages: Sequence[Message], own: OwnMessages
    ) -> None:
        """Post what doesn't stand there yet."""
        first, *further = messages
        top = await own.once(
            first, key=turn.id, channel=channel, thread=thread, kind="share", team=turn.team, again=True
        )
        since = None if top.new else top.tried_at
        for number, message in enumerate(further, 1):
            key = part_key(turn.id, number)
            await own.once(
                message,
                key=key,
                channel=channel,
                thread=thread or top.ts,
                kind="share",
                team=turn.team,
                since=since,
            )

    async def _looked_up(
        self, turn: Turn, how: How, place: Place, asker: Asker, at: Workspace
    ) -> list[Message]:
        """Return the message, if it may stand there; as long as nothing is posted, a Slack that does not answer leaves nothing unknown."""
        try:
            # A private answer outlives the membership of the channel it was asked in.
            if not await at.channels.holds(place.channel, asker.user):
                raise RefusedError("You're no longer in this channel, so I can't share it there.")
            return await self._for_everybody(turn, how, place, asker)
        except OutcomeUnknownError as error:
            raise TooSlowError from error

    async def _for_everybody(self, turn: Turn, how: How, place: Place, asker: Asker) -> list[Message]:
        audience = await self._rights.of(replace(place, team=turn.team), asker, private=False)
        audience.require(how.right)
        # What is shown of phone numbers is a matter of the place.
        elsewhere = in_calls(turn) and place.channel != turn.channel
        if elsewhere or not readable(turn, audience):
            raise RefusedError(how.hidden)
        return how.messages(turn, audience)
