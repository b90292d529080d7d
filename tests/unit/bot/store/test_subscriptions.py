"""Who wants to hear of jobs, on both databases."""

from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.store.subscriptions import ANY, Only, Subscription, Subscriptions, forgotten

HERE = Subscription("T", "C1", "embedding", "handbook", Only.FAILURES, "U1", 1.0)
ALL_HERE = Subscription("T", "C1", ANY, ANY, Only.ALL, "U2", 2.0)
HERS = Subscription("T", "U1", "clusters", ANY, Only.FINISHED, "U1", 3.0)


@pytest.fixture
async def kept(either: Database) -> Subscriptions:
    made = Subscriptions(either)
    for one in (HERE, ALL_HERE, HERS):
        await made.put(one)
    return made


async def test_there_is_one_for_each_kind_and_bucket_of_a_place(kept: Subscriptions) -> None:
    other = replace(HERE, only=Only.ALL, by="U3", at=9.0)

    await kept.put(other)

    assert await kept.there("T", "C1") == [ALL_HERE, other]


async def test_jobs_of_a_kind_concern_those_who_want_it_or_everything(kept: Subscriptions) -> None:
    assert await kept.of_kind("embedding") == [ALL_HERE, HERE]
    assert await kept.of_kind("clusters") == [ALL_HERE, HERS]
    assert await kept.of_kind("call") == [ALL_HERE]


async def test_one_is_dropped_or_all_of_a_place_and_none_of_another(kept: Subscriptions) -> None:
    none = await kept.drop("T", "C1", "embedding", "manual")
    one = await kept.drop("T", "C1", "embedding", "handbook")
    everything = await kept.drop("T", "C1", ANY)
    elsewhere = await kept.drop("T2", "U1")

    assert (none, one, everything, elsewhere) == (0, 1, 1, 0)
    assert await kept.all("T") == [HERS]
    assert await kept.drop("T", "U1") == 1


async def test_of_someone_who_is_forgotten_their_own_go_and_those_of_channels_stay(
    kept: Subscriptions, either: Database
) -> None:
    for change in forgotten("U1"):
        await either.run(lambda c, change=change: c.execute(change))  # type: ignore[misc]  # a default of a lambda

    assert await kept.all("T") == [ALL_HERE, replace(HERE, by="")]
