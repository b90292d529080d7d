"""Everything that belongs to one token of Slack's, and the workspaces that this process has one for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.access import About, Person, Readers
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.reading.attached import Attachments
from bot.slack.reading.channels import MOST, Channels
from bot.slack.reading.downloads import Downloads
from bot.slack.reading.groups import Groups
from bot.slack.reading.people import People
from bot.slack.reading.places import Places
from bot.slack.reading.threads import Threads
from bot.slack.reading.whole_threads import WholeThreads
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
    url: str = ""
    """Where the workspace's messages are read in a browser."""


class Workspace:
    """One installation: its token, what Slack allows it, what it cannot do, and who is in it.

    Args:
        api: Slack's Web API, asked with its token.
        http: the session for addresses that Slack hands out.
        readers_max: a place with more members isn't looked through.
    """

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession, *, readers_max: int = MOST) -> None:
        self.api = api
        self.http = http
        self.me: Me | None = None
        """None until Slack has said so."""
        self.people = People(api)
        self.channels = Channels(api, self.people, readers_max=readers_max)
        self.user_groups = Groups(api)
        self.places = Places(api)
        self.threads = Threads(api, self.people)
        self.whole_threads = WholeThreads(api, self.people)
        self.downloads = Downloads(api, http)
        self.attachments = Attachments(self.downloads)
        self.status_line = StatusLine(api)
        self.stop_button = StopButton(api)
        self.posts = Posts(api)
        self.files = Files(api, http)
        self.ways = Ways(api, http)

    @classmethod
    def of_token(
        cls,
        token: str | None,
        http: aiohttp.ClientSession,
        *,
        api_url: str,
        limits: Limits,
        readers_max: int = MOST,
    ) -> Self:
        """Return the workspace that a token belongs to."""
        client = AsyncWebClient(
            token=token,
            base_url=api_url,
            session=http,
            retry_handlers=[],  # the default repeats posts whose answer was lost, and they would show twice
        )
        return cls(SlackApi(client, limits), http, readers_max=readers_max)

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """See ``People.person``: a workspace is the ``Directory`` that rights are asked of."""
        return await self.people.person(user, team=team, user_team=user_team)

    async def readers(self, channel: str, team: str) -> Readers:
        """See ``Channels.readers``, for the same reason."""
        return await self.channels.readers(channel, team)

    async def groups(self, user: str, among: Iterable[str]) -> frozenset[str]:
        """See ``Groups.of``."""
        return await self.user_groups.of(user, among)

    async def place(self, channel: str) -> About:
        """See ``Places.about``."""
        return await self.places.about(channel)

    async def holds(self, channel: str, user: str) -> bool:
        """See ``Channels.holds``."""
        return await self.channels.holds(channel, user)

    async def members(self, channel: str) -> frozenset[str]:
        """See ``Channels.members``."""
        return await self.channels.members(channel)

    async def group(self, group: str) -> frozenset[str]:
        """See ``Groups.members``."""
        return await self.user_groups.members(group)

    async def together(self, user: str) -> frozenset[str]:
        """See ``Channels.together``."""
        return await self.channels.together(user)

    def link(self, channel: str, ts: str, root: str) -> str:
        """Return the address of a message, as ``chat.getPermalink`` does; empty until Slack has said who I am."""
        if self.me is None or not self.me.url:
            return ""
        inside = f"?thread_ts={root}&cid={channel}" if root and root != ts else ""
        return f"{self.me.url}archives/{channel}/p{ts.replace('.', '')}{inside}"

    def doubt(self) -> None:
        """Events may have been lost, so nothing that they keep is believed: it is looked up at the next need."""
        self.people.doubt()
        self.channels.doubt()
        self.user_groups.doubt()


class Workspaces:
    """The workspaces of this process. One today: that of ``SLACK_BOT_TOKEN``, which also serves all of an organization."""

    def __init__(self, only: Workspace) -> None:
        self.only = only

    def of(self, team: str) -> Workspace:  # noqa: ARG002 - one token today; who asks for a workspace says whose already
        """Return the workspace whose token works for a team."""
        return self.only
