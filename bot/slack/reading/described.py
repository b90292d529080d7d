"""A person as Slack describes them, as far as rights and names need it: a workspace of twenty thousand is kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any, Self

from bot.services.access import Person


@dataclass(frozen=True, slots=True)
class Described:
    """One person of ``users.list``, ``users.info``, or an event."""

    id: str
    name: str
    """What people call them."""
    real_name: str
    """How they are called in full; may be empty."""
    team: str
    """The workspace that is their home."""
    guest: bool
    admin: bool
    stranger: bool
    """Slack says so of people of other organizations."""
    removed: bool
    organization: str
    """The Enterprise Grid that they belong to, or an empty string."""
    teams: tuple[str, ...]
    """The workspaces of it that they are in."""

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Self:
        """Read Slack's user object. What it does not say is not so.

        Raises:
            KeyError, TypeError, AttributeError: it is none.
        """
        profile = about.get("profile") or {}
        enterprise = about.get("enterprise_user") or {}
        return cls(
            id=str(about["id"]),
            name=str(
                profile.get("display_name") or profile.get("real_name") or about.get("name") or "someone"
            ),
            real_name=str(profile.get("real_name") or about.get("real_name") or ""),
            team=intern(str(about.get("team_id") or "")),
            guest=bool(about.get("is_restricted") or about.get("is_ultra_restricted")),
            admin=bool(about.get("is_admin") or about.get("is_owner")),
            stranger=bool(about.get("is_stranger")),
            removed=bool(about.get("deleted")),
            organization=intern(str(enterprise.get("enterprise_id") or "")),
            teams=tuple(intern(str(team)) for team in enterprise.get("teams") or ()),
        )

    def is_of(self, team: str, user_team: str = "", organization: str = "") -> bool:
        """Return whether ``team`` is theirs, or one of the same organization.

        In an Enterprise Grid the home workspace of a colleague is often not the one that the bot is installed in.
        """
        if self.stranger:
            return False
        home = self.team or user_team or team
        if {home, user_team or home} <= {team, ""} or team in self.teams:
            return True
        return bool(organization) and self.organization == organization

    def person(self, team: str, user_team: str = "", organization: str = "") -> Person:
        """Return what rights know of them in ``team``, which belongs to ``organization``."""
        external = not self.is_of(team, user_team, organization)
        return Person(
            id=self.id,
            guest=self.guest,
            external=external,
            admin=not external and not self.removed and self.admin,
            removed=self.removed,
        )

    def is_outsider(self, team: str, organization: str = "") -> bool:
        """Return whether they are a guest, or of another organization. Who is removed reads nothing."""
        return not self.removed and (self.guest or not self.is_of(team, organization=organization))
