"""A bucket takes what was said in a conversation only where everyone who may see it can read that conversation."""

from dataclasses import dataclass, field

import pytest

from bot.services.access import About, Person, Place, Readers
from bot.services.access.wider import EVERYONE, OTHERS, UNKNOWN, Wider
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings

TEAM, SUPPORT, SALES = "T0ACME", "C0SUPPORT", "C0SALES"
NOW = 1_790_000_000.0


@dataclass
class Workspace:
    """Who is where, as a test says it."""

    kind: str = "private"
    members_: frozenset[str] = frozenset({"U0MIA", "U0ADA"})
    guests: frozenset[str] = frozenset({"U0GUEST"})
    groups_: dict[str, frozenset[str]] = field(default_factory=dict)
    others: Readers = Readers.MEMBERS
    silent: frozenset[str] = frozenset()
    """What Slack doesn't say."""

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:  # noqa: ARG002 - as the directory
        self._speaks("person")
        return Person(user, guest=user in self.guests, external=False, admin=False)

    async def place(self, channel: str) -> About:
        self._speaks("place")
        return About(self.kind if channel == SUPPORT else "public", shared=False, archived=False)

    async def readers(self, channel: str, team: str) -> Readers:  # noqa: ARG002 - as the directory
        return self.others

    async def members(self, channel: str) -> frozenset[str]:  # noqa: ARG002 - as the directory
        self._speaks("members")
        return self.members_

    async def group(self, group: str) -> frozenset[str]:
        self._speaks("group")
        return self.groups_[group]

    def _speaks(self, what: str) -> None:
        if what in self.silent:
            raise TimeoutError


def grant(
    kind: Grantee,
    grantee: str,
    name: str = "handbook",
    thing: Thing = Thing.BUCKET,
    until: float | None = None,
) -> Grant:
    return Grant(TEAM, kind, grantee, thing, name, "U0ADA", NOW - 60, until)


async def why(database: Database, workspace: Workspace, *given: Grant, default: str = "none") -> str:
    grants = Grants(database)
    for one in given:
        await grants.give(one)
    access = AccessSettings.model_validate({"default": default})
    wider = Wider(grants, access, lambda _: workspace, clock=lambda: NOW)
    return (await wider.why(("handbook",), Place(TEAM, SUPPORT, "")))["handbook"]


HERE, ELSEWHERE = grant(Grantee.CHANNEL, SUPPORT), grant(Grantee.CHANNEL, SALES)
MIA, BEN, GUEST = (grant(Grantee.PERSON, user) for user in ("U0MIA", "U0BEN", "U0GUEST"))
GROUP = grant(Grantee.GROUP, "S0TEAM")
INSIDE, OUTSIDE = {"S0TEAM": frozenset({"U0MIA"})}, {"S0TEAM": frozenset({"U0MIA", "U0BEN"})}
WITH_GUEST = {"S0TEAM": frozenset({"U0MIA", "U0GUEST"})}


@pytest.mark.parametrize(
    ("workspace", "given", "expected"),
    [
        (Workspace(), [], ""),
        (Workspace(), [HERE], ""),
        (Workspace(), [HERE, MIA], ""),
        (Workspace(), [BEN], OTHERS),
        (Workspace(), [grant(Grantee.PERSON, "U0BEN", ALL)], OTHERS),
        (Workspace(), [grant(Grantee.PERSON, "U0BEN", until=NOW - 1)], ""),
        (Workspace(), [grant(Grantee.PERSON, "U0BEN", "manual")], ""),
        (Workspace(), [grant(Grantee.PERSON, "U0BEN", thing=Thing.CALLS)], ""),
        (Workspace(), [ELSEWHERE], OTHERS),
        (Workspace(groups_=INSIDE), [GROUP], ""),
        (Workspace(groups_=OUTSIDE), [GROUP], OTHERS),
        (Workspace(groups_=INSIDE, silent=frozenset({"group"})), [GROUP], OTHERS),
        (Workspace("im", frozenset({"U0MIA"})), [MIA], ""),
        (Workspace("mpim"), [HERE, BEN], OTHERS),
        (Workspace("public"), [BEN, MIA, HERE], ""),
        (Workspace("public"), [GUEST], OTHERS),
        (Workspace("public", members_=frozenset({"U0GUEST"})), [GUEST], ""),
        (Workspace("public", silent=frozenset({"person"})), [BEN], OTHERS),
        (Workspace("public", groups_=OUTSIDE), [GROUP], ""),
        (Workspace("public", groups_=WITH_GUEST), [GROUP], OTHERS),
        (Workspace("public"), [ELSEWHERE], ""),
        (Workspace("public", others=Readers.OUTSIDERS), [ELSEWHERE], OTHERS),
        (Workspace("public", others=Readers.UNKNOWN), [ELSEWHERE], OTHERS),
        (Workspace(silent=frozenset({"place"})), [], UNKNOWN),
        (Workspace(silent=frozenset({"members"})), [], UNKNOWN),
    ],
)
async def test_what_was_granted(
    database: Database, workspace: Workspace, given: list[Grant], expected: str
) -> None:
    assert await why(database, workspace, *given) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("public", ""), ("private", EVERYONE), ("mpim", EVERYONE), ("im", EVERYONE)]
)
async def test_where_every_member_may_see_all_only_a_public_channel_is_as_wide(
    database: Database, kind: str, expected: str
) -> None:
    assert await why(database, Workspace(kind), default="all") == expected


async def test_a_group_of_more_people_than_are_looked_up_is_not_known_to_be_within(
    database: Database,
) -> None:
    many = {"S0TEAM": frozenset(f"U{number:04}" for number in range(101))}

    assert await why(database, Workspace("public", groups_=many), GROUP) == OTHERS
