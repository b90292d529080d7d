"""Everything that belongs to one token of Slack's, and the workspaces that this process has one for."""

from dataclasses import dataclass
from typing import Self

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.access import Person, Readers
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.reading.attached import Attachments
from bot.slack.reading.channels import Channels
from bot.slack.reading.people import People
from bot.slack.reading.threads import Threads
from bot.slack.ways import Ways
from bot.slack.writing.files import Files
from bot.slack.writing.posts import Posts
from bot.slack.writing.status_line import StatusLine
from bot.slack.writing.stop_button import StopButton


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is to Slack."""

    team: str
    user: str


class Workspace:
    """One installation: its token, what Slack allows it, what it cannot do, and who is in it.

    Args:
        api: Slack's Web API, asked with its token.
        http: the session for addresses that Slack hands out.
    """

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession) -> None:
        self.api = api
        self.http = http
        self.me: Me | None = None
        """None until Slack has said so."""
        self.people = People(api)
        self.channels = Channels(api, self.people)
        self.threads = Threads(api, self.people)
        self.attachments = Attachments(api, http)
        self.status_line = StatusLine(api)
        self.stop_button = StopButton(api)
        self.posts = Posts(api)
        self.files = Files(api, http)
        self.ways = Ways(api, http)

    @classmethod
    def of_token(
        cls, token: str | None, http: aiohttp.ClientSession, *, api_url: str, limits: Limits
    ) -> Self:
        """Return the workspace that a token belongs to."""
        client = AsyncWebClient(
            token=token,
            base_url=api_url,
            session=http,
            retry_handlers=[],  # the default repeats posts whose answer was lost, and they would show twice
        )
        return cls(SlackApi(client, limits), http)

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """See ``People.person``: a workspace is the ``Directory`` that rights are asked of."""
        return await self.people.person(user, team=team, user_team=user_team)

    async def readers(self, channel: str, team: str) -> Readers:
        """See ``Channels.readers``, for the same reason."""
        return await self.channels.readers(channel, team)


class Workspaces:
    """The workspaces of this process. One today: that of ``SLACK_BOT_TOKEN``, which also serves all of an organization."""

    def __init__(self, only: Workspace) -> None:
        self.only = only

    def of(self, team: str) -> Workspace:  # noqa: ARG002 - one token today; who asks for a workspace says whose already
        """Return the workspace whose token works for a team."""
        return self.only
