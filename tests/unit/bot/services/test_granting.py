"""Who may see what is given, taken back, and listed: real rows in a real database."""

from typing import Literal

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING
from bot.services.grants import EVERY, Granting, Wanted
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings
from tests.unit.bot.conftest import Clock, TelnyxHouse

SALES = "C0SALES"


@pytest.fixture
def kept(database: Database) -> Grants:
    return Grants(database)


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def granting(telnyx: TelnyxHouse, kept: Grants, forgotten: list[str], clock: Clock) -> Granting:
    return Granting(telnyx.client, kept, AccessSettings(), forgotten.append, clock)


def sales(*buckets: str, calls: tuple[str, ...] = ()) -> Wanted:
    return Wanted("T", SALES, buckets, calls)


async def give(granting: Granting, wanted: Wanted, until: float | None = None) -> tuple[Grant, ...]:
    return await granting.give(wanted, EVERYTHING, by="U0ADA", until=until)


async def test_each_bucket_and_assistant_is_a_grant_of_its_own(
    granting: Granting, kept: Grants, clock: Clock, forgotten: list[str]
) -> None:
    wanted = sales("handbook", "manual", "handbook", calls=("assistant-1",))

    given = await give(granting, wanted, until=clock.now + 60)

    assert {(one.thing, one.name) for one in given} == {
        (Thing.BUCKET, "handbook"),
        (Thing.BUCKET, "manual"),
        (Thing.CALLS, "assistant-1"),
    }
    assert {(one.kind, one.grantee, one.by, one.at, one.until) for one in given} == {
        (Grantee.CHANNEL, SALES, "U0ADA", clock.now, clock.now + 60)
    }
    assert set(await kept.all("T")) == set(given)
    assert forgotten == ["T"]


@pytest.mark.parametrize(
    ("grantee", "kind"),
    [("G1", Grantee.CHANNEL), ("U1", Grantee.PERSON), ("W1", Grantee.PERSON), ("S1", Grantee.GROUP)],
)
async def test_the_id_says_what_someone_is(granting: Granting, grantee: str, kind: Grantee) -> None:
    (grant,) = await give(granting, Wanted("T", grantee, ("handbook",)))

    assert grant.kind is kind


async def test_all_of_a_kind_is_one_grant(granting: Granting) -> None:
    given = await give(granting, sales("handbook", EVERY, calls=(EVERY,)))

    assert [(one.thing, one.name) for one in given] == [(Thing.BUCKET, ALL), (Thing.CALLS, ALL)]


async def test_of_several_buckets_none_is_given_if_one_is_not_there(
    granting: Granting, kept: Grants, forgotten: list[str]
) -> None:
    with pytest.raises(UsageError, match="Did you mean “handbook”"):
        await give(granting, sales("handbook", "handbok"))

    assert await kept.all("T") == ()
    assert forgotten == []


async def test_what_would_have_ended_already_is_not_given(
    granting: Granting, kept: Grants, clock: Clock
) -> None:
    with pytest.raises(UsageError, match="in the past"):
        await give(granting, sales("handbook"), until=clock.now)

    assert await kept.all("T") == ()


async def test_what_was_given_is_taken_back_once_and_what_stays_is_told(
    granting: Granting, forgotten: list[str]
) -> None:
    given = await give(granting, sales("handbook", "manual", EVERY))
    (handbook,) = await give(granting, sales("handbook"))
    forgotten.clear()

    first = await granting.withdraw(sales("handbook", "manual"), EVERYTHING)
    again = await granting.withdraw(sales("handbook"), EVERYTHING)

    assert [one.name for one in first.missing] == ["manual"]
    assert (first.gone, first.left) == ((handbook,), given)
    assert [(one.name, again.gone) for one in again.missing] == [("handbook", ())]
    assert again.left == given
    assert forgotten == ["T", "T"]


async def test_what_others_have_does_not_stay_with_someone(granting: Granting) -> None:
    await give(granting, Wanted("T", "S1", ("handbook",)))
    await give(granting, sales("handbook"))

    assert (await granting.withdraw(sales("handbook"), EVERYTHING)).left == ()


async def test_what_has_ended_is_neither_listed_nor_left(granting: Granting, clock: Clock) -> None:
    await give(granting, sales("handbook"), until=clock.now + 60)
    await give(granting, sales("manual"))
    clock.now += 60

    assert [one.name for one in await granting.given("T", EVERYTHING)] == ["manual"]
    assert (await granting.withdraw(sales("manual"), EVERYTHING)).left == ()


async def test_a_bucket_is_seen_by_those_who_have_it_or_all_of_them(granting: Granting) -> None:
    for wanted in (
        sales("manual", calls=(EVERY,)),
        Wanted("T", "U1", ("handbook",)),
        Wanted("T", "S1", (EVERY,)),
        Wanted("T2", "U2", ("handbook",)),
    ):
        await give(granting, wanted)

    found = await granting.given("T", EVERYTHING, "handbook")

    assert {(one.grantee, one.name) for one in found} == {("U1", "handbook"), ("S1", ALL)}


async def test_who_can_see_a_bucket_that_is_not_there_is_not_said(granting: Granting) -> None:
    with pytest.raises(UsageError, match="no embedded bucket “payroll”"):
        await granting.given("T", EVERYTHING, "payroll")


@pytest.mark.parametrize("default", ["all", "none"])
def test_the_settings_say_whether_members_need_a_grant(
    telnyx: TelnyxHouse, kept: Grants, forgotten: list[str], default: Literal["all", "none"]
) -> None:
    granting = Granting(telnyx.client, kept, AccessSettings(default=default), forgotten.append)

    assert granting.open_to_members is (default == "all")
