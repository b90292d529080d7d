"""Who asks, where, and who reads what stands there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

APP = "B"
"""Begins the ids of apps that have no user: someone of this workspace has installed them, so they ask as a member would."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer will stand."""

    team: str
    channel: str
    thread: str
    """The first message of the thread; empty for a private answer."""

    def __post_init__(self) -> None:
        _check(self.team, self.channel, self.thread)

    @property
    def direct(self) -> bool:
        """Return whether it is no place of several people: a direct message, a window, the Home tab."""
        return not self.channel or self.channel.startswith("D")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a workflow's input."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of ``to_json``; what else is in ``data`` is left alone."""
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and the workspace they are of, which may be another than the bot's."""

    user: str
    user_team: str

    def __post_init__(self) -> None:
        _check(self.user, self.user_team)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a workflow's input."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of ``to_json``; what else is in ``data`` is left alone."""
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


def place_and_asker(data: Mapping[str, Any], *, once: str) -> tuple[Place, Asker]:
    """Return the place and the asker of durable work. Releases up to revision 0005 wrote both in one object, under ``once``."""
    both = data.get(once)
    return Place.from_json(both or data["place"]), Asker.from_json(both or data["asker"])


def _check(*ids: object) -> None:
    if not all(isinstance(one, str) for one in ids):
        raise TypeError("ids are text")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in Slack, as far as rights need to know."""

    id: str
    guest: bool
    external: bool
    admin: bool
    removed: bool = False
    """Their account is deactivated."""


class Readers(StrEnum):
    """Who reads a place."""

    MEMBERS = "members"
    OUTSIDERS = "outsiders"
    """A guest or someone of another organization is among them."""
    MANY = "many"
    """They are more than are looked through."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class About:
    """What a workspace says of a conversation."""

    kind: str
    """public | private | mpim | im"""
    shared: bool
    """Another organization reads along, or is invited to."""
    archived: bool
