"""The rules: what an audience may see and do, from who is among it and what was granted. Pure; docs/access.md is made from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.services.access.audience import ALL, NONE, Audience, Public, Right, Role, Some
from bot.services.access.who import Person, Readers
from bot.store.grants import Grant, Thing
from config.access import AccessSettings

EXTERNAL = "I can only answer people from this workspace."
GUEST = "This isn't open to guests. Ask a workspace admin for access."
NO_DOCUMENTS = "You don't have access to any documents yet. Ask a workspace admin for access."
NO_CALLS = (
    "Calls contain customer conversations, so only workspace admins can see them. Ask an admin for access."
)
NO_CALLS_GIVEN = "You don't have access to calls. Ask a workspace admin for access."
NOT_OPERATOR = "Only operators and workspace admins can do this. Ask one of them."
NOT_ADMIN = "Only workspace admins can do this. Ask one of them."
SHARED = "That channel is shared with another organization"
WHY = {
    Readers.OUTSIDERS: "A guest can read that channel",
    Readers.MANY: "More people can read that channel than I can check",
    Readers.UNKNOWN: "I couldn't check who can read that channel",
    Readers.MEMBERS: "Not everyone in that channel has access to these documents",
}
"""Why an answer goes to the asker alone."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What was granted, all together."""

    buckets: Some = NONE
    calls: Some = NONE

    @classmethod
    def by(cls, grants: Iterable[Grant]) -> "Granted":
        """Return what these grants give."""
        found = list(grants)
        buckets = Some.of(grant.name for grant in found if grant.thing is Thing.BUCKET)
        return cls(buckets, Some.of(grant.name for grant in found if grant.thing is Thing.CALLS))

    def __bool__(self) -> bool:
        return bool(self.buckets or self.calls)


def alone(
    person: Person, roles: frozenset[Role], own: Granted, here: Granted, access: AccessSettings
) -> Audience:
    """Return what one person may see and do, where no one else reads along.

    Args:
        person: who asks.
        roles: what Slack, the settings, and user groups make them.
        own: what was granted to them, or to a user group they are in.
        here: what was granted to the channel they ask in, if they are in it.
        access: the settings.
    """
    if person.removed:
        return Audience(reasons=dict.fromkeys(Right, EXTERNAL))
    member = not (person.guest or person.external)
    roles = roles if member else frozenset()
    admin = Role.ADMIN in roles
    buckets = own.buckets | here.buckets | (ALL if member and access.default == "all" else NONE)
    calls = own.calls | here.calls | (ALL if admin or (member and access.calls == "all") else NONE)
    return Audience(
        buckets=buckets,
        named=buckets | (ALL if admin else NONE),
        calls=calls,
        numbers=here.calls,
        roles=roles,
        member=member,
        reasons=_reasons(person, access),
    )


def together(
    asker: Audience, readers: Readers, here: Granted, access: AccessSettings, *, shared: bool
) -> Audience:
    """Return what everyone who reads a place may see: never more because of who asks.

    Args:
        asker: what the one who asks may see alone.
        readers: who reads the place, as far as that is known.
        here: what was granted to the place.
        access: the settings.
        shared: another organization reads along, or may.
    """
    members = readers is Readers.MEMBERS and not shared
    buckets = here.buckets | (ALL if members and access.default == "all" else NONE)
    return Public(
        buckets=buckets,
        named=buckets,
        calls=here.calls | (ALL if members and access.calls == "all" else NONE),
        numbers=here.calls,
        member=members,
        asker=asker,
        why=SHARED if shared else WHY[readers],
        silent=shared and not here,
    )


def _reasons(person: Person, access: AccessSettings) -> Mapping[Right, str]:
    if person.external or person.guest:
        return dict.fromkeys(Right, EXTERNAL if person.external else GUEST)
    return {
        Right.DOCUMENTS: NO_DOCUMENTS,
        Right.BUCKETS: NO_DOCUMENTS,
        Right.JOBS: NO_DOCUMENTS,
        Right.ANSWERS: NO_DOCUMENTS,
        Right.CALLS: NO_CALLS if access.calls == "admins" else NO_CALLS_GIVEN,
        Right.OPERATOR: NOT_OPERATOR,
        Right.ADMIN: NOT_ADMIN,
    }
