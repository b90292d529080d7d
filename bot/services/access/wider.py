"""Whether more people may see a bucket than can read a conversation. What is said there may be kept in a bucket only if not.

The rule: everyone who may see the bucket (by ``ACCESS_DEFAULT``, and by every grant of it that holds) can read the conversation. A public
channel can be read by every full member and by those in it, any other conversation by those in it alone. What Slack doesn't say counts as
wider. Admins, who could let themselves see any bucket, don't count.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from bot.services.access.who import About, Person, Place, Readers
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings

PUBLIC = "public"
MOST = 100
"""People of one user group that are looked up."""
UNKNOWN = "I couldn't check who can read that conversation"
EVERYONE = "Everyone in this workspace may see that bucket, and not everyone can read that conversation"
OTHERS = "That bucket was also granted to people who may not read that conversation"


class Roll(Protocol):
    """Who is where in one workspace. What it raises means that it isn't known."""

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """Return a person."""

    async def place(self, channel: str) -> About:
        """Return what a conversation is."""

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel."""

    async def members(self, channel: str) -> frozenset[str]:
        """Return who is in a conversation."""

    async def group(self, group: str) -> frozenset[str]:
        """Return who is in a user group."""


class Wider:
    """Compares who may see buckets with who can read a conversation.

    Args:
        grants: what was granted.
        access: what holds without a grant.
        directory: who is who in the workspace of a team.
        clock: the time of day.
    """

    def __init__(
        self,
        grants: Grants,
        access: AccessSettings,
        directory: Callable[[str], Roll],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._grants = grants
        self._access = access
        self._directory = directory
        self._clock = clock

    async def why(self, buckets: Collection[str], place: Place) -> Mapping[str, str]:
        """Return for each bucket why it's wider than a conversation, as a clause that names no one; "" where it isn't."""
        try:
            about = await self._directory(place.team).place(place.channel)
            members = await self._directory(place.team).members(place.channel)
        except Exception:  # noqa: BLE001 - whatever keeps Slack from saying so, unsure means closed
            return dict.fromkeys(buckets, UNKNOWN)
        if self._access.default == "all" and about.kind != PUBLIC:
            return dict.fromkeys(buckets, EVERYONE)
        given = [one for one in await self._grants.all(place.team) if self._counts(one)]
        within = {one.id: await self._within(one, place, about, members) for one in given}
        return {
            bucket: "" if all(within[one.id] for one in given if one.name in (bucket, ALL)) else OTHERS
            for bucket in buckets
        }

    def _counts(self, grant: Grant) -> bool:
        return grant.thing is Thing.BUCKET and grant.holds(self._clock())

    async def _within(self, grant: Grant, place: Place, about: About, members: frozenset[str]) -> bool:
        """Return whether all to whom it was granted can read the conversation."""
        roll = self._directory(place.team)
        try:
            if grant.kind is Grantee.CHANNEL:
                return grant.grantee == place.channel or (
                    about.kind == PUBLIC and await _members_alone(roll, grant.grantee, place.team)
                )
            people = (
                frozenset({grant.grantee})
                if grant.kind is Grantee.PERSON
                else await roll.group(grant.grantee)
            )
            others = people - members
            if not others or about.kind != PUBLIC or len(others) > MOST:
                return not others
            found = [await roll.person(user, team=place.team) for user in others]
        except Exception:  # noqa: BLE001 - as above
            return False
        return all(one.removed or not (one.guest or one.external) for one in found)


async def _members_alone(roll: Roll, channel: str, team: str) -> bool:
    """Return whether only full members read a channel."""
    return not (await roll.place(channel)).shared and await roll.readers(channel, team) is Readers.MEMBERS
