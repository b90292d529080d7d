"""Who may see what, asked of the workspace and of the settings."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.services.access.audience import Audience
from bot.services.access.rules import audience
from bot.services.access.who import Asker, Person, Place, Readers
from config.access import AccessSettings


class AudienceOf(Protocol):
    """Says what may be seen, as ``Rights.of`` and ``Rights.asker`` do."""

    def __call__(self, place: Place, asker: Asker, /, *, private: bool) -> Awaitable[Audience]:
        """Return it."""


class Directory(Protocol):
    """Who is who in one workspace, and who reads what there."""

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """Return a person as the workspace describes them."""

    async def readers(self, channel: str, team: str) -> Readers:
        """Return who reads a channel."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may see what, asked of the workspace and of the settings.

    Args:
        directory: that of a team.
        access: the settings.
    """

    directory: Callable[[str], Directory]
    access: AccessSettings

    async def of(self, place: Place, asker: Asker, *, private: bool) -> Audience:
        """Return what every reader of a place may see; of a ``private`` answer that is the person alone.

        Raises:
            Exception: the workspace does not say who the person is.
        """
        readers = asyncio.ensure_future(self._readers(place, private=private))
        try:
            return self._audience(place, await self._person(place, asker), await readers, private=private)
        finally:
            readers.cancel()

    async def asker(self, place: Place, asker: Asker, *, private: bool) -> Audience:
        """Return what the person may see; a public answer also needs ``of``, which looks at its other readers."""
        return self._audience(place, await self._person(place, asker), Readers.MEMBERS, private=private)

    async def _person(self, place: Place, asker: Asker) -> Person:
        directory = self.directory(place.team)
        return await directory.person(asker.user, team=place.team, user_team=asker.user_team)

    async def _readers(self, place: Place, *, private: bool) -> Readers:
        """Return who reads a place beside the person."""
        if private or place.channel.startswith("D"):
            return Readers.MEMBERS
        return await self.directory(place.team).readers(place.channel, place.team)

    def _audience(self, place: Place, person: Person, readers: Readers, *, private: bool) -> Audience:
        documents, calls = self.access.default, self.access.calls
        return audience(place, person, private=private, documents=documents, calls=calls, readers=readers)
