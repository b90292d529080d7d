import asyncio
from dataclasses import replace

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, Some
from bot.services.buckets import FRESH_SECONDS, Buckets
from bot.telnyx import TelnyxServerError
from tests.unit.bot.conftest import Clock, TelnyxHouse


async def test_without_a_wish_all_buckets_are_searched(telnyx: TelnyxHouse) -> None:
    assert set(await Buckets(telnyx.client, ()).chosen(EVERYTHING)) == {"handbook", "manual"}


async def test_the_configured_buckets_come_before_all_and_those_asked_for_before_both(
    telnyx: TelnyxHouse,
) -> None:
    buckets = Buckets(telnyx.client, ("manual", "gone"))

    assert (await buckets.chosen(EVERYTHING), await buckets.chosen(EVERYTHING, ["handbook"])) == (
        ("manual",),
        ("handbook",),
    )


async def test_what_an_admin_knows_of_and_may_not_read_is_not_said_to_be_gone(telnyx: TelnyxHouse) -> None:
    admin = replace(EVERYTHING, buckets=Some.of(["manual"]))
    both, other = Buckets(telnyx.client, ("manual", "handbook")), Buckets(telnyx.client, ("handbook",))

    assert both.lacking(admin, await both.chosen(admin)) == ()
    with pytest.raises(UsageError, match="Ask a workspace admin") as why:
        await other.chosen(admin)
    assert "isn't an embedded bucket" not in why.value.text


async def test_a_near_miss_is_answered_with_the_name_that_was_meant(telnyx: TelnyxHouse) -> None:
    with pytest.raises(UsageError) as caught:
        await Buckets(telnyx.client, ()).chosen(EVERYTHING, ["hand-book"])

    assert "Did you mean “handbook”?" in caught.value.text


async def test_a_name_that_is_like_no_other_gets_no_guess(telnyx: TelnyxHouse) -> None:
    with pytest.raises(UsageError) as caught:
        await Buckets(telnyx.client, ()).chosen(EVERYTHING, ["zzz"])

    assert "Did you mean" not in caught.value.text
    assert "handbook" in caught.value.text


async def test_without_any_bucket_the_person_reads_how_to_get_one(telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.buckets.clear()

    with pytest.raises(UsageError, match="embed it"):
        await Buckets(telnyx.client, ()).chosen(EVERYTHING)


async def test_names_are_read_once_a_minute_however_many_ask(telnyx: TelnyxHouse, clock: Clock) -> None:
    buckets = Buckets(telnyx.client, (), clock)
    await asyncio.gather(*(buckets.names() for _ in range(10)))
    fresh = await telnyx.calls("embeddings.buckets")
    clock.now += FRESH_SECONDS + 1
    await buckets.names()

    assert (fresh, await telnyx.calls("embeddings.buckets")) == (1, 2)


async def test_a_failed_reading_is_told_and_not_remembered(telnyx: TelnyxHouse) -> None:
    await telnyx.fault(operation="embeddings.buckets", kind="status", status=500)
    buckets = Buckets(telnyx.client, ())

    with pytest.raises(TelnyxServerError):
        await buckets.names()
    assert "handbook" in await buckets.names()
