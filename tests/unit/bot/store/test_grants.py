from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing

HANDBOOK = Grant("T", Grantee.CHANNEL, "C1", Thing.BUCKET, "handbook", "U0ADA", 10.0)


@pytest.fixture
def grants(database: Database) -> Grants:
    return Grants(database)


async def test_what_was_given_twice_is_one_grant_with_the_later_end(grants: Grants) -> None:
    await grants.give(HANDBOOK)
    await grants.give(replace(HANDBOOK, by="U0BEN", at=20.0, until=30.0))

    (kept,) = await grants.all("T")

    assert (kept.by, kept.at, kept.until) == ("U0BEN", 20.0, 30.0)
    assert kept.id == HANDBOOK.id
    assert (kept.holds(29.9), kept.holds(30.0), HANDBOOK.holds(1e12)) == (True, False, True)


async def test_those_concerned_are_the_channel_the_person_and_every_group(grants: Grants) -> None:
    given = [
        HANDBOOK,
        replace(HANDBOOK, kind=Grantee.PERSON, grantee="U1", thing=Thing.CALLS, name="assistant-1"),
        replace(HANDBOOK, kind=Grantee.GROUP, grantee="S1", name=ALL),
        replace(HANDBOOK, grantee="C2"),
        replace(HANDBOOK, kind=Grantee.PERSON, grantee="U2"),
        replace(HANDBOOK, team="T2"),
    ]
    for grant in given:
        await grants.give(grant)

    found = await grants.concerning("T", "C1", "U1")

    assert {grant.id for grant in found} == {grant.id for grant in given[:3]}
    assert await grants.concerning("T3", "C1", "U1") == ()


async def test_a_grant_is_withdrawn_once_and_only_in_its_own_workspace(grants: Grants) -> None:
    await grants.give(HANDBOOK)

    assert await grants.withdraw(HANDBOOK.id, "T2") is None
    assert await grants.withdraw(HANDBOOK.id, "T") == HANDBOOK
    assert await grants.withdraw(HANDBOOK.id, "T") is None
    assert await grants.all("T") == ()
