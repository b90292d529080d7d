"""Who reads a place: members alone, or a guest or someone from elsewhere too."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.services.access import Readers
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.paging import paged
from bot.slack.people import People

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


class Places:
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

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel; ``UNKNOWN`` when Slack does not say it in time."""
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

    def forget(self, channel: str, team: str) -> None:
        """Look again the next time: someone came."""
        self._known.forget((channel, team))

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
        if sum(not self._people.knows(member) for member in members) > SINGLY:
            await self._listed.get(team)
        return Readers.OUTSIDERS if await self._any_outsider(members, team) else Readers.MEMBERS

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
        async for page in paged(self._api.call, "users.list", size=PAGE, patience=PATIENCE_SECONDS):
            for about in page["members"]:
                self._people.learn(about)
        return {}
