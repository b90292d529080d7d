"""Who reads a place: members alone, or a guest or someone from elsewhere too."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.services.access import Readers
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.reading.paging import paged
from bot.slack.reading.people import People

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
LISTED_SECONDS = 240.0
"""Less than a person is remembered, so they aren't asked for one by one when the list is old."""
WAIT_SECONDS = 2.0
"""An answer waits no longer; the look-up goes on, so the next question finds it done."""
PATIENCE_SECONDS = 60.0
PAGE = 999
"""The most that Slack hands out at a time, of members and of people."""
MOST = 5_000
"""A place with more members isn't looked through: it counts as one that a guest reads."""
SINGLY = 30
"""More people than this are not asked for one by one: the list of the workspace costs fewer calls."""
AT_ONCE = 8
LISTED = 5
"""Pages of the workspace's list that are read to learn that no guest is in it; a larger one is looked at place by place."""


class Channels:
    """Looks places through, each once in five minutes."""

    def __init__(
        self,
        api: SlackApi,
        people: People,
        *,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._people = people
        self._wait_seconds = wait_seconds
        self._known: Fresh[tuple[str, str], Readers] = Fresh(self._look, FRESH_SECONDS, clock=clock)
        self._listed: Fresh[str, Mapping[str, Any]] = Fresh(self._list, LISTED_SECONDS, clock=clock)
        self._guestless: Fresh[str, bool] = Fresh(self._has_no_guest, LISTED_SECONDS, clock=clock)
        self._looking: set[asyncio.Task[bool]] = set()

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel; ``UNKNOWN`` when Slack does not say it in time.

        Where the workspace has no guest at all, no channel needs to be looked through: whether people of another organization
        read it Slack says with each question.
        """
        if self._without_guests(team):
            return Readers.MEMBERS
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await self._known.get((channel, team))
        except TimeoutError:
            log.info("readers_not_known_in_time", channel=channel)
        except SlackApiError as error:
            log.info("readers_not_known", channel=channel, error=code_of(error))
        except OutcomeUnknownError:
            log.info("readers_not_known", channel=channel, error="no answer")
        return Readers.UNKNOWN

    async def holds(self, channel: str, user: str) -> bool:
        """Return whether someone is among a channel's members now.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        pages = paged(self._api.call, "conversations.members", size=PAGE, channel=channel)
        async for page in pages:
            if user in page["members"]:
                return True
        return False

    def joined(self, channel: str, team: str, user: str) -> None:
        """Look again the next time: someone came, perhaps a guest who is new in the workspace too."""
        self._known.forget((channel, team))
        if not self._people.knows(user):
            self._guestless.forget(team)

    def _without_guests(self, team: str) -> bool:
        """Return whether it is known that the workspace has no guest. If it isn't, that is looked up beside, and not waited for."""
        known = self._guestless.now(team)
        if known is None and not self._looking:
            task = asyncio.ensure_future(self._guestless.get(team))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        return bool(known)

    async def _has_no_guest(self, _: str) -> bool:
        pages = 0
        try:
            async for people in self._learned():
                pages += 1
                # In an Enterprise Grid guests of other workspaces may be in a channel, and stand in no list of this one.
                if pages > LISTED or any(map(_may_be_outside, people)):
                    return False
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("people_not_listed", error=type(error).__name__)
            return False
        return True

    async def _look(self, key: tuple[str, str]) -> Readers:
        channel, team = key
        members: list[str] = []
        pages = paged(
            self._api.call, "conversations.members", size=PAGE, channel=channel, patience=PATIENCE_SECONDS
        )
        async for page in pages:
            members += page["members"]
            if len(members) > MOST:
                log.info("too_many_readers", channel=channel)
                return Readers.UNKNOWN
        if self._many_unknown(members) and self._looking:
            await asyncio.wait(self._looking)
        if self._many_unknown(members):
            await self._listed.get(team)
        return Readers.OUTSIDERS if await self._any_outsider(members, team) else Readers.MEMBERS

    def _many_unknown(self, members: Sequence[str]) -> bool:
        return sum(not self._people.knows(member) for member in members) > SINGLY

    async def _any_outsider(self, members: Sequence[str], team: str) -> bool:
        gate = asyncio.Semaphore(AT_ONCE)

        async def outsider(user: str) -> bool:
            async with gate:
                person = await self._people.person(user, team=team)
            return person.guest or person.external

        looking = [asyncio.ensure_future(outsider(user)) for user in members]
        try:
            for one in asyncio.as_completed(looking):
                if await one:
                    return True
        finally:
            for one in looking:
                one.cancel()
            await asyncio.gather(*looking, return_exceptions=True)
        return False

    async def _list(self, _: str) -> Mapping[str, Any]:
        """Learn everyone in the workspace."""
        async for _page in self._learned():
            pass
        return {}

    async def _learned(self) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Yield the people of the workspace page by page, once they are remembered."""
        async for page in paged(self._api.call, "users.list", size=PAGE, patience=PATIENCE_SECONDS):
            for about in page["members"]:
                self._people.learn(about)
            yield page["members"]


def _may_be_outside(about: Mapping[str, Any]) -> bool:
    if about.get("deleted"):
        return False
    names = ("is_restricted", "is_ultra_restricted", "is_stranger", "enterprise_user")
    return any(about.get(name) for name in names)
