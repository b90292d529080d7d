"""Where news of jobs is told: the channel of the settings, subscriptions, and who started a job."""

from dataclasses import replace

import pytest

from bot.services.access import EVERYTHING, NONE
from bot.services.jobs import KINDS
from bot.store.database import Database
from bot.store.subscriptions import ANY, Only, Subscription
from bot.workflows.targets import Target
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import CHANNEL, MIA, NewsHouse, notice, sighting

__all__ = ["slack"]  # a fixture

OTHER = "C0SUPPORT"


@pytest.fixture
async def house(slack: SlackHouse, database: Database) -> NewsHouse:
    """No channel is set; Telnyx was looked at before, so that all that comes is news."""
    made = NewsHouse(slack, database, None)
    await made.see()
    return made


async def subscribe(
    house: NewsHouse, target: str, kind: str = ANY, bucket: str = ANY, only: Only = Only.ALL
) -> None:
    await house.subscriptions.put(Subscription("T0ACME", target, kind, bucket, only))


async def told(house: NewsHouse, status: str) -> list[Target]:
    """Where the next change of a job is told, once it has been told there."""
    (change,) = await house.see(sighting("a.md", status))
    found = [*await house.targets.of(change)]
    for target in found:
        await house.tell([change], target.id, only=target.only)
    return found


@pytest.mark.parametrize(
    ("kind", "bucket", "hears"),
    [
        (ANY, ANY, True),
        ("embedding", ANY, True),
        ("embedding", "mydocs", True),
        (ANY, "mydocs", True),
        ("embedding", "others", False),
        ("clusters", ANY, False),
    ],
)
async def test_who_wants_a_kind_or_a_bucket_hears_of_it(
    house: NewsHouse, kind: str, bucket: str, hears: bool
) -> None:
    await subscribe(house, CHANNEL, kind, bucket)

    assert await told(house, "queued") == [Target(CHANNEL)] * hears


async def test_each_place_hears_once_what_it_wants_most(house: NewsHouse) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    await subscribe(house, CHANNEL, "embedding", only=Only.FINISHED)
    await subscribe(house, OTHER, "embedding", "mydocs", Only.FAILURES)

    assert await told(house, "queued") == []
    assert await told(house, "success") == [Target(CHANNEL, Only.FINISHED)]


async def test_the_channel_of_the_settings_hears_everything_whatever_it_is_subscribed_to(
    slack: SlackHouse, database: Database
) -> None:
    house = NewsHouse(slack, database, CHANNEL)
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    await house.see()

    assert await told(house, "queued") == [Target(CHANNEL)]


@pytest.mark.parametrize(
    ("only", "targets"),
    [
        (Only.ALL, [Target(CHANNEL)]),
        (Only.FAILURES, [Target(MIA)]),
    ],
)
async def test_who_started_a_job_where_all_of_it_is_told_hears_of_it_there(
    house: NewsHouse, only: Only, targets: list[Target]
) -> None:
    await subscribe(house, CHANNEL, only=only)
    await house.started("a.md", channel=CHANNEL)

    assert await told(house, "queued") == targets


async def test_who_wants_failures_alone_reads_one_card_that_says_so_and_no_word_before(
    house: NewsHouse,
) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    before = [await told(house, "queued"), await told(house, "processing")]
    empty = await house.screen()

    failed = await told(house, "failure")

    above, below = await house.screen()
    assert (before, empty) == ([[], []], ([], []))
    assert failed == [Target(CHANNEL, Only.FAILURES)]
    assert (above, below) == ([":x: *Embedding of mydocs*: failed"], [])


async def test_after_a_failure_the_card_stays_true_though_what_follows_is_not_wanted(
    house: NewsHouse,
) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    await told(house, "failure")
    for _ in range(2):
        changes = await house.see(sighting("a.md", "processing"))
    none = [await house.targets.of(change) for change in changes]

    await house.cards.redraw("embedding", "a.md")

    above, below = await house.screen()
    assert none == [()]
    assert (above, below) == ([":gear: *Embedding of mydocs*: processing"], [])


async def test_a_notice_of_a_release_before_tells_all(house: NewsHouse) -> None:
    (change,) = await house.see(sighting("a.md", "queued"))
    data, work_id = notice(change)

    assert await house.news.tell(data, work_id)
    assert (await house.screen())[0] == [":hourglass_flowing_sand: *Embedding of mydocs*: queued"]


async def test_calls_are_looked_at_where_one_of_those_who_want_them_may_see_them(house: NewsHouse) -> None:
    call = KINDS["call"]
    for target in (CHANNEL, OTHER):
        house.audiences[target] = replace(EVERYTHING, calls=NONE)
    none = await house.targets.heard(call)
    await subscribe(house, CHANNEL)
    await subscribe(house, OTHER, "call")
    may_not = await house.targets.heard(call)
    house.audiences[OTHER] = EVERYTHING

    assert (none, may_not, await house.targets.heard(call)) == (False, False, True)
    assert not await house.targets.heard(replace(KINDS["insights"], name="insights"))
