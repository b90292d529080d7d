"""Whether the readers of a channel may know of a bucket that the bot itself speaks of there, because no one asked."""

from bot.errors import OutcomeUnknownError
from bot.services.access import APP, Asker, Place, Rights
from bot.slack.workspace import Workspaces


class MayKnow:
    """Asks for the rights of a channel's readers together."""

    def __init__(self, rights: Rights, workspaces: Workspaces) -> None:
        self._rights = rights
        self._workspaces = workspaces

    async def __call__(self, bucket: str, channel: str) -> bool:
        """Return whether all of them may know of it.

        Raises:
            OutcomeUnknownError: Slack has not said yet which workspace this is.
        """
        me = self._workspaces.only.me
        if me is None:
            raise OutcomeUnknownError("auth.test: not known yet")
        audience = await self._rights.of(Place(me.team, channel, ""), Asker(APP, me.team), private=False)
        return bucket in audience.named
