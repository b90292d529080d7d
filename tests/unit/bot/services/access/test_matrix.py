"""Every cell of who may see what, where: what is said here in words of its own is compared with what the rules say.

Six kinds of person, seven kinds of place, four kinds of bucket, three kinds of grants of calls, and every right of a verb.
"""

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import pytest

from bot.errors import NotHereError, RefusedError
from bot.services.access import About, Asker, Audience, Person, Place, Public, Readers, Right, Rights
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings

TEAM, CHANNEL, GROUP, USER = "T", "C1", "S0EXPERTS", "U0ONE"
BUCKET, OTHER = "handbook", "salaries"
SUPPORT, SALES = "assistant-support", "assistant-sales"

MEMBER = Person(USER, guest=False, external=False, admin=False)
PEOPLE = {
    "admin": replace(MEMBER, admin=True),
    "operator": MEMBER,
    "member": MEMBER,
    "guest": replace(MEMBER, guest=True),
    "stranger": replace(MEMBER, external=True),
    "removed": replace(MEMBER, removed=True),
}
PLACES = {
    "direct message": (Readers.MEMBERS, About("im", shared=False, archived=False)),
    "group message": (Readers.MEMBERS, About("mpim", shared=False, archived=False)),
    "public channel": (Readers.MEMBERS, About("public", shared=False, archived=False)),
    "private channel": (Readers.MEMBERS, About("private", shared=False, archived=False)),
    "with a guest": (Readers.OUTSIDERS, About("public", shared=False, archived=False)),
    "shared": (Readers.MEMBERS, About("public", shared=True, archived=False)),
    "not known": (Readers.UNKNOWN, About("public", shared=False, archived=False)),
}
BUCKETS = ("granted to no one", "to the channel", "to the person", "to their group")
CALLS = ("granted to no one", "all, to the channel", "of one assistant, to the person")
DEFAULTS: tuple[Literal["all", "none"], ...] = ("all", "none")


@dataclass(frozen=True)
class Cell:
    """One kind of person, in one kind of place, with one kind of grants."""

    person: str
    place: str
    bucket: str
    calls: str
    default: Literal["all", "none"]

    @property
    def member(self) -> bool:
        return self.person in ("admin", "operator", "member")

    @property
    def direct(self) -> bool:
        return self.place == "direct message"

    @property
    def open(self) -> bool:
        """Only members read it."""
        return self.place in ("group message", "public channel", "private channel")

    # --------------------------------------------------- what the one who asks sees alone, in words of its own
    def reads(self, bucket: str) -> bool:
        """Do they read this bucket's passages by themselves?"""
        if self.person == "removed":
            return False
        if self.member and self.default == "all":
            return True
        if bucket != BUCKET:
            return False
        channel = self.bucket == "to the channel" and not self.direct
        return channel or self.bucket in ("to the person", "to their group")

    def hears(self, assistant: str) -> bool:
        """Do they see this assistant's calls by themselves?"""
        if self.person == "removed":
            return False
        if self.person == "admin":
            return True
        if self.calls == "all, to the channel":
            return not self.direct
        return self.calls == "of one assistant, to the person" and assistant == SUPPORT

    def sees_numbers(self) -> bool:
        return self.person != "removed" and self.calls == "all, to the channel" and not self.direct

    def may(self, right: Right) -> bool:
        if self.person == "removed":
            return right is Right.EVERYONE
        return {
            Right.EVERYONE: True,
            Right.MEMBERS: self.member,
            Right.DOCUMENTS: self.reads(BUCKET),
            Right.BUCKETS: self.reads(BUCKET) or self.person == "admin",
            Right.CALLS: self.hears(SUPPORT),
            Right.ANSWERS: self.reads(BUCKET) or self.hears(SUPPORT),
            Right.JOBS: self.reads(BUCKET) or self.hears(SUPPORT) or self.person == "admin",
            Right.OPERATOR: self.person in ("admin", "operator"),
            Right.ADMIN: self.person == "admin",
        }[right]

    # --------------------------------------------------------------- what everyone there may see together
    def said_to_all(self, bucket: str) -> bool:
        """May this bucket's passages be shown to everyone who reads the place?"""
        granted = bucket == BUCKET and self.bucket == "to the channel"
        return granted or (self.open and self.default == "all")

    def silent(self) -> bool:
        granted = self.bucket == "to the channel" or self.calls == "all, to the channel"
        return self.place == "shared" and not granted


def cells() -> Iterator[Cell]:
    for bucket, calls in itertools.product(BUCKETS, CALLS):  # what is written down changes least often
        for person, place, default in itertools.product(PEOPLE, PLACES, DEFAULTS):
            yield Cell(person, place, bucket, calls, default)


class Town:
    """Who is who, as a test wants it: a workspace that says so of one person and one channel."""

    def __init__(self) -> None:
        self.who = MEMBER
        self.readers_ = Readers.MEMBERS
        self.about = About("public", shared=False, archived=False)
        self.members = {USER}
        self.groups_ = {GROUP}
        self.looked = 0

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        assert (team, user_team) == (TEAM, TEAM)
        return replace(self.who, id=user)

    async def groups(self, user: str, among: Collection[str]) -> frozenset[str]:
        assert user == USER
        return frozenset(among) & self.groups_

    async def place(self, channel: str) -> About:
        assert channel == CHANNEL
        self.looked += 1
        return self.about

    async def readers(self, channel: str, team: str) -> Readers:
        assert (channel, team) == (CHANNEL, TEAM)
        return self.readers_

    async def holds(self, channel: str, user: str) -> bool:
        assert channel == CHANNEL
        return user in self.members


def grants_of(cell: Cell) -> Iterator[Grant]:
    given = {
        "to the channel": (Grantee.CHANNEL, CHANNEL),
        "to the person": (Grantee.PERSON, USER),
        "to their group": (Grantee.GROUP, GROUP),
    }
    if cell.bucket in given:
        yield Grant(TEAM, *given[cell.bucket], Thing.BUCKET, BUCKET, "U0ADA", 1.0)
    if cell.calls == CALLS[1]:
        yield Grant(TEAM, Grantee.CHANNEL, CHANNEL, Thing.CALLS, ALL, "U0ADA", 1.0)
    elif cell.calls == CALLS[2]:
        yield Grant(TEAM, Grantee.PERSON, USER, Thing.CALLS, SUPPORT, "U0ADA", 1.0)


class World:
    """The rights of one cell after the other, computed from rows of a real database."""

    def __init__(self, database: Database) -> None:
        self.town = Town()
        self.channels, self.grants = Channels(database), Grants(database)
        self.given: tuple[Grant, ...] = ()

    async def put(self, cell: Cell) -> tuple[Rights, Place]:
        town = self.town
        town.who = PEOPLE[cell.person]
        town.readers_, town.about = PLACES[cell.place]
        if (wanted := tuple(grants_of(cell))) != self.given:
            for grant in self.given:
                await self.grants.withdraw(grant.id, TEAM)
            for grant in wanted:
                await self.grants.give(grant)
            self.given = wanted
        operators = (USER,) if cell.person == "operator" else ()
        access = AccessSettings(default=cell.default, operators=operators)
        rights = Rights(lambda _: town, self.channels, self.grants, access)
        return rights, Place(TEAM, "D1" if cell.direct else CHANNEL, "1.0")


ME = Asker(USER, TEAM)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_the_matrix_has_every_cell() -> None:
    assert len(set(cells())) == 6 * 7 * 4 * 3 * 2


@pytest.mark.parametrize("place", PLACES)
async def test_everyone_sees_alone_what_is_theirs_and_no_more(world: World, place: str) -> None:
    for cell in cells():
        if cell.place != place:
            continue
        rights, where = await world.put(cell)

        alone = await rights.of(where, ME, private=True)

        assert {b: b in alone.buckets for b in (BUCKET, OTHER)} == {
            b: cell.reads(b) for b in (BUCKET, OTHER)
        }, cell
        assert {a: a in alone.calls for a in (SUPPORT, SALES)} == {
            a: cell.hears(a) for a in (SUPPORT, SALES)
        }, cell
        assert (SALES in alone.numbers) == cell.sees_numbers(), cell
        assert {right: refusal(alone, right) is None for right in Right} == {r: cell.may(r) for r in Right}, (
            cell
        )


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_said_to_all_is_what_every_reader_may_see(world: World, place: str) -> None:
    for cell in cells():
        if cell.place != place:
            continue
        rights, where = await world.put(cell)

        said = await rights.of(where, ME, private=False)

        if cell.direct:
            assert said == await rights.of(where, ME, private=True), cell
            continue
        assert isinstance(said, Public)
        assert {b: b in said.buckets for b in (BUCKET, OTHER)} == {
            b: cell.said_to_all(b) for b in (BUCKET, OTHER)
        }, cell
        assert said.silent == cell.silent(), cell
        assert not said.roles
        answered(cell, said)


def answered(cell: Cell, said: Audience) -> None:
    """What becomes of a question: answered there, answered to the asker alone, or refused."""
    why = refusal(said, Right.DOCUMENTS)
    if cell.silent():  # not even a refusal is said there
        assert isinstance(why, NotHereError), cell
        assert why.silent, cell
    elif not cell.reads(BUCKET):
        assert type(why) is RefusedError, cell
    elif cell.said_to_all(BUCKET):
        assert why is None, cell
    else:
        assert isinstance(why, NotHereError), cell
        assert (why.silent, why.could_allow) == (False, cell.person == "admin"), cell


async def test_nothing_that_is_refused_tells_what_there_is(world: World) -> None:
    names = (BUCKET, OTHER, SUPPORT, SALES, CHANNEL, GROUP)
    for cell in cells():
        rights, where = await world.put(cell)
        for private in (True, False):
            audience = await rights.of(where, ME, private=private)
            for right in Right:
                if (why := refusal(audience, right)) is not None:
                    assert not [name for name in names if name in why.text], cell
                    assert why.text.endswith("."), why.text


def refusal(audience: Audience, right: Right) -> RefusedError | None:
    try:
        audience.require(right)
    except RefusedError as error:
        return error
    return None
