"""Who people are: their names, guests, admins, colleagues in the same organization, people from elsewhere. Remembered for a while."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.services.access import APP, Person
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.markup import NAMELESS
from bot.slack.reading.described import Described
from bot.slack.reading.roster import Roster

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
USABLE_SECONDS = 3600.0
"""An older answer is used all the same, and asked for anew beside: what changes, events say at once."""
KEPT = 25_000
PATIENCE_SECONDS = 20.0
NAMES_SECONDS = 3.0
"""A question waits no longer for the names in it."""
NAMES = 50
"""More than so many people of one text keep their ids."""


class People:
    """Look-ups of people, one at a time for each."""

    def __init__(self, api: SlackApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._known: Fresh[str, Described] = Fresh(
            self._ask, FRESH_SECONDS, usable=self._usable, kept=KEPT, clock=clock
        )
        self._groups: Fresh[str, Mapping[str, str]] = Fresh(self._list_groups, FRESH_SECONDS, clock=clock)
        self._places: Fresh[str, str] = Fresh(self._ask_place, FRESH_SECONDS, clock=clock)
        self._organization: Fresh[str, str] = Fresh(
            self._ask_organization, FRESH_SECONDS, usable=lambda: USABLE_SECONDS, clock=clock
        )
        self.roster = Roster(api, self._listed, self._organization.get, clock)

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """Return the person as Slack describes them.

        Args:
            user: the id.
            team: the workspace this bot is installed in.
            user_team: the workspace the event says the person is of, if it does.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say, so it may not be assumed.
        """
        if user.startswith(APP):
            return Person(user, guest=False, external=False, admin=False)
        about = await self._known.get(user)
        organization = ""
        if about.organization and not about.stranger and not about.is_of(team, user_team):
            organization = await self._organization.get(team)
        return about.person(team, user_team, organization)

    async def name(self, user: str) -> str:
        """Return what people call them.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        return (await self._known.get(user)).name

    async def names(self, user: str) -> tuple[str, ...]:
        """Return what they are called, by others and in full.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        one = await self._known.get(user)
        return tuple(dict.fromkeys(name for name in (one.name, one.real_name) if name))

    async def named(self, text: str) -> str:
        """Return ``text`` (see ``as_written``) with the names of the people, channels and groups of which it holds the ids."""
        found = list(dict.fromkeys(NAMELESS.findall(text)))[:NAMES]
        if not found:
            return text
        names = dict(zip(found, await asyncio.gather(*map(self._named, found)), strict=True))

        def name(match: re.Match[str]) -> str:
            known = names.get(match[1])
            return f"{match[0][0]}{known}" if known else match[0]

        return NAMELESS.sub(name, text)

    async def meet(self, user: str) -> None:
        """Have someone in the roster who stands in no list.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say who that is.
        """
        one = await self._known.get(user)
        if self.roster.unknown((user,)):
            self.roster.learn(one)

    def learn(self, about: Mapping[str, Any]) -> None:
        """Take how Slack describes a person in an event: it holds at once.

        Raises:
            KeyError, TypeError, AttributeError: that is no person.
        """
        one = Described.of(about)
        self._known.put(one.id, one)
        self.roster.learn(one)

    def forget(self, user: str) -> None:
        """Ask for someone again: something about them has changed."""
        self._known.forget(user)

    def doubt(self) -> None:
        """Events may have been lost: ask for everyone again."""
        self._known.clear()
        self.roster.doubt()

    def _listed(self, one: Described) -> None:
        if not one.removed:
            self._known.put(one.id, one)

    def _usable(self) -> float:
        return USABLE_SECONDS if self._api.limits.alone else 0.0

    async def _ask(self, user: str) -> Described:
        before = self._known.last(user)
        answer = await self._api.call("users.info", patience=PATIENCE_SECONDS, user=user)
        one = Described.of(answer["user"])
        if self._known.last(user) is before:  # no event has said anything newer
            self.roster.learn(one)
        return one

    async def _named(self, some: str) -> str:
        """Return what people call this person, channel or group; a word for it where Slack does not say."""
        look = {"U": self.name, "W": self.name, "S": self._group}.get(some[0], self._places.get)
        try:
            async with asyncio.timeout(NAMES_SECONDS):
                return await look(some)
        except (SlackApiError, OutcomeUnknownError, TimeoutError) as error:
            why = code_of(error) if isinstance(error, SlackApiError) else "no answer"
            log.info("not_named", error=why)
            return {"U": "someone", "W": "someone", "S": "a-group"}.get(some[0], "a-channel")

    async def _group(self, group: str) -> str:
        return (await self._groups.get("")).get(group, "a-group")

    async def _ask_place(self, channel: str) -> str:
        answer = await self._api.call("conversations.info", patience=PATIENCE_SECONDS, channel=channel)
        place = answer["channel"]
        if place.get("is_private") or place.get("is_group") or place.get("is_mpim"):
            return "a-channel"  # what a private one is called only those in it may know, and an id can be typed by anyone
        return str(place.get("name") or "a-channel")

    async def _list_groups(self, _: str) -> Mapping[str, str]:
        answer = await self._api.call("usergroups.list", patience=PATIENCE_SECONDS)
        return {str(group["id"]): str(group["handle"]) for group in answer["usergroups"]}

    async def _ask_organization(self, _: str) -> str:
        return str((await self._api.call("auth.test", patience=PATIENCE_SECONDS)).get("enterprise_id") or "")
