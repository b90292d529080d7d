"""Who is in the workspace, and who of them is a guest or from elsewhere: listed once, then kept by events."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.reading.described import Described
from bot.slack.reading.paging import paged

log = structlog.get_logger(__name__)

PAGE = 999
"""The most that Slack hands out at a time. It allows twenty pages a minute, so twenty thousand people take one."""
PATIENCE_SECONDS = 600.0
"""For a page. No one waits for it but the look-up itself."""
BELIEVED_SECONDS = 3600.0
"""Without events that were lost the list stays right; it is read anew beside, for those no one knows of."""
BELIEVED_WITH_OTHERS_SECONDS = 300.0
"""Where several processes share the workspace, Slack tells each event to one of them only."""
AGAIN_SECONDS = 300.0
"""After a failure: a workspace that may not be listed isn't asked with each question."""
MOST = 100_000
"""A workspace of more people isn't listed: its places are looked at person by person."""


class Roster:
    """The people of one workspace.

    Args:
        api: calls with its token.
        listed: is told of each person of the list.
        organization: the Enterprise Grid of a team, or an empty string.
        clock: seconds.
    """

    def __init__(
        self,
        api: SlackApi,
        listed: Callable[[Described], None],
        organization: Callable[[str], Awaitable[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._listed = listed
        self._organization = organization
        self._clock = clock
        self._people: dict[str, Described] = {}
        self._outsiders: dict[str, set[str]] = {}
        """By the team that they are outsiders to; counted when it is first asked for."""
        self._organizations: dict[str, str] = {}
        self._strange: set[str] = set()
        """Who came into a channel and stands in no list."""
        self._meanwhile: dict[str, Described] = {}
        """What was learned while the list is read, and is newer than it."""
        self._listed_at: float | None = None
        self._again_at = float("-inf")
        self._listing: asyncio.Task[None] | None = None

    @property
    def complete(self) -> bool:
        """Is everyone of the workspace known?"""
        return self._listed_at is not None

    def begin(self) -> None:
        """List the people beside, unless they are known or it has just failed."""
        now = self._clock()
        young = self._listed_at is not None and now - self._listed_at < self._believed
        if self._listing is None and not young and now >= self._again_at:
            self._listing = asyncio.ensure_future(self._list())
            self._listing.add_done_callback(self._ended)

    async def listed(self, within: float | None = None) -> bool:
        """Wait until the first list is read, or that has failed; whether it is."""
        if not self.complete and self._listing is not None:
            await asyncio.wait({self._listing}, timeout=within)
        return self.complete

    async def of(self, team: str) -> frozenset[str] | set[str]:
        """Return the ids of all who are outsiders to ``team``, as far as they are known.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack doesn't say which organization the team belongs to.
        """
        if team not in self._outsiders:
            if any(one.organization for one in self._people.values()):
                self._organizations[team] = await self._organization(team)
            organization = self._organizations.get(team, "")
            self._outsiders[team] = {
                user for user, one in self._people.items() if one.is_outsider(team, organization)
            }
        return self._outsiders[team]

    async def without_outsiders(self, team: str) -> bool:
        """Return whether it is known that no guest and no one from elsewhere is in the workspace.

        In an Enterprise Grid that is never known: people of its other workspaces stand in no list of this one.
        """
        if not self.complete or self._strange:
            return False
        outsiders = await self.of(team)
        return not outsiders and team not in self._organizations

    def unknown(self, users: Collection[str]) -> list[str]:
        """Return those of ``users`` of whom nothing is known, in their order."""
        return [user for user in users if user not in self._people]

    def same(self, user: str) -> str:
        """Return the one copy of an id that is kept."""
        known = self._people.get(user)
        return known.id if known else user

    def learn(self, one: Described) -> None:
        """Take what Slack said about a person just now."""
        if self._listing is not None:
            self._meanwhile[one.id] = one
        self._people[one.id] = one
        self._strange.discard(one.id)
        if one.organization:  # which one a team belongs to has to be asked now
            for team in self._outsiders.keys() - self._organizations.keys():
                del self._outsiders[team]
        for team, outsiders in self._outsiders.items():
            if one.is_outsider(team, self._organizations.get(team, "")):
                outsiders.add(one.id)
            else:
                outsiders.discard(one.id)

    def met(self, user: str) -> None:
        """Someone came into a channel."""
        if user not in self._people:
            self._strange.add(user)

    def doubt(self) -> None:
        """Events may have been lost: know nothing, list anew at the next need."""
        if self._listing is not None:
            self._listing.cancel()
            self._listing = None
        self._people, self._meanwhile, self._listed_at = {}, {}, None
        self._outsiders.clear()
        self._strange.clear()
        self._again_at = float("-inf")

    @property
    def _believed(self) -> float:
        return BELIEVED_SECONDS if self._api.limits.alone else BELIEVED_WITH_OTHERS_SECONDS

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._listing is not task:
            return
        self._listing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            code = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("people_not_listed", error=code)
            if self._listed_at is None or self._clock() - self._listed_at >= 2 * self._believed:
                self._people, self._listed_at = self._meanwhile, None
                self._outsiders.clear()
            self._again_at = self._clock() + AGAIN_SECONDS
        self._meanwhile = {}

    async def _list(self) -> None:
        self._meanwhile = {}
        found: dict[str, Described] = {}
        async for page in paged(
            self._api.call, "users.list", size=PAGE, pages=None, patience=PATIENCE_SECONDS
        ):
            for about in page["members"]:
                one = Described.of(about)
                found[one.id] = one
                if one.id not in self._meanwhile:
                    self._listed(one)
            if len(found) > MOST:
                raise TooManyError
        self._people = found | self._meanwhile
        self._strange -= self._people.keys()
        self._outsiders.clear()
        self._listed_at = self._clock()
        log.info("people_listed", count=len(found))


class TooManyError(OutcomeUnknownError):
    """More people than are kept in memory."""
