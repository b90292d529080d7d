"""Who somebody is: guest, admin, of another organisation. Remembered for five minutes."""

import asyncio
import time
from collections.abc import Callable

from bot.services.access import Person
from bot.slack.api import SlackApi

FRESH_SECONDS = 300.0
PATIENCE_SECONDS = 20.0
KEPT = 10_000
"""More people than this at a time are not remembered."""


class People:
    """Look-ups of people, one at a time for each."""

    def __init__(self, api: SlackApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[str, tuple[float, Person]] = {}
        self._asking: dict[str, asyncio.Task[Person]] = {}

    async def person(self, user: str, *, team: str, user_team: str) -> Person:
        """The person as Slack describes them.

        Args:
            user: the id.
            team: the workspace this bot is installed in.
            user_team: the workspace the event says the person is of; another one makes them external without a look-up.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say, so nobody may assume.
        """
        if user_team and user_team != team:
            return Person(user, guest=False, external=True, admin=False)
        known = self._known.get(user)
        if known is not None and self._clock() - known[0] < FRESH_SECONDS:
            return known[1]
        task = self._asking.get(user)
        if task is None:
            task = self._asking[user] = asyncio.create_task(self._ask(user, team))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        return await asyncio.shield(task)

    async def _ask(self, user: str, team: str) -> Person:
        answer = await self._api.call("users.info", patience=PATIENCE_SECONDS, user=user)
        about = answer["user"]
        person = Person(
            id=user,
            guest=bool(about.get("is_restricted") or about.get("is_ultra_restricted")),
            external=bool(about.get("is_stranger")) or about.get("team_id", team) not in (team, ""),
            admin=bool(about.get("is_admin") or about.get("is_owner")),
        )
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[user] = (self._clock(), person)
        return person
