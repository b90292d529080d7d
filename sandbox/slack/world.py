"""Who and what exists in the stand-in's workspace: team, people, channels, user groups and credentials."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

ChannelKind = Literal["public", "private", "im", "mpim"]

BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
APP_ID = "A0ACMEBOT"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Credentials:
    """The made-up secrets of the one app that can be installed here."""

    bot_token: str = "xoxb-sandbox-bot-token"
    app_token: str = "xapp-1-sandbox-app-token"
    signing_secret: str = "sandbox-signing-secret"
    verification_token: str = "sandbox-verification-token"


@dataclass(frozen=True)
class Team:
    """A workspace: ours, or the one a stranger belongs to."""

    id: str
    name: str
    domain: str
    enterprise: str = ""
    """The Enterprise Grid that it belongs to, if any."""


@dataclass(frozen=True)
class Human:
    """One person (or the bot user) as `users.info` describes them."""

    id: str
    name: str
    real_name: str
    team: str
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    """Removed from the workspace: still described, in no conversation."""
    crowd: bool = False
    """One of many who are only there; `state` doesn't name them."""
    locale: str = "en-GB"
    tz: str = "Europe/London"


@dataclass
class Channel:
    """A conversation and who is in it; `members` holds user ids."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    is_ext_shared: bool = False

    @property
    def channel_type(self) -> str:
        """The word that events use for this kind of conversation."""
        return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[self.kind]

    @property
    def scope_family(self) -> str:
        """The first half of the scopes that govern this kind: `channels:history`, `im:read`."""
        return {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}[self.kind]

    @property
    def partner(self) -> str:
        """The person of a direct message with the bot, or an empty string."""
        return (
            next((user for user in sorted(self.members) if user != BOT_USER), "") if self.kind == "im" else ""
        )


@dataclass(frozen=True)
class UserGroup:
    """A user group such as @support."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]
    is_off: bool = False
    """Switched off: shown to no one, with no one in it."""


@dataclass
class World:
    """The workspace's inhabitants, by id."""

    team: Team
    other_teams: dict[str, Team]
    people: dict[str, Human]
    channels: dict[str, Channel]
    usergroups: dict[str, UserGroup]
    bot: Human

    @property
    def crowd(self) -> set[str]:
        """The ids of those who are only there."""
        return {human.id for human in self.people.values() if human.crowd}

    def user(self, user_id: str) -> Human | None:
        """The person or bot with this id."""
        return self.bot if user_id == self.bot.id else self.people.get(user_id)

    def named(self, name: str) -> Human | None:
        """The person or bot with this id or handle (`mia`, `@mia`)."""
        handle = name.removeprefix("@").lower()
        everyone = [self.bot, *self.people.values()]
        return next((human for human in everyone if human.id == name or human.name == handle), None)

    def channel_named(self, name: str) -> Channel | None:
        """The conversation with this id or name (`support`, `#support`)."""
        bare = name.removeprefix("#").lower()
        return self.channels.get(name) or next(
            (channel for channel in self.channels.values() if channel.name and channel.name == bare), None
        )

    def direct(self, user_id: str) -> Channel | None:
        """The direct message between the bot and this person."""
        return next((channel for channel in self.channels.values() if channel.partner == user_id), None)

    def is_foreign(self, user_id: str) -> bool:
        """Whether this person belongs to another workspace (Slack Connect) and not to our organization."""
        human = self.user(user_id)
        if human is None or human.team == self.team.id:
            return False
        return not self.team.enterprise or self.enterprise_of(human) != self.team.enterprise

    def enterprise_of(self, human: Human) -> str:
        """The Enterprise Grid of a person's home workspace, or an empty string."""
        teams = {self.team.id: self.team, **self.other_teams}
        return teams[human.team].enterprise if human.team in teams else ""


def _channels(people: Iterable[Human], own_team: str) -> dict[str, Channel]:
    """The default conversations; the bot is in all but #random and #private-finance."""
    colleagues = {human.id for human in people if human.team == own_team}
    full_members = {human.id for human in people if human.team == own_team and not human.is_restricted}
    everyone = {human.id for human in people}
    made = [
        Channel("C0GENERAL", "general", "public", full_members | {BOT_USER}),
        Channel("C0SUPPORT", "support", "public", colleagues | {BOT_USER}),
        Channel("C0JOBS", "jobs", "public", full_members | {BOT_USER}),
        Channel("C0FINANCE", "private-finance", "private", {"U0ADA", "U0BEN"}),
        Channel("C0RANDOM", "random", "public", set(full_members)),
        Channel("C0PARTNERS", "partners", "public", full_members | {"U0EVE", BOT_USER}, is_ext_shared=True),
    ]
    made += [Channel(f"D0{user_id[2:]}", "", "im", {user_id, BOT_USER}) for user_id in sorted(everyone)]
    return {channel.id: channel for channel in made}


def default_world() -> World:
    """Acme Telecom: two members, an admin, a guest, and a stranger of another team."""
    team, partner = (
        Team("T0ACME", "Acme Telecom", "acme-telecom"),
        Team("T0OTHER", "Other Networks", "other-networks"),
    )
    people = [
        Human("U0MIA", "mia", "Mia Moreau", team.id),
        Human("U0BEN", "ben", "Ben Becker", team.id),
        Human("U0ADA", "ada", "Ada Admin", team.id, is_admin=True),
        Human("U0GUS", "gus", "Gus Guest", team.id, is_restricted=True),
        Human("U0EVE", "eve", "Eve Elsewhere", partner.id),
    ]
    groups = [UserGroup("S0SUPPORT", "support", "Support crew", ("U0BEN", "U0MIA"))]
    return World(
        team=team,
        other_teams={partner.id: partner},
        people={human.id: human for human in people},
        channels=_channels(people, team.id),
        usergroups={group.id: group for group in groups},
        bot=Human(BOT_USER, "bot", "Telnyx AI", team.id, is_bot=True),
    )
