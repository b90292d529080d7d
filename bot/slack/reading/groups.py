"""Who is in which user group. What Slack does not say is not so: a grant to a group that can't be read holds for no one."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.slack.api import SlackApi
from bot.slack.codes import code_of

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
AHEAD_SECONDS = 60.0
"""Before that is over it is read anew beside, so where questions are asked often none of them waits for it."""
WAIT_SECONDS = 2.0
"""A question waits no longer for all of its groups."""
PATIENCE_SECONDS = 60.0


SINGLY = 5
"""More groups than this are read in one call: Slack lets twenty a minute be read one by one."""


class Groups:
    """The user groups of one workspace."""

    def __init__(
        self,
        api: SlackApi,
        *,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._wait_seconds = wait_seconds
        self._known: Fresh[str, frozenset[str]] = Fresh(
            self._read, FRESH_SECONDS - AHEAD_SECONDS, usable=lambda: FRESH_SECONDS, clock=clock
        )
        self._listed: Fresh[str, int] = Fresh(self._read_all, AHEAD_SECONDS, clock=clock)

    async def of(self, user: str, among: Iterable[str]) -> frozenset[str]:
        """Return those of these groups in which someone is. A group that Slack does not show in time holds no one."""
        wanted = frozenset(among)
        if sum(self._known.last(group) is None for group in wanted) > SINGLY:
            await self._list()
        found = await asyncio.gather(*(self._holds(group, user) for group in wanted))
        return frozenset(group for group, holds in zip(wanted, found, strict=True) if holds)

    async def members(self, group: str) -> frozenset[str]:
        """Return who is in a group.

        Raises:
            SlackApiError, OutcomeUnknownError, TimeoutError: Slack does not say, or not in time.
        """
        async with asyncio.timeout(self._wait_seconds):
            return await self._known.get(group)

    def changed(self, group: str) -> None:
        """Someone came or went: read it at the next need."""
        self._known.forget(group)

    def updated(self, about: Mapping[str, Any]) -> None:
        """Take how Slack describes a group in an event: it holds at once.

        Raises:
            KeyError, TypeError, AttributeError: that is no group.
        """
        group, users = str(about["id"]), about.get("users")
        if about.get("date_delete"):
            self._known.put(group, frozenset())
        elif users is None:
            self._known.forget(group)
        else:
            self._known.put(group, frozenset(map(str, users)))

    def doubt(self) -> None:
        """Events may have been lost: read every group again."""
        self._known.clear()

    async def _list(self) -> None:
        """Read all groups in one call, where they are more than Slack lets read one by one in a minute."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._listed.get("")
        except (SlackApiError, OutcomeUnknownError, TimeoutError) as error:
            log.info("groups_not_listed", error=type(error).__name__)

    async def _read_all(self, _: str) -> int:
        answer = await self._api.call("usergroups.list", patience=PATIENCE_SECONDS, include_users=True)
        for about in answer["usergroups"]:
            self.updated(about)
        return len(answer["usergroups"])

    async def _holds(self, group: str, user: str) -> bool:
        why = "not in time"
        try:
            async with asyncio.timeout(self._wait_seconds):
                return user in await self._known.get(group)
        except TimeoutError:
            pass
        except SlackApiError as error:
            why = code_of(error)
        except OutcomeUnknownError:
            why = "no answer"
        log.warning("group_not_read", group=group, error=why)
        return False

    async def _read(self, group: str) -> frozenset[str]:
        answer = await self._api.call("usergroups.users.list", patience=PATIENCE_SECONDS, usergroup=group)
        return frozenset(map(str, answer["users"]))
