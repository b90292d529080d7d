"""Who wants to hear of jobs, on both databases."""

from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.store.job_types import KEPT_SECONDS
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
    other = replace(HERE, only=Only.ALL, by="U3")

    await kept.put(replace(other, at=9.0))

    assert await kept.there("T", "C1") == [ALL_HERE, other], "it goes on since it began"


async def test_jobs_of_a_kind_concern_those_who_want_it_or_everything(kept: Subscriptions) -> None:
    assert await kept.of_kind("embedding") == [ALL_HERE, HERE]
    assert await kept.of_kind("clusters") == [ALL_HERE, HERS]
    assert await kept.of_kind("call") == [ALL_HERE]


async def test_one_ends_or_all_of_a_place_and_none_of_another(kept: Subscriptions) -> None:
    none = await kept.end("T", "C1", 5.0, "embedding", "manual")
    one = await kept.end("T", "C1", 5.0, None, "handbook")
    everything = await kept.end("T", "C1", 6.0)
    elsewhere = await kept.end("T2", "U1", 7.0)

    assert (none, one, everything, elsewhere) == (0, 1, 1, 0)
    assert await kept.all("T") == [HERS]
    assert await kept.of_kind("embedding") == [replace(ALL_HERE, ended=6.0), replace(HERE, ended=5.0)]
    assert await kept.end("T", "C1", 8.0) == 0


async def test_one_that_has_ended_begins_anew_and_one_that_has_not_goes_on(kept: Subscriptions) -> None:
    await kept.end("T", "C1", 5.0, ANY)
    for one in (ALL_HERE, HERE):
        await kept.put(replace(one, at=9.0))

    assert await kept.there("T", "C1") == [replace(ALL_HERE, at=9.0), HERE]


async def test_those_that_ended_long_ago_are_dropped(either: Database) -> None:
    kept = Subscriptions(either, surely=lambda: KEPT_SECONDS + 10.0)
    for one in (HERE, ALL_HERE, HERS):
        await kept.put(one)
    await kept.end("T", "C1", 9.0)
    await kept.end("T", "U1", 11.0)

    assert await kept.drop_old() == 2
    assert await kept.of_kind("clusters") == [replace(HERS, ended=11.0)]


async def test_of_someone_who_is_forgotten_their_own_go_and_those_of_channels_stay(
    kept: Subscriptions, either: Database
) -> None:
    for change in forgotten("U1"):
        await either.run(lambda c, change=change: c.execute(change))  # type: ignore[misc]  # a default of a lambda

    assert await kept.all("T") == [ALL_HERE, replace(HERE, by="")]
