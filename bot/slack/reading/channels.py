"""Who reads a place: members alone, or a guest or someone from elsewhere too."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.services.access import Readers
from bot.slack.api import SlackApi
from bot.slack.codes import RATELIMITED, code_of, refusal
from bot.slack.reading.paging import paged
from bot.slack.reading.people import People

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
AHEAD_SECONDS = 60.0
"""Before that is over it is read anew beside, so where questions are asked often none of them waits for it."""
WAIT_SECONDS = 2.0
"""An answer waits no longer; the look-up goes on, so the next question finds it done."""
PATIENCE_SECONDS = 60.0
PAGE = 999
"""The most that Slack hands out at a time."""
MOST = 1_000
"""A place with more members isn't looked through."""
KEPT = 500
"""Places whose members are remembered."""
ROSTER_SECONDS = 0.5
"""In which most workspaces are listed; then people are asked for one by one, while they are few."""
SINGLY = 30
"""More people than this are not asked for one by one: the list of the workspace costs fewer calls."""
TOGETHER_PAGES = 3
"""Of one person's channels."""
AT_ONCE = 8
"""Calls for all places together: others that need the same methods stand behind so few."""
LEFT = 20
"""Calls of ``users.info`` that are left to those who ask, once Slack counts them."""


class Channels:
    """Looks places through.

    Args:
        api: calls with the workspace's token.
        people: who is who there.
        readers_max: a place with more members isn't looked through.
        wait_seconds: what an answer waits for it at most.
        clock: seconds.
    """

    def __init__(
        self,
        api: SlackApi,
        people: People,
        *,
        readers_max: int = MOST,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._people = people
        self._readers_max = readers_max
        self._wait_seconds = wait_seconds
        self._members: Fresh[str, set[str] | None] = Fresh(
            self._read, FRESH_SECONDS - AHEAD_SECONDS, usable=lambda: FRESH_SECONDS, kept=KEPT, clock=clock
        )
        self._met: Fresh[tuple[str, str], None] = Fresh(self._meet, 0.0, kept=KEPT, clock=clock)
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel; ``UNKNOWN`` when Slack does not say it in time.

        Where the workspace has no guest at all, no channel needs to be looked through: whether it is shared with another
        organization is known of the place itself.
        """
        self._people.roster.begin()
        why = "not in time"
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await self._readers(channel, team)
        except TimeoutError:
            pass
        except SlackApiError as error:
            why = code_of(error)
        except OutcomeUnknownError:
            why = "no answer"
        log.info("readers_not_known", channel=channel, error=why)
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

    async def members(self, channel: str) -> frozenset[str]:
        """Return who is in a conversation now.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        pages = paged(self._api.call, "conversations.members", size=PAGE, channel=channel)
        return frozenset([user async for page in pages for user in page["members"]])

    async def together(self, user: str) -> frozenset[str]:
        """Return the channels that someone is in now, as far as I may see them: of private ones those where I am, too.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        found = set[str]()
        async for page in paged(
            self._api.call,
            "users.conversations",
            size=PAGE,
            pages=TOGETHER_PAGES,
            user=user,
            types="public_channel,private_channel",
            exclude_archived=True,
        ):
            found.update(channel["id"] for channel in page["channels"])
        return frozenset(found)

    def joined(self, channel: str, user: str) -> None:
        """Someone came, perhaps a guest, perhaps one who is new in the workspace too."""
        self._people.roster.met(user)
        self._members.distrust(channel)
        members = self._members.last(channel)
        if members is not None:
            members.add(user)

    def left(self, channel: str, user: str) -> None:
        """Someone went."""
        self._members.distrust(channel)
        members = self._members.last(channel)
        if members is not None:
            members.discard(user)

    def forget(self, channel: str) -> None:
        """Look again the next time: what the place is has changed."""
        self._members.forget(channel)

    def doubt(self) -> None:
        """Events may have been lost: look at every place again."""
        self._members.clear()

    async def _readers(self, channel: str, team: str) -> Readers:
        roster = self._people.roster
        if await roster.without_outsiders(team):
            return Readers.MEMBERS
        members = await self._members.get(channel)
        while members is not self._members.last(channel):  # someone came or went while they were read
            members = await self._members.get(channel)
        if members is None or len(members) > self._readers_max:
            return Readers.MANY
        if roster.unknown(members) and members.isdisjoint(await roster.of(team)):
            await self._met.get((channel, team))
        if not members.isdisjoint(await roster.of(team)):
            return Readers.OUTSIDERS
        return Readers.UNKNOWN if roster.unknown(members) else Readers.MEMBERS

    async def _read(self, channel: str) -> set[str] | None:
        """Return the members of a place; None where there are too many.

        A full page that is not the last is read on only where so many readers are allowed: up to a thousand, one call is enough.
        """
        roster, members, most = self._people.roster, set[str](), self._readers_max
        pages = paged(
            self._api.call,
            "conversations.members",
            size=PAGE,
            pages=None,  # the readers that are allowed end it
            channel=channel,
            patience=PATIENCE_SECONDS,
        )
        async with self._gate:
            async for page in pages:
                members.update(map(roster.same, page["members"]))
                more = bool((page.get("response_metadata") or {}).get("next_cursor"))
                if len(members) > most or (more and len(members) + 1 >= most):
                    return None
        return members

    async def _meet(self, key: tuple[str, str]) -> None:
        """Get to know the members of a place, until one of them is known to be an outsider."""
        channel, team = key
        roster, members = self._people.roster, self._members.last(channel) or set()
        await roster.listed(ROSTER_SECONDS)
        if len(roster.unknown(members)) > SINGLY:
            await roster.listed()
        unknown = roster.unknown(members)
        if len(unknown) > SINGLY and not roster.complete:
            raise refusal("users.list: the people of the workspace are not known", "too_many_people")
        if unknown and members.isdisjoint(await roster.of(team)):
            await self._ask(unknown, team)

    async def _ask(self, unknown: Sequence[str], team: str) -> None:
        looking = [asyncio.ensure_future(self._is_outsider(user, team)) for user in unknown]
        try:
            for one in asyncio.as_completed(looking):
                if await one:
                    return
        finally:
            for one in looking:
                one.cancel()
            await asyncio.gather(*looking, return_exceptions=True)

    async def _is_outsider(self, user: str, team: str) -> bool:
        async with self._gate:
            if self._api.limits.allowance("users.info").free <= LEFT:
                raise refusal("users.info: left to those who ask", RATELIMITED)
            await self._people.meet(user)
        return user in await self._people.roster.of(team)
