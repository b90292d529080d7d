"""*Ask an expert*: a question whose answer isn't in the documents, put to the channel's user group once."""

from slack_sdk.errors import SlackApiError

from bot import ids
from bot.errors import OutcomeUnknownError, RefusedError, TooSlowError, UsageError
from bot.render import refusal as render
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.services.access import Asker, Place, Right, Rights
from bot.slack.codes import Kind, kind_of
from bot.slack.telling import refused
from bot.slack.workspace import Workspace, Workspaces
from bot.store.messages import Messages
from bot.store.turns import Turn
from bot.workflows.messages import OwnMessages

NOT_IN_IT = "You're no longer in this channel, so I can't ask the experts there."


class Experts:
    """Asks them. Not durable by itself: it is run as a deed."""

    def __init__(self, *, workspaces: Workspaces, messages: Messages, rights: Rights) -> None:
        self._workspaces = workspaces
        self._messages = messages
        self._rights = rights

    async def ask(self, turn: Turn, asker: Asker) -> Message | Refusal:
        """Mention the experts in the thread of the question, or in the channel where it has none; what the asker is told.

        Raises:
            RefusedError, UsageError: the asker has left, nothing may be said there, or there are no experts.
            TooSlowError: Slack doesn't say who is in the channel, so nothing was posted.
        """
        at = self._workspaces.of(turn.team)
        message = await self._message(turn, asker, at)
        own, team = OwnMessages(at.posts, self._messages), turn.team
        key, thread = ids.experts(turn.id), turn.root
        try:
            await own.once(
                message, key=key, channel=turn.channel, thread=thread, kind=render.EXPERTS, team=team
            )
        except SlackApiError as error:
            if kind_of(error) is Kind.TOO_FAST:
                raise
            return Refusal(Message(refused(error)))
        return render.ASKED

    async def _message(self, turn: Turn, asker: Asker, at: Workspace) -> Message:
        """Return what they read, if it may stand there."""
        if turn.outcome != "refused" or not render.has_experts(turn):
            raise UsageError(render.NO_EXPERTS)
        place = Place(turn.team, turn.channel, turn.root)
        try:
            if not await at.channels.holds(turn.channel, asker.user):
                raise RefusedError(NOT_IN_IT)
            audience = await self._rights.of(place, asker, private=False)
        except OutcomeUnknownError as error:
            raise TooSlowError from error
        audience.require(Right.EVERYONE)  # refused where I may not speak
        here = await self._rights.set_for(place, asker, private=False)
        if not here.experts:
            raise UsageError(render.NO_EXPERTS)
        return render.for_experts(turn, here.experts)
