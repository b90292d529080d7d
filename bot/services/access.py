"""Who may see what. One type for it, computed where something is read or shown, never stored."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol, Self

from bot.errors import NotHereError, RefusedError
from config.settings import AccessSettings

APP = "B"
"""Begins the ids of apps that have no user: someone of this workspace has installed them, so they ask as a member would."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an answer will stand; all that durable work carries about places and people."""

    team: str
    channel: str
    thread: str
    """The first message of the thread; empty for a private answer."""
    user: str
    user_team: str
    private: bool
    """Only the asker will see it."""
    shared: bool
    """The channel is shared with another organization."""

    def __post_init__(self) -> None:
        ids = (self.team, self.channel, self.thread, self.user, self.user_team)
        if not all(isinstance(one, str) for one in ids):
            raise TypeError("ids are text")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a workflow's input."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of ``to_json``."""
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in Slack, as far as rights need to know."""

    id: str
    guest: bool
    external: bool
    admin: bool
    removed: bool = False
    """Has no account here any longer."""


class Readers(StrEnum):
    """Who reads a place."""

    MEMBERS = "members"
    OUTSIDERS = "outsiders"
    """A guest or someone of another organization is among them."""
    MANY = "many"
    """More people than are looked through: a guest may be among them."""
    UNKNOWN = "unknown"


class Right(StrEnum):
    """What a verb asks of the person; the words stand in docs/access.md."""

    EVERYONE = "everyone"
    DOCUMENTS = "members"
    CALLS = "who is granted calls"
    ADMIN = "admins"


@dataclass(frozen=True, slots=True)
class Audience:
    """What may be read and done for a destination. A ``why_not`` is the sentence for the person."""

    why_not_documents: str | None
    why_not_calls: str | None
    why_not_admin: str | None = None

    def require(self, right: Right) -> None:
        """Raise ``RefusedError`` unless the person has the right."""
        reasons = {
            Right.DOCUMENTS: self.why_not_documents,
            Right.CALLS: self.why_not_calls,
            Right.ADMIN: self.why_not_admin,
        }
        if why_not := reasons.get(right):
            raise self._refused(why_not)

    def require_bucket(self, bucket: str) -> None:
        """Raise ``RefusedError`` unless this bucket may be read."""
        del bucket  # one grant holds for all of them
        self.require_documents()

    def readable(self, buckets: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``buckets`` that may be read."""
        return () if self.why_not_documents else tuple(buckets)

    def require_documents(self) -> None:
        """Raise ``RefusedError`` unless documents may be read."""
        if self.why_not_documents:
            raise self._refused(self.why_not_documents)

    def require_calls(self) -> None:
        """Raise ``RefusedError`` unless calls may be read."""
        if self.why_not_calls:
            raise self._refused(self.why_not_calls)

    def _refused(self, why_not: str) -> RefusedError:
        return RefusedError(why_not)


class ReadAlong(Audience):
    """What may be done where others read along: nothing, but the person alone may ask."""

    __slots__ = ()

    def _refused(self, why_not: str) -> RefusedError:
        return NotHereError(why_not)


def audience(
    destination: Destination,
    person: Person,
    *,
    documents: Literal["all", "none"],
    calls: Literal["admins", "all"],
    readers: Readers = Readers.MEMBERS,
) -> Audience:
    """Return what every reader of ``destination`` may see, as far as this workspace's settings say.

    Args:
        destination: where the result will be shown.
        person: who asks.
        documents: ``ACCESS_DEFAULT``.
        calls: ``ACCESS_CALLS``.
        readers: who reads the destination, unless it is private.
    """
    outside = _outside(person)
    if outside is None and not destination.private and (others := _others(destination, readers)):
        return ReadAlong(others, others, others)
    no_documents = outside
    if no_documents is None and documents == "none":
        no_documents = (
            "No one has access to the documents yet. Ask the person who runs the bot to change that."
        )
    no_calls = outside
    if no_calls is None and calls == "admins" and not person.admin:
        no_calls = "Calls contain customer conversations, so only workspace admins can see them. Ask an admin for access."
    no_admin = outside
    if no_admin is None and not person.admin:
        no_admin = "Only workspace admins can do this. Ask one of them."
    return Audience(no_documents, no_calls, no_admin)


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

    async def of(self, to: Destination) -> Audience:
        """Return what every reader of a destination may see.

        Raises:
            Exception: the workspace does not say who the person is.
        """
        readers = asyncio.ensure_future(self._readers(to))
        try:
            return self._audience(to, await self._asker(to), await readers)
        finally:
            readers.cancel()

    async def asker(self, to: Destination) -> Audience:
        """Return what the person may see; a public answer also needs ``of``, which looks at its other readers."""
        return self._audience(to, await self._asker(to), Readers.MEMBERS)

    async def _asker(self, to: Destination) -> Person:
        return await self.directory(to.team).person(to.user, team=to.team, user_team=to.user_team)

    async def _readers(self, to: Destination) -> Readers:
        """Return who reads a destination beside the person."""
        alone = to.private or to.channel.startswith("D")
        return Readers.MEMBERS if alone else await self.directory(to.team).readers(to.channel, to.team)

    def _audience(self, to: Destination, person: Person, readers: Readers) -> Audience:
        return audience(to, person, documents=self.access.default, calls=self.access.calls, readers=readers)


EVERYTHING = Audience(None, None, None)
"""The one who can read the bot's settings: the command line."""
NOTHING = Audience(*["I don't know yet what you may see. Try again in a moment."] * 3)
"""What is allowed before anyone looked: nothing, which makes a verb that runs too early fail closed."""


def _outside(person: Person) -> str | None:
    if person.external:
        return "I can only answer people from this workspace."
    if person.guest:
        return (
            "I can only answer full members of this workspace, not guests. Ask a workspace admin for access."
        )
    return None


def _others(destination: Destination, readers: Readers) -> str | None:
    if destination.shared:
        return (
            "This channel is shared with another organization, so I don't answer from internal documents here. "
            "Ask me privately instead."
        )
    if readers is Readers.OUTSIDERS:
        return "A guest can read this channel, so I don't answer from internal documents here. Ask me privately instead."
    if readers is Readers.UNKNOWN:
        return "I couldn't check who can read this channel, so I don't answer from internal documents here. Ask me privately instead."
    return None
