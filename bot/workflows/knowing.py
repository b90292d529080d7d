"""What those may see whom the bot itself tells something because no one asked: the readers of a channel together, or a person."""

from bot.errors import OutcomeUnknownError
from bot.services.access import APP, Asker, Audience, Place, Readers, Rights
from bot.slack.workspace import Workspaces

PEOPLE = ("U", "W")
"""Begin the ids of people; where one of them is told something, that is a direct message."""


class Knowing:
    """Asks for rights anew each time.

    Args:
        rights: who may see what.
        workspaces: who says which workspace this is, and who is in it.
    """

    def __init__(self, rights: Rights, workspaces: Workspaces) -> None:
        self._rights = rights
        self._workspaces = workspaces

    async def __call__(self, target: str, user_team: str = "") -> Audience | None:
        """Return what the readers of a channel may see, or someone alone; None for someone whose account is gone.

        Args:
            target: the channel, or the person.
            user_team: the workspace the person is of, where it's known.

        Raises:
            OutcomeUnknownError: Slack has not said yet which workspace this is, or doesn't say who that is.
            SlackApiError: Slack doesn't know them.
        """
        at = self._workspaces.only
        if at.me is None:
            raise OutcomeUnknownError("auth.test: not known yet")
        team = at.me.team
        if not target.startswith(PEOPLE):
            return await self._rights.of(Place(team, target, ""), Asker(APP, team), private=False)
        person = Asker(target, user_team or team)
        if (await at.person(target, team=team, user_team=person.user_team)).removed:
            return None
        return await self._rights.alone(Place(team, "", ""), person)

    async def sure(self, target: str) -> None:
        """Find out that Slack says who reads a channel. Where it doesn't, less is allowed than may be allowed later.

        Raises:
            SlackApiError, OutcomeUnknownError: it doesn't.
        """
        at = self._workspaces.only
        if at.me is None or target.startswith(PEOPLE):
            return
        await at.place(target)
        if await at.readers(target, at.me.team) is Readers.UNKNOWN:
            raise OutcomeUnknownError("conversations.members: not known yet")
